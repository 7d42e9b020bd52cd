"""A browser for the kiosk, as the referent configured it: a command of its own, started and ended by us.

Guarantees: the command is split once, never given to a shell; the address is one argument; its home is a folder of its own,
whatever the command, deleted when it is closed, or at the next start when the power went first; everything that it
started ends with it.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Self

PREFIX = "colporteur-browser-"
HOMES = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
PROFILE, URL = "{profile}", "{url}"


class Browser:
    """One window. In `command`, {url} is the address and {profile} an empty folder."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._profile = ""

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting; without {url} the address comes last."""
        try:
            parts = shlex.split(setting)
        except ValueError:
            parts = []
        return cls(tuple(parts if any(URL in p for p in parts) else [*parts, URL] if parts else []))

    def open(self, url: str) -> bool:
        """Start it; False when it cannot start."""
        self.close()
        if not self._command:
            return False
        self._profile = tempfile.mkdtemp(prefix=PREFIX)
        command = [part.replace(PROFILE, self._profile).replace(URL, url) for part in self._command]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=os.environ | dict.fromkeys(HOMES, self._profile),
                start_new_session=True,
            )
        except OSError:
            self.close()
            return False
        return True

    def close(self) -> None:
        """End it, and forget what it wrote."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)  # browsers start helpers, which outlive them
            process.wait()
        if self._profile:
            shutil.rmtree(self._profile, ignore_errors=True)
            self._profile = ""


def sweep() -> None:
    """Delete what a browser left when the power went before the end of a visit."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not left.is_symlink() and left.stat().st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
