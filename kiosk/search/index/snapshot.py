"""The index as it is at one generation: all segments, which records in them live, and what a search over them finds.

Guarantees: exact hit sets and counts over all segments together; a record counts once, in its newest version. Immutable
but for caches; used from one thread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt

from kiosk.search.ask import Plan
from kiosk.search.fields import SHELF
from kiosk.search.index import codes, count
from kiosk.search.index.build import COUNTED, title_hash
from kiosk.search.index.codes import Codes
from kiosk.search.index.count import Counts, Names
from kiosk.search.index.match import F32, Matcher
from kiosk.search.index.order import RankedIds
from kiosk.search.index.rows import Rows
from kiosk.search.index.segment import Array, Ords, Segment
from kiosk.search.index.unions import Unions
from kiosk.search.index.values import Values
from kiosk.search.port import FACETS, FacetCount, Query, Sort

EXACT_TITLE, EXACT_FORM, POPULAR, RECENT = 6.0, 0.4, 0.06, 0.12  # weights beside the impacts, whose sum is some 1 to 20
MASKS = 8  # selections remembered, a byte a record
_EPOCH, _SPAN = 1950, 80  # years from the least to the most recent
Mask = npt.NDArray[np.bool_]
_NOBODY: Ords = np.zeros(0, dtype=np.intp)


class Part:
    """A segment in a snapshot. `alive` is None when every record lives."""

    def __init__(self, segment: Segment, alive: Array | None, unions: Unions | None = None) -> None:
        self.segment = segment
        self.alive = alive
        self.matcher = Matcher(segment, unions)
        self._masks: OrderedDict[tuple[str, tuple[int, ...]], Mask] = OrderedDict()

    def now(self, alive: Array | None) -> Part:
        """Return the same part with other records living; what was worked out once stays."""
        part = copy(self)
        part.alive = alive
        return part

    @cached_property
    def codes(self) -> Codes | Rows:
        """Facet values, ready to be counted."""
        return codes.of(self.segment)

    @cached_property
    def everything(self) -> tuple[Array, Array]:
        """Facet values of all records, dead ones too: members and counts."""
        return self.codes.count(None)

    @cached_property
    def static(self) -> F32:
        """What a record weighs whatever is asked: loans, then freshness."""
        loans = np.log2(1 + self.segment.arrays["popularity"].astype(np.float32)) * POPULAR
        fresh = (self.segment.arrays["year"].astype(np.float32) - _EPOCH) / _SPAN
        return (loans + np.clip(fresh, 0, 1) * RECENT).astype(np.float32)

    @cached_property
    def titles_by_hash(self) -> tuple[Array, Array]:
        """Hashes of titles, sorted, and whose they are; those with the same hash in ascending order."""
        hashes = self.segment.arrays["title_hash"]
        order = np.argsort(hashes, kind="stable").astype(np.uint32)
        return hashes[order], order

    @cached_property
    def title_rank(self) -> Array:
        """Place of each record among the titles of this segment."""
        return self.segment.whole("title_rank")

    def mask(self, facet: str, values: tuple[int, ...]) -> Mask:
        """Return which records have one of the values; who has ticked something goes on typing with it."""
        known = self._masks.get((facet, values))
        if known is None:
            known = self._masks[facet, values] = self.codes.having(facet, values)
            if len(self._masks) > MASKS:
                self._masks.popitem(last=False)
        return known

    def match(self, plan: Plan, total: int, costs: Sequence[int] = ()) -> tuple[Ords | None, F32 | None]:
        """Return living records that satisfy a plan, with the weight of their words; (None, None): every record there is."""
        if plan.empty:
            return (None, None) if self.alive is None else (np.flatnonzero(self.alive), None)
        hits, score = self.matcher.match(plan, total, costs)
        if self.alive is not None:
            kept = np.flatnonzero(self.alive.take(hits))
            hits, score = hits.take(kept), score.take(kept)
        return hits, score

    def match_at(self, plan: Plan, total: int, costs: Sequence[int], hits: Ords) -> tuple[Ords, F32 | None]:
        """Return which of some records, ascending, satisfy a plan, dead ones too, with the weight of their words."""
        return (hits, None) if plan.empty else self.matcher.match_at(plan, total, costs, hits)

    def relevance(self, plan: Plan, hits: Ords, score: F32 | None) -> F32:
        """Add to the weight of the words: the same title, the same accents, loans and freshness."""
        found: F32 = self.static.take(hits)
        if score is None or plan.empty or not len(hits):
            return found
        found += score
        for form in plan.exact:
            found[self.matcher.having(form, hits)] += EXACT_FORM
        if plan.title_key:
            own = self._titled(title_hash(plan.title_key))
            if len(own):
                at = np.minimum(hits.searchsorted(own), len(hits) - 1)
                found[at[hits.take(at) == own]] += EXACT_TITLE
        return found

    def _titled(self, key: int) -> Ords:
        """Return the records whose title has this hash, ascending."""
        hashes = self._hashes
        low = bisect_left(hashes, key)
        if low == len(hashes) or hashes[low] != key:
            return _NOBODY
        return self.titles_by_hash[1][low : bisect_right(hashes, key, low)].astype(np.intp)

    @cached_property
    def _hashes(self) -> memoryview:
        return self.titles_by_hash[0].data


class Snapshot:
    """All parts at one generation."""

    def __init__(self, parts: Sequence[Part], values: Values) -> None:
        self.parts = parts
        self.values = values
        self.names = Names(values)
        self._keys_of: dict[int, Array] = {}
        self.total = sum(len(p.segment) if p.alive is None else int(np.count_nonzero(p.alive)) for p in parts)

    def search(self, plan: Plan, query: Query, limit: int) -> tuple[RankedIds, dict[str, tuple[FacetCount, ...]]]:
        """Answer a query."""
        ids, keys = self.count_all(plan, query, limit)
        return ids, self.names.read(keys, limit)

    def count_all(self, plan: Plan, query: Query, limit: int) -> tuple[RankedIds, Array]:
        """Answer a query with the keys of facet values (see `count`)."""
        selected = self.selected(query)
        here = self.values.number(SHELF, query.here) if query.here else 0
        costs = self.costs(plan)
        counted: list[Counts] = []
        docids, places, keys = [], [], []
        for place, part in enumerate(self.parts):
            hits, score = part.match(plan, self.total, costs)
            if query.here:
                hits, score = _kept(hits, score, _at(part.mask(SHELF, (here,)), hits))
            masks = {f: _at(part.mask(f, numbers), hits) for f, numbers in selected.items()}
            base = hits
            if masks:
                hits, score = _kept(base, score, _all_of(masks.values()))
            if limit:
                counted += self.count(place, base, hits, masks)
            every = np.arange(len(part.segment)) if hits is None else hits
            docids.append(part.segment.docid)
            places.append(every)
            keys.append(self._keys(place, plan, query.sort, every, score))
        facets = count.best([count.add(counted)] if len(self.parts) > 1 and limit else counted, limit)
        if len(self.parts) == 1:
            return RankedIds(docids[0], places[0], keys[0]), facets
        found = np.concatenate([d.take(p) for d, p in zip(docids, places, strict=True)])
        return RankedIds(found, np.arange(len(found)), np.concatenate(keys)), facets

    def selected(self, query: Query) -> dict[str, tuple[int, ...]]:
        """Return the value numbers ticked, by facet."""
        return {f: tuple(sorted(self.values.number(f, v) for v in vs)) for f, vs in query.facets.items() if f in FACETS and vs}

    def costs(self, plan: Plan) -> Sequence[int]:
        """Return how many records at most satisfy each clause, all parts together; nothing when there is one part."""
        if len(self.parts) == 1:
            return ()
        return [sum(part.matcher.ways(clause)[0] for part in self.parts) for clause in plan.required]

    def finds(self, plan: Plan) -> bool:
        """Say whether any record satisfies a plan."""
        if plan.empty:
            return self.total > 0
        return any(len(hits) for part in self.parts if (hits := part.match(plan, self.total)[0]) is not None)

    def count(self, place: int, base: Ords | None, hits: Ords | None, masks: Mapping[str, Mask]) -> list[Counts]:
        """Count the values of every facet among `hits`, those of `base` that all `masks` keep; each without its own selection."""
        counts = self._tally(place, hits)
        if not masks:
            return [counts]
        found = [count.only(counts, masks, without=True)]
        for facet in masks:
            others = [m for f, m in masks.items() if f != facet]
            own = _kept(base, None, _all_of(others))[0] if others else base
            found.append(count.only(self._tally(place, own, facet), [facet]))
        return found

    def _tally(self, place: int, hits: Ords | None, facet: str = "") -> Counts:
        """Return how many of `hits` have each value (of the facets beside `facet`); of most records, by counting the others."""
        part = self.parts[place]
        keys = self._keys_of.get(place)
        if keys is None:
            keys = self._keys_of[place] = self.names.keys(part.codes)
        if facet or (hits is not None and len(hits) * 2 <= len(part.segment)):
            members, counts = part.codes.count(hits, facet)
        elif hits is None:
            members, counts = part.everything
        else:
            rest = np.ones(len(part.segment), dtype=np.bool_)
            rest[hits] = False
            members, counts = _less(part.everything, part.codes.count(np.flatnonzero(rest)))
        return keys.take(members), counts

    def _keys(self, place: int, plan: Plan, sort: Sort, hits: Ords, score: F32 | None) -> Array:
        """Return what to sort by, descending, comparable between parts."""
        part = self.parts[place]
        if sort is Sort.RELEVANCE:
            return part.relevance(plan, hits, score)
        if sort is Sort.TITLE:
            return -self._title_places[place].take(hits)
        if sort is Sort.YEAR:
            return part.segment.arrays["year"].take(hits).astype(np.float64)
        return part.segment.docid.take(hits).astype(np.float64)  # the latest arrivals

    @cached_property
    def _title_places(self) -> list[Array]:
        """Place of each title among those of all parts: titles of small parts stand between those of the largest."""
        ranks = [part.title_rank.astype(np.float64) for part in self.parts]
        if len(self.parts) == 1:
            return ranks
        largest = max(range(len(self.parts)), key=lambda place: len(self.parts[place].segment))
        segment = self.parts[largest].segment
        text, offsets = segment.whole("title_keys").tobytes(), memoryview(segment.whole("title_offsets").tobytes()).cast("I")
        keys = [[] if place == largest else part.segment.title_keys() for place, part in enumerate(self.parts)]
        others = sorted(set().union(*keys))
        between: dict[bytes, float] = {}
        for number, key in enumerate(others):
            at = bisect_left(range(len(segment)), key, key=lambda i: text[offsets[i] : offsets[i + 1]])
            between[key] = at - 0.75 + number / (2 * len(others))
        for place, own in enumerate(keys):
            if own:
                ranks[place] = np.array([between[k] for k in own])[self.parts[place].title_rank]
        return ranks

    # -- similar records ----------------------------------------------------------------------------------------------

    def similar(self, docid: int, limit: int) -> tuple[int, ...]:
        """Return records that share rare subjects or authors with this one."""
        found = [(p, np.flatnonzero(p.segment.docid == docid)) for p in self.parts]
        own = [(p, int(at[0])) for p, at in found if len(at) and (p.alive is None or p.alive[at[0]])]
        if not own or limit <= 0:
            return ()
        part, at = own[0]
        docids, keys = [], []
        shared = {f: part.codes.values(f, at) for f in ("subject", "author")}
        for part in self.parts:
            score = np.zeros(len(part.segment), dtype=np.float32)
            for facet, values in shared.items():
                for value in values:
                    mask = part.codes.having(facet, [value])
                    score[mask] += 1 / np.log2(2 + np.count_nonzero(mask))
            if part.alive is not None:
                score[~part.alive] = 0
            hits = np.flatnonzero((score > 0) & (part.segment.docid != docid))
            docids.append(part.segment.docid[hits])
            keys.append(score[hits] + part.static[hits] / 100)
        every = np.concatenate(docids)
        return tuple(RankedIds(every, np.arange(len(every)), np.concatenate(keys))[:limit])


def _kept(hits: Ords | None, score: F32 | None, mask: Mask) -> tuple[Ords, F32 | None]:
    """Return the hits a mask keeps, with their scores."""
    kept = mask.nonzero()[0]
    return kept if hits is None else hits.take(kept), None if score is None else score.take(kept)


def _at(mask: Mask, hits: Ords | None) -> Mask:
    """Return what a mask over all records says about the hits."""
    return mask if hits is None else mask.take(hits)


def _all_of(masks: Iterable[Mask]) -> Mask:
    first, *others = masks
    return reduce(np.logical_and, others, first)


def _less(every: tuple[Array, Array], others: tuple[Array, Array]) -> tuple[Array, Array]:
    """Subtract counts of members; both ascending, the others among all."""
    left = every[1].copy()
    left[np.searchsorted(every[0], others[0])] -= others[1]
    there = np.flatnonzero(left)
    return every[0].take(there), left.take(there)


def living(segments: Sequence[Segment], gone: Array) -> list[Array | None]:
    """Return, for segments from oldest to newest, which records live: those no newer segment has and nobody removed."""
    newer = gone
    masks: list[Array | None] = []
    for segment in reversed(segments):
        dead = np.isin(segment.docid, newer) if len(newer) else np.zeros(len(segment), np.bool_)
        masks.append(~dead if dead.any() else None)
        newer = np.concatenate((newer, segment.docid))
    return masks[::-1]


__all__ = ["COUNTED", "Part", "Snapshot", "living"]
