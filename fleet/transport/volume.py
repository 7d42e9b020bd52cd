"""A device that is a disk plugged into this computer: the same program on the device's side, in a child process, below a folder.

Guarantees: nothing outside the folder is read or written, even through a symbolic link left on it; it has no host key: what
tells one from another is the serial number written on it.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fleet.drivers.agent_source import LOADER, packed
from fleet.errors import LinkError, Unreachable
from fleet.i18n import _
from fleet.transport.port import Completed, Connection, Stream, Target

SILENCE = 20.0  # seconds


class VolumeTransport:
    """Folders of this computer; a target's address is the path of the folder."""

    def connect(self, target: Target) -> Connection:
        """Open the folder."""
        folder = Path(target.address)
        if not folder.is_absolute() or not folder.is_dir():
            raise Unreachable(_("{value} n’est pas branché.").format(value=target.label or target.address))
        return VolumeConnection(folder)


@dataclass(slots=True)
class VolumeStream:
    """The child process, spoken to through pipes."""

    process: subprocess.Popen[bytes]
    connection: VolumeConnection

    def send(self, data: bytes) -> None:
        """Send all bytes."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except (OSError, ValueError) as e:
            raise LinkError(_("Le disque a été retiré.")) from e
        self.connection.traffic += len(data)

    def receive(self, size: int) -> bytes:
        """Return exactly `size` bytes."""
        assert self.process.stdout is not None
        parts: list[bytes] = []
        deadline = time.monotonic() + SILENCE
        while size:
            try:
                ready, _writable, _failed = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
                block = os.read(self.process.stdout.fileno(), min(size, 1 << 20)) if ready else b""
            except (OSError, ValueError) as e:
                raise LinkError(_("Le disque a été retiré.")) from e
            if not block:
                raise LinkError(_("Le disque ne répond plus."))
            parts.append(block)
            size -= len(block)
            self.connection.traffic += len(block)
            deadline = time.monotonic() + SILENCE
        return b"".join(parts)

    def ready(self) -> bool:
        """Something has arrived, or the child has ended."""
        assert self.process.stdout is not None
        try:
            return bool(select.select([self.process.stdout], [], [], 0)[0])
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """End the child process."""
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class VolumeConnection:
    """One plugged-in disk."""

    host_key = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.traffic = 0
        self._streams: list[VolumeStream] = []

    def start(self, program: bytes) -> Stream:
        """Run the program below the folder."""
        loader = f"ROOT={str(self.folder)!r}\n{LOADER}"
        process = subprocess.Popen(
            [sys.executable, "-BISc", loader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        stream = VolumeStream(process, self)
        self._streams.append(stream)
        stream.send(packed(program))
        return stream

    def run(self, command: Sequence[str], timeout: float = 30.0) -> Completed:
        """Run a command of this computer in the folder, for what reads only; a path of the device is given relative to it."""
        try:
            done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
        except (OSError, subprocess.TimeoutExpired) as e:
            raise LinkError(_("Le disque ne répond plus.")) from e
        return Completed(done.returncode, done.stdout[: 1 << 20])

    def close(self) -> None:
        """End what runs."""
        while self._streams:
            self._streams.pop().close()
