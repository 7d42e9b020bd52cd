"""Several segments to one, in bounded memory and in steps that can be days apart.

Guarantees: the result says what the living records of its sources said when the merge began; each step is one transaction
with the note of how far it is (`ix_merge`), so that a stop, or a kill, costs one step; neither memory nor the journal grows
with the catalogue. What is written meanwhile is in newer segments, which the merge leaves alone.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
import zlib
from array import array as packed
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from typing import Any

import numpy as np

from kiosk.search.index import storage
from kiosk.search.index.build import COUNTED, facet_arrays, rank, smallest, title_arrays, vocabulary_arrays
from kiosk.search.index.encode import encode
from kiosk.search.index.segment import Array, Segment

BLOCK = 250_000  # postings a step: some 25 ms, 10 MB
COLUMNS = ("docid", "year", "popularity", "title_hash")
_PIECES = (("post_ids", np.uint32), ("post_imps", np.uint8), ("post_counts", np.uint32))


class Merge:
    """One merge under way: `step` until it says that all is written, then `publish`. All in the caller's transactions."""

    def __init__(self, connection: sqlite3.Connection, sources: Sequence[Segment], masks: Sequence[Array], writer: storage.Writer) -> None:
        self._connection = connection
        self.sources, self.masks = sources, masks
        self.writer = writer
        self._noted = ""
        self.parts = 0  # of what is told record by record: columns, titles, facets
        self.done = 0  # blocks of postings, once `places` is there
        self.places: list[int] = []  # of the arrays of postings, which are written side by side

    def step(self) -> float:
        """Write the next part; return the share of the work that is done, 1 at the end."""
        by_record = (self._write_columns, self._write_titles, self._write_facets)
        if self.parts < len(by_record):
            by_record[self.parts]()
            self.parts += 1
            return 0.1 * self.parts / len(by_record)
        if not self.places:
            self.places = [self.writer.begin(name, kind) for name, kind in _PIECES]
        blocks = self._blocks
        if self.done < len(blocks):
            for place, piece in zip(self.places, self._block(*blocks[self.done]), strict=True):
                self.writer.add(place, piece)
            self.done += 1
            return 0.1 + 0.85 * self.done / (len(blocks) + 1)
        self._finish()
        return 1.0

    def publish(self) -> None:
        """Put the new segment in the place of its sources."""
        self.writer.publish([s.number for s in self.sources])

    # -- columns ------------------------------------------------------------------------------------------------------

    @cached_property
    def _columns(self) -> dict[str, Array]:
        return {n: np.concatenate([s.arrays[n][alive] for s, alive in zip(self.sources, self.masks, strict=True)]) for n in COLUMNS}

    @cached_property
    def _order(self) -> Array:
        return rank(self._columns["popularity"], self._columns["year"], self._columns["docid"])

    @cached_property
    def _moved(self) -> list[Array]:
        """For each source, the new ord of each record, -1 for those that do not live."""
        place = np.empty(len(self._order), dtype=np.int32)
        place[self._order] = np.arange(len(self._order), dtype=np.int32)
        moved, start = [], 0
        for alive in self.masks:
            new = np.full(len(alive), -1, dtype=np.int32)
            count = int(np.count_nonzero(alive))
            new[alive] = place[start : start + count]
            start += count
            moved.append(new)
        return moved

    @property
    def _count(self) -> int:
        return len(self._order)

    def _write_columns(self) -> None:
        for name, column in self._columns.items():
            self.writer.put(name, column[self._order])
        assert len(self._moved) == len(self.sources)  # worked out: the columns are not needed any more
        del self._columns

    def _write_titles(self) -> None:
        for name, array in _titles(self.sources, self._moved, self._count).items():
            self.writer.put(name, array)

    def _write_facets(self) -> None:
        lists = {}
        for facet in COUNTED:
            lists[facet] = lengths, values = _facet(facet, self.sources, self._moved, self._count)
            for name, array in facet_arrays(facet, lengths, values).items():
                self.writer.put(name, array)
        for name, array in encode(lists, self._count).items():
            self.writer.put(name, array)

    # -- postings -----------------------------------------------------------------------------------------------------

    @cached_property
    def _vocabulary(self) -> tuple[list[bytes], list[Array]]:
        """All terms, sorted, and for each source the numbers of its terms in that list."""
        names, numbers = list[bytes](), [packed("i") for _ in self.sources]
        for term, source in heapq.merge(*(zip(s.each_term(), repeat(i)) for i, s in enumerate(self.sources))):
            if not names or names[-1] != term:
                names.append(term)
            numbers[source].append(len(names) - 1)
        return names, [np.frombuffer(n, dtype=np.int32) if n else np.zeros(0, np.int32) for n in numbers]

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """Ranges of terms with about `BLOCK` postings each."""
        names, maps = self._vocabulary
        frequency = np.zeros(len(names), dtype=np.int64)
        for segment, numbers in zip(self.sources, maps, strict=True):
            own: Array = np.diff(segment.arrays["post_starts"].astype(np.int64))
            frequency[numbers] += own
        total = np.cumsum(frequency)
        cuts = (np.flatnonzero(np.diff(total // BLOCK)) + 1).tolist()
        return list(pairwise([0, *cuts, len(names)])) if names else []

    def _block(self, low: int, high: int) -> tuple[Array, Array, Array]:
        """Return ords and impacts of all living postings of a range of terms, and how many each term has."""
        keys, impacts = [], []
        for segment, numbers, new in zip(self.sources, self._vocabulary[1], self._moved, strict=True):
            first, last = np.searchsorted(numbers, (low, high)).tolist()
            lengths: Array = np.diff(segment.arrays["post_starts"][first : last + 1].astype(np.int64))
            at = new[segment.postings(first, last)]
            key: Array = np.repeat((numbers[first:last] - low).astype(np.int64) * self._count, lengths) + at
            kept = at >= 0
            everything = bool(kept.all())
            keys.append(key if everything else key[kept])
            impact = segment.impacts(first, last)
            impacts.append(impact if everything else impact[kept])
        key = np.concatenate(keys)
        order = np.argsort(key, kind="stable")  # sources come sorted: merging runs, not sorting
        key = key[order]
        count = max(1, self._count)
        return key % count, np.concatenate(impacts)[order], np.bincount(key // count, minlength=high - low)

    def _finish(self) -> None:
        """Write the vocabulary of the terms that still have postings."""
        for place in self.places:
            self.writer.end(place)
        names = self._vocabulary[0]
        counts = self.writer.taken_back(self.places[2])
        if not counts.all():
            names, counts = [name for name, count in zip(names, counts.tolist(), strict=True) if count], counts[counts > 0]
        for name, array in vocabulary_arrays(names, counts).items():
            self.writer.put(name, array)

    # -- what is needed to go on later ------------------------------------------------------------------------------------

    def note(self) -> None:
        """Note how far it is."""
        state = {"writer": self.writer.state, "parts": self.parts, "places": self.places, "done": self.done}
        state["sources"] = [s.number for s in self.sources]
        self._noted = json.dumps(state)
        masks = zlib.compress(b"".join(np.packbits(m).tobytes() for m in self.masks), 1)
        self._connection.execute("INSERT OR REPLACE INTO ix_merge (id, state, masks) VALUES (1, ?, ?)", (self._noted, masks))

    def ours(self) -> bool:
        """Say whether nobody else went on with it since it was noted here."""
        row = self._connection.execute("SELECT state FROM ix_merge").fetchone()
        return row is not None and row[0] == self._noted

    @staticmethod
    def under_way(connection: sqlite3.Connection) -> set[int]:
        """Return the segments that a merge that was noted reads."""
        row = connection.execute("SELECT state FROM ix_merge").fetchone()
        return set(json.loads(row[0])["sources"]) if row else set()

    @classmethod
    def resume(cls, connection: sqlite3.Connection) -> Merge | None:
        """Take the merge up that was noted; None when there is none, or when one of its sources is gone."""
        row = connection.execute("SELECT state, masks FROM ix_merge").fetchone()
        if row is None:
            return None
        state: dict[str, Any] = json.loads(row[0])
        if not set(state["sources"]) <= set(storage.numbers(connection)):
            return None
        sources = [storage.load(connection, n, resident=0) for n in state["sources"]]
        found = cls(connection, sources, list(_unpacked(zlib.decompress(row[1]), sources)), storage.Writer(connection, state["writer"]))
        found._noted = row[0]
        found.parts, found.places, found.done = state["parts"], state["places"], state["done"]
        return found


def _unpacked(raw: bytes, sources: Sequence[Segment]) -> Iterator[Array]:
    for segment in sources:
        size = -(-len(segment) // 8)
        yield np.unpackbits(np.frombuffer(raw[:size], dtype=np.uint8), count=len(segment)).astype(np.bool_)
        raw = raw[size:]


def _titles(segments: Sequence[Segment], moved: Sequence[Array], count: int) -> dict[str, Array]:
    keys = [b""] * count
    for segment, new in zip(segments, moved, strict=True):
        sorted_keys = segment.title_keys()
        for at, place in zip(new.tolist(), segment.whole("title_rank").tolist(), strict=True):
            if at >= 0:
                keys[at] = sorted_keys[place]
    return title_arrays(keys)


def _facet(facet: str, segments: Sequence[Segment], moved: Sequence[Array], count: int) -> tuple[Array, Array]:
    """Return how many values of a facet each record has, and the values of all records, in few bytes: every facet is held at once."""
    owners, values = [], []
    for segment, new in zip(segments, moved, strict=True):
        table, extra = segment.table(f"f_{facet}"), segment.table(f"o_{facet}")
        old, column = np.nonzero(table)
        owners += [new[old], new[extra[:, 0]]]
        values += [table[old, column].astype(np.uint32), extra[:, 1]]
    owner, value = np.concatenate(owners), np.concatenate(values)
    if (kept := owner >= 0).sum() < len(owner):
        owner, value = owner[kept], value[kept]
    order = np.argsort(owner, kind="stable")
    return np.bincount(owner, minlength=count).astype(np.int32), value[order].astype(smallest(int(value.max(initial=0))))
