"""The one entry point: `python main.py COMMAND …`; alone, the kiosk.

Nothing is imported before the command is known, so that the kiosk starts fast.
"""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = {
    "kiosk": ("kiosk.cli.kiosk", "the touch kiosk (default)"),
    "catalogue": ("kiosk.cli.catalogue", "harvest, search, show, stats, holds, generate"),
    "demo": ("kiosk.cli.demo", "build the demonstration catalogue"),
    "fleet": ("fleet.cli.main", "cases of devices: loans, reset, proof"),
    "workshop": ("mediation_apps.cli", "workshops for lent tablets"),
    "bench": ("bench.main", "measurements against named peers"),
}


def usage() -> str:
    """Return the list of commands that are present in this build."""
    lines = ["usage: colporteur [COMMAND] [ARG …]", ""]
    lines += [f"  {name:<10} {text}" for name, (_module, text) in COMMANDS.items()]
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """Run one command and return its exit code (docs/errors.md)."""
    if argv and argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, rest = (argv[0], argv[1:]) if argv and not argv[0].startswith("-") else ("kiosk", argv)
    if name not in COMMANDS:
        print(usage(), file=sys.stderr)
        return 2
    run = import_module(COMMANDS[name][0]).main
    return int(run(rest) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
