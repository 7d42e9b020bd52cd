"""Answers worked out beforehand for what is typed first and finds most: single words and beginnings of words.

Guarantees: an answer describes all records of one segment, which never changes; `combine` adds what came since and takes
away what went, so that counts are exact, or says that it cannot; then the same answer takes longer. The list beyond its
first places is worked out when somebody scrolls there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

import numpy as np

from kiosk.search.ask import Plan, plan
from kiosk.search.index import count
from kiosk.search.index.segment import Array, Ords, Segment
from kiosk.search.index.snapshot import Snapshot
from kiosk.search.port import FacetCount, Query, Sort

KEPT, VALUES = 200, 60  # places and values of each facet an answer holds
SHOWN = 20  # values at most for which an answer is used after changes: those beyond are what may come up
SHARE, LEAST = 60, 600  # an answer is worth keeping from 1/60 of the catalogue, and from so many records
TICKED = ("type", "audience")  # with one value of these ticked, too
TICKED_SHARE, TICKED_OF = 20, 4  # when it finds so much, or is taken from so large a share of the records
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
            shown = set(self._first)  # nothing twice, nothing left out, whatever changed its place meanwhile
            self._whole = [*self._first, *(d for d in self._rest() if d not in shown)]
        return self._whole[index]


@dataclass(frozen=True, slots=True)
class Head:
    """The answer of one segment: how many records, the first of them, keys of facet values (`Names.lasting`)."""

    total: int
    ords: Array
    values: Array


def key(asked: Plan, query: Query, limit: int) -> str:
    """Return the key of an answer, or "" when such questions are not kept."""
    if query.here or query.sort is not Sort.RELEVANCE or len(asked.required) > 1 or limit > VALUES:
        return ""
    ticked = [(f, v) for f, vs in query.facets.items() for v in vs]
    if len(ticked) > 1 or (ticked and ticked[0][0] not in TICKED):
        return ""
    alternatives = [a for c in asked.required for a in c.alternatives]
    terms = ["+".join(t.text + "*" * t.prefix for t in a) for a in alternatives]
    return "|".join((asked.title_key, ",".join(asked.exact), *terms, *map("=".join, ticked))) or "*"


def find(connection: sqlite3.Connection, name: str) -> Head | None:
    """Return the answer kept under a key."""
    try:
        row = connection.execute("SELECT total, ids, facets FROM ix_head WHERE key = ?", (name,)).fetchone()
    except UnicodeEncodeError:  # a lone surrogate: nobody kept that
        return None
    return Head(row[0], np.frombuffer(row[1], dtype=np.uint32), np.frombuffer(row[2], dtype=np.int64)) if row else None


Found = tuple[Sequence[int], dict[str, tuple[FacetCount, ...]]]


def kept(connection: sqlite3.Connection, snapshot: Snapshot, asked: Plan, query: Query, limit: int) -> Found | None:
    """Return the answer to a question from what was kept of the first part; None: nothing was, or it may not be exact any more."""
    bulk = snapshot.parts[0]
    if asked.required and (len(asked.required) > 1 or bulk.matcher.ways(asked.required[0])[0] < _least(len(bulk.segment))):
        return None  # nobody kept what finds so little: that is known without reading anything
    name = key(asked, query, limit)
    head = find(connection, name) if name else None
    return answer(head, snapshot, asked, query, limit) if head else None


def _least(records: int) -> int:
    """Return how many of so many records an answer has to find to be kept."""
    return max(LEAST, records // SHARE)


def answer(head: Head, snapshot: Snapshot, asked: Plan, query: Query, limit: int) -> Found | None:
    """Return ids and facets for a question whose answer in the first part is `head`; None when they may not be exact."""
    bulk = snapshot.parts[0]
    keys = snapshot.names.present(head.values)
    if len(snapshot.parts) == 1 and bulk.alive is None:
        first, total = bulk.segment.docid.take(head.ords).tolist(), head.total
    else:
        since = _since(snapshot, asked, query, head)
        total = since.total
        combined = combine(count.bare(keys), since.come, since.gone, limit)
        if combined is None:
            return None
        first, keys = since.first, combined
    rest = HeadIds(total, first, lambda: snapshot.search(asked, query, 0)[0])
    return rest, snapshot.names.read(keys, limit)


@dataclass(frozen=True, slots=True)
class _Since:
    """What other parts add to a head, and what dead records take away."""

    total: int
    first: list[int]
    come: list[count.Counts]
    gone: list[count.Counts]


def _since(snapshot: Snapshot, asked: Plan, query: Query, head: Head) -> _Since:
    selected, costs = snapshot.selected(query), snapshot.costs(asked)
    bulk = snapshot.parts[0]
    total, come, gone = head.total, [], []
    ords = np.sort(head.ords).astype(np.intp)
    if bulk.alive is not None:
        ords = ords[bulk.alive.take(ords)]
        dead = (~bulk.alive).nonzero()[0]
        lost, _score = bulk.match_at(asked, snapshot.total, costs, dead)
        hits, counts = _ticked(snapshot, 0, lost, selected)
        total, gone = total - len(hits), counts
    _ords, score = bulk.match_at(asked, snapshot.total, costs, ords)
    keys = [bulk.relevance(asked, ords, score)]
    docids = [bulk.segment.docid.take(ords)]
    for place, part in enumerate(snapshot.parts[1:], 1):
        found, _score = part.match(asked, snapshot.total, costs)
        base = np.arange(len(part.segment)) if found is None else found
        hits, counts = _ticked(snapshot, place, base, selected)
        come += counts
        total += len(hits)
        _hits, own = part.match_at(asked, snapshot.total, costs, hits)
        keys.append(part.relevance(asked, hits, own))
        docids.append(part.segment.docid.take(hits))
    every, key = np.concatenate(docids).astype(np.int64), np.concatenate(keys)
    order = np.lexsort((-every, -key))
    if len(head.ords) < head.total:  # what comes after the last one known may not be next
        order = order[: int((order < len(ords)).nonzero()[0].max(initial=-1)) + 1]
    return _Since(total, every.take(order).tolist(), come, gone)


def _ticked(snapshot: Snapshot, place: int, base: Ords, selected: dict[str, tuple[int, ...]]) -> tuple[Ords, list[count.Counts]]:
    """Apply the selections to some records of a part, and count their values."""
    masks = {f: snapshot.parts[place].mask(f, numbers).take(base) for f, numbers in selected.items()}
    hits = base[np.logical_and.reduce(list(masks.values()))] if masks else base
    return hits, snapshot.count(place, base, hits, masks)


def combine(kept: count.Counts, come: Sequence[count.Counts], gone: Sequence[count.Counts], limit: int) -> Array | None:
    """Return the keys of the most frequent values; None when one that was not kept may be among them."""
    if limit > SHOWN:
        return None
    less = [(keys, -counts) for keys, counts in gone]
    every = count.by_facet(count.add([kept, *come, *less]))
    chosen = []
    for before, after in zip(count.by_facet(kept), every, strict=True):
        if len(before[0]) == VALUES:
            known = np.isin(after[0], before[0], assume_unique=True)
            beyond = int(before[1].min()) + int(after[1][~known].max(initial=0))
            after = after[0][known], after[1][known]
            if limit and (len(after[1]) < limit or np.partition(after[1], -limit)[-limit] <= beyond):
                return None
        chosen.append(after)
    return count.best(chosen, limit)


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
    least = _least(snapshot.total)
    connection.execute("DELETE FROM ix_head")
    if snapshot.total < least:
        return True
    wanted = ["", *dict.fromkeys(w for part in snapshot.parts for w in typed(part.segment, least))]
    for start in range(0, len(wanted), BATCH):
        if stop():
            return False
        rows: dict[str, tuple[str, int, bytes, bytes]] = {}
        for words in wanted[start : start + BATCH]:
            _work_out(snapshot, Query(words), least, rows)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO ix_head (key, total, ids, facets) VALUES (?, ?, ?, ?)", list(rows.values()))
        connection.execute("COMMIT")
        progress(min(1.0, (start + BATCH) / len(wanted)))
    return True


def _work_out(snapshot: Snapshot, query: Query, least: int, rows: dict[str, tuple[str, int, bytes, bytes]]) -> int:
    """Work an answer out, and those with one value ticked that are worth it; return how many records it finds."""
    asked = plan(query.words)
    name = key(asked, query, VALUES)
    if not name or name in rows:
        return 0
    ids, keys = snapshot.count_all(asked, query, VALUES)
    if len(ids) >= least:
        found = snapshot.names.lasting(snapshot.names.first(keys, VALUES))
        rows[name] = (name, len(ids), ids.places(KEPT).astype(np.uint32).tobytes(), found.tobytes())
    if not query.facets and len(ids) >= max(least, snapshot.total // TICKED_SHARE):
        facets = snapshot.names.read(keys, VALUES)
        for facet in TICKED:
            for value, number in facets[facet]:
                if len(ids) * TICKED_OF >= snapshot.total or number * TICKED_SHARE >= snapshot.total:
                    _work_out(snapshot, Query(query.words, {facet: frozenset({value})}), 1, rows)
    return len(ids)
