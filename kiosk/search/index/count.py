"""Exact counts of facet values, and the most frequent values of each facet.

Guarantees: exact at any size, over any number of segments. While being counted, a value is one 64-bit key that says its
facet, its count and its place in the alphabet, so that sorting keys is the order in which values are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, repeat

import numpy as np

from kiosk.search.index.codes import Codes
from kiosk.search.index.rows import Rows
from kiosk.search.index.segment import Array
from kiosk.search.index.values import Values
from kiosk.search.port import FACETS, FacetCount

Counts = tuple[Array, Array]  # keys that say no count yet, and counts
MANY, TIMES = 1_500, 4  # so many values, so many times those wanted: set the most frequent apart before sorting
_FACET, _COUNT = 56, 28  # bits below the facet, and below the count
_PLACE = (1 << _COUNT) - 1
_BOUNDS = (np.arange(len(FACETS) + 1, dtype=np.int64) << _FACET) + (1 << (_FACET - 2))
_NOTHING = np.zeros(0, dtype=np.int64)


class Names:
    """The values of all facets as they are shown: their keys, and their texts, facet after facet in alphabetical order."""

    def __init__(self, values: Values) -> None:
        self._texts: list[str] = []
        self._rank_of: dict[str, Array] = {}  # the place of each value number among the texts
        starts: list[int] = []
        numbers: list[Array] = []
        for facet in FACETS:
            texts, rank = values.texts[facet], values.rank(facet)
            places = np.empty(len(texts), dtype=np.int64)
            places[rank] = np.arange(len(texts))
            starts.append(len(self._texts))
            numbers.append(places)
            self._rank_of[facet] = rank + len(self._texts)
            self._texts += [texts[i] for i in places.tolist()]
        self._start_of = np.array(starts, dtype=np.int64)
        self._number_at: Array = np.concatenate(numbers)
        self._rank_at: Array = np.concatenate([self._rank_of[f] for f in FACETS])

    def keys(self, codes: Codes | Rows) -> Array:
        """Return the key of each member of a segment's facets."""
        keys = np.zeros(codes.top, dtype=np.int64)
        for place, facet in enumerate(FACETS):
            first, numbers = codes.members(facet)
            keys[first : first + len(numbers)] = self._rank_of[facet].take(numbers) + ((place + 1) << _FACET)
        return keys

    def read(self, keys: Array, limit: int) -> dict[str, tuple[FacetCount, ...]]:
        """Return the first `limit` values of each facet with their counts."""
        keys, sizes = _trimmed(keys, limit)
        # `tuple.__new__` is three times faster than calling the class, some hundred times a question
        named = map(self._texts.__getitem__, (keys & _PLACE).tolist())
        found = tuple(map(tuple.__new__, repeat(FacetCount), zip(named, (-(keys >> _COUNT) & _PLACE).tolist(), strict=True)))
        facets, start = {}, 0
        for facet, size in zip(FACETS, sizes, strict=True):
            facets[facet] = found[start : start + size]
            start += size
        return facets

    def lasting(self, keys: Array) -> Array:
        """Return keys that hold the number of a value instead of its place in the alphabet, which changes."""
        places = keys & _PLACE
        found: Array = keys - places + self._number_at.take(places)
        return found

    def present(self, lasting: Array) -> Array:
        """Return the keys of today, in order, for lasting ones."""
        numbers = lasting & _PLACE
        keys: Array = lasting - numbers + self._rank_at.take(self._start_of.take(lasting >> _FACET) + numbers)
        keys.sort()
        return keys

    @staticmethod
    def first(keys: Array, limit: int) -> Array:
        """Return the keys of the first `limit` values of each facet only."""
        return _trimmed(keys, limit)[0]


def _trimmed(keys: Array, limit: int) -> tuple[Array, list[int]]:
    """Return the keys of the first `limit` values of each facet, and how many each has."""
    bounds = keys.searchsorted(_BOUNDS).tolist()
    sizes = [min(b - a, limit) for a, b in pairwise(bounds)]
    if sum(sizes) < len(keys):
        keys = np.concatenate([keys[a : a + size] for a, size in zip(bounds, sizes, strict=False)])
    return keys, sizes


def only(found: Counts, facets: Collection[str], *, without: bool = False) -> Counts:
    """Keep the values of these facets, or those of all others."""
    keys, counts = found
    kept: list[tuple[int, int]] = []
    for facet, (a, b) in zip(FACETS, pairwise(keys.searchsorted(_BOUNDS).tolist()), strict=True):
        if (facet in facets) != without:
            kept[-1:] = [(kept[-1][0], b)] if kept and kept[-1][1] == a else [*kept[-1:], (a, b)]
    if len(kept) == 1:
        (a, b) = kept[0]
        return keys[a:b], counts[a:b]
    return np.concatenate([keys[a:b] for a, b in kept] or [_NOTHING]), np.concatenate([counts[a:b] for a, b in kept] or [_NOTHING])


def bare(keys: Array) -> Counts:
    """Take keys and counts apart."""
    counts = (((keys >> _FACET) + 1 << _FACET) + (keys & _PLACE) - keys) >> _COUNT
    return keys + (counts << _COUNT), counts


def by_facet(found: Counts) -> list[Counts]:
    """Return the counts of each facet apart; `found` is ascending."""
    bounds = found[0].searchsorted(_BOUNDS).tolist()
    return [(found[0][a:b], found[1][a:b]) for a, b in pairwise(bounds)]


def add(parts: Sequence[Counts]) -> Counts:
    """Add the counts of several segments."""
    keys, place = np.unique(np.concatenate([p[0] for p in parts]), return_inverse=True)
    total = np.bincount(place, np.concatenate([p[1] for p in parts]), minlength=len(keys)).astype(np.int64)
    there = total.nonzero()[0]
    return keys.take(there), total.take(there)


def best(found: Sequence[Counts], limit: int) -> Array:
    """Return the keys, with counts, of at least the `limit` most frequent values of each facet, in order.

    Each of `found` is ascending, and no value is in two of them.
    """
    if limit <= 0:
        return _NOTHING
    every = []
    for bare, counts in found:
        keys: Array = bare - (counts << _COUNT)
        if len(keys) > MANY:
            bounds = bare.searchsorted(_BOUNDS).tolist()
            every += [_first(keys[a:b], limit) for a, b in pairwise(bounds)]
        else:
            every.append(keys)
    keys = np.concatenate(every)
    keys.sort()
    return keys


def _first(keys: Array, limit: int) -> Array:
    return np.partition(keys, limit - 1)[:limit] if len(keys) > TIMES * limit else keys
