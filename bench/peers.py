"""The engines compared by `bench search`, behind one small interface: build from documents, answer with hits and 8 facet counts.

All take the same analysed texts and the same plans, so that they find the same records; each counts facets its own best way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from kiosk.search import engine, fts
from kiosk.search.ask import Plan, Term, plan
from kiosk.search.fields import Document
from kiosk.search.port import FACETS, Query

BATCH, TOP = 2_000, 20


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
                self._write(batch)
                batch = []
        self._write(batch)
        self._finish()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def open(self) -> None:
        self.engine.search(Query("a"))

    def ask(self, query: Query) -> tuple[int, int]:
        answer = self.engine.search(query)
        return len(answer.ids[:TOP]) and answer.total, sum(map(len, answer.facets.values()))

    def _write(self, batch: list[tuple[int, Document]]) -> None:
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

    def _finish(self) -> None:
        self.engine.tidy()

    def index_bytes(self) -> int:
        """What the index takes."""
        return int(self.engine.size())


class Fts5(_Sqlite):
    """SQLite FTS5, tuned: contentless, ids in one step, facets in numpy."""

    name = "fts5"

    def __init__(self, folder: Path) -> None:
        new = not (folder / f"{self.name}.sqlite").exists()
        super().__init__(folder)
        if new:
            fts.create(self.connection)
        self.engine = fts.FtsEngine(self.connection)

    def _finish(self) -> None:
        self.connection.execute("INSERT INTO fts (fts) VALUES ('optimize')")

    def index_bytes(self) -> int:
        """What the index takes."""
        return self.path.stat().st_size


class Tantivy:
    """tantivy: one text field of the same terms, eight fast fields, eight terms aggregations."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.library: Any = tantivy
        self.folder = folder / self.name
        self.folder.mkdir(exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_unsigned_field("docid", stored=True, fast=True)
        schema.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        for facet in FACETS:
            schema.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
        self.schema = schema.build()
        self.index = tantivy.Index(self.schema, path=str(self.folder))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("whitespace", analyzer)
        self.counts = {f: {"terms": {"field": f, "size": TOP}} for f in FACETS}

    def build(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Index with one thread, as the others."""
        writer = self.index.writer(heap_size=128_000_000, num_threads=1)
        for docid, document in documents:
            entry = self.library.Document()
            entry.add_unsigned("docid", docid)
            t = document.texts
            entry.add_text("words", f"{t.title} {t.author} {t.subject} {t.other}")
            for facet, value in document.facets:
                if facet in self.counts:
                    entry.add_text(facet, value)
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """Load the newest commit."""
        self.index.reload()
        self.searcher = self.index.searcher()
        self.ask(Query("a"))

    def ask(self, query: Query) -> tuple[int, int]:
        """Search and aggregate."""
        asked = self._query(plan(query.words), query)
        result = self.searcher.search(asked, limit=TOP, count=True)
        counted = self.searcher.aggregate(asked, self.counts)
        return int(result.count), sum(len(f["buckets"]) for f in counted.values())

    def index_bytes(self) -> int:
        """What the index takes."""
        return sum(p.stat().st_size for p in self.folder.iterdir())

    def _query(self, asked: Plan, query: Query) -> Any:
        make, must, should = self.library.Query, self.library.Occur.Must, self.library.Occur.Should
        clauses = []
        for clause in asked.required:
            ways = []
            for alternative in clause.alternatives:
                parts = [(must, self._term(t)) for t in alternative]
                ways.append((should, parts[0][1] if len(parts) == 1 else make.boolean_query(parts)))
            clauses.append((must, ways[0][1] if len(ways) == 1 else make.boolean_query(ways)))
        for facet, values in query.facets.items():
            chosen = [(should, make.term_query(self.schema, facet, v)) for v in sorted(values)]
            clauses.append((must, make.boolean_query(chosen)))
        return make.boolean_query(clauses) if clauses else make.all_query()

    def _term(self, term: Term) -> Any:
        if term.prefix:
            return self.library.Query.regex_query(self.schema, "words", term.text + ".*")
        return self.library.Query.term_query(self.schema, "words", term.text, "freq")


PEERS: dict[str, Callable[[Path], Peer]] = {"colporteur": Colporteur, "fts5": Fts5, "tantivy": Tantivy}
