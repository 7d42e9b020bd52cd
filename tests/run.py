"""`./colporteur test [--slow] [pytest arguments]`: style, types, import contracts, then the tests. Exit code 0 when all hold.

Without pytest arguments the tests of screens run beside all the others, in a process of their own: they wait for the rasteriser
while the others wait for disks and servers, and two cores end a third sooner. What each says is printed whole, one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

CHECKS = (
    ("ruff", [sys.executable, "-m", "ruff", "check", "."]),
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
    ("mypy", [sys.executable, "-m", "mypy"]),
    ("imports", [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]),
)
PYTEST = [sys.executable, "-m", "pytest"]
SCREENS = ("tests/ui", "tests/mediation_apps/ui", "tests/fleet/ui")


def check() -> list[str]:
    """Run the checks of the sources; return the names of those that failed."""
    failed = []
    for name, command in CHECKS:
        start = time.monotonic()
        code = subprocess.run(command, check=False).returncode
        print(f"{name}: {'ok' if code == 0 else 'failed'} ({time.monotonic() - start:.1f} s)", flush=True)
        if code:
            failed.append(name)
    return failed


def everything(marks: list[str], environment: dict[str, str]) -> list[str]:
    """Run checks and all tests, screens beside the rest; return the names of what failed."""
    with tempfile.TemporaryFile() as said:
        screens = subprocess.Popen([*PYTEST, *marks, *SCREENS], env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            failed = check()
            rest = subprocess.run([*PYTEST, *marks, *(f"--ignore={folder}" for folder in SCREENS)], check=False, env=environment)
            if rest.returncode:
                failed.append("tests")
            if screens.wait():
                failed.append("tests of screens")
        finally:
            screens.kill()  # nothing to end but after an interruption
            screens.wait()
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return failed


def main(argv: list[str]) -> int:
    """Run the checks, then pytest; with --slow, the slow tests too."""
    slow = "--slow" in argv
    rest = [a for a in argv if a != "--slow"]
    environment = os.environ | {"SDL_VIDEODRIVER": "offscreen", "KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    if rest:
        return subprocess.run([*PYTEST, *rest], check=False, env=environment).returncode
    failed = everything([] if slow else ["-m", "not slow"], environment)
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
