"""Which records of a segment satisfy a plan, and how well.

Guarantees: exact; the work is bounded by the postings of the words asked. A buffer of one byte a record serves all
unions; it is all zero between calls. One matcher serves one thread. Records are numbers of numpy's own index type, since
any other would be converted at every step.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from kiosk.search.ask import Alternative, Clause, Plan, Term
from kiosk.search.index.packed import PREFIXED, Packed, strongest, strongest_at
from kiosk.search.index.segment import U8, U32, Ords, Segment
from kiosk.search.index.unions import Unions, none_at_all

F32 = npt.NDArray[np.float32]
REMEMBERED = 10_000  # terms, and clauses, looked up lately
POSTINGS = 16 << 20  # bytes of postings read lately: who types "contes pr" has just typed "contes p"
GALLOP = 16  # look each hit up in a list this many times longer, rather than walk the list
ONE_BY_ONE = 6  # terms: more are sorted by impact and written at once
SHARE = 24  # of the records: a longer list is collected by walking the buffer


class Matcher:
    """Answers plans over one segment."""

    def __init__(self, segment: Segment, unions: Unions | None = None) -> None:
        self.segment = segment
        self._unions = unions or none_at_all()
        self._spans: dict[Term, tuple[int, int]] = {}
        self._ways: dict[Clause, tuple[int, Clause]] = {}
        self._read: OrderedDict[tuple[int, int], tuple[U32, U8]] = OrderedDict()
        self._held = 0
        self._buffer: U8 = np.zeros(len(segment), dtype=np.uint8)
        self._packed = Packed(segment)

    def span(self, term: Term) -> tuple[int, int]:
        """Return the range of the vocabulary a term stands for."""
        known = self._spans.get(term)
        if known is None:
            if len(self._spans) >= REMEMBERED:
                self._spans.clear()
            known = self._spans[term] = self.segment.span(term.text.encode("utf-8", "replace"), term.prefix)
        return known

    def ways(self, clause: Clause) -> tuple[int, Clause]:
        """Return an upper bound of the records that satisfy a clause, and the clause without what nothing here satisfies."""
        known = self._ways.get(clause)
        if known is None:
            if len(self._ways) >= REMEMBERED:
                self._ways.clear()
            known = self._ways[clause] = self._worked_out(clause)
        return known

    def _worked_out(self, clause: Clause) -> tuple[int, Clause]:
        frequency, cost = self.segment.frequency, 0
        ways = []
        for alternative in clause.alternatives:
            least = min([frequency(*self.span(term)) for term in alternative])
            if least:
                ways.append(alternative)
                cost += least
        return cost, clause if len(ways) == len(clause.alternatives) else Clause(clause.word, tuple(ways))

    def match(self, plan: Plan, total: int, costs: Sequence[int] = ()) -> tuple[Ords, F32]:
        """Return the ords that satisfy all clauses of a plan that has some, ascending, and their scores.

        `total` is the size of the catalogue, `costs` what `ways` says of each clause, all segments together.
        """
        clauses = self._ordered(plan, costs)
        least, frequency, clause = clauses[0]
        if not least:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        hits, impact = self._clause(clause)
        score: F32 = impact * _weight(frequency, total)
        return self._narrowed(clauses[1:], total, hits, score)

    def match_at(self, plan: Plan, total: int, costs: Sequence[int], hits: Ords) -> tuple[Ords, F32]:
        """Return the same for some records only, ascending."""
        clauses = self._ordered(plan, costs)
        if not clauses[0][0]:
            return hits[:0], np.zeros(0, np.float32)
        return self._narrowed(clauses, total, hits, np.zeros(len(hits), np.float32))

    def _ordered(self, plan: Plan, costs: Sequence[int]) -> list[tuple[int, int, Clause]]:
        """Return cost here, frequency everywhere, and clause, the cheapest first."""
        clauses = []
        for number, given in enumerate(plan.required):
            least, clause = self.ways(given)
            clauses.append((least, costs[number] if costs else least, clause))
        if len(clauses) > 1:
            clauses.sort(key=_cost)
        return clauses

    def _narrowed(self, clauses: Sequence[tuple[int, int, Clause]], total: int, hits: Ords, score: F32) -> tuple[Ords, F32]:
        """Keep the hits that satisfy these clauses too."""
        for _least, frequency, clause in clauses:
            if not len(hits):
                break
            impact = self._restricted(clause, hits)
            kept = (impact != 0).nonzero()[0]
            if len(kept) < len(hits):
                hits, score, impact = hits.take(kept), score.take(kept), impact.take(kept)
            score += impact * _weight(frequency, total)
        return hits, score

    def having(self, form: str, hits: Ords) -> npt.NDArray[np.bool_]:
        """Return which of `hits` have a term."""
        found: npt.NDArray[np.bool_] = self._term_at(Term(form), hits) != 0
        return found

    # -- inside -------------------------------------------------------------------------------------------------------

    def _postings(self, low: int, high: int) -> tuple[U32, U8]:
        """Return ords and impacts of a range of terms, from memory when they were read lately."""
        if self.segment.resident:
            return self.segment.postings(low, high), self.segment.impacts(low, high)
        known = self._read.get((low, high))
        if known is None:
            known = self._read[low, high] = self.segment.postings(low, high), self.segment.impacts(low, high)
            self._held += len(known[0]) * 5
            while self._held > POSTINGS:
                self._held -= len(self._read.popitem(last=False)[1][0]) * 5
        else:
            self._read.move_to_end((low, high))
        return known

    def _clause(self, clause: Clause) -> tuple[Ords, U8]:
        """Return all records that satisfy a clause, with impacts."""
        alternatives = clause.alternatives
        if len(alternatives) == 1 and len(alternatives[0]) == 1 and not alternatives[0][0].prefix:
            low, high = self.span(alternatives[0][0])
            ids, impacts = self._postings(low, high)
            return ids.astype(np.intp), impacts
        if all(len(a) == 1 for a in alternatives):
            return self._any([a[0] for a in alternatives])
        found = [self._alternative(a) for a in alternatives]
        found = [f for f in found if len(f[0])]
        if not found:
            return np.zeros(0, np.intp), np.zeros(0, np.uint8)
        if len(found) == 1:
            return found[0]
        for hits, impact in found:
            self._buffer[hits] = np.maximum(self._buffer.take(hits), impact)
        return self._collect([f[0] for f in found])

    def _alternative(self, terms: Alternative) -> tuple[Ords, U8]:
        """Return the records that have all of these terms; the weakest of them decides."""
        ordered = sorted(terms, key=lambda t: self.segment.frequency(*self.span(t)))
        hits, impact = self._any(ordered[:1])
        for term in ordered[1:]:
            if not len(hits):
                break
            other = self._term_at(term, hits)
            kept = (other != 0).nonzero()[0]
            hits, impact = hits.take(kept), np.minimum(impact.take(kept), other.take(kept))
        return hits, impact

    def _any(self, terms: Sequence[Term]) -> tuple[Ords, U8]:
        """Return the records with any of these terms, and the most any of them tells."""
        whole: U8 | None = None
        spans: list[tuple[int, int, bool]] = []
        for term in terms:
            low, high = self.span(term)
            union = self._unions.get((low, high)) if term.prefix else None
            if union is None:
                spans.append((low, high, term.prefix))
            else:
                whole = union if whole is None else np.maximum(whole, union)
        if whole is None and len(spans) == 1 and spans[0][1] - spans[0][0] == 1:
            ids, impacts = self._postings(*spans[0][:2])
            return ids.astype(np.intp), PREFIXED.take(impacts) if spans[0][2] else impacts
        if whole is None and (every := self._packed.merged(spans)) is not None:
            return strongest(every)
        buffer = self._buffer if whole is None else whole
        lists = [ids for low, high, prefix in spans for ids in self._lay(buffer, low, high, prefix)]
        if whole is None:
            return self._collect(lists)
        hits = (whole != 0).nonzero()[0]
        return hits, whole.take(hits)

    def _lay(self, buffer: U8, low: int, high: int, prefix: bool) -> list[Ords]:
        """Write the impacts of a range of terms into a buffer, where no stronger one is; return whose they are."""
        if high - low > ONE_BY_ONE:
            ids, impacts = self._postings(low, high)
            order = impacts.argsort(kind="stable")  # the last one written for a record is its strongest
            postings = [(ids.take(order), impacts.take(order))]
        else:
            postings = [self._postings(term, term + 1) for term in range(low, high)]
        lists = []
        for found, impacts in postings:
            own = found.astype(np.intp)
            buffer[own] = np.maximum(buffer.take(own), PREFIXED.take(impacts) if prefix else impacts)
            lists.append(own)
        return lists

    def _collect(self, lists: Sequence[Ords]) -> tuple[Ords, U8]:
        """Read the buffer at these ords, ascending and once each, and leave it zero."""
        buffer = self._buffer
        if sum(map(len, lists)) * SHARE > len(buffer):
            hits = (buffer != 0).nonzero()[0]
            impact = buffer.take(hits)
            buffer.fill(0)
            return hits, impact
        if not lists:
            return np.zeros(0, np.intp), np.zeros(0, np.uint8)
        hits = np.sort(np.concatenate(lists))
        hits = hits[np.concatenate((_YES, hits[1:] != hits[:-1]))]
        impact = buffer.take(hits)
        buffer[hits] = 0
        return hits, impact

    def _restricted(self, clause: Clause, hits: Ords) -> U8:
        """Return the impact of a clause on each of `hits`; 0: not satisfied."""
        best: U8 | None = None
        if len(clause.alternatives) > 1 and (impact := self._merged_at(clause, hits)) is not None:
            return impact
        for alternative in clause.alternatives:
            impact = self._term_at(alternative[0], hits)
            for term in alternative[1:]:
                impact = np.minimum(impact, self._term_at(term, hits))
            best = impact if best is None else np.maximum(best, impact)
        return best if best is not None else np.zeros(len(hits), np.uint8)

    def _merged_at(self, clause: Clause, hits: Ords) -> U8 | None:
        """Return the impact of a clause on each of `hits` at once; None when its postings cannot be merged."""
        ranges = [(*self.span(a[0]), a[0].prefix) for a in clause.alternatives if len(a) == 1]
        unions = any(prefix and self._unions.has((low, high)) for low, high, prefix in ranges)
        if unions or len(ranges) < len(clause.alternatives):
            return None
        every = self._packed.merged(ranges)
        return None if every is None or not len(every) else strongest_at(every, hits)

    def _term_at(self, term: Term, hits: Ords) -> U8:
        """Return the impact of a term on each of `hits`; 0: it is not there."""
        low, high = self.span(term)
        if low == high:
            return np.zeros(len(hits), np.uint8)
        if term.prefix:
            union = self._unions.at((low, high), hits)
            if union is not None:
                return union
        if high - low == 1 and len(hits) * GALLOP < self.segment.frequency(low, high):
            ids, impacts = self._postings(low, high)
            has, place = self._look_up(ids, hits)
            found = impacts.take(place)
            found[~has] = 0
            return PREFIXED.take(found) if term.prefix else found
        lists = self._lay(self._buffer, low, high, term.prefix)
        found = self._buffer.take(hits)
        self._clear(lists)
        return found

    def _clear(self, lists: Sequence[Ords]) -> None:
        """Make the buffer zero again."""
        if sum(map(len, lists)) * SHARE > len(self._buffer):
            self._buffer.fill(0)
        else:
            for own in lists:
                self._buffer[own] = 0

    def _look_up(self, ids: U32, hits: Ords) -> tuple[npt.NDArray[np.bool_], Ords]:
        """Return which of `hits` are in `ids` (both ascending, `ids` not empty), and where."""
        place = np.searchsorted(ids, hits.astype(np.uint32))
        np.minimum(place, len(ids) - 1, out=place)
        return ids.take(place) == hits, place


_YES = np.ones(1, dtype=np.bool_)
_cost = itemgetter(0)


def _weight(frequency: int, total: int) -> np.float32:
    """Return what an impact of 1 of a clause that so many records satisfy adds to a score."""
    return np.float32(math.log(1 + total / max(1, frequency)) / 255)
