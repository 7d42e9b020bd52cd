"""The dedicated engine behind the search port: segments of impact postings, facet columns, a living delta.

Guarantees: those of `port.SearchEngine`. What changed is written as analysed rows in the caller's transaction and answers
at once; `tidy` turns rows and segments into one segment when nobody waits, and a kill at any moment leaves the old
segments or the new one. numpy is imported with the first search, not before.
"""

from __future__ import annotations

import sqlite3
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from kiosk.domain import Record
from kiosk.search import analysis, fields
from kiosk.search.ask import Plan, plan
from kiosk.search.fields import Document
from kiosk.search.port import Answer, FacetCount, Query, Suggestion, SuggestionKind
from kiosk.search.synonyms import SYNONYMS, Table

if TYPE_CHECKING:
    from kiosk.search.index.language import Language
    from kiosk.search.index.segment import Segment
    from kiosk.search.index.snapshot import Part, Snapshot
    from kiosk.search.index.values import Numbering, Values

FEW = 3  # results: with more, nobody is asked whether they meant something else
FLUSH = 16_000  # rows: more become a segment at once, so that a search never waits for long
UNTIDY_ROWS, UNTIDY_SEGMENTS = 2_000, 4
_UNIT, _RECORD = "\x1f", "\x1e"
SCHEMA = """
CREATE TABLE ix_state (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL, heads INTEGER NOT NULL);
INSERT INTO ix_state VALUES (1, 1, 0);
CREATE TABLE ix_head (key TEXT PRIMARY KEY, total INTEGER NOT NULL, ids BLOB NOT NULL, facets BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE ix_union (segment INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (segment, low, high));
CREATE TABLE ix_doc (docid INTEGER PRIMARY KEY, texts TEXT NOT NULL, facets BLOB NOT NULL, title_key TEXT NOT NULL,
  year INTEGER NOT NULL, popularity INTEGER NOT NULL);
CREATE TABLE ix_gone (docid INTEGER PRIMARY KEY);
CREATE TABLE ix_segment (id INTEGER PRIMARY KEY AUTOINCREMENT, published INTEGER NOT NULL, directory TEXT NOT NULL);
CREATE TABLE ix_chunk (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE ix_value (facet INTEGER NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (facet, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX ix_value_text ON ix_value (facet, value)
"""
TABLES = ("ix_state", "ix_head", "ix_union", "ix_doc", "ix_gone", "ix_segment", "ix_chunk", "ix_value")
Facets = dict[str, tuple[FacetCount, ...]]
Titles = Callable[[Sequence[int]], Mapping[int, str]]


def create(connection: sqlite3.Connection) -> None:
    """Create the empty index."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)


class ImpactEngine:
    """An index in the tables `ix_*` of `connection`. `titles` tells the titles of records, for suggestions."""

    def __init__(self, connection: sqlite3.Connection, titles: Titles) -> None:
        self._connection = connection
        self._titles = titles
        self.synonyms: Table = SYNONYMS  # a library adds its own
        self._snapshot: Snapshot | None = None
        self._generation = 0
        self._values: Values | None = None
        self._numbering: Numbering | None = None
        self._numbered = 0
        self._heads = 0
        self._language: Language | None = None

    # -- asking -------------------------------------------------------------------------------------------------------

    def search(self, query: Query, facet_limit: int = 20) -> Answer:
        """Return every hit of `query` in order, with exact facets."""
        start = time.perf_counter()
        snapshot = self._current()
        asked = plan(query.words, self.synonyms)
        ids, facets = self._kept(snapshot, asked, query, facet_limit) or snapshot.search(asked, query, facet_limit)
        correction = self.correct(query, len(ids)) if len(ids) <= FEW and not asked.empty else ""
        return Answer(len(ids), ids, facets, (time.perf_counter() - start) * 1000, correction)

    def _kept(self, snapshot: Snapshot, asked: Plan, query: Query, limit: int) -> tuple[Sequence[int], Facets] | None:
        """Return the answer worked out beforehand, if there is one for this generation of the index."""
        from kiosk.search.index import heads

        name = heads.key(asked, query, limit) if self._heads == self._generation else ""
        found = heads.find(self._connection, name, limit, snapshot.names) if name else None
        if found is None:
            return None
        total, first, facets = found
        return heads.HeadIds(total, first, lambda: snapshot.search(asked, query, 0)[0]), facets

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
        ids, facets = self._current().search(asked, Query(words), 60)
        first = ids[:60]
        titles = self._titles(first)
        typed = analysis.text_terms(words).split()
        found: list[Suggestion] = []
        for kind in (SuggestionKind.AUTHOR, SuggestionKind.SUBJECT):
            named = [c.value for c in facets[kind.value] if _completes(c.value, typed)]
            found += [Suggestion(v, kind) for v in named[: max(1, limit // 4)]]
        for docid in first:
            if docid in titles and _completes(titles[docid], typed):
                found.append(Suggestion(titles[docid], SuggestionKind.TITLE))
        return tuple(dict.fromkeys(found))[:limit]

    def similar(self, docid: int, limit: int = 6) -> tuple[int, ...]:
        """Return records that share rare subjects or authors with this one."""
        return self._current().similar(docid, limit)

    # -- writing ------------------------------------------------------------------------------------------------------

    def update(self, changed: Iterable[tuple[int, Record | Document]], removed: Iterable[int]) -> None:
        """Make `changed` searchable and forget `removed`, in the caller's transaction."""
        connection = self._connection
        generation = self._stored_generation()
        if self._numbering is None or generation != self._numbered:
            from kiosk.search.index.values import Numbering

            self._numbering = Numbering(connection)
        rows: list[tuple[object, ...]] = []
        for docid, given in changed:
            d = given if isinstance(given, Document) else fields.document(given)
            t = d.texts
            numbers = self._numbering.numbers(d.facets)
            packed = array("I", [*map(len, numbers), *chain.from_iterable(numbers)]).tobytes()
            texts = f"{t.title}{_UNIT}{t.author}{_UNIT}{t.subject}{_UNIT}{t.other}"
            rows.append((docid, texts, packed, d.title_key, d.year, d.popularity))
        gone = [(d,) for d in removed]
        connection.executemany("DELETE FROM ix_doc WHERE docid = ?", gone)
        connection.executemany("INSERT OR IGNORE INTO ix_gone (docid) VALUES (?)", gone)
        connection.executemany("DELETE FROM ix_gone WHERE docid = ?", [row[:1] for row in rows])
        connection.executemany(
            "INSERT OR REPLACE INTO ix_doc (docid, texts, facets, title_key, year, popularity) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        self._numbered = self._advance(generation)
        if connection.execute("SELECT count(*) FROM ix_doc").fetchone()[0] >= FLUSH:
            self._flush()

    def untidy(self) -> bool:
        """Say whether `tidy` is worth its time."""
        segments = self._connection.execute("SELECT count(*) FROM ix_segment WHERE published > 0").fetchone()[0]
        rows = self._connection.execute("SELECT count(*) FROM ix_doc").fetchone()[0]
        return bool(segments > UNTIDY_SEGMENTS or rows > UNTIDY_ROWS)

    def tidy(self, progress: Callable[[float], None] = lambda share: None) -> None:
        """Make one segment of everything: seconds to a minute, for when nobody waits. Not inside a transaction."""
        from kiosk.search.index import storage
        from kiosk.search.index.merge import merge

        connection = self._connection
        generation = self._stored_generation()
        snapshot = self._current()
        connection.execute("BEGIN IMMEDIATE")
        storage.sweep(connection)
        connection.execute("COMMIT")
        everyone = [(p.segment, p.alive if p.alive is not None else _all(p.segment)) for p in snapshot.parts]
        writer = merge(connection, everyone, progress)
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self._stored_generation() != generation:  # somebody wrote meanwhile: what they wrote must not be lost
                connection.execute("ROLLBACK")
                return
            writer.publish(replaces=[p.segment.number for p in snapshot.parts if p.segment.number])
            connection.execute("DELETE FROM ix_doc")
            connection.execute("DELETE FROM ix_gone")
            self._advance(generation)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._warm(progress)

    def _warm(self, progress: Callable[[float], None]) -> None:
        """Work out beforehand what is asked most; worthless, and harmless, when somebody writes meanwhile."""
        from kiosk.search.index import heads, unions

        unions.sweep(self._connection)
        for part in self._current().parts:
            if part.segment.number:
                unions.make(self._connection, part.segment)
        self._snapshot = None  # read again which unions there are
        snapshot, generation = self._current(), self._generation
        heads.make(self._connection, snapshot, progress)
        self._connection.execute("UPDATE ix_state SET heads = ?1 WHERE generation = ?1", (generation,))
        self._generation = 0  # read again which answers are kept

    def clear(self) -> None:
        """Empty the index, before every record is given again."""
        generation = self._stored_generation()
        for table in reversed(TABLES):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        create(self._connection)
        self._connection.execute("UPDATE ix_state SET generation = ?", (generation + 1,))
        self._snapshot, self._values, self._numbering = None, None, None

    def size(self) -> int:
        """Return the bytes of the index on the disk."""
        from kiosk.search.index import storage

        return storage.size(self._connection)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _stored_generation(self) -> int:
        return int(self._connection.execute("SELECT generation FROM ix_state").fetchone()[0])

    def _advance(self, generation: int) -> int:
        self._connection.execute("UPDATE ix_state SET generation = ?", (generation + 1,))
        return generation + 1

    def _flush(self) -> None:
        """Turn the rows into a segment, in the caller's transaction."""
        from kiosk.search.index import storage

        writer = storage.Writer(self._connection)
        for name, column in self._rows_segment().arrays.items():
            writer.put(name, column)
        writer.publish()
        self._connection.execute("DELETE FROM ix_doc")

    def _rows_segment(self) -> Segment:
        from kiosk.search.index.build import Doc, build

        sql = "SELECT docid, texts, facets, title_key, year, popularity FROM ix_doc"
        return build(
            Doc(docid, texts.split(_UNIT), facets, key, year, popularity)
            for docid, texts, facets, key, year, popularity in self._connection.execute(sql)
        )

    def _current(self) -> Snapshot:
        """Return the snapshot of what is stored now, loading only what is new."""
        generation = self._stored_generation()
        if self._snapshot is None or generation != self._generation:
            self._heads = int(self._connection.execute("SELECT heads FROM ix_state").fetchone()[0])
            self._snapshot = self._load()
            self._generation = generation
        return self._snapshot

    def _load(self) -> Snapshot:
        import numpy as np

        from kiosk.search.index import storage
        from kiosk.search.index.snapshot import Part, Snapshot, living
        from kiosk.search.index.values import Values

        numbers = storage.numbers(self._connection)
        kept = {p.segment.number: p for p in self._snapshot.parts if p.segment.number} if self._snapshot else {}
        bases = [kept.get(n) or self._part(n) for n in numbers]
        rows = self._rows_segment()
        if len(rows) or not bases:
            bases.append(Part(rows, None))
        self._values = self._values or Values(self._connection)
        self._values.refresh()
        gone = np.array([d for (d,) in self._connection.execute("SELECT docid FROM ix_gone")], dtype=np.uint32)
        masks = living([p.segment for p in bases], gone)
        return Snapshot([part.now(alive) for part, alive in zip(bases, masks, strict=True)], self._values)

    def _part(self, number: int) -> Part:
        from kiosk.search.index import storage
        from kiosk.search.index.snapshot import Part
        from kiosk.search.index.unions import Stored

        segment = storage.load(self._connection, number)
        return Part(segment, None, Stored(self._connection, segment))


def _all(segment: Segment) -> Any:
    import numpy as np

    return np.ones(len(segment), dtype=np.bool_)


def _completes(text: str, typed: Sequence[str]) -> bool:
    """Say whether every word typed is, or starts, a word of `text`."""
    terms = analysis.text_terms(text).split()
    return all(any(t.startswith(word) for t in terms) for word in typed)
