"""Facet values told as codes, or row by row, say what the lists of values said."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.search.fields import SHELF
from kiosk.search.index import codes, encode, rows, unions
from kiosk.search.index.build import COUNTED
from kiosk.search.index.codes import Codes
from kiosk.search.index.order import RankedIds, first_places
from kiosk.search.port import FACETS

LISTS = st.lists(st.sets(st.integers(1, 12), max_size=7).map(sorted), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(lists=LISTS, few=st.sampled_from([0, 3, 4_096]), together=st.sampled_from([0, 1_000]), data=st.data())
def test_counts_and_filters(lists: list[list[int]], few: int, together: int, data: st.DataObject) -> None:
    """Any lists in any facet are counted and filtered as by looking at each record, however they are laid out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encode, "FEW", few)
        patch.setattr(encode, "TOGETHER", few * 4)
        patch.setattr(codes, "TOGETHER", together)
        of = {f: [values[place % 3 :] for values in lists] for place, f in enumerate(COUNTED)}
        found = {f: (np.array([len(v) for v in own]), np.array([n for v in own for n in v], dtype=np.uint32)) for f, own in of.items()}
        made = Codes(encode.encode(found, len(lists)))
        hits = np.array(sorted(data.draw(st.sets(st.integers(0, len(lists) - 1)))), dtype=np.intp)
        for at in (hits, None):
            members, counts = made.count(at)
            told = dict(zip(members.tolist(), counts.tolist(), strict=True))
            chosen = range(len(lists)) if at is None else at.tolist()
            expected = Counter(made.base[f] + n for f, own in of.items() if f != SHELF for i in chosen for n in own[i])
            assert told == expected
        facet, value = data.draw(st.sampled_from(COUNTED)), data.draw(st.integers(0, 14))
        assert made.having(facet, [value]).tolist() == [value in own for own in of[facet]]
        record = data.draw(st.integers(0, len(lists) - 1))
        assert sorted(made.values(facet, record)) == of[facet][record]
        members, counts = made.count(hits, facet)
        counted = zip(members.tolist(), counts.tolist(), strict=True)
        own = {m - made.base[facet]: n for m, n in counted if m < made._end[facet]}
        assert all(own.get(n, 0) == sum(n in of[facet][i] for i in hits.tolist()) for n in range(1, 13))


@settings(max_examples=100, deadline=None)
@given(lists=LISTS, width=st.sampled_from([1, 2, 16]), data=st.data())
def test_rows(lists: list[list[int]], width: int, data: st.DataObject) -> None:
    """Row by row, any lists in any facet are counted and filtered as by looking at each record, however long they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "WIDTH", width)
        of = {f: [values[place % 3 :] for values in lists] for place, f in enumerate(COUNTED)}
        found = {f: (np.array([len(v) for v in own]), np.array([n for v in own for n in v], dtype=np.uint32)) for f, own in of.items()}
        made = rows.Rows(found.__getitem__, len(lists))
        name = {first + at: (f, n) for f in FACETS for first, own in [made.members(f)] for at, n in enumerate(own.tolist())}
        hits = np.array(sorted(data.draw(st.sets(st.integers(0, len(lists) - 1)))), dtype=np.intp)
        for at in (hits, None):
            chosen = range(len(lists)) if at is None else at.tolist()
            expected = Counter((f, n) for f in FACETS for i in chosen for n in of[f][i])
            for facet in ("", *FACETS):
                members, counts = made.count(at, facet)
                assert (np.diff(members) > 0).all()
                told = {name[m]: n for m, n in zip(members.tolist(), counts.tolist(), strict=True)}
                assert told == {key: n for key, n in expected.items() if not facet or key[0] == facet}
        facet, values = data.draw(st.sampled_from(COUNTED)), data.draw(st.lists(st.integers(0, 14), max_size=3))
        assert made.having(facet, values).tolist() == [any(v in own for v in values) for own in of[facet]]
        record = data.draw(st.integers(0, len(lists) - 1))
        assert sorted(made.values(facet, record)) == of[facet][record]


@given(postings=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 255))))
def test_unions(postings: list[tuple[int, int]]) -> None:
    """A union has exactly the records of its postings, and a stronger impact never tells less."""
    ids, impacts = np.array([p[0] for p in postings], dtype=np.uint32), np.array([p[1] for p in postings], dtype=np.uint8)
    found = unions.unpack(unions.pack(ids, impacts, 41), 41)
    assert set(found.nonzero()[0].tolist()) == {p[0] for p in postings}
    best = {i: max(w for j, w in postings if j == i) for i, _w in postings}
    ordered = sorted(best, key=best.__getitem__)
    assert all(found[a] <= found[b] for a, b in pairwise(ordered))


@given(st.integers(0, 2**32), st.sampled_from([10, 300, 30_000]), st.sampled_from([1, 200]))
def test_first_places(seed: int, total: int, count: int) -> None:
    """The first places of a long list are those of a full sort, also when most keys are equal."""
    keys = np.random.default_rng(seed).integers(0, 50, total).astype(np.float32)
    expected = np.lexsort((-np.arange(total), -keys))
    chosen = first_places(keys, count)
    assert set(expected[:count].tolist()) <= set(chosen.tolist())
    assert list(RankedIds(np.arange(total), np.arange(total), keys)[:300]) == expected[:300].tolist()
