"""`workshop print PACK`: the facilitator's card or the robot's cards as PDF. `workshop robot`: find it, try it, set its pace."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from threading import Event
from typing import Any

from mediation_apps.cli.places import data_folder, find_pack
from mediation_apps.errors import PackError, PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime.pack import load_pack
from mediation_apps.runtime.store import write_whole


def add(commands: Any) -> None:
    """Describe the commands."""
    help_ = _("imprimer la fiche de l’animateur, ou les cartes du robot")
    made: argparse.ArgumentParser = commands.add_parser("print", help=help_, description=help_)
    made.add_argument("pack", type=Path, help=_("dossier, fichier .zip, ou nom d’un atelier fourni"))
    made.add_argument("--cards", action="store_true", help=_("les cartes du robot, à couper"))
    made.add_argument("-o", "--output", type=Path)
    made.set_defaults(run=print_)
    help_ = _("chercher le robot branché, l’essayer, régler ses distances")
    made = commands.add_parser("robot", help=help_, description=help_)
    made.add_argument("--cell", type=float, metavar="SECONDES", help=_("temps d’une case"))
    made.add_argument("--turn", type=float, metavar="SECONDES", help=_("temps d’un quart de tour"))
    made.add_argument("--try", dest="tried", action="store_true", help=_("avancer d’une case, puis tourner à droite"))
    made.set_defaults(run=robot)


def print_(options: argparse.Namespace) -> int:
    """Write the PDF."""
    from mediation_apps.runtime.printing import command_cards, facilitator_card

    found, code = find_pack(options.pack)
    pack = load_pack(found, code=code)
    suffix = "cartes" if options.cards else "fiche"
    target: Path = options.output or Path(f"{pack.manifest.identifier}-{suffix}.pdf")
    try:
        write_whole(target, command_cards() if options.cards else facilitator_card(pack))
    except OSError as e:
        raise PackStoreError(_("Le PDF n’a pas pu être écrit : disque plein ou protégé.")) from e
    print(_("{name} : prêt à imprimer.").format(name=target.name))
    return 0


def robot(options: argparse.Namespace) -> int:
    """Keep a pace, find the robot, perhaps move it."""
    from mediation_apps.runtime.robot.pace import bounded, read_pace, write_pace
    from mediation_apps.runtime.robot.thymio import find_thymio

    pace = read_pace(data_folder())
    if options.cell is not None or options.turn is not None:
        try:
            pace = bounded(options.cell or pace.cell, options.turn or pace.turn)
        except ValueError as e:
            raise PackError(str(e)) from e
        write_pace(data_folder(), pace)
        print(_("Une case : {cell} s. Un quart de tour : {turn} s.").format(cell=pace.cell, turn=pace.turn))
    found = find_thymio(pace)
    try:
        print(_("{name} est là.").format(name=found.name))
        if options.tried:
            found.run(("avance", "droite"), lambda number: print(number + 1, file=sys.stderr), Event())
    finally:
        found.close()
    return 0
