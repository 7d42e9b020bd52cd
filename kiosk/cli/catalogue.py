"""`colporteur catalogue`: harvest, search, show, stats, holds, generate.

    catalogue harvest SOURCE… [--data DIR] [--json]
    catalogue search MOTS… [--facet NOM=VALEUR …] [--limit N] [--data DIR] [--json]
    catalogue show ID [--data DIR] [--json]
    catalogue stats [--data DIR] [--json]
    catalogue holds [--data DIR] [--json]
    catalogue generate --records N --seed S [--data DIR] [--json]

Guarantees: an error is one French sentence on the standard error and the exit code of docs/errors.md; with `--json` the
standard output is one JSON value and nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kiosk.cli import generate, harvest, holds, reading
from kiosk.cli.terminal import Terminal
from kiosk.errors import Cancelled, KioskError
from kiosk.store.catalogue import default_data


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command and its subcommands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=default_data(), metavar="DOSSIER", help="où est le catalogue")
    common.add_argument("--json", action="store_true", help="répondre en JSON")
    top = argparse.ArgumentParser(prog="colporteur catalogue", description="Moissonner et consulter le catalogue.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    harvest.add_arguments(commands.add_parser("harvest", parents=[common], help="moissonner des sources"))
    reading.add_search(commands.add_parser("search", parents=[common], help="chercher"))
    commands.add_parser("show", parents=[common], help="montrer une notice").add_argument("id", metavar="ID")
    commands.add_parser("stats", parents=[common], help="compter ce que contient le catalogue")
    commands.add_parser("holds", parents=[common], help="dire ce que sont devenues les réservations prises sur ce poste")
    generate.add_arguments(commands.add_parser("generate", parents=[common], help="fabriquer un catalogue plausible, pour les essais"))
    return top


def main(argv: list[str], terminal: Terminal | None = None) -> int:
    """Run a subcommand and return its exit code."""
    terminal = terminal or Terminal()
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as e:
        return int(e.code or 0) if isinstance(e.code, int) or e.code is None else 2
    run = {
        "harvest": harvest.main,
        "search": reading.search,
        "show": reading.show,
        "stats": reading.stats,
        "holds": holds.main,
        "generate": generate.main,
    }[arguments.command]
    try:
        return run(arguments, terminal)
    except KioskError as e:
        terminal.say(str(e), "bad")
        return e.exit_code
    except KeyboardInterrupt:
        terminal.say("Arrêté.", "warn")
        return Cancelled.exit_code
    except BrokenPipeError:  # `catalogue search | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
