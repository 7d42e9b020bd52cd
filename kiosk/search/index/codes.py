"""Facet values of the records of a segment as a few small numbers a record: what makes filters and exact counts cheap.

Guarantees: says exactly what the tables of the segment say. Worked out when a segment is first searched.

Records share their values: in a catalogue of 700,000 there are some hundred combinations of type, platform, audience,
language and decade, and some thousand lists of subjects. So each combination has a *code*, and a record is one code a
group of facets. To count is to count equal codes among the hits, then to add what each code stands for; to filter is to
look codes up in a table of yes and no. Where lists of values hardly ever repeat, a group has several columns: the first
values one by one, and a code for what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kiosk.search.fields import SHELF
from kiosk.search.index.build import COUNTED, smallest
from kiosk.search.index.segment import Array, Segment

JOINED = ("type", "platform", "audience", "language", "decade")  # few combinations: one code for all of them
SHARED = 8  # a code is worth its place when this many records have one, on average
FEW = 8_192  # codes that cost nothing anyway
DENSE = 4_000_000  # combinations that are found by marking rather than by sorting
COLUMNS = 5  # of a facet at most
SORTED = 16  # times as many codes as hits: sort the codes of the hits rather than count all codes
SPARSE = 4  # times as many codes as there are among the hits: look at these alone
_EDGE = np.ones(1, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class _Group:
    """Some facets of all records: `columns` of codes; a code stands for `sizes` of the `members`, which are below `top`.

    A member is a value number plus the `base` of its facet.
    """

    base: Mapping[str, int]
    columns: tuple[Array, ...]
    sizes: Array
    members: Array
    top: int


class Codes:
    """The facets of all records of a segment: `columns` of codes, and the `members`, that is values, they stand for.

    The code `c` stands for `members[starts[c]:starts[c + 1]]`; `codes_of[first[m]:first[m + 1]]` are the codes that contain
    `m`. A member is a value number plus the `base` of its facet.
    """

    def __init__(self, groups: Sequence[_Group], records: int) -> None:
        self.base: dict[str, int] = {}
        self._end: dict[str, int] = {}
        self._columns_of: dict[str, list[int]] = {}
        columns: list[tuple[bool, Array]] = []
        sizes: list[Array] = []
        members: list[Array] = []
        top = codes = 0
        for group in groups:
            ends = [*sorted(group.base.values())[1:], group.top]
            for (facet, base), end in zip(sorted(group.base.items(), key=lambda f: f[1]), ends, strict=True):
                self.base[facet], self._end[facet] = base + top, end + top
                self._columns_of[facet] = list(range(len(columns), len(columns) + len(group.columns)))
            columns += [(SHELF in group.base, c.astype(np.uint32) + np.uint32(codes)) for c in group.columns]
            sizes.append(group.sizes)
            members.append(group.members.astype(np.int64) + top)
            top, codes = top + group.top, codes + len(group.sizes)
        self.size = codes
        kind = smallest(codes)
        shelf = [c for hidden, c in columns if hidden]  # filtered by, never counted: the last group
        self._table: Array = np.stack([c for hidden, c in columns if not hidden], axis=1).astype(kind)
        self._shelf: Array = np.stack(shelf, axis=1).astype(kind) if shelf else np.zeros((records, 0), kind)
        every = np.concatenate(sizes)
        self._starts: Array = np.concatenate(([0], np.cumsum(every)))
        self._members: Array = np.concatenate(members)
        self._codes_of: Array = np.repeat(np.arange(codes, dtype=np.uint32), every)[np.argsort(self._members, kind="stable")]
        self._first: Array = np.concatenate(([0], np.cumsum(np.bincount(self._members, minlength=top))))

    @property
    def top(self) -> int:
        """How many members there are."""
        return len(self._first) - 1

    def having(self, facet: str, values: Sequence[int], hits: Array | None) -> Array:
        """Return which of `hits` (None: of all records) have one of the values of a facet."""
        wanted = np.zeros(self.size, dtype=np.bool_)
        for value in values:
            member = self.base[facet] + value
            if value > 0 and member < self._end[facet]:
                wanted[self._codes_of[self._first[member] : self._first[member + 1]]] = True
        mask: Array | None = None
        for number in self._columns_of[facet]:
            column = self._column(number)
            own = wanted.take(column if hits is None else column.take(hits))
            mask = own if mask is None else mask | own
        return np.zeros(0, np.bool_) if mask is None else mask

    def count(self, hits: Array | None, facet: str = "") -> tuple[Array, Array]:
        """Return the members that some of `hits` (None: of all records) have, ascending, and how many have each.

        With `facet`, only the group that holds it is counted.
        """
        if facet:
            columns = [self._column(n) for n in self._columns_of[facet]]
            found = [c if hits is None else c.take(hits) for c in columns]
            codes = found[0] if len(found) == 1 else np.concatenate(found)
        else:
            codes = (self._table if hits is None else self._table.take(hits, axis=0)).ravel()
        if len(codes) * SORTED < self.size:
            return self._spread(*_runs(codes))
        counted = np.bincount(codes, minlength=self.size)
        there = np.flatnonzero(counted)
        if len(there) * SPARSE < self.size:
            return self._spread(there, counted.take(there))
        total = np.zeros(len(self._codes_of) + 1, dtype=np.int64)
        np.cumsum(counted.take(self._codes_of), out=total[1:])
        counts = np.diff(total.take(self._first))
        members = np.flatnonzero(counts)
        return members, counts.take(members)

    def values(self, facet: str, record: int) -> list[int]:
        """Return the value numbers of one record."""
        base, end = self.base[facet], self._end[facet]
        codes = [int(self._column(n)[record]) for n in self._columns_of[facet]]
        found = [int(m) for c in codes for m in self._members[self._starts[c] : self._starts[c + 1]]]
        return [m - base for m in found if base < m < end]

    def _column(self, number: int) -> Array:
        width = self._table.shape[1]
        return self._table[:, number] if number < width else self._shelf[:, number - width]

    def _spread(self, codes: Array, counted: Array) -> tuple[Array, Array]:
        """Turn counts of some codes into counts of members."""
        begins = self._starts.take(codes)
        lengths = self._starts.take(codes + 1) - begins
        ends = lengths.cumsum()
        steps = np.arange(int(ends[-1]) if len(ends) else 0)
        members = self._members.take(steps + np.repeat(begins - ends + lengths, lengths))
        counts = np.bincount(members, np.repeat(counted, lengths), minlength=self.top)
        there = np.flatnonzero(counts)
        return there, counts.take(there).astype(np.int64)


def _runs(codes: Array) -> tuple[Array, Array]:
    """Return the different codes, ascending, and how often each is there."""
    if not len(codes):
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    every = np.sort(codes)
    edges = np.flatnonzero(np.concatenate((_EDGE, every[1:] != every[:-1], _EDGE)))
    return every.take(edges[:-1]).astype(np.intp), edges[1:] - edges[:-1]


def encode(segment: Segment) -> Codes:
    """Return the codes of all facets of a segment."""
    apart = {f: _encode(f, *_pairs(segment, f), len(segment)) for f in COUNTED}
    joined: list[_Group] = []
    for facet in JOINED:
        both = _join(joined[-1], apart[facet]) if joined else apart[facet]
        joined = [*joined[:-1], both] if both else [*joined, apart[facet]]
    return Codes([*joined, *(apart[f] for f in COUNTED if f not in JOINED)], len(segment))


def _pairs(segment: Segment, facet: str) -> tuple[Array, Array]:
    """Return (record, value) of all values of a facet, by record, each pair once."""
    table, extra = segment.table(f"f_{facet}"), segment.table(f"o_{facet}")
    owner, column = np.nonzero(table)
    value = table[owner, column]
    if len(extra):
        owner = np.concatenate((owner, extra[:, 0]))
        value = np.concatenate((value.astype(np.uint32), extra[:, 1]))
        order = np.argsort(owner, kind="stable")
        owner, value = owner[order], value[order]
    return owner, value


def _encode(facet: str, owner: Array, value: Array, count: int) -> _Group:
    """Choose the fewest columns that leave few codes."""
    lengths = np.bincount(owner, minlength=count)
    begins = np.cumsum(lengths) - lengths
    top = int(value.max(initial=0))
    columns: list[Array] = []
    while True:
        codes, sets = _sets(begins, lengths, value, top)
        if len(sets) <= max(FEW, count // SHARED) or len(columns) == COLUMNS - 1:
            break
        direct = np.zeros(count, dtype=smallest(top))
        there = np.flatnonzero(lengths)
        direct[there] = value[begins[there]]
        columns.append(direct)
        begins, lengths = begins + 1, np.maximum(lengths - 1, 0)
    kind = smallest(top + len(sets))
    sizes = np.concatenate((np.arange(top + 1) > 0, lengths[sets]))
    own = np.repeat(begins[sets], lengths[sets]) + _steps(lengths[sets])
    members = np.concatenate((np.arange(1, top + 1), value[own])).astype(np.uint32)
    return _Group({facet: 0}, (*(c.astype(kind) for c in columns), codes.astype(kind)), sizes, members, top + 1)


def _sets(begins: Array, lengths: Array, value: Array, top: int) -> tuple[Array, Array]:
    """Return a code for the values of each record (0: none, up to `top`: that value alone), and for each code beyond a record that has it.

    Lists of values are compared by two independent sums of 64 random bits a value: the order of a list does not matter,
    and two different ones are taken for equal once in 2**128.
    """
    codes = np.zeros(len(lengths), dtype=np.int64)
    alone = np.flatnonzero(lengths == 1)
    codes[alone] = value[begins[alone]]
    several = np.flatnonzero(lengths > 1)
    if not len(several):
        return codes, several
    sizes = lengths[several]
    own = value[np.repeat(begins[several], sizes) + _steps(sizes)]
    at = np.cumsum(sizes) - sizes
    salt = 0
    while True:
        key, check = (np.add.reduceat(_random(top + 1, salt + i).take(own), at) for i in range(2))
        _keys, chosen, inverse = np.unique(key, return_index=True, return_inverse=True)
        if np.array_equal(check, check[chosen].take(inverse)):
            codes[several] = inverse + (top + 1)
            return codes, several[chosen]
        salt += 2


def _random(count: int, salt: int) -> Array:
    return np.random.Generator(np.random.PCG64(salt)).integers(0, 1 << 64, count, dtype=np.uint64)


def _join(one: _Group, other: _Group) -> _Group | None:
    """Return both groups as one, or None when that gives too many codes."""
    if len(one.columns) > 1 or len(other.columns) > 1:
        return None
    many = len(other.sizes)
    key = one.columns[0].astype(np.int64) * many + other.columns[0]
    if len(one.sizes) * many <= DENSE:
        present = np.zeros(len(one.sizes) * many, dtype=np.bool_)
        present[key] = True
        kept = np.flatnonzero(present)
        code = (np.cumsum(present) - 1).take(key)
    else:
        kept, code = np.unique(key, return_inverse=True)
    if len(kept) > FEW:
        return None
    left, right = kept // many, kept % many
    sizes = np.stack((one.sizes[left], other.sizes[right]), axis=1)
    begins = np.stack(((np.cumsum(one.sizes) - one.sizes)[left], (np.cumsum(other.sizes) - other.sizes)[right] + len(one.members)), axis=1)
    every = np.concatenate((one.members, other.members + np.uint32(one.top)))
    members = every[np.repeat(begins.ravel(), sizes.ravel()) + _steps(sizes.ravel())]
    base = {**one.base, **{f: b + one.top for f, b in other.base.items()}}
    return _Group(base, (code.astype(smallest(len(kept))),), sizes.sum(axis=1), members, one.top + other.top)


def _steps(sizes: Array) -> Array:
    """Return 0, 1… for each of the sizes: [2, 3] → 0, 1, 0, 1, 2."""
    ends = np.cumsum(sizes)
    steps: Array = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return steps
