"""The dedicated engine keeps the search port's contract, in every state its index can be in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from kiosk.domain import Record
from kiosk.search import engine
from kiosk.search.index import codes, order, packed
from kiosk.search.port import Query
from tests.contract.search_engine import SearchEngineContract, book


class EngineBench:
    """Deltas only; subclasses bring the index into its other states."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        engine.create(self.connection)
        self.records: dict[int, Record] = {}
        self.engine = engine.ImpactEngine(self.connection, self.titles)

    def titles(self, docids: Sequence[int]) -> Mapping[int, str]:
        return {d: self.records[d].title for d in docids}

    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None:
        self.connection.execute("BEGIN")
        self.engine.update(changed.items(), removed)
        self.connection.execute("COMMIT")
        self.records = {d: r for d, r in (self.records | dict(changed)).items() if d not in set(removed)}

    def close(self) -> None:
        self.connection.close()


class TidyBench(EngineBench):
    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None:
        super().put(changed, removed)
        self.engine.tidy()


class ManySegmentsBench(EngineBench):
    """Each change becomes a segment of its own."""

    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None:
        super().put(changed, removed)
        if self.connection.execute("SELECT count(*) FROM ix_doc").fetchone()[0]:
            self.engine.writing.flush()
            self.engine.writing.advance()


class TestDelta(SearchEngineContract):
    def make(self) -> EngineBench:
        return EngineBench()


class TestTidy(SearchEngineContract):
    def make(self) -> EngineBench:
        return TidyBench()


class TestManySegments(SearchEngineContract):
    """Each part is matched and counted as the bulk of a large catalogue is."""

    @pytest.fixture(autouse=True)
    def as_if_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(codes, "SMALL", -1)
        monkeypatch.setattr(packed, "MERGED", -1)
        monkeypatch.setattr(order, "TOGETHER", -1)

    def make(self) -> EngineBench:
        return ManySegmentsBench()


def test_values_of_a_delivery_that_failed_are_forgotten() -> None:
    """What was read before a delivery broke off is rolled back, and the next one names the same values anew."""
    bench = EngineBench()
    bench.put({1: book("Un conte", "Zola")})

    def broken() -> Iterator[tuple[int, Record]]:
        yield 2, book("Deux contes", "Sand")
        raise OSError

    bench.connection.execute("BEGIN")
    with pytest.raises(OSError):
        bench.engine.update(broken(), ())
    bench.connection.execute("ROLLBACK")
    bench.put({3: book("Trois contes", "Sand"), 4: book("Quatre contes", "Hugo")})
    assert [c.value for c in bench.engine.search(Query("contes ")).facets["author"]] == ["Hugo", "Sand", "Zola"]
    bench.close()
