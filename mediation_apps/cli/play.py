"""`workshop play PACK` and `workshop preview PACK`: on this screen, or as pictures."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path
from typing import Any

from mediation_apps.cli.authoring import warn_of
from mediation_apps.cli.places import device_catalogue, find_pack
from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime.pack import REFUSED, Pack, load_pack


def add(commands: Any) -> None:
    """Describe the commands."""
    for name, help_ in (
        ("play", _("jouer un atelier sur cet écran")),
        ("preview", _("voir un atelier, ou une activité, comme un participant")),
    ):
        made: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
        made.add_argument("pack", type=Path, help=_("dossier, fichier .zip, ou nom d’un atelier fourni"))
        made.add_argument("--size", default="", metavar="LxH", help=_("taille de la fenêtre, comme 1280x800 ; sinon tout l’écran"))
        made.add_argument("--switches", action="store_true", help=_("deux boutons : Espace avance, Entrée appuie"))
        made.add_argument("--text", type=float, choices=(1.0, 1.3, 1.6), default=1.0, help=_("taille du texte"))
        made.add_argument("--tour", type=Path, metavar="DOSSIER", help=_("parcourir l’atelier tout seul et enregistrer des images"))
        made.add_argument("--activity", default="", help=_("commencer à cette activité"))
        made.add_argument("--keep", type=Path, metavar="DOSSIER", help=_("où copier ce que l’on emporte ; sinon la clé USB branchée"))
        made.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Open the player; with `--tour`, walk it and save pictures."""
    found, code = find_pack(options.pack)
    pack = load_pack(found, code=code)
    if not pack.activities:
        raise PackError(_("Aucune activité de cet atelier ne peut être jouée. Lancez « workshop check » pour savoir pourquoi."))
    warn_of(sum(entry.status == REFUSED for entry in pack.entries))
    width, height = size(options.size or "1280x800")
    prepare_window(width, height, offscreen=options.tour is not None or None, fullscreen=not options.size and options.tour is None)
    return _tour(pack, options) if options.tour is not None else _play(pack, options)


def size(text: str) -> tuple[int, int]:
    """Width and height of "1280x800"."""
    width, _x, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and 320 <= int(width) <= 8000 and 320 <= int(height) <= 8000):
        raise PackError(_("La taille s’écrit comme 1280x800."))
    return int(width), int(height)


def prepare_window(width: int, height: int, *, offscreen: bool | None, fullscreen: bool) -> None:
    """Settle the window before Kivy is imported."""
    from kiosk.ui.boot import prepare

    os.environ.setdefault("KIVY_NO_ARGS", "1")
    prepare(width, height, fullscreen=fullscreen, offscreen=offscreen)


def _look(options: argparse.Namespace) -> None:
    from dataclasses import replace

    from kiosk.ui import theme

    theme.use(replace(theme.look(), text=options.text))


def _play(pack: Pack, options: argparse.Namespace) -> int:
    from mediation_apps.runtime.ui.app import WorkshopApp

    _look(options)
    app = WorkshopApp(
        pack, secrets.randbelow(1 << 30), options.switches, start=options.activity, stick=options.keep, catalogue=device_catalogue()
    )
    app.run()
    return 0


def _tour(pack: Pack, options: argparse.Namespace) -> int:
    from mediation_apps.runtime.ui.app import WorkshopApp
    from mediation_apps.runtime.ui.tour import begin, end, walk

    _look(options)
    app = WorkshopApp(pack, 7, options.switches, start=options.activity)
    hands = begin(app)
    try:
        pictures = walk(hands, options.tour)
    finally:
        end(app, hands)
    print(_("{n} images dans {folder}.").format(n=len(pictures), folder=options.tour.name))
    return 0
