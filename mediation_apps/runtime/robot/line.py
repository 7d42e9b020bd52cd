"""A serial line, by the system's own calls: no library is needed for eight bits and no handshake.

Guarantees: `read` waits no longer than it is told; a line pulled out is an `OSError`.
"""

from __future__ import annotations

import os
import select
import termios
import tty
from pathlib import Path
from typing import Protocol


class Line(Protocol):
    """Bytes there and back."""

    def write(self, data: bytes) -> None:
        """Send all of it; `OSError` when nobody takes it."""
        ...

    def read(self, seconds: float) -> bytes:
        """What has come, after at most so long; empty when nothing did."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class SerialLine:
    """A terminal device at 115,200 bauds, raw."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            tty.setraw(self._file)
            attributes = termios.tcgetattr(self._file)
            attributes[4] = attributes[5] = termios.B115200
            termios.tcsetattr(self._file, termios.TCSANOW, attributes)
            termios.tcflush(self._file, termios.TCIOFLUSH)
        except (termios.error, OSError) as e:
            os.close(self._file)
            raise OSError("this is no serial line") from e

    def write(self, data: bytes) -> None:
        """Send all of it; a line that takes nothing for two seconds is dead."""
        while data:
            if not select.select([], [self._file], [], 2.0)[1]:
                raise OSError("the line takes nothing")
            data = data[os.write(self._file, data) :]

    def read(self, seconds: float) -> bytes:
        """What has come."""
        if not select.select([self._file], [], [], max(0.0, seconds))[0]:
            return b""
        data = os.read(self._file, 4096)
        if not data:
            raise OSError("the line was pulled out")
        return data

    def close(self) -> None:
        """Let go."""
        os.close(self._file)
