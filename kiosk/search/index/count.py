"""Facet values of sets of records: filters and exact counts.

Guarantees: exact at any size. Value numbers are those of `values`, the same in all segments, so that counts of several
segments add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from kiosk.search.index.segment import U32, Array, Segment

Mask = npt.NDArray[np.bool_]
Counts = tuple[Array, Array]  # value numbers, ascending, and how many records have each
SPARSE = 4_096  # values: with fewer occurrences than this share of a large facet, sort instead of counting all values
MANY = 8  # hits, per record with overflowing values: from there on marking all hits is cheaper than looking each up
SMALL = 1_024  # a facet with fewer values is counted densely whatever the hits


def having(segment: Segment, facet: str, values: Iterable[int], hits: U32) -> Mask:
    """Return which of `hits` have at least one of `values`."""
    table = segment.arrays[f"f_{facet}"]
    wanted = np.zeros(1 << (8 * min(table.itemsize, 2)) if table.itemsize < 4 else _top(segment, facet) + 1, dtype=np.bool_)
    for value in values:
        if 0 < value < len(wanted):
            wanted[value] = True
    rows = table if len(hits) == len(segment) else table.take(hits, axis=0)
    mask: Mask = wanted[rows[:, 0]]
    for column in range(1, rows.shape[1]):
        mask |= wanted[rows[:, column]]
    extra = segment.arrays[f"o_{facet}"]
    if len(extra):
        owners = extra[wanted[np.minimum(extra[:, 1], len(wanted) - 1)], 0]
        chosen = np.zeros(len(segment), dtype=np.bool_)
        chosen[owners] = True
        mask |= chosen[hits]
    return mask


def counts(segment: Segment, facet: str, hits: U32) -> Counts:
    """Return how many of `hits` have each value of a facet."""
    table, extra = segment.arrays[f"f_{facet}"], segment.arrays[f"o_{facet}"]
    found = table.ravel() if len(hits) == len(segment) else table.take(hits, axis=0).ravel()
    if len(extra) and len(hits):
        found = np.concatenate((found, _extra_of(segment, facet, hits).astype(found.dtype)))
    return tally(found)


def _extra_of(segment: Segment, facet: str, hits: U32) -> Array:
    """Return the values beyond the table's width of the records in `hits`."""
    extra = segment.arrays[f"o_{facet}"]
    owners = extra[:, 0]
    if len(hits) * MANY > len(extra):
        chosen = np.zeros(len(segment), dtype=np.bool_)
        chosen[hits] = True
        found: Array = extra[chosen[owners], 1]
        return found
    hits = hits[segment.overflows(facet)[hits]]
    low, high = np.searchsorted(owners, hits), np.searchsorted(owners, hits, side="right")
    lengths = high - low
    gathered: Array = extra[np.repeat(low - np.cumsum(lengths) + lengths, lengths) + np.arange(int(lengths.sum())), 1]
    return gathered


class Small:
    """The facets of few values in one table, so that one pass counts them all."""

    def __init__(self, segment: Segment, facets: Sequence[str]) -> None:
        self._segment = segment
        self._ranges: dict[str, tuple[int, int]] = {}
        tables, start = [], 0
        for facet in facets:
            size = _top(segment, facet) + 1
            if size <= SMALL:
                tables.append(segment.arrays[f"f_{facet}"].astype(np.uint32) + start)
                self._ranges[facet] = (start, start + size)
                start += size
        self._size = start
        joint = np.concatenate(tables, axis=1) if tables else np.zeros((len(segment), 0), np.uint32)
        self._table: Array = joint.astype(np.uint8 if start <= 256 else np.uint16)

    def __contains__(self, facet: str) -> bool:
        return facet in self._ranges

    def counts(self, hits: U32, facets: Sequence[str]) -> dict[str, Counts]:
        """Return how many of `hits` have each value of these facets."""
        found = self._table if len(hits) == len(self._segment) else self._table.take(hits, axis=0)
        every = np.bincount(found.ravel(), minlength=self._size)
        counted = {}
        for facet in facets:
            start, stop = self._ranges[facet]
            own = every[start:stop]
            extra = self._segment.arrays[f"o_{facet}"]
            if len(extra) and len(hits):
                own = own + np.bincount(_extra_of(self._segment, facet, hits), minlength=stop - start)
            own[0] = 0
            values = np.flatnonzero(own)
            counted[facet] = (values, own[values])
        return counted


def tally(found: Array) -> Counts:
    """Count equal numbers; 0 is no value."""
    if found.dtype.itemsize == 1 or len(found) > SPARSE:
        every = np.bincount(found)
        every[:1] = 0
        values = np.flatnonzero(every)
        return values, every[values]
    ordered = np.sort(found)
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else np.zeros(0, np.int64)
    values = ordered[edges].astype(np.int64)
    numbers = np.diff(np.append(edges, len(ordered)))
    return (values[1:], numbers[1:]) if len(values) and values[0] == 0 else (values, numbers)


def add(parts: list[Counts]) -> Counts:
    """Add the counts of several segments."""
    if len(parts) == 1:
        return parts[0]
    values, place = np.unique(np.concatenate([p[0] for p in parts]), return_inverse=True)
    total = np.zeros(len(values), dtype=np.int64)
    np.add.at(total, place, np.concatenate([p[1] for p in parts]))
    return values[total > 0], total[total > 0]


def best(found: Counts, rank: Array, limit: int) -> list[tuple[int, int]]:
    """Return the `limit` most frequent values with their counts; equal counts in the order of `rank`."""
    values, numbers = found
    if limit <= 0 or not len(values):
        return []
    key = numbers.astype(np.int64) * (len(rank) + 1) - rank[values]
    if len(key) > limit:
        chosen = np.argpartition(key, len(key) - limit)[len(key) - limit :]
        values, numbers, key = values[chosen], numbers[chosen], key[chosen]
    order = np.argsort(-key)
    return list(zip(values[order].tolist(), numbers[order].tolist(), strict=True))


def _top(segment: Segment, facet: str) -> int:
    table, extra = segment.arrays[f"f_{facet}"], segment.arrays[f"o_{facet}"]
    return max(int(table.max(initial=0)), int(extra[:, 1].max(initial=0)) if len(extra) else 0)
