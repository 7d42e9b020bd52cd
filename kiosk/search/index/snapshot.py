"""The index as it is at one generation: all segments, which records in them live, and what a search over them finds.

Guarantees: exact hit sets and counts over all segments together; a record counts once, in its newest version. Immutable
but for caches; used from one thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property

import numpy as np

from kiosk.search.ask import Plan
from kiosk.search.fields import SHELF
from kiosk.search.index import count
from kiosk.search.index.build import COUNTED, title_hash
from kiosk.search.index.match import F32, Matcher
from kiosk.search.index.order import RankedIds
from kiosk.search.index.segment import U32, Array, Segment
from kiosk.search.index.values import Values
from kiosk.search.port import FACETS, FacetCount, Query, Sort

EXACT_TITLE, EXACT_FORM, POPULAR, RECENT = 6.0, 0.4, 0.06, 0.3  # weights beside the impacts, whose sum is some 1 to 20
_EPOCH, _SPAN = 1950, 80  # years from the least to the most recent


class Part:
    """A segment in a snapshot. `alive` is None when every record lives."""

    def __init__(self, segment: Segment, alive: Array | None) -> None:
        self.segment = segment
        self.alive = alive
        self.matcher = Matcher(segment)

    def now(self, alive: Array | None) -> Part:
        """Return the same part with other records living; what was worked out once stays."""
        part = copy(self)
        part.alive = alive
        return part

    @cached_property
    def small(self) -> count.Small:
        """The facets of few values."""
        return count.Small(self.segment, FACETS)

    @cached_property
    def static(self) -> F32:
        """What a record weighs whatever is asked: loans, then freshness."""
        loans = np.log2(1 + self.segment.arrays["popularity"].astype(np.float32)) * POPULAR
        fresh = (self.segment.arrays["year"].astype(np.float32) - _EPOCH) / _SPAN
        return (loans + np.clip(fresh, 0, 1) * RECENT).astype(np.float32)

    @cached_property
    def titles_by_hash(self) -> tuple[Array, Array]:
        """Hashes of titles, sorted, and whose they are."""
        hashes = self.segment.arrays["title_hash"]
        order = np.argsort(hashes, kind="stable").astype(np.uint32)
        return hashes[order], order

    @cached_property
    def title_rank(self) -> Array:
        """Place of each record among the titles of this segment."""
        return self.segment.whole("title_rank")

    def everything(self) -> U32:
        """Return all living records."""
        if self.alive is None:
            return np.arange(len(self.segment), dtype=np.uint32)
        return np.flatnonzero(self.alive).astype(np.uint32)

    def match(self, plan: Plan, total: int) -> tuple[U32, F32]:
        """Return living records that satisfy a plan, with the weight of their words."""
        if plan.empty:
            hits = self.everything()
            return hits, np.zeros(len(hits), dtype=np.float32)
        hits, score = self.matcher.match(plan, total)
        if self.alive is not None:
            kept = self.alive[hits]
            hits, score = hits[kept], score[kept]
        return hits, score

    def relevance(self, plan: Plan, hits: U32, score: F32) -> F32:
        """Add to the weight of the words: the same title, the same accents, loans and freshness."""
        score = score + self.static[hits]
        if plan.empty or not len(hits):
            return score
        for form in plan.exact:
            if not form.isascii() or form.startswith("="):
                score[self.matcher.having(form.encode("utf-8", "replace"), hits)] += EXACT_FORM
        hashes, owners = self.titles_by_hash
        if plan.title_key:
            low, high = (
                np.searchsorted(hashes, title_hash(plan.title_key), "left"),
                np.searchsorted(hashes, title_hash(plan.title_key), "right"),
            )
            for owner in owners[low:high].tolist():
                at = int(np.searchsorted(hits, owner))
                if at < len(hits) and hits[at] == owner:
                    score[at] += EXACT_TITLE
        return score


class Snapshot:
    """All parts at one generation."""

    def __init__(self, parts: Sequence[Part], values: Values) -> None:
        self.parts = parts
        self.values = values
        self.total = sum(len(p.segment) if p.alive is None else int(np.count_nonzero(p.alive)) for p in parts)

    def search(self, plan: Plan, query: Query, limit: int) -> tuple[RankedIds, dict[str, tuple[FacetCount, ...]]]:
        """Answer a query."""
        ids, counted = self.count_all(plan, query, limit)
        texts = self.values.texts
        return ids, {f: tuple([FacetCount(texts[f][v], n) for v, n in found]) for f, found in counted.items()}

    def count_all(self, plan: Plan, query: Query, limit: int) -> tuple[RankedIds, dict[str, list[tuple[int, int]]]]:
        """Answer a query with facet values by number."""
        selected = {f: [self.values.number(f, v) for v in sorted(vs)] for f, vs in query.facets.items() if f in FACETS and vs}
        here = self.values.number(SHELF, query.here) if query.here else 0
        counted: dict[str, list[count.Counts]] = {f: [] for f in FACETS}
        docids, keys = [], []
        for place, part in enumerate(self.parts):
            hits, score = part.match(plan, self.total)
            if query.here:
                kept = count.having(part.segment, SHELF, [here], hits)
                hits, score = hits[kept], score[kept]
            hits, score = self._count(part, hits, score, selected, counted)
            docids.append(part.segment.docid[hits])
            keys.append(self._keys(place, plan, query.sort, hits, score))
        facets = {f: count.best(count.add(counted[f]), self.values.rank(f), limit) for f in FACETS}
        return RankedIds(np.concatenate(docids), np.concatenate(keys)), facets

    def finds(self, plan: Plan) -> bool:
        """Say whether any record satisfies a plan."""
        return any(len(part.match(plan, self.total)[0]) for part in self.parts)

    def _count(
        self, part: Part, base: U32, score: F32, selected: dict[str, list[int]], counted: dict[str, list[count.Counts]]
    ) -> tuple[U32, F32]:
        """Apply the selections; count every facet, each without its own selection."""
        masks = {f: count.having(part.segment, f, numbers, base) for f, numbers in selected.items()}
        hits = base
        if masks:
            every = np.logical_and.reduce(list(masks.values()))
            hits, score = base[every], score[every]
        for facet, own in part.small.counts(hits, [f for f in FACETS if f in part.small and f not in masks]).items():
            counted[facet].append(own)
        for facet in FACETS:
            if facet in masks:
                others = [m for f, m in masks.items() if f != facet]
                own_hits = base[np.logical_and.reduce(others)] if others else base
                counted[facet].append(count.counts(part.segment, facet, own_hits))
            elif facet not in part.small:
                counted[facet].append(count.counts(part.segment, facet, hits))
        return hits, score

    def _keys(self, place: int, plan: Plan, sort: Sort, hits: U32, score: F32) -> Array:
        """Return what to sort by, descending, comparable between parts."""
        part = self.parts[place]
        if sort is Sort.TITLE:
            return -self._title_places[place][hits].astype(np.float64)
        if sort is Sort.YEAR:
            return part.segment.arrays["year"][hits].astype(np.float64)
        if sort is Sort.NEWEST:
            return part.segment.docid[hits].astype(np.float64)
        return part.relevance(plan, hits, score)

    @cached_property
    def _title_places(self) -> list[Array]:
        """Place of each title among those of all parts."""
        if len(self.parts) == 1:
            return [self.parts[0].title_rank]
        keys = [part.segment.title_keys() for part in self.parts]
        every = {key: i for i, key in enumerate(sorted(set().union(*keys)))}
        return [np.array([every[k] for k in own] or [0], dtype=np.int64)[p.title_rank] for own, p in zip(keys, self.parts, strict=True)]

    # -- similar records ----------------------------------------------------------------------------------------------

    def similar(self, docid: int, limit: int) -> tuple[int, ...]:
        """Return records that share rare subjects or authors with this one."""
        found = [(p, np.flatnonzero(p.segment.docid == docid)) for p in self.parts]
        own = [(p.segment, int(at[0])) for p, at in found if len(at) and (p.alive is None or p.alive[at[0]])]
        if not own or limit <= 0:
            return ()
        segment, at = own[0]
        docids, keys = [], []
        shared = {f: _values_of(segment, f, at) for f in ("subject", "author")}
        for part in self.parts:
            score = np.zeros(len(part.segment), dtype=np.float32)
            for facet, values in shared.items():
                for value in values:
                    mask = count.having(part.segment, facet, [value], np.arange(len(part.segment), dtype=np.uint32))
                    score[mask] += 1 / np.log2(2 + np.count_nonzero(mask))
            if part.alive is not None:
                score[~part.alive] = 0
            hits = np.flatnonzero((score > 0) & (part.segment.docid != docid)).astype(np.uint32)
            docids.append(part.segment.docid[hits])
            keys.append(score[hits] + part.static[hits] / 100)
        return tuple(RankedIds(np.concatenate(docids), np.concatenate(keys))[:limit])


def _values_of(segment: Segment, facet: str, at: int) -> list[int]:
    extra = segment.arrays[f"o_{facet}"]
    return [int(v) for v in segment.arrays[f"f_{facet}"][at] if v] + [int(v) for o, v in extra[extra[:, 0] == at].tolist()]


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
