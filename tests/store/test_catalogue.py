"""Opening, damage, disks that say no, the network's pages."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.domain import Author, Branch, Event, Identifier, Record, Rubric, Selection, SourceRef
from kiosk.errors import Damaged, DiskFull, DiskReadOnly, NotFound, StoreError
from kiosk.search.port import Query
from kiosk.store.catalogue import FILE, SUSPECT, Catalogue, Opened, check
from tests.store.consistency import assert_consistent


def fill(data: Path, count: int = 50, good: bool = False) -> None:
    with Catalogue.open(data) as catalogue:
        with catalogue.harvest("f") as harvest:
            harvest.add(Record(str(n), f"Titre {n}", summary="mot " * 40, sources=(SourceRef("f", str(n)),)) for n in range(count))
        if good:
            catalogue.checkpoint_good()


def test_reopening_finds_everything(tmp_path: Path) -> None:
    """What was harvested is there after closing."""
    fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.NORMAL
        assert catalogue.stats().records == 50
        record = catalogue.record(1)
        assert catalogue.docid(record.id) == 1
        assert catalogue.get(record.id) == record
        for missing in (lambda: catalogue.record(999), lambda: catalogue.get("none"), lambda: catalogue.docid("none")):
            with pytest.raises(NotFound):
                missing()
        assert [h.docid for h in catalogue.hits([3, 999, 1])] == [3, 1]


def test_network_round_trip(tmp_path: Path) -> None:
    """Branches, rubrics, selections, events and authors come back as they were put, others untouched."""
    branch, rubric = Branch("DIG", "Digne", latitude=44.1), Rubric("j", "Jeunesse", "bear", "sun", facets={"audience": ("children",)})
    selection = Selection("s", "Été", ("a", "b"))
    events = (Event("2", "Atelier", "2026-12-02T14:00"), Event("1", "Conte", "2026-12-01T10:00", record_ids=("a",)))
    author = Author("Jean Giono", identifiers=(Identifier("uri", "x"),))
    with Catalogue.open(tmp_path) as catalogue:
        catalogue.put_network(branches=[branch], rubrics=[rubric], selections=[selection], events=events, authors=[author])
        catalogue.put_network(branches=[branch, Branch("MAN", "Manosque")])
        assert [b.code for b in catalogue.branches()] == ["DIG", "MAN"]
        assert catalogue.branches()[0] == branch
        assert catalogue.rubrics() == (rubric,)
        assert catalogue.selections() == (selection,)
        assert [e.id for e in catalogue.events()] == ["1", "2"]
        assert catalogue.events(after="2026-12-02")[0] == events[0]
        assert catalogue.author("Jean Giono") == author
        assert catalogue.author("Nobody") is None


@pytest.mark.parametrize("damage", ["header", "middle", "truncated", "empty", "text"])
def test_a_damaged_file_is_replaced_by_the_good_copy(tmp_path: Path, damage: str) -> None:
    """The damaged file is set aside, the last good one opens, and nothing crashes or loops."""
    fill(tmp_path, 300, good=True)
    path = tmp_path / FILE
    whole = path.read_bytes()
    broken = {
        "header": b"\xff" * 100 + whole[100:],
        "middle": whole[:4096] + os.urandom(len(whole) - 4096),
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "text": b"<html>captive portal</html>" * 500,
    }[damage]
    path.write_bytes(broken)
    if not check(tmp_path):
        assert (tmp_path / SUSPECT).exists()
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.FROM_GOOD_COPY
        assert catalogue.stats().records == 300
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.NORMAL
    assert_consistent(tmp_path)


def test_a_lost_file_comes_back_from_the_good_copy(tmp_path: Path) -> None:
    """A catalogue that vanished is the last good one."""
    fill(tmp_path, 20, good=True)
    (tmp_path / FILE).unlink()
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.stats().records == 20


def test_damaged_without_a_good_copy_starts_empty(tmp_path: Path) -> None:
    """With a bad good copy too, the catalogue is empty, says so, and can be harvested again."""
    fill(tmp_path, good=True)
    for path in (tmp_path / FILE, tmp_path / "good" / FILE):
        path.write_bytes(b"garbage" * 1000)
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.EMPTIED
        assert catalogue.stats().records == 0
    fill(tmp_path)
    assert assert_consistent(tmp_path) == 50


def test_no_more_than_two_damaged_files_are_kept(tmp_path: Path) -> None:
    """Repeated damage does not fill the disk."""
    fill(tmp_path, good=True)
    for _ in range(4):
        (tmp_path / FILE).write_bytes(b"garbage" * 1000)
        Catalogue.open(tmp_path).close()
    assert len(list(tmp_path.glob("catalogue.damaged-*.sqlite"))) == 2


def test_a_damaged_file_is_never_copied_over_the_good_one(tmp_path: Path) -> None:
    """The check comes before the copy."""
    fill(tmp_path, 2000, good=True)
    before = (tmp_path / "good" / FILE).read_bytes()
    page = (tmp_path / FILE).read_bytes().index(b"Titre 1500") // 4096
    with (tmp_path / FILE).open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xff" * 64)
    with Catalogue.open(tmp_path) as catalogue, pytest.raises(Damaged):
        catalogue.checkpoint_good()
    assert (tmp_path / "good" / FILE).read_bytes() == before
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.FROM_GOOD_COPY


def test_two_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    """The schema is made once."""
    code = f"from pathlib import Path; from kiosk.store.catalogue import Catalogue; Catalogue.open(Path({str(tmp_path)!r})).close()"
    import sys

    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    errors = [process.communicate()[1] for process in running]
    assert all(process.returncode == 0 for process in running), errors


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[Path]:
    """Mount a real file system of this size."""
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True)
    if done.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


needs_root = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a real small disk needs root and mount")


@pytest.mark.root
@needs_root
def test_full_disk(tmp_path: Path) -> None:
    """On a really full disk the harvest stops with a plain sentence; what was stored before stays and is found."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        fill(disk, 200)
        with Catalogue.open(disk) as catalogue:
            with pytest.raises(DiskFull, match="plein"), catalogue.harvest("big") as harvest:
                harvest.add(Record(str(n), f"Gros {n}", summary=f"x{n} " * 400, sources=(SourceRef("big", str(n)),)) for n in range(20_000))
            assert catalogue.engine.search(Query("titre")).total == 200
            with pytest.raises(DiskFull):
                (disk / "ballast").write_bytes(b"") or catalogue.checkpoint_good()
        kept = assert_consistent(disk)
        assert kept >= 200
        assert list(disk.glob("**/*.part")) == []


@pytest.mark.root
@needs_root
def test_read_only_disk(tmp_path: Path) -> None:
    """On a really read-only disk the catalogue is read, searched, and refuses to be written in plain words."""
    with small_disk(tmp_path / "disk", "16m") as disk:
        fill(disk, 200)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with Catalogue.open(disk) as catalogue:
            assert catalogue.readonly
            assert catalogue.engine.search(Query("titre 7")).total
            with pytest.raises(DiskReadOnly, match="écriture"):
                catalogue.harvest("f")
            with pytest.raises(DiskReadOnly):
                catalogue.put_network(branches=[Branch("A", "A")])


@pytest.mark.root
@needs_root
def test_read_only_disk_with_a_journal_left(tmp_path: Path) -> None:
    """A kiosk killed before its disk became read-only still opens, with its last batch."""
    with small_disk(tmp_path / "disk", "32m") as disk:
        fill(disk, 200)
        with Catalogue.open(disk) as catalogue:
            with catalogue.harvest("late") as harvest:
                harvest.add([Record("z", "Dernier arrivé", sources=(SourceRef("late", "z"),))])
            kept = tmp_path / "killed"
            kept.mkdir()
            for name in (FILE, f"{FILE}-wal"):
                shutil.copy(disk / name, kept / name)
        for name in (FILE, f"{FILE}-wal"):
            shutil.copy(kept / name, disk / name)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with Catalogue.open(disk) as catalogue:
            assert catalogue.engine.search(Query("dernier arrivé")).total == 1


@pytest.mark.root
@needs_root
def test_nothing_to_read_on_a_read_only_disk(tmp_path: Path) -> None:
    """Without a catalogue and without the right to write, the message says so."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(DiskReadOnly):
            Catalogue.open(disk / "data")


def test_reading_a_catalogue_that_is_not_there(tmp_path: Path) -> None:
    """Asking to read only makes nothing."""
    with pytest.raises(NotFound):
        Catalogue.open(tmp_path / "none", readonly=True)
    assert not (tmp_path / "none").exists()


def test_busy_is_a_plain_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that holds the file for long gives an error a person understands."""
    monkeypatch.setattr("kiosk.store.disk.BUSY_MS", 50)
    fill(tmp_path)
    with Catalogue.open(tmp_path) as catalogue, closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="occupé"):
            catalogue.harvest("f").flush()


def test_a_file_of_the_first_version_is_indexed_anew(tmp_path: Path) -> None:
    """A catalogue made before the dedicated index opens with everything findable."""
    fill(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ix_%'").fetchall():
            db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name IN ('dedicated_index', 'numbers_for_keys')")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    assert assert_consistent(tmp_path) == 50
