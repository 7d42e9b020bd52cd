"""Disks plugged into this computer that are devices of the fleet: which they are, and where they are mounted.

Guarantees: only what is mounted is looked at, and only the small files that identify a device are read, capped; a disk is known by
what is written on it, which whoever holds it can change: it is a name, never a proof of identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fleet.codes import DriverName
from fleet.operations.facts import KOBO, parse_kobo, parse_mounts

MOUNTS = Path("/proc/self/mounts")
HOLDERS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")  # where desktops mount what is plugged in
KINDS = frozenset({"vfat", "exfat", "msdos", "fuseblk"})
MAX_READ = 4096


@dataclass(frozen=True, slots=True)
class Volume:
    """One plugged-in device."""

    driver: DriverName
    serial: str
    firmware: str
    folder: Path


def identify(folder: Path) -> Volume | None:
    """What is plugged in at a folder, None when it is none of ours."""
    serial, firmware = parse_kobo(_read(folder / KOBO[1:]))
    if serial:
        return Volume(DriverName.KOBO, serial, firmware, folder)
    details = dict(re.findall(r"^([\w ]{1,40}):\s*(\S.{0,80}?)\s*$", _read(folder / "DETAILS.TXT"), re.MULTILINE | re.ASCII))
    unique = details.get("Unique ID", "")
    if re.fullmatch(r"[0-9A-Fa-f]{16,64}", unique):
        return Volume(DriverName.MICROBIT, unique, details.get("Interface Version", ""), folder)
    return None


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(MAX_READ).decode("ascii", "replace")
    except OSError:
        return ""


def plugged(mounts: str | None = None, also: Iterable[Path] = ()) -> list[Volume]:
    """The devices that are plugged in now: below the usual folders, and at those typed by hand."""
    if mounts is None:
        mounts = MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else ""
    places = [Path(m.place) for m in parse_mounts(mounts, set()) if m.kind in KINDS and m.place.startswith(HOLDERS)]
    found = [identify(place) for place in dict.fromkeys([*also, *places])]
    return [volume for volume in found if volume is not None]
