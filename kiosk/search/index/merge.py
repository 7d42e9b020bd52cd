"""Several segments to one, in bounded memory.

Guarantees: the result says what the living records of its sources said; the vocabulary is walked in blocks of about
`BLOCK` postings, each written in a transaction of its own, so that neither memory nor the journal grows with the catalogue.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np

from kiosk.search.index import storage
from kiosk.search.index.build import COUNTED, facet_arrays, rank, title_arrays, vocabulary_arrays
from kiosk.search.index.segment import Array, Segment

BLOCK = 2_000_000
COLUMNS = ("docid", "year", "popularity", "title_hash")


@contextmanager
def _own_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction of its own, unless the caller has one."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def merge(
    connection: sqlite3.Connection, sources: Sequence[tuple[Segment, Array]], progress: Callable[[float], None] = lambda share: None
) -> storage.Writer:
    """Write one segment from (segment, mask of living records) pairs; the caller publishes it."""
    columns = {name: np.concatenate([s.arrays[name][alive] for s, alive in sources]) for name in COLUMNS}
    order = rank(columns["popularity"], columns["year"], columns["docid"])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    moved, start = [], 0
    for _segment, alive in sources:
        new = np.full(len(alive), -1, dtype=np.int64)
        new[alive] = place[start : start + int(alive.sum())]
        start += int(alive.sum())
        moved.append(new)
    with _own_transaction(connection):
        writer = storage.Writer(connection)
        for name, column in columns.items():
            writer.put(name, column[order])
        for name, array in _titles([s for s, _alive in sources], moved, len(order)).items():
            writer.put(name, array)
        for facet in COUNTED:
            for name, array in _facet(facet, [s for s, _alive in sources], moved, len(order)).items():
                writer.put(name, array)
    _postings(connection, writer, [s for s, _alive in sources], moved, len(order), progress)
    return writer


def _titles(segments: Sequence[Segment], moved: Sequence[Array], count: int) -> dict[str, Array]:
    keys = [""] * count
    for segment, new in zip(segments, moved, strict=True):
        sorted_keys = segment.title_keys()
        for at, place in zip(new.tolist(), segment.whole("title_rank").tolist(), strict=True):
            if at >= 0:
                keys[at] = sorted_keys[place].decode("utf-8", "replace")
    return title_arrays(keys)


def _facet(facet: str, segments: Sequence[Segment], moved: Sequence[Array], count: int) -> dict[str, Array]:
    owners, values = [], []
    for segment, new in zip(segments, moved, strict=True):
        table, extra = segment.table(f"f_{facet}"), segment.table(f"o_{facet}")
        old, column = np.nonzero(table)
        owners += [new[old], new[extra[:, 0]]]
        values += [table[old, column].astype(np.uint32), extra[:, 1]]
    owner, value = np.concatenate(owners), np.concatenate(values)
    kept = owner >= 0
    owner, value = owner[kept], value[kept]
    order = np.argsort(owner, kind="stable")
    return facet_arrays(facet, np.bincount(owner, minlength=count), value[order])


def _postings(
    connection: sqlite3.Connection,
    writer: storage.Writer,
    segments: Sequence[Segment],
    moved: Sequence[Array],
    count: int,
    progress: Callable[[float], None],
) -> None:
    """Write postings block by block, impacts apart, then the vocabulary of the terms that still have any."""
    names, maps = _vocabulary(segments)
    frequency = np.zeros(len(names), dtype=np.int64)
    for segment, numbers in zip(segments, maps, strict=True):
        np.add.at(frequency, numbers, np.diff(segment.arrays["post_starts"].astype(np.int64)))
    total = np.cumsum(frequency)
    blocks = [0, *(np.flatnonzero(np.diff(total // BLOCK)) + 1).tolist(), len(names)]
    counts = np.zeros(len(names), dtype=np.int64)
    for name, pick in (("post_ids", 0), ("post_imps", 1)):
        writer.begin(name, np.uint8 if pick else np.uint32)
        for low, high in pairwise(blocks):
            with _own_transaction(connection):
                term, ord_, impact = _block(segments, maps, moved, low, high)
                order = np.argsort(term * max(1, count) + ord_)
                writer.add(impact[order] if pick else ord_[order])
                counts[low:high] = np.bincount(term, minlength=high - low)
            progress((pick + high / max(1, len(names))) / 2)
        with _own_transaction(connection):
            writer.end()
    living = np.flatnonzero(counts)
    with _own_transaction(connection):
        for name, array in vocabulary_arrays([names[i] for i in living], counts[living]).items():
            writer.put(name, array)


def _vocabulary(segments: Sequence[Segment]) -> tuple[list[bytes], list[Array]]:
    """Return all terms, sorted, and for each segment the numbers of its terms in that list."""
    every: set[bytes] = set()
    for segment in segments:
        every.update(segment.vocabulary())
    names = sorted(every)
    number = {name: i for i, name in enumerate(names)}
    return names, [np.fromiter(map(number.__getitem__, s.vocabulary()), dtype=np.int64, count=s.terms) for s in segments]


def _block(segments: Sequence[Segment], maps: Sequence[Array], moved: Sequence[Array], low: int, high: int) -> tuple[Array, Array, Array]:
    """Return (term - low, new ord, impact) of all living postings of a range of terms."""
    terms, ords, impacts = [], [], []
    for segment, numbers, new in zip(segments, maps, moved, strict=True):
        first, last = np.searchsorted(numbers, (low, high))
        lengths: Array = np.diff(segment.arrays["post_starts"][first : last + 1].astype(np.int64))
        at = new[segment.postings(int(first), int(last))]
        kept = at >= 0
        terms.append(np.repeat(numbers[first:last] - low, lengths)[kept])
        ords.append(at[kept])
        impacts.append(segment.impacts(int(first), int(last))[kept])
    return np.concatenate(terms), np.concatenate(ords), np.concatenate(impacts)
