"""The tour shows every screen, asks nobody, leaves the kiosk's own files alone, and draws the same pixels twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo import build_demo
from kiosk.store.outbox import Outbox

ROOT = Path(__file__).resolve().parents[2]
SHOWN = (
    "accueil", "resultats", "notice", "auteur", "acces", "selection", "agenda", "panier", "sur-mon-telephone", "aide", "carte", "reserver",
    "reserver-hors-connexion", "reserver-disque-plein", "reserver-disque-protege", "reserve", "reservation-refusee", "ma-carte",
    "jai-termine", "page-des-bibliothecaires", "toujours-la", "invitation", "sans-catalogue",
    "premier-demarrage", "premier-demarrage-impossible",
)  # fmt: skip


def _tour(data: Path, folder: Path, size: str) -> dict[str, str]:
    """Draw in a process of its own, as the command does; return the name and the hash of each picture."""
    command = [sys.executable, "main.py", "kiosk", "--tour", str(folder), "--data", str(data), "--size", size]
    environment = os.environ | {"XDG_CACHE_HOME": str(folder.parent / "cache"), "SDL_VIDEODRIVER": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


@pytest.mark.slow
@pytest.mark.parametrize("size", ["1280x800", "800x480", "1080x1920"])
def test_two_tours_of_the_same_data_are_the_same_pixels(tmp_path: Path, size: str) -> None:
    """Nothing of the pictures depends on how fast the machine was; every screen is there; the kiosk's own outbox stays empty."""
    data = tmp_path / "data"
    build_demo(data, records=3000)
    first, second = (_tour(data, tmp_path / name, size) for name in ("one", "two"))
    assert [name for name in first if first[name] != second.get(name)] == []
    assert first.keys() == second.keys()
    names = {name[3:-4] for name in first}
    assert set(SHOWN) <= names, set(SHOWN) - names
    if (data / "outbox.sqlite").exists():
        with Outbox.open(data) as outbox:
            assert outbox.all() == ()
