"""Postings that are in memory as one number each, so that several short lists become one by sorting: what an unfinished word asks for.

Guarantees: says what the lists say; where a record is in several of them, the strongest impact counts. Long lists are left to
the matcher's buffer, which takes as long as the catalogue is large, however many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from kiosk.search.index.segment import U8, U32, Ords, Segment

MERGED = 8_192  # postings: so many are sorted
PREFIXED = (np.arange(256) * 0.6).astype(np.uint8) + 1  # an unfinished word tells less than a whole one
PREFIXED[0] = 0
_BITS = np.uint32(8)  # of an impact
_RECORDS = 1 << 24
_YES = np.ones(1, dtype=np.bool_)
Ranges = Sequence[tuple[int, int, bool]]  # of the vocabulary: first term, term after the last, whether the word is unfinished


class Packed:
    """The postings of one segment: record, then impact, in 32 bits."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._fits = segment.resident and len(segment) < _RECORDS

    @cached_property
    def _whole(self) -> tuple[U32, U32]:
        """All postings as they are, and as they count for an unfinished word."""
        records: U32 = self._segment.arrays["post_ids"] << _BITS
        impacts = self._segment.arrays["post_imps"]
        return records | impacts, records | PREFIXED.take(impacts)

    def merged(self, ranges: Ranges) -> U32 | None:
        """Return the postings of some terms, in order; None when they are not in memory, or many."""
        if not self._fits:
            return None
        bounds = [self._segment.bounds(low, high) for low, high, _prefix in ranges]
        if sum([b - a for a, b in bounds]) > MERGED:
            return None
        as_is, begun = self._whole
        lists = [(begun if prefix else as_is)[a:b] for (a, b), (_low, _high, prefix) in zip(bounds, ranges, strict=True) if b > a]
        every: U32 = np.concatenate(lists or [as_is[:0]])
        every.sort()
        return every


def strongest(every: U32) -> tuple[Ords, U8]:
    """Return the records of merged postings, once each, and their impacts: the last of each record."""
    records = every >> _BITS
    last = np.concatenate((records[1:] != records[:-1], _YES[: len(records)])).nonzero()[0]
    return records.take(last).astype(np.intp), every.take(last).astype(np.uint8)


def strongest_at(every: U32, hits: Ords) -> U8:
    """Return the impacts of some records in merged postings, of which there are some; 0: it is not there."""
    records = every >> _BITS
    place = records.searchsorted(hits.astype(np.uint32), "right") - 1
    found: U8 = every.take(place).astype(np.uint8)
    found[records.take(place) != hits] = 0
    return found
