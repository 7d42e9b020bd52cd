"""The index lives: it is changed, merged, damaged and made again, and always says what the records say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain import Contributor, Kind, Record, SourceRef
from kiosk.errors import DamagedIndex
from kiosk.search.index import merge as merge_module
from kiosk.search.index import storage, writing
from kiosk.search.port import Query
from kiosk.store.catalogue import FILE, Catalogue
from kiosk.ui.worker import Worker
from kiosk.upkeep import Upkeep
from tests.store.consistency import assert_consistent

COUNT = 90


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a network of libraries otherwise happens here with some dozens of records."""
    monkeypatch.setattr(writing, "AT_ONCE", 10)
    monkeypatch.setattr(writing, "UNTIDY_ROWS", 5)
    monkeypatch.setattr(merge_module, "BLOCK", 100)
    monkeypatch.setattr(storage, "RESIDENT", 0)  # postings stay on the disk


def record(number: int, version: int = 0) -> Record:
    title = f"Titre {number} edition{version} {'abcdefgh'[number % 8] * 4}"
    kind = Kind.BOOK if number % 3 else Kind.FILM
    return Record("", title, kind, contributors=(Contributor(f"Nom{number % 7}"),), sources=(SourceRef("s", str(number)),))


def put(catalogue: Catalogue, numbers: range, version: int = 0) -> None:
    """Harvest some records, without the tidying that follows a harvest."""
    work = catalogue.harvest("s")
    work.add(record(n, version) for n in numbers)
    work.flush()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path) as made:
        for start in range(0, COUNT, 30):
            put(made, range(start, start + 30))
        yield made


def segments(catalogue: Catalogue) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(catalogue.path)) as db:
        return storage.sizes(db)


def settle(worker: Worker[Catalogue]) -> None:
    """Wait until the thread has done what it was asked."""
    while not worker.idle:
        worker.drain()


class After:
    """Says stop after so many questions."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self) -> bool:
        self.steps -= 1
        return self.steps < 0


def test_a_merge_goes_on_where_it_was_stopped(catalogue: Catalogue, tmp_path: Path) -> None:
    """Stopped after each step, with another process each time, it ends after as many steps as at one go; all is found meanwhile."""
    assert len(segments(catalogue)) == 3
    steps = 0
    while True:
        with Catalogue.open(tmp_path) as another:
            steps += 1
            if another.tidy(stop=After(1)):
                break
        assert steps < 100
    assert steps > 5
    assert [records for _number, records in segments(catalogue)] == [COUNT]
    assert assert_consistent(tmp_path) == COUNT


def test_what_is_written_during_a_merge_is_kept(catalogue: Catalogue, tmp_path: Path) -> None:
    """Changes, removals and returns between two steps are neither lost nor undone by the merged segment."""
    catalogue.tidy(stop=After(3))
    put(catalogue, range(20), version=1)
    work = catalogue.harvest("s")
    work.delete([str(n) for n in range(40, 60)])
    work.flush()
    assert catalogue.engine.search(Query("edition1")).total == 20
    catalogue.tidy(stop=After(3))
    put(catalogue, range(50, 55), version=2)
    assert catalogue.tidy()
    assert catalogue.engine.search(Query("edition1")).total == 20
    assert catalogue.engine.search(Query("edition2")).total == 5
    assert catalogue.engine.search(Query("edition0")).total == COUNT - 40
    assert assert_consistent(tmp_path) == COUNT - 15


def test_two_processes_may_tidy_and_search_at_once(catalogue: Catalogue, tmp_path: Path) -> None:
    """Whoever comes second goes on with the merge of the first; a search in an index merged meanwhile finds the same."""
    with Catalogue.open(tmp_path) as other:
        assert other.engine.search(Query("titre")).total == COUNT
        before = segments(catalogue)
        turns = 0

        def interrupted() -> bool:
            nonlocal turns
            turns += 1
            if turns == 4:
                other.tidy(stop=After(2))
            if turns == 7:
                assert other.tidy()
            return False

        assert catalogue.tidy(stop=interrupted)
        assert turns >= 7 and segments(catalogue) != before
        for word in ("titre", "aaaa", "nom3"):
            assert sorted(other.engine.search(Query(word)).ids) == sorted(catalogue.engine.search(Query(word)).ids)
    assert [records for _number, records in segments(catalogue)] == [COUNT]
    assert assert_consistent(tmp_path) == COUNT


def test_a_list_shown_before_a_merge_can_be_scrolled_after_it(catalogue: Catalogue, tmp_path: Path) -> None:
    """Segments that another process replaced are not taken for damaged ones."""
    with Catalogue.open(tmp_path) as other:
        number = other._index._current().parts[0].segment.number
        catalogue.tidy()
        other._index.writing.leave_out(number)
        assert other._index.writing.whole()
        assert other.engine.search(Query("titre")).total == COUNT


def test_the_bulk_stays_when_little_changed(catalogue: Catalogue) -> None:
    """A delivery of some records does not have the whole index written again, nor its answers worked out again."""
    assert catalogue.ready()
    (bulk,) = segments(catalogue)
    put(catalogue, range(10), version=1)
    put(catalogue, range(1), version=1)
    assert catalogue.ready()
    assert segments(catalogue) == [bulk, (segments(catalogue)[-1][0], 10)]
    assert catalogue.engine.search(Query("edition1")).total == 10
    assert catalogue.engine.search(Query("titre")).total == COUNT


def test_many_small_changes_stay_few_segments(catalogue: Catalogue, tmp_path: Path) -> None:
    """Without any tidying, a search never has more than a handful of segments to look into."""
    for version in range(1, 20):
        put(catalogue, range(version, version + 12), version)
        assert len(segments(catalogue)) <= writing.SEVERAL
    assert assert_consistent(tmp_path) == COUNT


@pytest.mark.parametrize(
    "damage", ["UPDATE ix_chunk SET data = zeroblob(length(data))", "UPDATE ix_chunk SET data = 7", "DELETE FROM ix_chunk"]
)
def test_every_damaged_row_is_noticed_and_mended(tmp_path: Path, damage: str) -> None:
    """Whichever row of the index is spoilt, all that is asked is answered as before, and nobody has to do anything."""
    with Catalogue.open(tmp_path) as catalogue:
        put(catalogue, range(40))
        put(catalogue, range(20, 40), version=1)
    words = ("", "titre", "edition1", "nom3", "aaaa", "tit")
    with Catalogue.open(tmp_path) as catalogue:
        expected = [(sorted((a := catalogue.engine.search(Query(w))).ids), a.facets) for w in words]
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        count = db.execute("SELECT count(*) FROM ix_chunk").fetchone()[0]
    assert count > 20
    for place in range(0, count, 3):
        with closing(sqlite3.connect(tmp_path / FILE)) as db:
            chosen = db.execute("SELECT id FROM ix_chunk ORDER BY id LIMIT 1 OFFSET ?", (place % max(1, count),)).fetchone()
            if chosen:
                db.execute(f"{damage} WHERE id = ?", chosen)
                db.commit()
        with Catalogue.open(tmp_path) as catalogue:
            found = [(sorted((a := catalogue.engine.search(Query(w))).ids), a.facets) for w in words]
            assert found == expected
            catalogue.tidy()
    assert assert_consistent(tmp_path) == 40


def test_an_unreadable_directory_is_mended(catalogue: Catalogue, tmp_path: Path) -> None:
    """The list of a segment's arrays may be spoilt too; then nobody knows what it held, and all is indexed again."""
    with closing(sqlite3.connect(catalogue.path)) as db:
        db.execute("UPDATE ix_segment SET directory = 'x' WHERE id = (SELECT max(id) FROM ix_segment)")
        db.commit()
    with Catalogue.open(tmp_path) as another:
        assert another.engine.search(Query("titre")).total == COUNT
    assert assert_consistent(tmp_path) == COUNT


def test_mending_stops_and_goes_on(catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is being made again answers with what it has, and goes on from there."""
    monkeypatch.setattr("kiosk.store.mending.BATCH", 20)
    with closing(sqlite3.connect(catalogue.path, isolation_level=None)) as db:
        for number, _records in storage.sizes(db):
            writing.Writing(db).leave_out(number)
    totals = []
    while not catalogue.tidy(stop=After(1)):
        with Catalogue.open(tmp_path, readonly=True) as reader:
            totals.append(reader.engine.search(Query("titre")).total)
    assert totals[:3] == [20, 40, 60]
    assert assert_consistent(tmp_path) == COUNT


def test_a_disk_for_reading_only_says_what_to_do(catalogue: Catalogue, tmp_path: Path) -> None:
    """Where the index cannot be made again, a sentence for people comes instead of an answer."""
    catalogue.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("UPDATE ix_chunk SET data = zeroblob(3)")
        db.commit()
    with Catalogue.open(tmp_path, readonly=True) as reader, pytest.raises(DamagedIndex, match="moissonnez"):
        reader.engine.search(Query("titre"))


def test_upkeep_works_while_nobody_is_there(tmp_path: Path) -> None:
    """The index is merged and its answers made on the catalogue thread; never during a visit, and a touch stops it."""
    with Catalogue.open(tmp_path) as catalogue:
        for start in range(0, COUNT, 30):
            put(catalogue, range(start, start + 30))
    visitors = ["Ada"]
    with Catalogue.open(tmp_path) as watching:
        worker: Worker[Catalogue] = Worker(lambda: Catalogue.open(tmp_path), lambda: None, lambda c: c.close()).start()
        try:
            care = Upkeep(worker, lambda: bool(visitors))
            care.look()
            assert worker.idle
            visitors.clear()
            care.look()
            care.hold()  # somebody comes at once
            settle(worker)
            assert len(segments(watching)) >= 1
            care.look()
            settle(worker)
            assert [records for _number, records in segments(watching)] == [COUNT]
        finally:
            worker.close()
    assert assert_consistent(tmp_path) == COUNT


def test_a_row_damaged_after_it_was_checked_is_noticed(tmp_path: Path) -> None:
    """Tables left on the disk are read again later: a row that has become shorter since it was checked is damage, not an error of ours."""
    with Catalogue.open(tmp_path) as catalogue:
        put(catalogue, range(40))
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        number = db.execute("SELECT max(id) FROM ix_segment").fetchone()[0]
        segment = storage.load(db, number)
        assert segment.table("f_library").shape[0] == 40
        db.execute("UPDATE ix_chunk SET data = zeroblob(9)")
        with pytest.raises(DamagedIndex):
            segment.table("f_library")
