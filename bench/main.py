"""`colporteur bench NAME [ARGS]`: run bench/NAME.py.

Guarantees: names are those of the files in this folder; an unknown one lists them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """Return what can be measured: modules and packages of this folder that have a `main`."""
    found = {p.stem: p for p in HERE.glob("[a-z]*.py") if p.stem != "main"} | {p.parent.name: p for p in HERE.glob("*/__init__.py")}
    return sorted(name for name, path in found.items() if "\ndef main(argv" in path.read_text(encoding="utf-8"))


def main(argv: list[str]) -> int:
    """Run one measurement and return its exit code."""
    if not argv or argv[0] in ("-h", "--help"):
        print(f"usage: colporteur bench {{{','.join(names())}}} [--json] …")
        return 0 if argv else 2
    name, *rest = argv
    if name not in names():
        print(f"Mesure inconnue : {name}. Connues : {', '.join(names())}.", file=sys.stderr)
        return 2
    return int(import_module(f"bench.{name}").main(rest) or 0)
