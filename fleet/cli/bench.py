"""`fleet bench`: the bench screen, to be touched; with `--tour DIR`, its pictures instead."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from fleet.cli.context import Context
from fleet.errors import DataError

SIZES = re.compile(r"(\d{3,4})x(\d{3,4})")


def register(parser: argparse.ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--case", metavar="VALISE", help="la valise montrée d’abord")
    parser.add_argument("--tour", metavar="DOSSIER", help="dessiner l’écran en PNG dans ce dossier, sans fenêtre")
    parser.add_argument("--size", metavar="1280x800", default="1280x800", help="taille de la fenêtre")
    parser.add_argument("--fullscreen", action="store_true", help="plein écran")
    parser.add_argument("--palette", choices=["limestone", "contrast", "night"], default="limestone", help="couleurs")


def run(args: argparse.Namespace, context: Context) -> int:
    """Open the window, or draw."""
    size = SIZES.fullmatch(args.size)
    if size is None:
        raise DataError("La taille s’écrit comme 1280x800.")
    case_id = context.inventory.find_case(args.case).id if args.case else ""
    from kiosk.ui import boot, theme

    if not args.tour and not boot.has_display():
        raise DataError("Pas d’écran ici. Pour des images : fleet bench --tour DOSSIER")
    boot.prepare(int(size[1]), int(size[2]), fullscreen=args.fullscreen, offscreen=bool(args.tour))
    theme.use(theme.look().with_palette(args.palette))
    from fleet.ui.app import run_bench, run_tour
    from fleet.ui.work import BenchWork

    work = BenchWork(context)
    work.choose(case_id)
    if not args.tour:
        run_bench(work)
        return 0
    folder = Path(args.tour)
    pictures = run_tour(work, folder, context.console.note)
    context.console.value({"pictures": [os.fspath(path) for path in pictures]})
    context.console.say(f"{len(pictures)} images dans {folder}", "good")
    return 0
