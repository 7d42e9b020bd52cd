"""`catalogue generate`: a deterministic, plausible French catalogue, for scale tests and demonstrations.

Guarantees: the same seed and size make the same records.
"""

from __future__ import annotations

import argparse
import json
import time
from importlib import import_module

from kiosk.cli.terminal import Terminal, number, plural
from kiosk.errors import DataError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `generate` takes."""
    parser.add_argument("--records", type=int, default=20_000, metavar="N", help="nombre de notices (20000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="graine : la même donne le même catalogue (1)")


def main(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Build the catalogue and say how large it is."""
    if not 1 <= arguments.records <= 5_000_000:
        raise DataError("--records : un nombre entre 1 et 5000000.")
    start = time.monotonic()
    import_module("kiosk.demo").build_demo(  # long to import, and only wanted here
        arguments.data,
        records=arguments.records,
        seed=arguments.seed,
        progress=lambda done, of: terminal.status(f"{number(done)} sur {number(of)} notices"),
    )
    terminal.clear()
    seconds = time.monotonic() - start
    if arguments.json:
        terminal.line(json.dumps({"records": arguments.records, "seed": arguments.seed, "seconds": round(seconds, 3)}))
    else:
        terminal.line(f"{plural(arguments.records, 'notice fabriquée', 'notices fabriquées')} en {seconds:.0f} s.")
    return 0
