"""Facet values to codes (see `codes`): which values are told together, and the number of each combination.

Guarantees: pure; says exactly what it was given. Where whole lists of values hardly ever repeat, they are told in several
columns: pairs of values, or values one by one, and a code for what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kiosk.search.fields import SHELF
from kiosk.search.index.build import COUNTED, smallest
from kiosk.search.index.segment import Array

JOINED = ("type", "platform", "audience", "language", "decade")  # few combinations: one code for all of them
TOGETHER = 8_192  # combinations of those at most
FEW, SHARED = 4_096, 32  # combinations that are always few enough, or so many records each
COLUMNS = 6  # of a facet at most
DENSE = 4_000_000  # combinations that are found by marking rather than by sorting
Lists = tuple[Array, Array]  # of each record: how many values; the values of all records


@dataclass(frozen=True, slots=True)
class _Group:
    """Some facets of all records: `columns` of codes; a code stands for `sizes` of the `members`, which are below the last of `bounds`.

    A member is a value number plus the bound its facet begins with.
    """

    facets: tuple[str, ...]
    bounds: tuple[int, ...]
    columns: tuple[Array, ...]
    sizes: Array
    members: Array


def encode(facets: Mapping[str, Lists], count: int) -> dict[str, Array]:
    """Return the arrays of `Codes` for the values of `count` records, facet by facet in the order of `COUNTED`."""
    apart = [_encode(f, facets[f], count) for f in COUNTED]
    groups: list[_Group] = []
    for group in apart:
        both = _join(groups[-1], group) if groups and group.facets[0] in JOINED else None
        groups = [*groups[:-1], both] if both else [*groups, group]
    bounds, told, codes = [0], [], 0
    for group in groups:
        bits = sum(1 << COUNTED.index(f) for f in group.facets)
        told += [(bits, codes)] * len(group.columns)
        start = bounds[-1]
        bounds += [start + b for b in group.bounds[1:]]
        codes += len(group.sizes)
    starts = dict(zip(COUNTED, bounds, strict=False))
    sizes = np.concatenate([g.sizes for g in groups])
    return {
        "c_facets": np.array(bounds, dtype=np.uint32),
        "c_columns": np.array(told, dtype=np.uint32),
        "c_lengths": sizes.astype(smallest(int(sizes.max(initial=0)))),
        "c_members": np.concatenate([g.members + starts[g.facets[0]] for g in groups]).astype(smallest(bounds[-1])),
        "c_table": _table([g for g in groups if SHELF not in g.facets], count),
        "c_shelf": _table([g for g in groups if SHELF in g.facets], count),
    }


def _table(groups: Sequence[_Group], count: int) -> Array:
    """Return the columns side by side, each row a power of two wide."""
    columns = [c for g in groups for c in g.columns]
    width = 1 << (len(columns) - 1).bit_length()
    table = np.zeros((count, width), dtype=smallest(max(len(g.sizes) for g in groups)))
    for number, column in enumerate(columns):
        table[:, number] = column
    return table


def _encode(facet: str, lists: Lists, count: int) -> _Group:
    """Choose the fewest columns that leave few codes."""
    lengths, value = lists
    begins = np.cumsum(lengths, dtype=np.int32) - lengths
    top = int(value.max(initial=0)) + 1
    sizes, members = [np.arange(top) > 0], [np.arange(1, top, dtype=np.uint32)]
    columns: list[Array] = []
    enough = max(FEW, count // SHARED)
    codes = top
    while True:
        taken, (column, sets) = lengths, _sets(begins, lengths, value, codes)
        for most in (2, 1) if len(columns) < COLUMNS - 1 else ():
            if len(sets) <= enough:
                break
            taken = np.minimum(lengths, most)
            column, sets = _sets(begins, taken, value, codes)
        own = np.repeat(begins[sets], taken[sets]) + _steps(taken[sets])
        sizes.append(taken[sets])
        members.append(value[own].astype(np.uint32))
        columns.append(column)
        codes += len(sets)
        begins, lengths = begins + taken, lengths - taken
        if not lengths.any():
            break
    return _Group((facet,), (0, top), tuple(columns), np.concatenate(sizes), np.concatenate(members))


def _sets(begins: Array, lengths: Array, value: Array, codes: int) -> tuple[Array, Array]:
    """Return a code for the values of each record (0: none, below `codes`: a value alone), and a record for each new code.

    Lists of values are compared by two independent sums of 64 random bits a value: the order of a list does not matter,
    and two different ones are taken for equal once in 2**128.
    """
    found: Array = np.zeros(len(lengths), dtype=np.uint32)
    alone = np.flatnonzero(lengths == 1)
    found[alone] = value[begins[alone]]
    several = np.flatnonzero(lengths > 1)
    if not len(several):
        return found, several
    sizes = lengths[several]
    own = value[np.repeat(begins[several], sizes) + _steps(sizes)]
    at = np.cumsum(sizes) - sizes
    top, salt = int(value.max(initial=0)) + 1, 0
    while True:
        key, check = (np.add.reduceat(_random(top, salt + i).take(own), at) for i in range(2))
        _keys, chosen, inverse = np.unique(key, return_index=True, return_inverse=True)
        if np.array_equal(check, check[chosen].take(inverse)):
            found[several] = inverse + codes
            return found, several[chosen]
        salt += 2


def _random(count: int, salt: int) -> Array:
    return np.random.Generator(np.random.PCG64(salt)).integers(0, 1 << 64, count, dtype=np.uint64)


def _join(one: _Group, other: _Group) -> _Group | None:
    """Return both groups as one, or None when that gives too many codes."""
    if len(one.columns) > 1 or len(other.columns) > 1:
        return None
    many = len(other.sizes)
    key = one.columns[0].astype(np.int64) * many + other.columns[0]
    kept: Array
    code: Array
    if len(one.sizes) * many <= DENSE:
        present = np.zeros(len(one.sizes) * many, dtype=np.bool_)
        present[key] = True
        kept = np.flatnonzero(present)
        code = (np.cumsum(present, dtype=np.uint32) - 1).take(key)
    else:
        kept, code = np.unique(key, return_inverse=True)
    if len(kept) > TOGETHER:
        return None
    left, right = kept // many, kept % many
    sizes = np.stack((one.sizes[left], other.sizes[right]), axis=1).astype(np.int64)
    begins = np.stack(((np.cumsum(one.sizes) - one.sizes)[left], (np.cumsum(other.sizes) - other.sizes)[right] + len(one.members)), axis=1)
    shift = one.bounds[-1]
    every = np.concatenate((one.members, other.members + np.uint32(shift)))
    members = every[np.repeat(begins.ravel(), sizes.ravel()) + _steps(sizes.ravel())]
    bounds = (*one.bounds, *(b + shift for b in other.bounds[1:]))
    return _Group((*one.facets, *other.facets), bounds, (code.astype(np.uint32),), sizes.sum(axis=1), members)


def _steps(sizes: Array) -> Array:
    """Return 0, 1… for each of the sizes: [2, 3] → 0, 1, 0, 1, 2."""
    ends = np.cumsum(sizes, dtype=np.int32)
    steps: Array = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int32) - np.repeat(ends - sizes, sizes)
    return steps
