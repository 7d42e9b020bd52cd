"""Guarantees: what participants take home goes to a stick somebody plugged in, in one rename, under a name that replaces nothing.

Mounting is the system's business (udisks mounts below /media or /run/media). Nothing here may be called on the UI thread: a dying stick
blocks whoever asks it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mediation_apps.errors import NotFound, PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime.store import write_whole

PLACES = ("/media/", "/run/media/")
MOST = 999  # files of one name on a stick
MOUNTS = Path("/proc/mounts")


def sticks(mounts: str) -> tuple[Path, ...]:
    """Where sticks are mounted, from the text of /proc/mounts; the last plugged in first. Pure."""
    found = []
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) > 3:
            place = parts[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
            if place.startswith(PLACES):
                found.append(Path(place))
    return tuple(reversed(found))


def find_sticks(given: Path | None = None) -> tuple[Path, ...]:
    """The folder the facilitator gave, else every stick mounted now."""
    if given is not None:
        return (given,) if given.is_dir() else ()
    try:
        return sticks(MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


def keep(make: Callable[[], bytes], stem: str, suffix: str, given: Path | None = None) -> str:
    """Write what `make` gives as `stem-N.suffix` on the first stick that takes it; the name, or an error that says what to do."""
    places = [place for place in find_sticks(given) if os.access(place, os.W_OK)]
    if not places:
        raise NotFound(_("Branchez une clé USB, puis recommencez."))
    data = make()
    for place in places:
        name = next((name for n in range(1, MOST) if not (place / (name := f"{stem}-{n}.{suffix}")).exists()), None)
        if name is None:
            continue
        try:
            write_whole(place / name, data)
        except OSError:
            continue
        return name
    raise PackStoreError(_("La clé USB est pleine ou protégée. Rien n’a été copié."))
