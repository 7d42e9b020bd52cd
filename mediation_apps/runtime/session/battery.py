"""Guarantees: the battery's percent as the kernel tells it, or −1 where there is none; never an error."""

from __future__ import annotations

from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")  # Linux ABI/testing/sysfs-class-power: `type`, `capacity` in percent


def percent(supplies: Path = SUPPLIES) -> int:
    """The lowest battery of this tablet, 0 to 100; −1 = unknown."""
    found = []
    try:
        for supply in supplies.iterdir():
            if (supply / "type").read_text(encoding="ascii").strip() == "Battery":
                found.append(int((supply / "capacity").read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass  # a supply that goes away while it is read
    return min((value for value in found if 0 <= value <= 100), default=-1)
