"""Search libraries of other houses, as `bench search` asks them: tantivy (Rust) and Xapian (C++).

Both index the same terms and answer with the number of hits, the first `TOP` and eight facet counts. Xapian's Python
binding comes with the system (`python3-xapian`), not from a package index: where it is not, it is not measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kiosk.search.ask import Plan, Term, plan
from kiosk.search.fields import Document
from kiosk.search.port import FACETS, Query

TOP = 20
SLOTS = {"type": 1, "platform": 2, "audience": 1, "language": 2, "decade": 1, "subject": 8, "author": 4, "library": 12}  # values


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


class Xapian:
    """Xapian: terms with their frequencies, facet values in slots counted by match spies, restrictions as boolean terms."""

    name = "xapian"

    def __init__(self, folder: Path) -> None:
        import xapian

        self.library: Any = xapian
        self.folder = folder / self.name
        self.slots: dict[str, range] = {}
        start = 0
        for facet, width in SLOTS.items():
            self.slots[facet] = range(start, start + width)
            start += width

    def build(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Index, a value of a facet in each slot; the rare values beyond are searched but not counted."""
        base = self.library.WritableDatabase(str(self.folder), self.library.DB_CREATE_OR_OVERWRITE)
        for docid, document in documents:
            entry = self.library.Document()
            t = document.texts
            for term in f"{t.title} {t.author} {t.subject} {t.other}".split():
                entry.add_term(term)
            free = {facet: iter(slots) for facet, slots in self.slots.items()}
            for facet, value in document.facets:
                if facet in free:
                    entry.add_boolean_term(_boolean(facet, value))
                    slot = next(free[facet], None)
                    if slot is not None:
                        entry.add_value(slot, value)
            base.replace_document(docid, entry)
        base.commit()
        base.close()

    def open(self) -> None:
        """Open the database."""
        self.base = self.library.Database(str(self.folder))
        self.enquire = self.library.Enquire(self.base)

    def ask(self, query: Query) -> tuple[int, int]:
        """Search all of it, so that the counts are exact."""
        make = self.library.Query
        asked = self._query(plan(query.words))
        for facet, values in query.facets.items():
            asked = make(make.OP_FILTER, asked, make(make.OP_OR, [make(_boolean(facet, v)) for v in sorted(values)]))
        self.enquire.set_query(asked)
        self.enquire.clear_matchspies()
        spies = {slot: self.library.ValueCountMatchSpy(slot) for slots in self.slots.values() for slot in slots}
        for spy in spies.values():
            self.enquire.add_matchspy(spy)
        found = self.enquire.get_mset(0, TOP, self.base.get_doccount())
        shown = 0
        for slots in self.slots.values():
            counts: dict[bytes, int] = {}
            for slot in slots:
                for item in spies[slot].values():
                    counts[item.term] = counts.get(item.term, 0) + item.termfreq
            shown += min(TOP, len(counts))
        return int(found.get_matches_estimated()), shown

    def index_bytes(self) -> int:
        """What the index takes."""
        return sum(p.stat().st_size for p in self.folder.iterdir())

    def _query(self, asked: Plan) -> Any:
        make = self.library.Query
        if asked.empty:
            return make.MatchAll
        clauses = []
        for clause in asked.required:
            ways = [make(make.OP_AND, [self._term(t) for t in alternative]) for alternative in clause.alternatives]
            clauses.append(make(make.OP_OR, ways))
        return make(make.OP_AND, clauses)

    def _term(self, term: Term) -> Any:
        make = self.library.Query
        if term.prefix:
            return make(make.OP_WILDCARD, term.text, 0, make.WILDCARD_LIMIT_ERROR, make.OP_OR)
        return make(term.text)


def _boolean(facet: str, value: str) -> str:
    """Return the term that restricts to a value; Xapian takes 245 bytes."""
    return f"X{facet.upper()}:{value}".encode()[:240].decode("utf-8", "ignore")
