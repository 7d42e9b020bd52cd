"""The slow, obviously right answer: every record looked at, for every question. What engines are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kiosk.domain import Record
from kiosk.search import fields
from kiosk.search.ask import Clause, Term, plan
from kiosk.search.port import FACETS, Query


def _terms(record: Record) -> frozenset[str]:
    t = fields.texts(record)
    return frozenset(f"{t.title} {t.author} {t.subject} {t.other}".split())


def _has(terms: frozenset[str], term: Term) -> bool:
    return any(t.startswith(term.text) for t in terms) if term.prefix else term.text in terms


def _holds(terms: frozenset[str], clause: Clause) -> bool:
    return any(all(_has(terms, t) for t in alternative) for alternative in clause.alternatives)


def found(records: Mapping[int, Record], query: Query) -> tuple[set[int], dict[str, Counter[str]]]:
    """Return the docids found, and the count of every value of every facet."""
    required = plan(query.words).required
    base = set()
    for docid, record in records.items():
        terms = _terms(record)
        here = not query.here or query.here in fields.shelf_branches(record)
        if here and all(_holds(terms, c) for c in required):
            base.add(docid)
    values = {d: fields.facet_values(records[d]) for d in base}

    def kept(docid: int, ignoring: str = "") -> bool:
        own = values[docid]
        return all(any((f, v) in own for v in wanted) for f, wanted in query.facets.items() if wanted and f != ignoring)

    facets = {f: Counter(v for d in base if kept(d, f) for name, v in values[d] if name == f) for f in FACETS}
    return {d for d in base if kept(d)}, facets
