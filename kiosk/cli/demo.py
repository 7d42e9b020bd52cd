"""`colporteur demo`: the embedded demonstration.

    demo build [--data DIR] [--records N] [--seed S] [--json]

Guarantees: a catalogue that is already there is replaced only when the new one is whole; an error is one French
sentence on the standard error and the exit code of docs/errors.md; with `--json` the standard output is one JSON value.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from kiosk.cli import shapes
from kiosk.cli.terminal import Terminal, number, plural, size
from kiosk.demo.build import RECORDS, SEED, build_demo
from kiosk.errors import Cancelled, DataError, KioskError
from kiosk.store.catalogue import default_data

MOST_RECORDS = 5_000_000


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command and its subcommand."""
    top = argparse.ArgumentParser(prog="colporteur demo", description="La démonstration : un catalogue complet, sans réseau.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    build = commands.add_parser("build", help="construire le catalogue de démonstration")
    build.add_argument("--data", type=Path, default=default_data(), metavar="DOSSIER", help="où mettre le catalogue")
    build.add_argument("--records", type=int, default=RECORDS, metavar="N", help=f"nombre de notices ({RECORDS})")
    build.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"graine : la même donne le même catalogue ({SEED})")
    build.add_argument("--json", action="store_true", help="répondre en JSON")
    return top


def main(argv: list[str], terminal: Terminal | None = None) -> int:
    """Run the command and return its exit code."""
    terminal = terminal or Terminal()
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as e:
        return int(e.code or 0) if isinstance(e.code, int) or e.code is None else 2
    try:
        return _build(arguments, terminal)
    except KioskError as e:
        terminal.say(str(e), "bad")
        return e.exit_code
    except KeyboardInterrupt:
        terminal.say("Arrêté : rien n’a été changé.", "warn")
        return Cancelled.exit_code


def _build(arguments: argparse.Namespace, terminal: Terminal) -> int:
    if not 1 <= arguments.records <= MOST_RECORDS:
        raise DataError(f"--records\u00a0: un nombre entre 1 et {number(MOST_RECORDS)}.")
    start = time.monotonic()
    stats = build_demo(
        arguments.data,
        records=arguments.records,
        seed=arguments.seed,
        progress=lambda done, of: terminal.status(f"{number(done)} sur {number(of)} notices"),
    )
    terminal.clear()
    seconds = time.monotonic() - start
    if arguments.json:
        terminal.line(json.dumps({"seed": arguments.seed, "seconds": round(seconds, 3), **shapes.stats(stats)}, ensure_ascii=False))
    else:
        terminal.line(f"{plural(stats.records, 'notice')}, {size(stats.size)}, en {seconds:.0f} s.")
        terminal.line("Le catalogue de démonstration est prêt\u00a0: lancez la borne.")
    return 0
