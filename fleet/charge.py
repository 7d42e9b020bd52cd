"""Which devices should be charged before they leave. Pure.

Guarantees: only what is known is said: a device that never told its battery is not accused; an old figure counts as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from fleet.model import Device

FRESH = timedelta(hours=36)  # an older figure says nothing of today


def to_charge(devices: Iterable[Device], wanted: Mapping[str, int], now: datetime) -> list[tuple[Device, int]]:
    """Devices whose battery is under what their profile wants, with that percentage; `wanted` by device identifier."""
    return [
        (device, wanted[device.id])
        for device in devices
        if device.battery is not None
        and device.last_seen is not None
        and now - device.last_seen <= FRESH
        and device.battery < wanted.get(device.id, 0)
    ]
