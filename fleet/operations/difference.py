"""What separates a device from the state it should be in.

Guarantees: pure; the same state gives the empty difference; after its changes are done, the difference is empty (a property
test holds this); a folder that must go is named once, not file by file.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fleet.operations.desired import Wanted
from fleet.operations.facts import Facts
from fleet.operations.manifest import OWN, Entry, Manifest, below, by_folder

SAME_TIME = 2  # seconds: what a FAT file system keeps
RESUMABLE = 1 << 18  # bytes: a shorter file is sent again whole


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to write: d folder, l link, m mode and owner only, f file, of which the device already has `start` bytes."""

    kind: str
    path: str
    wanted: Wanted
    uid: int
    gid: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What to remove, then what to write, in this order."""

    remove: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.remove or self.changes)

    @property
    def bytes(self) -> int:
        """Bytes of the files to send."""
        return sum(c.wanted.entry.size - c.start for c in self.changes if c.kind == "f")


def nothing(_path: str) -> bool:
    """Tolerate nothing."""
    return False


def difference(
    wanted: Mapping[str, Wanted],
    found: Manifest,
    exact: tuple[str, ...],
    facts: Facts,
    tolerated: Callable[[str], bool] = nothing,
) -> Difference:
    """Compare what is wanted with what was found; below an `exact` folder everything else goes, but what is `tolerated`."""
    owners = {a.name: (a.uid, a.gid) for a in facts.accounts}
    changed = (c for path, what in wanted.items() if (c := _change(path, what, found, owners)) is not None)
    changes = tuple(sorted(changed, key=lambda c: c.path))
    if facts.volume:  # FAT keeps neither owner nor mode
        changes = tuple(c for c in changes if c.kind != "m")
    resumed = {part_of(c.path, c.wanted) for c in changes if c.start}
    return Difference(extras(wanted, found, exact, tolerated, resumed), changes)


def extras(
    wanted: Mapping[str, Wanted],
    found: Manifest,
    exact: tuple[str, ...],
    tolerated: Callable[[str], bool] = nothing,
    resumed: frozenset[str] | set[str] = frozenset(),
) -> tuple[str, ...]:
    """Return what is there and should not be, the outermost paths only."""
    needed = set(resumed)
    for path in (*wanted, *exact, *resumed):
        while path and path not in needed:  # an ancestor that is known has its own ancestors there already
            needed.add(path)
            path = path[: path.rfind("/")]
    result: list[str] = []
    for path in sorted(found.keys() - needed, key=by_folder):
        if result and below(path, result[-1]):
            continue
        ours = path[path.rfind("/") + 1 :].startswith(OWN)
        if ours or (any(below(path, root) for root in exact) and not tolerated(path)):
            result.append(path)
    return tuple(result)


def _change(path: str, wanted: Wanted, found: Manifest, owners: Mapping[str, tuple[int, int]]) -> Change | None:
    uid, gid = owners.get(wanted.owner, (0, 0))
    entry, there = wanted.entry, found.get(path)
    if there is None or there.kind != entry.kind:
        return Change(entry.kind, path, wanted, uid, gid, _start(path, wanted, found))
    if entry.kind != "d" and not same_content(wanted, there):
        return Change(entry.kind, path, wanted, uid, gid, _start(path, wanted, found))
    same_mode = entry.kind == "l" or there.mode == entry.mode
    if not same_mode or (there.uid, there.gid) != (uid, gid):
        return Change("m", path, wanted, uid, gid)
    return None


def same_content(wanted: Wanted, there: Entry) -> bool:
    """True when the hashes agree; without one, when size and time do (the read-back will hash it all)."""
    entry = wanted.entry
    if there.size != entry.size:
        return False
    if there.digest == "-":
        return bool(entry.mtime) and abs(there.mtime - entry.mtime) <= SAME_TIME
    return there.digest == wanted.sha


def doubtful(wanted: Mapping[str, Wanted], found: Manifest) -> list[str]:
    """Return the files of the right size whose time does not say that they are right: only a hash can."""
    pairs = ((p, w, found.get(p)) for p, w in wanted.items() if w.entry.kind == "f")
    return [p for p, w, t in pairs if t and t.kind == "f" and t.digest == "-" and t.size == w.entry.size and not same_content(w, t)]


def part_of(path: str, wanted: Wanted) -> str:
    """Where the device writes the file until it is whole (fleet.drivers.device.writing)."""
    folder, name = posixpath.split(path)
    tag = name.encode("utf-8", "surrogateescape") + b"/" + wanted.sha.encode()
    return f"{folder}/.colporteur-part-{hashlib.sha256(tag).hexdigest()[:32]}"


def _start(path: str, wanted: Wanted, found: Manifest) -> int:
    """Bytes that a cut left on the device and that are the right ones."""
    if wanted.entry.kind != "f" or wanted.entry.size < RESUMABLE:
        return 0
    part: Entry | None = found.get(part_of(path, wanted))
    if part is None or part.kind != "f" or not 0 < part.size <= wanted.entry.size:
        return 0
    return part.size if wanted.digest(size=part.size) == part.digest else 0
