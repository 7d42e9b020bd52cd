"""Facet values of the records of a small segment, record by record: what a small catalogue, or a delivery of changes, is counted by.

Guarantees: exact; the same questions as `codes.Codes`, which needs less memory and, over many records, less time. Here a hit
is one row of numbers, and to count is to fetch rows and count numbers: three steps of numpy, whatever the facets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kiosk.search.index.build import smallest
from kiosk.search.index.segment import Array, different
from kiosk.search.port import FACETS

Lists = tuple[Array, Array]  # of each record: how many values; the values of all records
WIDTH = 16  # values: most records have no more; what others have stands in rows after those of all records


class Rows:
    """The facets of all records of a segment: a row of members a record.

    A member is a value that some record has, numbered from `WIDTH`, facet after facet; where a row has no more it holds the number of
    the column, since counting one number again and again is slow. `_next` says in which row a record goes on, 0: nowhere.
    """

    def __init__(self, lists: Callable[[str], Lists], count: int) -> None:
        self._lists = lists
        self._count = count
        self._numbers: dict[str, Array] = {}  # the value numbers of the members of a facet, ascending
        self._base: dict[str, int] = {}
        self._tables: dict[str, Array] = {}
        owners, members, top = [], [], WIDTH
        for facet in FACETS:
            lengths, values = lists(facet)
            own = self._numbers[facet] = different(values)
            self._base[facet] = top
            owners.append(np.arange(count).repeat(lengths))
            members.append(own.searchsorted(values) + top)
            top += len(own)
        self.top = top
        self._table, self._next = _laid(np.concatenate(owners), np.concatenate(members).astype(smallest(top)), count)

    def members(self, facet: str) -> tuple[int, Array]:
        """Return the first member of a facet, and the value numbers of its members."""
        return self._base[facet], self._numbers[facet]

    def having(self, facet: str, values: Sequence[int]) -> Array:
        """Return which records have one of the values of a facet."""
        table = self._own(facet)
        wanted = np.isin(self._numbers[facet], [v for v in values if v > 0])
        has: Array = np.concatenate((np.zeros(1, np.bool_), wanted)).take(table)
        found: Array = np.logical_or.reduce(has, axis=1)
        return found

    def count(self, hits: Array | None, facet: str = "") -> tuple[Array, Array]:
        """Return the members that some of `hits` (None: of all records) have, ascending, and how many have each.

        With `facet`, only its own are counted.
        """
        if facet:
            table = self._own(facet)
            counted = np.bincount((table if hits is None else table.take(hits, axis=0)).ravel(), minlength=1)
            counted[0] = 0
            there = counted.nonzero()[0]
            return there + (self._base[facet] - 1), counted.take(there)
        counted = np.bincount(self._rows(hits).ravel(), minlength=self.top)
        counted[:WIDTH] = 0
        there = (counted != 0).nonzero()[0]  # numpy finds yes and no ten times faster than numbers
        return there, counted.take(there)

    def values(self, facet: str, record: int) -> list[int]:
        """Return the value numbers of one record."""
        row = self._own(facet)[record]
        found: list[int] = self._numbers[facet].take(row[row > 0] - 1).tolist()
        return found

    def _rows(self, hits: Array | None) -> Array:
        """Return all rows of these records."""
        if hits is None:
            return self._table
        rows = [self._table.take(hits, axis=0)]
        following = self._next.take(hits)
        while len(kept := following.nonzero()[0]):
            following = following.take(kept)
            rows.append(self._table.take(following, axis=0))
            following = self._next.take(following)
        return np.concatenate(rows) if len(rows) > 1 else rows[0]

    def _own(self, facet: str) -> Array:
        """Return the values of one facet alone, a row a record, numbered from 1; made when somebody ticks one."""
        known = self._tables.get(facet)
        if known is None:
            lengths, values = self._lists(facet)
            numbers = self._numbers.setdefault(facet, different(values))  # those of the shelf are never counted
            known = np.zeros((self._count, max(1, int(lengths.max(initial=0)))), dtype=smallest(len(numbers) + 1))
            owner = np.arange(self._count).repeat(lengths)
            known[owner, _steps(owner)] = numbers.searchsorted(values) + 1
            self._tables[facet] = known
        return known


def _laid(owner: Array, member: Array, count: int) -> tuple[Array, Array]:
    """Lay (record, member) pairs out in rows; return the rows and where each record goes on."""
    order = owner.argsort(kind="stable")
    owner, member = owner.take(order), member.take(order)
    step = _steps(owner)
    row = owner.copy()
    first = ((step > 0) & (step % WIDTH == 0)).nonzero()[0]  # of the pairs of each further row
    beyond = step >= WIDTH
    row[beyond] = count - 1 + first.searchsorted(beyond.nonzero()[0], "right")
    table = np.tile(np.arange(WIDTH, dtype=member.dtype), (count + len(first), 1))
    table[row, step % WIDTH] = member
    following = np.zeros(len(table), dtype=smallest(len(table)))
    following[row[first - 1]] = row[first]
    return table, following


def _steps(owner: Array) -> Array:
    """Return 0, 1… for the elements of each run of equals: [4, 4, 4, 7] → 0, 1, 2, 0."""
    steps: Array = np.arange(len(owner)) - owner.searchsorted(owner)
    return steps
