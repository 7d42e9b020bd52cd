"""Guarantees: a workshop is found by its folder, its file, or, for those shipped with the software, by its name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mediation_apps.errors import NotFound
from mediation_apps.i18n import _
from mediation_apps.runtime.notices import CatalogueCommand
from mediation_apps.runtime.pack import IDENTIFIER

APPS = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """Where installed packs lie: `$COLPORTEUR_DATA/workshops`, else below `~/.local/share/colporteur`."""
    given = os.environ.get("COLPORTEUR_DATA")
    return (Path(given) if given else Path.home() / ".local" / "share" / "colporteur") / "workshops"


def device_catalogue() -> CatalogueCommand | None:
    """This device's own catalogue, asked by its command; None where there is none."""
    data = data_folder().parent
    if not (data / "catalogue.sqlite").is_file():
        return None
    return CatalogueCommand((sys.executable, str(APPS.parent / "main.py"), "catalogue", "show", "--json", "--data", str(data)))


def shipped() -> tuple[str, ...]:
    """Names of the workshops shipped with the software."""
    return tuple(sorted(path.parent.name.replace("_", "-") for path in APPS.glob("*/manifest.toml")))


def find_named(identifier: str) -> tuple[Path, bool]:
    """A shipped or installed workshop by its identifier only: what another tablet names is never taken for a path."""
    if not IDENTIFIER.fullmatch(identifier):
        raise NotFound(_("Cet atelier n’est pas installé sur cette tablette."))
    own, installed = APPS / identifier.replace("-", "_"), data_folder() / f"{identifier}.zip"
    if (own / "manifest.toml").is_file():
        return own, True
    if installed.is_file():
        return installed, False
    raise NotFound(_("Cet atelier n’est pas installé sur cette tablette."))


def find_pack(path: Path) -> tuple[Path, bool]:
    """The folder or file of a workshop, and whether it is a shipped one; `NotFound` names those that exist."""
    own = APPS / path.name.replace("-", "_")
    if path.exists():
        return path, path.resolve().parent == APPS
    if len(path.parts) == 1 and (own / "manifest.toml").is_file():
        return own, True
    installed = data_folder() / f"{path.name}.zip"
    if len(path.parts) == 1 and installed.is_file():
        return installed, False
    raise NotFound(
        _("Atelier introuvable : « {name} ». Ateliers fournis : {names}.").format(name=path.name, names=", ".join(shipped()) or "–")
    )
