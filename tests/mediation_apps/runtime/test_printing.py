"""Paper says what the pack says, and its codes are read by another reader than ours."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from mediation_apps.cli import main
from mediation_apps.cli.places import shipped
from mediation_apps.runtime.printing import COPIES, command_cards, facilitator_card
from mediation_apps.runtime.robot.cards import CODES
from tests.mediation_apps.ui.conftest import shipped_pack

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def words(data: bytes, folder: Path) -> str:
    (folder / "x.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", folder / "x.pdf", "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@needs_poppler
@pytest.mark.parametrize("name", shipped())
def test_every_step_of_every_workshop_is_on_its_card(name: str, tmp_path: Path) -> None:
    """Title, material, steps with their minutes; the same pack gives the same bytes."""
    pack = shipped_pack(name)
    data = facilitator_card(pack)
    text = words(data, tmp_path)
    for step in pack.script.steps:
        assert f"{step.start}–{step.start + step.minutes} min" in text and step.title.split()[0] in text
    assert pack.manifest.title.split()[0] in text and pack.manifest.material[0].split()[0] in text
    assert data == facilitator_card(pack)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler-utils")
def test_the_codes_of_the_cards_are_read_from_the_paper(tmp_path: Path) -> None:
    """Printed at 150 points an inch, each card's code says its order."""
    zxing = pytest.importorskip("zxingcpp")
    from PIL import Image

    (tmp_path / "c.pdf").write_bytes(command_cards())
    subprocess.run(["pdftoppm", "-r", "150", "-png", tmp_path / "c.pdf", tmp_path / "c"], check=True)
    found = [code.text for page in sorted(tmp_path.glob("c-*.png")) for code in zxing.read_barcodes(Image.open(page))]
    assert sorted(found) == sorted(code for code, name in CODES.items() for _copy in range(COPIES[name]))


def test_commands_write_beside_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`workshop print` and `workshop book` leave one file each; without a robot `workshop robot` says what to do."""
    assert main(["print", "robot", "--cards", "-o", str(tmp_path / "a.pdf")]) == 0
    (tmp_path / "t.md").write_text("# T\n\n## C\n\nMot.\n", encoding="utf-8")
    assert main(["book", str(tmp_path / "t.md")]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "t.epub", "t.md"]
    (tmp_path / "t.md").write_text("sans titre", encoding="utf-8")
    assert main(["book", str(tmp_path / "t.md")]) == 3 and "# Titre" in capsys.readouterr().err
    assert main(["book", str(tmp_path / "none.md")]) == 6
