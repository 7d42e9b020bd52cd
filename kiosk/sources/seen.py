"""Which records a source still has, for a million of them in little memory.

Guarantees: eight bytes an identifier; what is missing from an interrupted reading is never taken for gone, and a reading
that would empty most of a source is not believed.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.sources.sink import Sink

BELIEVED = 0.5  # part of a source that may be gone at once
FEW = 100  # below that, any part may


class Seen:
    """Identifiers that went by."""

    def __init__(self) -> None:
        self._digests = array("Q")
        self._sorted = True

    def add(self, source_ids: Iterable[str]) -> None:
        """Remember identifiers."""
        self._digests.extend(_digest(i) for i in source_ids)
        self._sorted = False

    def __contains__(self, source_id: str) -> bool:
        if not self._sorted:
            self._digests = array("Q", sorted(self._digests))
            self._sorted = True
        digest = _digest(source_id)
        at = bisect_left(self._digests, digest)
        return at < len(self._digests) and self._digests[at] == digest

    def __len__(self) -> int:
        return len(self._digests)


def _digest(source_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(source_id.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def forget_the_others(sink: Sink, seen: Seen) -> None:
    """Remove from the catalogue what the source no longer has, unless that is too much to be true."""
    known = gone = 0
    missing: list[str] = []
    for source_id in sink.harvest.known_ids():
        known += 1
        if source_id not in seen:
            gone += 1
            missing.append(source_id)
    if gone > FEW and gone > known * BELIEVED:
        sink.report.notes.append(
            f"{gone} notices sur {known} ne sont plus dans la source : c’est trop pour être vrai, elles sont gardées. Vérifiez la source."
        )
        return
    for start in range(0, gone, 1000):
        sink.harvest.delete(missing[start : start + 1000])
