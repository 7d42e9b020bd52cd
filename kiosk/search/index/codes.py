"""Facet values of the records of a segment as a few small numbers a record: what makes filters and exact counts cheap.

Guarantees: exact. Records share their values: in a catalogue of 700,000 there are some hundred combinations of type,
platform, audience, language and decade, and some thousand lists of subjects. So each combination has a *code*, and a
record is one code a group of facets. To count is to count equal codes among the hits, then to add what each code stands
for; to filter is to look codes up in a table of yes and no. `encode` makes the codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from kiosk.search.fields import SHELF
from kiosk.search.index.build import COUNTED
from kiosk.search.index.rows import Rows
from kiosk.search.index.segment import Array, Segment

SMALL = 32_768  # records: so many are counted row by row
SORTED = 16  # times as many codes as hits: sort the codes of the hits rather than count all codes
TOGETHER = 20_000  # hits: more are counted block by block
DENSE = 4  # times the codes among the hits: from there on look at all codes
_EDGE = np.ones(1, dtype=np.bool_)


class Codes:
    """The facets of all records of a segment: a row of codes a record, and the members, that is values, they stand for.

    The code `c` stands for `c_lengths[c]` of `c_members`, after those of the codes before it. A member is a value number
    plus the first number of its facet in `c_facets`. `c_columns` says of each column of the table which facets it tells
    about, bit by bit, and what to add to its numbers to have codes; further columns only make rows a power of two wide,
    since those are the quickest to fetch.
    """

    def __init__(self, arrays: Mapping[str, Array], shelf: Callable[[], Array] | None = None) -> None:
        bounds = arrays["c_facets"].tolist()
        self.base = dict(zip(COUNTED, bounds, strict=False))
        self._end = dict(zip(COUNTED, bounds[1:], strict=True))
        self._lengths: Array = arrays["c_lengths"].astype(np.int64)
        self._ends: Array = self._lengths.cumsum()
        self._members: Array = arrays["c_members"]
        self._table = arrays["c_table"]
        self._shelf = shelf or (lambda: arrays["c_shelf"])  # seldom needed: read then
        self.size, self.top = len(self._lengths), bounds[-1]
        told = arrays["c_columns"].tolist()
        self._places = {f: [n for n, (facets, _add) in enumerate(told) if facets >> place & 1] for place, f in enumerate(COUNTED)}
        self._add = [add for _facets, add in told]
        self._width = min(self._places[SHELF])  # filtered by, never counted: its columns and codes come last
        self._counted = self._add[self._width]
        self._shift = np.array(self._add[: self._width], dtype=np.uint32)
        alike = sorted(set(self._add[: self._width]))
        self._blocks = [(self._add.index(add), self._add.index(end), add, end) for add, end in pairwise([*alike, self._counted])]
        self._filtered: dict[int, Array] = {}

    def members(self, facet: str) -> tuple[int, Array]:
        """Return the first member of a facet, and the value numbers of its members."""
        return self.base[facet], np.arange(self._end[facet] - self.base[facet])

    def having(self, facet: str, values: Sequence[int]) -> Array:
        """Return which records have one of the values of a facet."""
        codes_of, first = self._inverse
        wanted = np.zeros(self.size, dtype=np.bool_)
        for value in values:
            member = self.base[facet] + value
            if value > 0 and member < self._end[facet]:
                wanted[codes_of[first[member] : first[member + 1]]] = True
        mask: Array | None = None
        for number in self._places[facet]:
            column = self._column(number)
            own = wanted[self._add[number] :].take(column)
            mask = own if mask is None else mask | own
        return np.zeros(0, np.bool_) if mask is None else mask

    def count(self, hits: Array | None, facet: str = "") -> tuple[Array, Array]:
        """Return the members that some of `hits` (None: of all records) have, ascending, and how many have each.

        With `facet`, only the columns that tell about it are counted.
        """
        if facet:
            add = self._add[self._places[facet][0]]
            columns = [self._column(n) for n in self._places[facet]]
            own = np.bincount(np.concatenate([c if hits is None else c.take(hits) for c in columns]))
            there = own.nonzero()[0]
            return self._spread(there + add, own.take(there))
        rows = self._table if hits is None else self._table.take(hits, axis=0)
        if len(rows) < TOGETHER:
            codes = (rows[:, : self._width] + self._shift).ravel()
            if len(codes) * SORTED < self._counted:
                return self._spread(*_runs(codes))
            counted = np.bincount(codes, minlength=self._counted)
        else:  # block by block, each stays within few counters
            counted = np.concatenate([np.bincount(rows[:, a:b].ravel(), minlength=end - add) for a, b, add, end in self._blocks])
        there = (counted != 0).nonzero()[0]  # numpy finds yes and no ten times faster than numbers
        if len(there) * DENSE < self._counted:
            return self._spread(there, counted.take(there))
        codes_of, first = self._inverse
        total = np.zeros(int(first[self.base[SHELF]]) + 1, dtype=np.int64)
        counted.take(codes_of[: len(total) - 1]).cumsum(out=total[1:])
        total = total.take(first[: self.base[SHELF] + 1])
        counts = total[1:] - total[:-1]
        members = (counts != 0).nonzero()[0]
        return members, counts.take(members)

    def values(self, facet: str, record: int) -> list[int]:
        """Return the value numbers of one record."""
        base, end = self.base[facet], self._end[facet]
        codes = [int(self._column(n)[record]) + self._add[n] for n in self._places[facet]]
        found = [int(m) for c in codes for m in self._members[self._ends[c] - self._lengths[c] : self._ends[c]]]
        return [m - base for m in found if base < m < end]

    def _column(self, number: int) -> Array:
        """Return a column in one piece: filters walk through it."""
        known = self._filtered.get(number)
        if known is None:
            own = self._table[:, number] if number < self._width else self._shelf()[:, number - self._width]
            known = self._filtered[number] = np.ascontiguousarray(own)
        return known

    def _spread(self, codes: Array, counted: Array) -> tuple[Array, Array]:
        """Turn counts of some codes into counts of members."""
        lengths = self._lengths.take(codes)
        ends = lengths.cumsum()
        shift = (self._ends.take(codes) - ends).repeat(lengths)
        shift += np.arange(len(shift))
        counts = np.bincount(self._members.take(shift), counted.repeat(lengths), minlength=self.top)
        there = (counts != 0).nonzero()[0]
        return there, counts.take(there).astype(np.int64)

    @cached_property
    def _inverse(self) -> tuple[Array, Array]:
        """The codes that contain each member, member after member, and where those of each begin."""
        order = self._members.argsort(kind="stable")
        first = np.concatenate(([0], np.bincount(self._members, minlength=self.top).cumsum()))
        return np.arange(self.size, dtype=np.uint32).repeat(self._lengths).take(order), first


def _runs(codes: Array) -> tuple[Array, Array]:
    """Return the different codes, ascending, and how often each is there."""
    if not len(codes):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    every = np.sort(codes)
    edges = np.concatenate((_EDGE, every[1:] != every[:-1], _EDGE)).nonzero()[0]
    return every.take(edges[:-1]).astype(np.intp), edges[1:] - edges[:-1]


def of(segment: Segment) -> Codes | Rows:
    """Return the facets of a segment, ready to be counted: by the codes it brings or new ones, of few records row by row."""
    if len(segment) <= SMALL:
        return Rows(lambda facet: lists(segment, facet), len(segment))
    if "c_table" in segment.arrays:
        return Codes(segment.arrays, lambda: segment.table("c_shelf"))
    from kiosk.search.index.encode import encode

    return Codes(encode({f: lists(segment, f) for f in COUNTED}, len(segment)))


def lists(segment: Segment, facet: str) -> tuple[Array, Array]:
    """Return the values of a facet: how many each record has, and those of all records."""
    table, extra = segment.table(f"f_{facet}"), segment.table(f"o_{facet}")
    owner, column = table.nonzero()
    value = table[owner, column]
    if len(extra):
        owner = np.concatenate((owner, extra[:, 0]))
        order = owner.argsort(kind="stable")
        owner, value = owner[order], np.concatenate((value.astype(np.uint32), extra[:, 1]))[order]
    return np.bincount(owner, minlength=len(segment)), value
