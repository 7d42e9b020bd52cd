"""The FTS5 engine keeps the search port's contract."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from kiosk.domain import Record
from kiosk.search import fts
from kiosk.search.port import Query
from tests.contract.search_engine import SHELF, SearchEngineContract, book


class FtsBench:
    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        fts.create(self.connection)
        self.engine = fts.FtsEngine(self.connection)

    def put(self, changed: Mapping[int, Record], removed: Iterable[int] = ()) -> None:
        self.connection.execute("BEGIN")
        self.engine.update(changed.items(), removed)
        self.connection.execute("COMMIT")

    def close(self) -> None:
        self.connection.close()


class TestFts(SearchEngineContract):
    def make(self) -> FtsBench:
        return FtsBench()


def test_a_rolled_back_update_leaves_no_trace() -> None:
    """After a rollback the engine gives facet values the right numbers again."""
    bench = FtsBench()
    bench.put(SHELF)
    bench.connection.execute("BEGIN")
    bench.engine.update([(50, book("Fantôme", "Nul Autre"))], [])
    bench.connection.execute("ROLLBACK")
    bench.put({51: book("Réel", "Vraie Personne", languages=("oci",))})
    answer = bench.engine.search(Query("réel"))
    assert [c.value for c in answer.facets["author"]] == ["Vraie Personne"]
    assert [c.value for c in answer.facets["language"]] == ["oci"]
    assert bench.engine.search(Query("fantôme")).total == 0
    bench.close()


def test_stale_share_and_clear() -> None:
    """Changed records leave stale postings, counted; clearing starts afresh."""
    bench = FtsBench()
    bench.put(SHELF)
    bench.put(SHELF)
    assert bench.engine.stale() == 0.5
    bench.engine.clear()
    assert bench.engine.search(Query()).total == 0
    bench.put(SHELF)
    assert bench.engine.stale() == 0
    bench.close()
