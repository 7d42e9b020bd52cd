"""The engines compared by `bench search`, behind one small interface: build from documents, answer with hits and 8 facet counts.

All take the same analysed texts and the same plans, so that they find the same records; each counts facets its own best
way. Those of other houses are in `libraries`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from bench.libraries import TOP, Tantivy, Xapian
from kiosk.search import engine, fts
from kiosk.search.ask import Plan, plan
from kiosk.search.columns import Columns
from kiosk.search.fields import Document
from kiosk.search.index import count
from kiosk.search.index.build import COUNTED
from kiosk.search.index.codes import Codes
from kiosk.search.index.encode import encode
from kiosk.search.port import Query

BATCH, RANKED = 2_000, 1_000


class Peer(Protocol):
    """One engine in one folder."""

    name: str

    def build(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Index the documents."""

    def open(self) -> None:
        """Get ready to answer."""

    def ask(self, query: Query) -> tuple[int, int]:
        """Return how many records were found and how many facet values came with the first `TOP`."""

    def index_bytes(self) -> int:
        """Return what the index takes on the disk."""


class _Sqlite:
    name = ""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{self.name}.sqlite"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -16384"):
            self.connection.execute(f"PRAGMA {pragma}").fetchone()
        self.engine: Any = None

    def build(self, documents: Iterable[tuple[int, Document]]) -> None:
        batch: list[tuple[int, Document]] = []
        for entry in documents:
            batch.append(entry)
            if len(batch) == BATCH:
                self.write(batch)
                batch = []
        self.write(batch)
        self._finish()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def open(self) -> None:
        self.engine.search(Query("a"))

    def ask(self, query: Query) -> tuple[int, int]:
        answer = self.engine.search(query)
        return len(answer.ids[:TOP]) and answer.total, sum(map(len, answer.facets.values()))

    def write(self, batch: list[tuple[int, Document]]) -> None:
        """Write some records, in one transaction."""
        self.connection.execute("BEGIN")
        self.engine.update(batch, ())
        self.connection.execute("COMMIT")

    def _finish(self) -> None:
        """Bring the index to its best form."""


class Colporteur(_Sqlite):
    """This project's engine."""

    name = "colporteur"

    def __init__(self, folder: Path) -> None:
        new = not (folder / f"{self.name}.sqlite").exists()
        super().__init__(folder)
        if new:
            engine.create(self.connection)
        self.engine = engine.ImpactEngine(self.connection, lambda docids: {})

    def ask(self, query: Query) -> tuple[int, int]:
        """Hits and facets alone: proposals, which the others do not make, are measured by `misspellings`."""
        ids, facets = self.engine.found(query)
        return len(ids[:TOP]) and len(ids), sum(map(len, facets.values()))

    def _finish(self) -> None:
        self.engine.tidy()
        self.engine.warm()

    def index_bytes(self) -> int:
        """What the index takes."""
        return int(self.engine.size())


class _Values:
    """Value texts by facet, as `count.Names` asks for them."""

    def __init__(self, columns: Columns) -> None:
        self.texts = {f: ["", *(columns.name[i] for i in columns.members[f])] for f in COUNTED}  # alphabetical

    def rank(self, facet: str) -> Any:
        """Return the place of each value in the alphabet."""
        return np.arange(len(self.texts[facet]))


class Fts5(_Sqlite):
    """SQLite FTS5 at its best: contentless, analysed beforehand, all ids in one string, bm25 for the first `RANKED` only.

    Facets are counted as this project's engine counts them, over the ids that FTS5 finds: the fastest way there is in Python.
    """

    name = "fts5"

    def __init__(self, folder: Path) -> None:
        new = not (folder / f"{self.name}.sqlite").exists()
        super().__init__(folder)
        if new:
            fts.create(self.connection)
        self.engine = fts.FtsEngine(self.connection)

    def open(self) -> None:
        """Load the facets."""
        columns = self.columns = Columns(self.connection, 0)
        facets = {}
        for facet in COUNTED:
            number = np.zeros(columns.size, dtype=np.uint32)
            number[columns.members[facet]] = np.arange(len(columns.members[facet])) + 1
            own = number.take(columns.values)
            facets[facet] = (np.bincount(columns.owner[own > 0], minlength=len(columns)), own[own > 0])
        self.number = {f: {columns.name[i]: n for n, i in enumerate(columns.members[f], 1)} for f in COUNTED}
        self.codes = Codes(encode(facets, len(columns)))
        self.names = count.Names(cast("Any", _Values(columns)))
        self.keys = self.names.keys(self.codes)
        self.masks: dict[tuple[str, frozenset[str]], Any] = {}
        columns.values, columns.owner = columns.values[:0], columns.owner[:0]  # not needed any more

    def ask(self, query: Query) -> tuple[int, int]:
        """Match, restrict, count, rank."""
        asked = plan(query.words)
        base = self._match(asked)
        masks = {f: self._mask(f, vs).take(base) for f, vs in query.facets.items() if vs}
        hits = base
        for mask in masks.values():
            hits = base[mask]  # one facet at most is ticked here
        counts = self._count(hits)
        found = [count.only(counts, masks, without=True) if masks else counts]
        found += [count.only(self._count(base, f), [f]) for f in masks]
        facets = self.names.read(count.best(found, TOP), TOP)
        self.first = self._rank(asked, hits)
        return len(hits), sum(map(len, facets.values()))

    def _match(self, asked: Plan) -> Any:
        if asked.empty:
            return np.arange(len(self.columns))
        sql = "SELECT group_concat(rowid) FROM fts WHERE fts MATCH ?"
        found = self.connection.execute(sql, (fts.expression(asked.required),)).fetchone()[0]
        return np.fromstring(found, dtype=np.int64, sep=",") - 1 if found else np.zeros(0, np.int64)

    def _mask(self, facet: str, values: frozenset[str]) -> Any:
        known = self.masks.get((facet, values))
        if known is None:
            known = self.masks[facet, values] = self.codes.having(facet, [self.number[facet].get(v, 0) for v in values])
        return known

    def _count(self, hits: Any, facet: str = "") -> count.Counts:
        members, counts = self.codes.count(hits, facet)
        return self.keys.take(members), counts

    def _rank(self, asked: Plan, hits: Any) -> Any:
        """Return the first `TOP`: by bm25 when hits are few, else by bm25 among the `RANKED` most popular."""
        popularity = self.columns.popularity
        if asked.empty or len(hits) <= TOP:
            return hits[np.argsort(-popularity.take(hits))][:TOP]
        if len(hits) <= RANKED:
            sql = f"SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY bm25(fts, 8.0, 5.0, 3.0, 1.0) LIMIT {RANKED}"
            ranked = self.connection.execute(sql, (fts.expression(asked.required),)).fetchall()
            return np.array(ranked)[:, 0][:TOP] - 1
        loans = popularity.take(hits)
        return hits[np.argpartition(-loans, TOP)[:TOP]]

    def _finish(self) -> None:
        self.connection.execute("INSERT INTO fts (fts) VALUES ('optimize')")

    def index_bytes(self) -> int:
        """What the index takes."""
        return self.path.stat().st_size


PEERS: dict[str, Callable[[Path], Peer]] = {"colporteur": Colporteur, "fts5": Fts5, "tantivy": Tantivy, "xapian": Xapian}
