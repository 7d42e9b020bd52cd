"""The display order of what was found, worked out as far as somebody looks.

Guarantees: the first `AHEAD` places are known at once; the rest is sorted when the list is scrolled beyond them, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from kiosk.search.index.segment import Array

AHEAD = 200
TOGETHER = 16_384  # records found: of so many, key and docid are sorted as one number
SAMPLE = 4_096  # keys looked at to guess where the first places begin


def first_places(keys: Array, count: int) -> Array:
    """Return at least the places of the `count` greatest keys, all those equal to the last of them included."""
    total = len(keys)
    if total <= count:
        return np.arange(total)
    if total > 4 * SAMPLE:  # what is greater than most of a sample is a short list, seldom too short
        sample = keys[:: total // SAMPLE]
        share = 3 * count * len(sample) // total + 8
        likely = np.flatnonzero(keys >= np.partition(sample, len(sample) - share)[len(sample) - share])
        if len(likely) >= count:
            own = keys.take(likely)
            first: Array = likely[own >= np.partition(own, len(own) - count)[len(own) - count]]
            return first
    return np.flatnonzero(keys >= np.partition(keys, total - count)[total - count])


_DOCID = 32  # bits
_DOCIDS = (1 << _DOCID) - 1


def _descending(both: Array) -> list[int]:
    """Return the docids, the low halves, of the `AHEAD` greatest."""
    if len(both) > 4 * AHEAD:
        both = np.partition(both, len(both) - AHEAD)[len(both) - AHEAD :]
    both.sort()
    both &= _DOCIDS
    found: list[int] = both[: -AHEAD - 1 : -1].tolist()
    return found


class RankedIds(Sequence[int]):
    """Docids by descending key; equal keys by descending docid. `docids` are those of all records, `places` which were found.

    Keys of 32 bits are weights, never negative: their bits sort as they do.
    """

    def __init__(self, docids: Array, places: Array, keys: Array) -> None:
        self._docids, self._places, self._keys = docids, places, keys
        self._sorted = len(places) <= AHEAD
        if len(places) <= TOGETHER and keys.dtype == np.float32:
            both = keys.view(np.int32).astype(np.int64)
            both <<= _DOCID
            both |= docids.take(places)
            self._head = _descending(both)
        else:
            self._head = self._ids(self._first(AHEAD))

    def places(self, count: int) -> Array:
        """Return the places of the first ones, in order."""
        found: Array = self._places.take(self._first(count))
        return found

    def _first(self, count: int) -> Array:
        """Return where the first ones are, in order."""
        at = first_places(self._keys, count)
        if len(at) > 2 * count:  # most are equal to the last: of those, the latest docids
            keys = self._keys.take(at)
            last = keys == keys.min()
            equal = at[last]
            wanted = count - (len(at) - len(equal))
            docids = self._docids.take(self._places.take(equal)).astype(np.int64)
            at = np.concatenate((at[~last], equal[np.argpartition(-docids, wanted - 1)[:wanted]]))
        return self._order(at)[:count]

    def _order(self, at: Array) -> Array:
        docids = self._docids.take(self._places.take(at)).astype(np.int64)
        found: Array = at.take(np.lexsort((-docids, -self._keys.take(at))))
        return found

    def _ids(self, at: Array) -> list[int]:
        found: list[int] = self._docids.take(self._places.take(at)).tolist()
        return found

    def _all(self) -> list[int]:
        if not self._sorted:
            self._head = self._ids(self._order(np.arange(len(self._places))))
            self._sorted = True
        return self._head

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        """Return one id, or a list of them."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return (self._head if 0 <= start <= AHEAD and stop <= AHEAD and step > 0 else self._all())[index]
        return (self._head if 0 <= index < AHEAD else self._all())[index]
