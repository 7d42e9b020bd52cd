"""The port between screens and sound.

Guarantees: no call waits, for a card or for a process; a process that died or hangs is silence, not an error.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mediation_apps.runtime.sound.pattern import Pattern

STARTING, SOUNDING, SILENT = "starting", "sounding", "silent"


class Engine(Protocol):
    """What a screen asks of the sound."""

    @property
    def state(self) -> str:
        """`starting`, `sounding`, or `silent` (no card, no process)."""
        ...

    def need(self, voices: tuple[str, ...]) -> None:
        """Have these ready, so that the first touch is not late."""
        ...

    def hit(self, voice: str) -> None:
        """Sound a voice now."""
        ...

    def play(self, pattern: Pattern) -> None:
        """Play a piece from its first step, over and over."""
        ...

    def change(self, pattern: Pattern) -> None:
        """Go on with another piece."""
        ...

    def stop(self) -> None:
        """No more steps."""
        ...

    def close(self) -> None:
        """End; nothing is left running."""
        ...


class ChildEngine:
    """Sounds in another process.

    `told(step, seconds)`: a step begins and is heard `seconds` later; `turned()`: `state` has changed. Both are called from a thread.
    """

    def __init__(
        self,
        told: Callable[[int, float], None] = lambda _step, _seconds: None,
        turned: Callable[[], None] = lambda: None,
        device: str = "",
    ) -> None:
        self._told, self._turned, self._state = told, turned, STARTING
        self.sink = ""
        command = [sys.executable, "-m", "mediation_apps.runtime.sound.child", *([device] if device else [])]
        root = str(Path(__file__).resolve().parents[3])
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root, bufsize=0
            )
        except OSError:
            self._state = SILENT
            return
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._thread = threading.Thread(target=self._listen, name="sound", daemon=True)
        self._thread.start()

    @property
    def state(self) -> str:
        """Where it stands."""
        return self._state

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        for raw in self._process.stdout:
            match raw[:100].decode("ascii", "replace").split():
                case ["ready", name]:
                    self.sink = name
                    self._turn(SILENT if name == "silent" else SOUNDING)
                case ["step", step, delay] if step.isdecimal() and delay.isdecimal():
                    self._told(int(step), int(delay) / 1000)
                case ["gone"]:
                    self._turn(SILENT)
        self._turn(SILENT)

    def _turn(self, state: str) -> None:
        before, self._state = self._state, state
        if before != state:
            self._turned()

    def _order(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            os.write(self._process.stdin.fileno(), f"{line}\n".encode("ascii"))  # short of a page: whole or not at all
        except (OSError, ValueError):
            self._state = SILENT

    def need(self, voices: tuple[str, ...]) -> None:
        """Have these ready."""
        self._order(f"need {' '.join(voices)}")

    def hit(self, voice: str) -> None:
        """Sound a voice now."""
        self._order(f"hit {voice}")

    def play(self, pattern: Pattern) -> None:
        """Play a piece from its first step."""
        self._order(f"piece {pattern.line()}\nplay")

    def change(self, pattern: Pattern) -> None:
        """Go on with another piece."""
        self._order(f"piece {pattern.line()}")

    def stop(self) -> None:
        """No more steps."""
        self._order("stop")

    def close(self) -> None:
        """End the process and the thread."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        self._thread.join()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
