"""The search port on SQLite FTS5, tuned: contentless, analysed beforehand, ids in one step, facets outside SQL.

Guarantees: those of `port.SearchEngine`. The index is written in the caller's transaction. It only ever grows: a changed
record gets a new `fid` and its old postings point nowhere, since FTS5 could take them back only from the old texts;
`rebuild` sweeps. numpy is imported with the first search, not before.
"""

from __future__ import annotations

import array
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kiosk.domain import Record
from kiosk.search import analysis, fields
from kiosk.search.ask import Clause, Plan, Term, plan
from kiosk.search.fields import SHELF, Document
from kiosk.search.port import FACETS, Answer, Query, Sort, Suggestion, SuggestionKind

if TYPE_CHECKING:
    from kiosk.search.columns import Columns, Floats, Ints

SCHEMA = """
CREATE TABLE fts_state (id INTEGER PRIMARY KEY CHECK (id = 1), next_fid INTEGER NOT NULL, generation INTEGER NOT NULL);
INSERT INTO fts_state VALUES (1, 1, 1);
CREATE TABLE fts_doc (fid INTEGER PRIMARY KEY, docid INTEGER NOT NULL UNIQUE, title TEXT NOT NULL, title_key TEXT NOT NULL,
  year INTEGER NOT NULL, popularity INTEGER NOT NULL, added INTEGER NOT NULL, facets BLOB NOT NULL);
CREATE INDEX fts_doc_title ON fts_doc (title_key);
CREATE TABLE fts_value (id INTEGER PRIMARY KEY, facet TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (facet, value));
CREATE VIRTUAL TABLE fts USING fts5 (title, author, subject, other, content='', prefix='2',
  tokenize="unicode61 remove_diacritics 0 tokenchars '='");
INSERT INTO fts (fts, rank) VALUES ('hashsize', 16777216);
CREATE VIRTUAL TABLE fts_name USING fts5 (name, content='', prefix='2', tokenize="unicode61 remove_diacritics 0 tokenchars '='");
"""
TABLES = ("fts_state", "fts_doc", "fts_value", "fts", "fts_name")
_RANKED = 1_500  # above this many hits, bm25 costs more than it tells
_BM25 = "bm25(fts, 8.0, 5.0, 3.0, 1.0)"


def create(connection: sqlite3.Connection) -> None:
    """Create the empty index."""
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def expression(clauses: Iterable[Clause]) -> str:
    """Write clauses in FTS5's query language."""
    return " AND ".join(
        "(" + " OR ".join("(" + " AND ".join(_phrase(t) for t in alternative) + ")" for alternative in c.alternatives) + ")"
        for c in clauses
    )


def _phrase(term: Term) -> str:
    return f'"{term.text}"*' if term.prefix else f'"{term.text}"'


class FtsEngine:
    """An index in the tables `fts*` of `connection`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._loaded: Columns | None = None
        self._value_ids: dict[tuple[str, str], int] = {}
        self._value_generation = 0

    # -- asking -------------------------------------------------------------------------------------------------------

    def search(self, query: Query, facet_limit: int = 20) -> Answer:
        """Return every hit of `query` in order, with exact facets."""
        import numpy as np

        start = time.perf_counter()
        columns = self._columns()
        asked = plan(query.words)
        base = np.arange(len(columns), dtype=np.int64) if asked.empty else columns.positions(self._matching(asked))
        if query.here:
            base = base[columns.with_any(SHELF, (query.here,))[base]]
        selected = {f: columns.with_any(f, values) for f, values in query.facets.items() if f in FACETS and values}
        hits, facets = columns.facets(base, selected, facet_limit)
        hits = self._ordered(columns, asked, hits, query.sort)
        ms = (time.perf_counter() - start) * 1000
        return Answer(len(hits), columns.docid[hits].tolist(), facets, ms)

    def suggest(self, words: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return authors and subjects, then titles, that contain what is being typed."""
        asked = plan(words)
        if asked.empty or limit <= 0:
            return ()
        key = asked.title_key
        titles = self._connection.execute(
            "SELECT title FROM (SELECT title, popularity FROM fts_doc WHERE title_key >= ? AND title_key < ? LIMIT 500) "
            "ORDER BY popularity DESC, title LIMIT ?",
            (key, key + "\U0010ffff", limit),
        )
        names = self._connection.execute(
            "SELECT v.facet, v.value FROM fts_name n JOIN fts_value v ON v.id = n.rowid WHERE fts_name MATCH ? ORDER BY rank LIMIT ?",
            (expression(asked.required), limit),
        )
        by_name = [Suggestion(v, SuggestionKind(f)) for f, v in names if self._in_use(f, v)]
        by_title = [Suggestion(t, SuggestionKind.TITLE) for (t,) in titles] if key else []
        room = max(limit - len(by_title), limit // 2)
        return tuple(dict.fromkeys((*by_name[:room], *by_title)))[:limit]

    def similar(self, docid: int, limit: int = 6) -> tuple[int, ...]:
        """Return records that share rare subjects or authors with this one."""
        import numpy as np

        columns = self._columns()
        at = columns.position(docid)
        if at is None or limit <= 0:
            return ()
        own = columns.values[columns.starts[at] : columns.starts[at + 1]]
        telling = np.zeros(columns.size, dtype=np.bool_)
        for facet in ("subject", "author"):
            telling[columns.members[facet]] = True
        own = own[telling[own]]
        if not len(own):
            return ()
        weights = np.zeros(columns.size)
        weights[own] = 1 / np.log2(2 + np.bincount(columns.values, minlength=columns.size)[own])
        score = np.bincount(columns.owner, weights=weights[columns.values], minlength=len(columns))
        score[at] = 0
        best = np.lexsort((columns.docid, -columns.popularity, -score))[:limit]
        return tuple(int(d) for d in columns.docid[best[score[best] > 0]])

    # -- writing ------------------------------------------------------------------------------------------------------

    def update(self, changed: Iterable[tuple[int, Record | Document]], removed: Iterable[int]) -> None:
        """Make `changed` searchable and forget `removed`, in the caller's transaction."""
        connection = self._connection
        fid, generation = connection.execute("SELECT next_fid, generation FROM fts_state").fetchone()
        if generation != self._value_generation:
            self._value_ids = {(f, v): i for i, f, v in connection.execute("SELECT id, facet, value FROM fts_value")}
        now = int(time.time())
        docs: list[tuple[object, ...]] = []
        rows: list[tuple[object, ...]] = []
        for docid, given in changed:
            d = given if isinstance(given, Document) else fields.document(given)
            ids = array.array("I", self._ids_of(d.facets))
            docs.append((fid, docid, d.title, d.title_key, d.year, d.popularity, now, ids.tobytes()))
            rows.append((fid, d.texts.title, d.texts.author, d.texts.subject, d.texts.other))
            fid += 1
        connection.executemany("DELETE FROM fts_doc WHERE docid = ?", [(d,) for d in removed])
        added = "coalesce((SELECT added FROM fts_doc WHERE docid = ?2), ?7)"
        connection.executemany(f"INSERT OR REPLACE INTO fts_doc VALUES (?1, ?2, ?3, ?4, ?5, ?6, {added}, ?8)", docs)
        connection.executemany("INSERT INTO fts (rowid, title, author, subject, other) VALUES (?, ?, ?, ?, ?)", rows)
        self._value_generation = generation + 1
        connection.execute("UPDATE fts_state SET next_fid = ?, generation = ?", (fid, generation + 1))

    def clear(self) -> None:
        """Empty the index, before every record is given again."""
        for table in reversed(TABLES):
            self._connection.execute(f"DROP TABLE IF EXISTS {table}")
        create(self._connection)
        self._loaded, self._value_generation = None, 0

    def stale(self) -> float:
        """Return which share of the index points nowhere."""
        last = self._connection.execute("SELECT next_fid - 1 FROM fts_state").fetchone()[0]
        live = self._connection.execute("SELECT count(*) FROM fts_doc").fetchone()[0]
        return 1 - live / last if last else 0.0

    # -- inside -------------------------------------------------------------------------------------------------------

    def _ids_of(self, pairs: Sequence[tuple[str, str]]) -> list[int]:
        known = self._value_ids
        try:
            return [known[p] for p in pairs]
        except KeyError:
            return [self._value_id(f, v) for f, v in pairs]

    def _value_id(self, facet: str, value: str) -> int:
        known = self._value_ids.get((facet, value))
        if known is None:
            known = self._value_ids[facet, value] = len(self._value_ids) + 1
            self._connection.execute("INSERT INTO fts_value VALUES (?, ?, ?)", (known, facet, value))
            if facet in ("subject", "author"):
                self._connection.execute("INSERT INTO fts_name (rowid, name) VALUES (?, ?)", (known, analysis.name_terms(value)))
        return known

    def _columns(self) -> Columns:
        from kiosk.search.columns import Columns

        generation = self._connection.execute("SELECT generation FROM fts_state").fetchone()[0]
        if self._loaded is None or self._loaded.generation != generation:
            self._loaded = Columns(self._connection, generation)
        return self._loaded

    def _in_use(self, facet: str, value: str) -> bool:
        columns = self._columns()
        return bool(columns.with_any(facet, (value,)).any())

    def _matching(self, asked: Plan, column: str = "") -> Ints:
        import numpy as np

        match = f"{column}({expression(asked.required)})"
        found = self._connection.execute("SELECT group_concat(rowid) FROM fts WHERE fts MATCH ?", (match,)).fetchone()[0]
        return np.fromstring(found, dtype=np.int64, sep=",") if found else np.zeros(0, np.int64)

    def _ordered(self, columns: Columns, asked: Plan, hits: Ints, sort: Sort) -> Ints:
        import numpy as np

        newest = -columns.docid[hits]
        if sort is Sort.TITLE:
            return hits[np.argsort(columns.title_rank[hits], kind="stable")]
        if sort is Sort.YEAR:
            return hits[np.lexsort((newest, -columns.year[hits]))]
        if sort is Sort.NEWEST:
            return hits[np.lexsort((newest, -columns.added[hits]))]
        score = np.log2(1 + columns.popularity) / 16
        if not asked.empty and len(hits) > 1:
            score = score + self._relevance(columns, asked, len(hits))
        return hits[np.lexsort((newest, -score[hits]))]

    def _relevance(self, columns: Columns, asked: Plan, count: int) -> Floats:
        """Return a weight for every record: exact title, all words in title or author, bm25 where it is affordable."""
        import numpy as np

        score = np.zeros(len(columns))
        score[columns.positions(self._matching(asked, "{title author} : "))] += 2
        score[columns.positions(self._matching(asked, "title : "))] += 1
        same = [r[0] for r in self._connection.execute("SELECT fid FROM fts_doc WHERE title_key = ?", (asked.title_key,))]
        score[columns.positions(np.array(same, dtype=np.int64))] += 4
        if count <= _RANKED:
            match = expression(asked.required)
            if asked.exact:
                match = f"({match}) OR (({match}) AND ({' OR '.join(_phrase(Term(t)) for t in asked.exact)}))"
            sql = (
                f"SELECT group_concat(rowid), group_concat(points) FROM "
                f"(SELECT rowid, CAST({_BM25} * -1000 AS INTEGER) AS points FROM fts WHERE fts MATCH ? LIMIT {_RANKED * 4})"
            )
            ids, points = self._connection.execute(sql, (match,)).fetchone()
            if ids:
                fids = np.fromstring(ids, dtype=np.int64, sep=",")
                weight = np.fromstring(points, dtype=np.float64, sep=",")
                order = np.argsort(fids)
                live = np.isin(fids[order], columns.fid)
                score[columns.positions(fids)] += 2 * weight[order][live] / max(1.0, float(weight.max()))
        return score
