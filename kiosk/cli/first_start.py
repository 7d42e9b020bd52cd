"""Building the demonstration in a process of its own, while the kiosk shows how far it is.

`python -m kiosk.cli.first_start DATA` writes lines "DONE TOTAL" on standard output, and ends with the exit code of docs/errors.md; a
kiosk without a library is then placed in the demonstration's. Killed at any moment, it leaves the folder as it was.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.demo import build_demo
from kiosk.errors import KioskError
from kiosk.settings import FILE_NAME, write_example

BRANCH = "BARREME"
NO_SYSTEM = """
[koha]
url = "https://koha.invalid"    # démonstration : aucun système de prêt ne répond, les demandes attendent sur la borne
"""  # a name that never resolves (RFC 6761)


def place(data: Path) -> None:
    """Give the kiosk the demonstration's library, unless it has settings already."""
    if not (data / FILE_NAME).exists():
        path = write_example(data)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('# branch = "BARREME"', f'branch = "{BRANCH}"', 1) + NO_SYSTEM, encoding="utf-8")


def main(argv: list[str]) -> int:
    """Build into the folder given."""
    data = Path(argv[0])
    try:
        build_demo(data, progress=lambda done, total: print(done, total, flush=True))
        place(data)
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
