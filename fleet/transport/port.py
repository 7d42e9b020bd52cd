"""How Fleet reaches a device: one port, several implementations, one contract suite (tests/contract/test_transport.py).

Guarantees of every implementation: nothing waits longer than its timeout; the other side's answers are raw bytes, capped by
who reads them; a broken line is a LinkError, nobody there is Unreachable, another host key is HostKeyChanged; closing twice
is closing once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fleet.errors import HostKeyChanged
from fleet.i18n import _


@dataclass(frozen=True, slots=True)
class Target:
    """Where a device is, and which host key it must show ("type base64"; empty only while pairing)."""

    address: str
    port: int = 22
    user: str = "root"
    host_key: str = ""
    label: str = ""  # for messages


@dataclass(frozen=True, slots=True)
class Completed:
    """What a command of the device answered."""

    code: int
    output: bytes


class OtherHostKey(HostKeyChanged):
    """Another host key than the pinned one; `shown` is the key that was shown, empty when none of the pinned kind was."""

    def __init__(self, name: str, shown: str = "") -> None:
        self.shown = shown
        super().__init__(
            _(
                "{name} montre une autre clé que le jour où vous avez fait connaissance. "
                "Soit il a été réinstallé, soit ce n’est pas lui. Il n’a pas été touché. "
                'Si vous savez pourquoi, refaites connaissance : « fleet pair --device "{name}" ».'
            ).format(name=name)
        )


class Stream(Protocol):
    """A program of the device that listens and answers."""

    def send(self, data: bytes) -> None:
        """Send all bytes; LinkError when the line breaks or the other side no longer takes any."""

    def receive(self, size: int) -> bytes:
        """Return exactly `size` bytes; LinkError when the line breaks or says nothing for too long."""

    def ready(self) -> bool:
        """True when something has arrived and was not received yet; never waits."""

    def close(self) -> None:
        """End the program."""


class Connection(Protocol):
    """One open line to a device."""

    @property
    def host_key(self) -> str:
        """The key the device showed, as "type base64"; empty when it has none."""

    @property
    def traffic(self) -> int:
        """Bytes sent and received so far, as the programs at both ends count them."""

    def start(self, program: bytes) -> Stream:
        """Run a Python program on the device with the rights it needs to see everything."""

    def run(self, command: Sequence[str], timeout: float = 30.0) -> Completed:
        """Run one command of the device, output capped at 1 MB."""

    def close(self) -> None:
        """Hang up."""


class Transport(Protocol):
    """A way to devices."""

    def connect(self, target: Target) -> Connection:
        """Open a line; Unreachable, HostKeyChanged or LinkError (the key is refused, the protocol is broken)."""
