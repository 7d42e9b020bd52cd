"""Answers worked out beforehand stay exact whatever comes after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import Record
from kiosk.search.ask import plan
from kiosk.search.index import heads, unions
from kiosk.search.port import Query, Sort
from tests.contract.search_engine import RECORDS, SearchEngineContract, book
from tests.search.test_engine import EngineBench


@pytest.fixture(autouse=True)
def small_things_too() -> Iterator[None]:
    """Keep answers and unions for the smallest catalogue."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "LEAST", 2)
        patch.setattr(heads, "LONGEST", 3)
        patch.setattr(heads, "SHARE", 10**9)
        patch.setattr(unions, "LEAST", 1)
        patch.setattr(unions, "SHARE", 10**9)
        yield


class WarmBench(EngineBench):
    """The first records are one segment with its heads; what changes later waits beside it."""

    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None:
        first = not self.records and changed
        super().put(changed, removed)
        if first:
            self.engine.writing.flush()
            self.engine.writing.advance()
            assert self.engine.warm()


class TestWarm(SearchEngineContract):
    @pytest.fixture(autouse=True)
    def all_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(heads, "VALUES", 100)
        monkeypatch.setattr(heads, "SHOWN", 100)

    def make(self) -> EngineBench:
        return WarmBench()


WORDS = st.sampled_from(["", "conte", "contes ", "c", "le", "cheval", "b", "thé ", "a", "bande dessinée "])
TICKED = st.sampled_from([{}, {"type": frozenset({"book"})}, {"audience": frozenset({"adults"})}])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_few_values_kept(data: st.DataObject) -> None:
    """With less kept than there is, the most frequent values are those of a full count, or a full count is made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(heads, "VALUES", 4)
        patch.setattr(heads, "SHOWN", 2)
        bench = WarmBench()
        bench.put(data.draw(st.dictionaries(st.integers(1, 40), RECORDS, min_size=5, max_size=30)))
        bench.put(data.draw(st.dictionaries(st.integers(1, 60), RECORDS, max_size=6)), data.draw(st.sets(st.integers(1, 40), max_size=4)))
        for words in data.draw(st.lists(WORDS, min_size=1, max_size=4)):
            query = Query(words, data.draw(TICKED))
            ids, facets = bench.engine.found(query, 2)
            whole, counted = bench.engine.inside()[0].search(plan(words), query, 2)
            assert facets == counted
            assert sorted(ids) == sorted(whole)
            assert len(ids) == len(whole)
        bench.close()


def test_places_after_changes() -> None:
    """A new record takes its place among the first, a removed one leaves, and scrolling shows each record once."""
    bench = WarmBench()
    bench.put({n: book(f"Conte {n}", year=1950 + n % 60, popularity=n) for n in range(1, 400)})
    assert bench.engine._heads
    bench.put({500: book("Conte"), 3: book("Autre")}, removed=[399, 398])
    ids = bench.engine.found(Query("conte "))[0]
    assert ids[0] == 500
    assert len(ids) == 399 + 1 - 3
    assert len(set(ids)) == len(ids)
    assert not {3, 398, 399} & set(ids)


def test_what_was_not_finished_is_not_used() -> None:
    """Answers whose segment is not noted answer nothing, were they there."""
    bench = EngineBench()
    bench.put({n: book("Conte") for n in range(1, 30)})
    key = heads.key(plan("conte "), Query("conte "), 20)
    bench.connection.execute("INSERT INTO ix_head (key, total, ids, facets) VALUES (?, 7, x'', x'')", (key,))
    assert len(bench.engine.found(Query("conte "))[0]) == 29


def test_titles_of_all_parts() -> None:
    """Titles that came later stand where the alphabet wants them, those that are the same latest first."""
    bench = WarmBench()
    bench.put({n: book(f"Conte {chr(96 + n)}") for n in range(2, 20, 2)})
    bench.put({n: book(f"Conte {chr(96 + n)}") for n in range(1, 20, 4)} | {40: book("Conte d")})
    answer = bench.engine.search(Query("conte ", sort=Sort.TITLE))
    assert list(answer.ids) == [1, 2, 40, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18]


def test_new_values_change_no_name() -> None:
    """Values that come later do not shift the names of those that were kept."""
    bench = WarmBench()
    bench.put({n: book("Conte", "Zola") for n in range(1, 30)})
    bench.put({n: book("Autre", "Arène") for n in range(50, 60)})
    assert [c.value for c in bench.engine.found(Query("conte "))[1]["author"]] == ["Zola"]


def test_what_is_kept() -> None:
    """Single words and beginnings are kept, with one value of a usual facet; other questions are not."""
    asked = lambda words, **facets: heads.key(plan(words), Query(words, {f: frozenset(v) for f, v in facets.items()}), 20)  # noqa: E731
    assert asked("conte ") != asked("conte")
    assert asked("conte ", type=["book"]) not in ("", asked("conte "))
    assert not asked("conte provence")
    assert not asked("conte ", author=["Zola"])
    assert not asked("conte ", type=["book", "film"])
