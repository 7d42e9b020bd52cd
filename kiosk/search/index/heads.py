"""Answers worked out beforehand for what is typed first and finds most: single words and beginnings of words.

Guarantees: an answer is used only for the very generation of the index it was made for, so it is always exact; without
it the same answer takes longer. The list beyond its first places is worked out when somebody scrolls there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np

from kiosk.search.ask import Plan, plan
from kiosk.search.index.count import Names
from kiosk.search.index.segment import Segment
from kiosk.search.index.snapshot import Snapshot
from kiosk.search.port import FacetCount, Query, Sort

KEPT, VALUES = 200, 20  # places and facet values an answer holds
SHARE, LEAST = 60, 1_500  # an answer is worth keeping from 1/60 of the catalogue, and from so many records
LONGEST = 12  # letters typed
BATCH = 100


class HeadIds(Sequence[int]):
    """The first places of a long list, and the rest on demand."""

    def __init__(self, total: int, first: list[int], rest: Callable[[], Sequence[int]]) -> None:
        self._total, self._first, self._rest = total, first, rest
        self._whole: Sequence[int] | None = None

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        """Return one id, or some."""
        if isinstance(index, slice):
            start, stop, _step = index.indices(self._total)
            near = start >= 0 and max(start, stop) <= len(self._first)
        else:
            near = 0 <= index < len(self._first)
        if near:
            return self._first[index]
        if self._whole is None:
            self._whole = self._rest()
        return self._whole[index]


def key(asked: Plan, query: Query, limit: int) -> str:
    """Return the key of an answer, or "" when such questions are not kept."""
    if query.facets or query.here or query.sort is not Sort.RELEVANCE or len(asked.required) > 1 or limit > VALUES:
        return ""
    alternatives = [a for c in asked.required for a in c.alternatives]
    terms = ["+".join(t.text + "*" * t.prefix for t in a) for a in alternatives]
    return "|".join((asked.title_key, ",".join(asked.exact), *terms)) or "*"


Kept = tuple[int, list[int], dict[str, tuple[FacetCount, ...]]]


def find(connection: sqlite3.Connection, name: str, limit: int, names: Names) -> Kept | None:
    """Return the answer kept under a key."""
    row = connection.execute("SELECT total, ids, facets FROM ix_head WHERE key = ?", (name,)).fetchone()
    if row is None:
        return None
    return row[0], np.frombuffer(row[1], dtype=np.uint32).tolist(), names.read(np.frombuffer(row[2], dtype=np.int64), limit)


def typed(segment: Segment, least: int) -> Iterator[str]:
    """Yield what a person may type that finds at least about `least` records: beginnings of words, then whole words."""
    starts = segment.arrays["post_starts"].astype(np.int64)
    words = [t.decode("utf-8", "ignore") for t in segment.vocabulary()]
    for length in range(1, LONGEST + 1):
        cut = [w[:length] for w in words]
        edges = [i for i in range(len(cut)) if i == 0 or cut[i] != cut[i - 1]] + [len(cut)]
        for low, high in pairwise(edges):
            if len(cut[low]) == length and starts[high] - starts[low] >= least and not cut[low].startswith("="):
                yield cut[low]
    for i in np.flatnonzero(np.diff(starts) >= least):
        yield words[i].removeprefix("=") + " "


def make(connection: sqlite3.Connection, snapshot: Snapshot, progress: Callable[[float], None], stop: Callable[[], bool]) -> bool:
    """Work the answers out and store them, some at a time, until `stop`; return whether all are there. Not inside a transaction."""
    least = max(LEAST, snapshot.total // SHARE)
    connection.execute("DELETE FROM ix_head")
    if snapshot.total < least:
        return True
    wanted = ["", *dict.fromkeys(w for part in snapshot.parts for w in typed(part.segment, least))]
    for start in range(0, len(wanted), BATCH):
        if stop():
            return False
        rows = {}
        for words in wanted[start : start + BATCH]:
            asked, query = plan(words), Query(words)
            name = key(asked, query, VALUES)
            if name and name not in rows:
                ids, keys = snapshot.count_all(asked, query, VALUES)
                if len(ids) >= least:
                    first = np.array(ids[:KEPT], dtype=np.uint32)
                    rows[name] = (name, len(ids), first.tobytes(), snapshot.names.first(keys, VALUES).tobytes())
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO ix_head (key, total, ids, facets) VALUES (?, ?, ?, ?)", list(rows.values()))
        connection.execute("COMMIT")
        progress(min(1.0, (start + BATCH) / len(wanted)))
    return True
