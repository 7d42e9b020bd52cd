"""The dedicated engine behind the search port: segments of impact postings, facet columns, a living delta.

Guarantees: those of `port.SearchEngine`. What changed is written as analysed rows in the caller's transaction and answers
at once; `tidy` turns rows and segments into one segment when nobody waits, and a kill at any moment leaves the old
segments or the new one. numpy is imported with the first search, not before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from kiosk.domain import Record
from kiosk.errors import DamagedIndex
from kiosk.search.ask import Plan, plan
from kiosk.search.fields import Document
from kiosk.search.port import Answer, FacetCount, Query, Suggestion
from kiosk.search.suggestions import suggestions
from kiosk.search.synonyms import SYNONYMS, Table

if TYPE_CHECKING:
    from kiosk.search.index.language import Language
    from kiosk.search.index.snapshot import Part, Snapshot
    from kiosk.search.index.values import Values
    from kiosk.search.index.writing import Writing

LOOKED_AT = 40  # first records whose titles are suggested
FEW = 3  # results: with more, nobody is asked whether they meant something else
_T = TypeVar("_T")
SCHEMA = """
CREATE TABLE ix_state (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL, heads INTEGER NOT NULL,
  whole INTEGER NOT NULL);
INSERT INTO ix_state VALUES (1, 1, 0, 1);
CREATE TABLE ix_head (key TEXT PRIMARY KEY, total INTEGER NOT NULL, ids BLOB NOT NULL, facets BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE ix_union (segment INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (segment, low, high));
CREATE TABLE ix_doc (docid INTEGER PRIMARY KEY, texts TEXT NOT NULL, facets BLOB NOT NULL, title_key TEXT NOT NULL,
  year INTEGER NOT NULL, popularity INTEGER NOT NULL);
CREATE TABLE ix_gone (docid INTEGER PRIMARY KEY);
CREATE TABLE ix_segment (id INTEGER PRIMARY KEY AUTOINCREMENT, published INTEGER NOT NULL, records INTEGER NOT NULL,
  directory TEXT NOT NULL);
CREATE TABLE ix_merge (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, masks BLOB NOT NULL);
CREATE TABLE ix_chunk (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE ix_value (facet INTEGER NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (facet, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX ix_value_text ON ix_value (facet, value)
"""
TABLES = ("ix_state", "ix_head", "ix_union", "ix_doc", "ix_gone", "ix_segment", "ix_merge", "ix_chunk", "ix_value")
Facets = dict[str, tuple[FacetCount, ...]]
Progress = Callable[[float], None]
Stop = Callable[[], bool]
Titles = Callable[[Sequence[int]], Mapping[int, str]]
Kept = Callable[[sqlite3.Connection, "Snapshot", Plan, Query, int], tuple[Sequence[int], Facets] | None]


def create(connection: sqlite3.Connection) -> None:
    """Create the empty index."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)


class ImpactEngine:
    """An index in the tables `ix_*` of `connection`.

    `titles` tells the titles of records, for suggestions; `mend` gives the records that are missing (see `Writing.have`) after a
    damaged part of the index was left out.
    """

    def __init__(self, connection: sqlite3.Connection, titles: Titles, mend: Callable[[], object] | None = None) -> None:
        self._connection = connection
        self._titles = titles
        self.synonyms: Table = SYNONYMS  # a library adds its own
        self._mend = mend
        self._writing: Writing | None = None
        self._snapshot: Snapshot | None = None
        self._generation = 0
        self._values: Values | None = None
        self._heads = 0
        self._kept: Kept | None = None  # `heads.kept`, which comes with the first search
        self._language: Language | None = None

    # -- asking -------------------------------------------------------------------------------------------------------

    def search(self, query: Query, facet_limit: int = 20) -> Answer:
        """Return every hit of `query` in order, with exact facets."""
        return self._sound(lambda: self._search(query, facet_limit))

    def _search(self, query: Query, facet_limit: int) -> Answer:
        start = time.perf_counter()
        snapshot = self._current()
        asked = plan(query.words, self.synonyms)
        ids, facets = self._found(snapshot, asked, query, facet_limit)
        correction = self.correct(query, len(ids)) if len(ids) <= FEW and not asked.empty else ""
        return Answer(len(ids), ids, facets, (time.perf_counter() - start) * 1000, correction)

    def found(self, query: Query, facet_limit: int = 20) -> tuple[Sequence[int], Facets]:
        """Return hits and facets as `search` does, without asking what else may have been meant."""
        return self._sound(lambda: self._found(self._current(), plan(query.words, self.synonyms), query, facet_limit))

    def _found(self, snapshot: Snapshot, asked: Plan, query: Query, limit: int) -> tuple[Sequence[int], Facets]:
        """Answer with what was worked out beforehand for the bulk of the index, if it was."""
        if self._heads and self._kept and snapshot.parts[0].segment.number == self._heads:
            kept = self._kept(self._connection, snapshot, asked, query, limit)
            if kept:
                return kept
        return snapshot.search(asked, query, limit)

    def correct(self, query: Query, found: int) -> str:
        """Return words worth trying instead of those that find so few, or "". Restrictions are not what is put right."""
        from kiosk.search.index.correct import correction

        snapshot, language = self.inside()
        if query.facets or query.here:
            found = language.count(snapshot, plan(query.words, self.synonyms))
        return correction(snapshot, language, query.words, found, self.synonyms)

    def inside(self) -> tuple[Snapshot, Language]:
        """Return the snapshot and what is known of its words: what corrections and measurements look into."""
        from kiosk.search.index.language import Language

        snapshot = self._current()
        self._language = Language.of([p.segment for p in snapshot.parts], self._language)
        return snapshot, self._language

    def suggest(self, words: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return titles, authors and subjects that complete what is being typed."""
        asked = plan(words, self.synonyms)
        if asked.empty or limit <= 0:
            return ()
        ids, facets = self.found(Query(words))
        first = ids[:LOOKED_AT]
        titles = self._titles(first)
        return suggestions(asked, words, facets, [titles[d] for d in first if d in titles], limit)

    def similar(self, docid: int, limit: int = 6) -> tuple[int, ...]:
        """Return records that share rare subjects or authors with this one."""
        return self._sound(lambda: self._current().similar(docid, limit))

    # -- writing ------------------------------------------------------------------------------------------------------

    @property
    def writing(self) -> Writing:
        """The writing side; numpy comes with it."""
        if self._writing is None:
            from kiosk.search.index.writing import Writing

            self._writing = Writing(self._connection)
        return self._writing

    def update(self, changed: Iterable[tuple[int, Record | Document]], removed: Iterable[int]) -> None:
        """Make `changed` searchable and forget `removed`, in the caller's transaction."""
        self.writing.update(changed, removed)

    def untidy(self) -> bool:
        """Say whether `tidy` is worth its time."""
        return self.writing.untidy()

    def tidy(self, progress: Progress = lambda share: None, stop: Stop = lambda: False) -> bool:
        """Merge segments where it is worth it, for when nobody waits; return whether all is done. Not inside a transaction.

        `stop` is asked every tenth of a second or so; what was done stays done, and the next call goes on from there.
        """
        return self.writing.tidy(progress, stop)

    def cold(self) -> bool:
        """Say whether `warm` is worth its time: the largest segment has no answers worked out."""
        return self._bulk() != self._warmed()

    def warm(self, progress: Progress = lambda share: None, stop: Stop = lambda: False) -> bool:
        """Work out beforehand what is asked most; return whether all is done. Not inside a transaction."""
        from kiosk.search.index import heads, unions
        from kiosk.search.index.snapshot import Part, Snapshot
        from kiosk.search.index.unions import Stored

        bulk, snapshot = self._bulk(), self._current()
        if bulk == self._warmed() or snapshot.parts[0].segment.number != bulk:
            return True
        self._connection.execute("UPDATE ix_state SET heads = 0")
        unions.sweep(self._connection)
        segment, alive = snapshot.parts[0].segment, snapshot.parts[0].alive
        unions.make(self._connection, segment, lambda share: progress(share / 2), stop)
        part = Part(segment, None, Stored(self._connection, segment))
        self._snapshot = Snapshot([part.now(alive), *snapshot.parts[1:]], snapshot.values)
        if stop() or not heads.make(self._connection, Snapshot([part], snapshot.values), lambda share: progress((1 + share) / 2), stop):
            return False
        self._connection.execute("UPDATE ix_state SET heads = ?1 WHERE ?1 IN (SELECT id FROM ix_segment)", (bulk,))
        self._heads = self._warmed()
        return True

    def _bulk(self) -> int:
        """Return the largest segment when it comes first, as it does but in a very young index; else 0."""
        from kiosk.search.index import storage

        sizes = storage.sizes(self._connection)
        return sizes[0][0] if sizes and sizes[0][1] == max(records for _number, records in sizes) else 0

    def _warmed(self) -> int:
        return int(self._connection.execute("SELECT heads FROM ix_state").fetchone()[0])

    def size(self) -> int:
        """Return the bytes of the index on the disk, with what is worked out beforehand."""
        from kiosk.search.index import storage

        sql = "SELECT total(length(data)) FROM ix_union UNION ALL SELECT total(length(ids) + length(facets)) FROM ix_head"
        return storage.size(self._connection) + int(sum(bytes_ for (bytes_,) in self._connection.execute(sql)))

    # -- inside -------------------------------------------------------------------------------------------------------

    def _stored_generation(self) -> int:
        return int(self._connection.execute("SELECT generation FROM ix_state").fetchone()[0])

    def _sound(self, work: Callable[[], _T]) -> _T:
        """Do it; where a part of the index is damaged, do without, have its records given again, and do it once more."""
        while True:
            try:
                return work()
            except DamagedIndex as error:
                if self._mend is None or self._connection.in_transaction:
                    raise
                try:
                    self.writing.leave_out(error.segment)
                except sqlite3.Error:  # it cannot be: a disk for reading only
                    raise error from None
                self._snapshot = None
                self._mend()

    def _current(self) -> Snapshot:
        """Return the snapshot of what is stored now, loading only what is new."""
        generation = self._stored_generation()
        if self._snapshot is None or generation != self._generation:
            self._heads, whole = self._connection.execute("SELECT heads, whole FROM ix_state").fetchone()
            if not whole and self._mend is not None and not self._connection.in_transaction:
                self._mend()  # as far as one can wait for it
                generation = self._stored_generation()
            self._snapshot = self._load()
            self._generation = generation
        return self._snapshot

    def _load(self) -> Snapshot:
        import numpy as np

        from kiosk.search.index import heads, storage
        from kiosk.search.index.snapshot import Part, Snapshot, living

        self._kept = heads.kept
        numbers = storage.numbers(self._connection)
        kept = {p.segment.number: p for p in self._snapshot.parts if p.segment.number} if self._snapshot else {}
        bases = [kept.get(n) or self._part(n) for n in numbers]
        rows = self.writing.rows()
        if len(rows) or not bases:
            bases.append(Part(rows, None))
        values = self._texts()
        gone = np.array([d for (d,) in self._connection.execute("SELECT docid FROM ix_gone")], dtype=np.uint32)
        masks = living([p.segment for p in bases], gone)
        return Snapshot([part.now(alive) for part, alive in zip(bases, masks, strict=True)], values)

    def _texts(self) -> Values:
        from kiosk.search.index.values import Values

        self._values = self._values or Values(self._connection)
        self._values.refresh()
        return self._values

    def _part(self, number: int) -> Part:
        from kiosk.search.index import storage
        from kiosk.search.index.snapshot import Part
        from kiosk.search.index.unions import Stored

        segment = storage.load(self._connection, number)
        return Part(segment, None, Stored(self._connection, segment))
