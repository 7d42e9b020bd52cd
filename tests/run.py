"""`./colporteur test [--slow] [pytest arguments]`: style, types, import contracts, then the tests. Exit code 0 when all hold."""

from __future__ import annotations

import os
import subprocess
import sys
import time

CHECKS = (
    ("ruff", [sys.executable, "-m", "ruff", "check", "."]),
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("imports", [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]),
)


def main(argv: list[str]) -> int:
    """Run the checks, then pytest; with --slow, the slow tests too."""
    slow = "--slow" in argv
    rest = [a for a in argv if a != "--slow"]
    failed = []
    for name, command in () if rest else CHECKS:
        start = time.monotonic()
        code = subprocess.run(command, check=False).returncode
        print(f"{name}: {'ok' if code == 0 else 'failed'} ({time.monotonic() - start:.1f} s)", flush=True)
        if code:
            failed.append(name)
    environment = os.environ | {"SDL_VIDEODRIVER": "offscreen", "KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    marks = [] if slow or rest else ["-m", "not slow"]
    code = subprocess.run([sys.executable, "-m", "pytest", *marks, *rest], check=False, env=environment).returncode
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return code or int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
