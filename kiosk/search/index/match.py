"""Which records of a segment satisfy a plan, and how well.

Guarantees: exact; the work is bounded by the postings of the words asked. A buffer of one byte a record serves all
unions; it is all zero between calls. One matcher serves one thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kiosk.search.ask import Alternative, Clause, Plan, Term
from kiosk.search.index.segment import U8, U32, Segment

F32 = npt.NDArray[np.float32]
REMEMBERED = 10_000  # terms looked up lately
PREFIX_IMPACT = 0.6  # an unfinished word tells less than a whole one
GALLOP = 16  # look each hit up in a list this many times longer, rather than walk the list


class Matcher:
    """Answers plans over one segment."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self._spans: dict[Term, tuple[int, int]] = {}
        self._buffer: U8 = np.zeros(len(segment), dtype=np.uint8)

    def span(self, term: Term) -> tuple[int, int]:
        """Return the range of the vocabulary a term stands for."""
        known = self._spans.get(term)
        if known is None:
            if len(self._spans) >= REMEMBERED:
                self._spans.clear()
            known = self._spans[term] = self.segment.span(term.text.encode(), term.prefix)
        return known

    def cost(self, clause: Clause) -> int:
        """Return an upper bound of the records that satisfy a clause."""
        return sum(min(self.segment.frequency(*self.span(t)) for t in a) for a in clause.alternatives)

    def match(self, plan: Plan, total: int) -> tuple[U32, F32]:
        """Return the ords that satisfy all clauses, ascending, and their scores. `total` is the size of the catalogue."""
        hits: U32 | None = None
        score: F32 = np.zeros(0, dtype=np.float32)
        for clause in sorted(plan.required, key=self.cost):
            weight = self._weight(clause, total)
            if hits is None:
                hits, impact = self._clause(clause)
                score = impact * weight
            else:
                impact = self._restricted(clause, hits)
                kept = impact > 0
                hits, score = hits[kept], score[kept] + impact[kept] * weight
            if not len(hits):
                break
        if hits is None:
            hits = np.arange(len(self.segment), dtype=np.uint32)
            score = np.zeros(len(hits), dtype=np.float32)
        return hits, score

    def having(self, term: bytes, hits: U32) -> npt.NDArray[np.bool_]:
        """Return which of `hits` have a term."""
        low, high = self.segment.span(term, prefix=False)
        return self._look_up(self.segment.postings(low, high), hits)[0]

    # -- inside -------------------------------------------------------------------------------------------------------

    def _weight(self, clause: Clause, total: int) -> np.float32:
        frequency = max(1, self.cost(clause))
        return np.float32(math.log(1 + total / frequency) / 255)

    def _clause(self, clause: Clause) -> tuple[U32, F32]:
        """Return all records that satisfy a clause, with impacts."""
        if len(clause.alternatives) == 1:
            return self._alternative(clause.alternatives[0])
        if all(len(a) == 1 for a in clause.alternatives):
            return self._any([a[0] for a in clause.alternatives])
        found = [self._alternative(a) for a in clause.alternatives]
        found = [f for f in found if len(f[0])]
        if len(found) == 1:
            return found[0]
        if not found:
            return np.zeros(0, np.uint32), np.zeros(0, np.float32)
        buffer = self._buffer
        for hits, impact in sorted(found, key=lambda f: float(f[1][0])):
            buffer[hits] = np.maximum(buffer[hits], impact.astype(np.uint8))
        return self._collect([f[0] for f in found])

    def _collect(self, lists: Sequence[U32]) -> tuple[U32, F32]:
        """Read the buffer at these ords, ascending and once each, and leave it zero."""
        buffer = self._buffer
        if sum(map(len, lists)) * 24 > len(buffer):
            hits = np.flatnonzero(buffer).astype(np.uint32)
        else:
            hits = np.unique(np.concatenate(lists))
        impact = buffer[hits].astype(np.float32)
        buffer[hits] = 0
        return hits, impact

    def _alternative(self, terms: Alternative) -> tuple[U32, F32]:
        ordered = sorted(terms, key=lambda t: self.segment.frequency(*self.span(t)))
        hits, impact = self._term(ordered[0])
        for term in ordered[1:]:
            has, other = self._term_at(term, hits)
            hits, impact = hits[has], np.minimum(impact[has], other[has])
        return hits, impact

    def _term(self, term: Term) -> tuple[U32, F32]:
        """Return the records with a term, or with any term that starts with it."""
        low, high = self.span(term)
        ids, impacts = self.segment.postings(low, high), self.segment.impacts(low, high)
        if high - low <= 1:
            return ids, impacts.astype(np.float32)
        self._buffer[ids] = (impacts * PREFIX_IMPACT).astype(np.uint8) + 1
        return self._collect([ids])

    def _any(self, terms: Sequence[Term]) -> tuple[U32, F32]:
        """Return the records with any of these terms; a whole word tells more than the beginning of one."""
        lists = []
        for term in sorted(terms, key=lambda t: not t.prefix):
            low, high = self.span(term)
            ids, impacts = self.segment.postings(low, high), self.segment.impacts(low, high)
            self._buffer[ids] = (impacts * PREFIX_IMPACT).astype(np.uint8) + 1 if term.prefix else impacts
            lists.append(ids)
        return self._collect(lists)

    def _restricted(self, clause: Clause, hits: U32) -> F32:
        """Return the impact of a clause on each of `hits`; 0: not satisfied."""
        best: F32 = np.zeros(len(hits), dtype=np.float32)
        for alternative in clause.alternatives:
            impact: F32 | None = None
            for term in alternative:
                has, other = self._term_at(term, hits)
                other = np.where(has, other, 0)
                impact = other if impact is None else np.minimum(impact, other)
            if impact is not None:
                best = np.maximum(best, impact)
        return best

    def _term_at(self, term: Term, hits: U32) -> tuple[npt.NDArray[np.bool_], F32]:
        low, high = self.span(term)
        ids, impacts = self.segment.postings(low, high), self.segment.impacts(low, high)
        if high - low <= 1 and len(hits) * GALLOP < len(ids):
            has, place = self._look_up(ids, hits)
            return has, impacts[place].astype(np.float32)
        self._buffer[ids] = impacts if high - low <= 1 else (impacts * PREFIX_IMPACT).astype(np.uint8) + 1
        impact = self._buffer[hits]
        self._buffer[ids] = 0
        return impact > 0, impact.astype(np.float32)

    def _look_up(self, ids: U32, hits: U32) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """Return which of `hits` are in `ids` (both ascending), and where."""
        if not len(ids):
            return np.zeros(len(hits), np.bool_), np.zeros(len(hits), np.intp)
        place = np.minimum(np.searchsorted(ids, hits), len(ids) - 1)
        return ids[place] == hits, place
