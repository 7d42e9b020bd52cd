"""`kiosk`: open the touch kiosk, or draw its screens into files.

Exit codes: 0 closed as wanted; 2 bad arguments; 3 bad settings; 5 disk. Without a display the tour is drawn into ./tour.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

SIZE = re.compile(r"(\d{3,4})\s*[x×]\s*(\d{3,4})")
DEFAULT_SIZE = (1280, 800)


def _size(text: str) -> tuple[int, int]:
    found = SIZE.fullmatch(text.strip())
    if not found or not all(320 <= int(v) <= 4096 for v in found.groups()):
        raise argparse.ArgumentTypeError("une taille s’écrit LARGEURxHAUTEUR, par exemple 1280x800")
    return int(found[1]), int(found[2])


def parser() -> argparse.ArgumentParser:
    """Return the command's arguments."""
    made = argparse.ArgumentParser(prog="colporteur kiosk", description="Ouvrir la borne tactile.")
    made.add_argument(
        "--data", default="", metavar="DOSSIER", help="où est le catalogue (défaut : $COLPORTEUR_DATA ou ~/.local/share/colporteur)"
    )
    made.add_argument("--size", type=_size, metavar="LxH", help="taille de la fenêtre, par exemple 800x480, 1280x800, 1080x1920")
    made.add_argument("--fullscreen", action="store_true", help="plein écran, comme sur une borne")
    made.add_argument("--tour", metavar="DOSSIER", help="dessiner tous les écrans en PNG dans ce dossier, sans fenêtre")
    made.add_argument("--no-keyboard", action="store_true", help="pas de clavier à l’écran (un vrai clavier est branché)")
    return made


def main(argv: Sequence[str]) -> int:
    """Run the kiosk; return the exit code."""
    chosen = parser().parse_args(argv)
    from kiosk.errors import KioskError

    try:
        return _run(chosen)
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _run(chosen: argparse.Namespace) -> int:
    from kiosk.app import data_folder
    from kiosk.ui import boot

    data = data_folder(chosen.data)
    tour = chosen.tour
    if not tour and not boot.has_display():
        tour = "tour"
        print("Pas d’écran ici : les écrans de la borne sont dessinés dans le dossier « tour ».", file=sys.stderr)
    if tour:
        from kiosk.ui.tour import run_tour

        pictures = run_tour(Path(tour), data, chosen.size or DEFAULT_SIZE, report=_report)
        print(f"{len(pictures)} images dans {tour}")
        return 0
    from kiosk.app import open_kiosk

    return open_kiosk(data, chosen.size or DEFAULT_SIZE, fullscreen=chosen.fullscreen, keyboard=not chosen.no_keyboard)


def _report(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)
