"""Where the laboratory keeps its things, and what they are called: everything can be found again by name alone.

Guarantees: pure; names depend on the number of the device only, so that `down` needs no record to clean up.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/run/colporteur-lab")
BRIDGE = "colplab0"
PREFIX = "colplab-"
SUBNET = "10.213.77"
MAX_DEVICES = 200


@dataclass(frozen=True, slots=True)
class LabDevice:
    """One test device, by its number from 1 to 200."""

    number: int

    @property
    def name(self) -> str:
        """Host name, as announced on the network."""
        return f"valise-{self.number:02d}"

    @property
    def serial(self) -> str:
        """Serial number written in the device."""
        return f"LAB{self.number:04d}"

    @property
    def address(self) -> str:
        """IPv4 address."""
        return f"{SUBNET}.{self.number + 10}"

    @property
    def namespace(self) -> str:
        """Network namespace."""
        return f"{PREFIX}{self.number}"

    @property
    def link(self) -> str:
        """This computer's end of the device's cable."""
        return f"colplabv{self.number}"

    @property
    def folder(self) -> Path:
        """What the laboratory keeps of the device on this computer."""
        return ROOT / "devices" / str(self.number)

    @property
    def disk(self) -> Path:
        """The device's own small disk, which survives a power cut."""
        return self.folder / "disk"

    @property
    def written(self) -> Path:
        """Everything the device ever wrote on its disk, readable from outside: the witness of the tests."""
        return self.disk / "upper"
