"""`colporteur workshop …`: every command of the workshops, its help, its exit code.

Exit codes: 0 done · 2 the command line is wrong · 3 a pack is bad · 4 no link · 5 the disk · 6 not found.
"""

from __future__ import annotations

import argparse
import sys

from mediation_apps.cli import authoring, book, check, paper, play, session
from mediation_apps.errors import WorkshopError
from mediation_apps.i18n import _


def parser() -> argparse.ArgumentParser:
    """The command line, described."""
    top = argparse.ArgumentParser(prog="colporteur workshop", description=_("Les ateliers pour les tablettes de la valise."))
    commands = top.add_subparsers(dest="command", required=True, metavar=_("COMMANDE"))
    check.add(commands)
    authoring.add(commands)
    book.add(commands)
    paper.add(commands)
    play.add(commands)
    session.add(commands)
    return top


def main(argv: list[str]) -> int:
    """Run one command."""
    options = parser().parse_args(argv)
    try:
        return int(options.run(options))
    except WorkshopError as e:
        print(str(e), file=sys.stderr)
        return e.exit_code
    except KeyboardInterrupt:
        return 130
