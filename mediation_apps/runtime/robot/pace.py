"""How long this library's robot takes for a cell and a quarter turn, kept beside the workshops; without it, the usual pace."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mediation_apps.errors import PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime.robot.thymio import Pace
from mediation_apps.runtime.store import write_whole

FILE = "robot.toml"
CELL, TURN = (0.3, 15.0), (0.2, 8.0)  # seconds: bounds of what a person may have measured


def read_pace(folder: Path) -> Pace:
    """The pace kept in a folder, or the usual one."""
    try:
        found = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        return bounded(float(found["cell"]), float(found["turn"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Pace()


def bounded(cell: float, turn: float) -> Pace:
    """A pace within the bounds; `ValueError` outside of them."""
    if not (CELL[0] <= cell <= CELL[1] and TURN[0] <= turn <= TURN[1]):
        raise ValueError(_("Une case prend de 0,3 à 15 secondes, un quart de tour de 0,2 à 8."))
    return Pace(cell=cell, turn=turn)


def write_pace(folder: Path, pace: Pace) -> None:
    """Keep it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / FILE, f"cell = {pace.cell}\nturn = {pace.turn}\n".encode())
    except OSError as e:
        raise PackStoreError(_("Le réglage n’a pas pu être enregistré : disque plein ou protégé.")) from e
