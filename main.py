"""The one entry point: `python main.py COMMAND …`; alone, the kiosk.

Nothing is imported before the command is known, so that the kiosk starts fast.
"""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = {
    "kiosk": ("kiosk.cli.kiosk", "la borne tactile (par défaut)"),
    "catalogue": ("kiosk.cli.catalogue", "le catalogue : moissonner, chercher, montrer, compter, réservations"),
    "demo": ("kiosk.cli.demo", "construire le catalogue de démonstration"),
    "fleet": ("fleet.cli.main", "les valises : prêts, remise à zéro, preuve"),
    "workshop": ("mediation_apps.cli", "les ateliers des tablettes prêtées"),
    "bench": ("bench.main", "les mesures, à côté d’autres logiciels"),
}


def usage() -> str:
    """Return the list of commands that are present in this build."""
    lines = ["usage : colporteur [COMMANDE] [ARGUMENTS …]", ""]
    lines += [f"  {name:<10} {text}" for name, (_module, text) in COMMANDS.items()]
    lines += ["", "« colporteur COMMANDE --help » dit ce que chacune sait faire."]
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
