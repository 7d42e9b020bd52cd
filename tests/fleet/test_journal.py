"""The journal tells what was begun and done, and shows when it was touched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.errors import Damaged
from fleet.journal import Journal, Kind, check_journal, open_run, read_events


def now() -> datetime:
    return datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def filled(folder: Path) -> Journal:
    """A journal with one finished run and one open."""
    journal = Journal(folder, "tablette 1", now)
    journal.append("r1", Kind.START, data={"operation": "reset"})
    journal.append("r1", Kind.END)
    journal.append("r2", Kind.START, data={"operation": "reset", "profile": "p"})
    journal.append("r2", Kind.INTENT, "marks", {"token": "ab"})
    journal.append("r2", Kind.DONE, "marks", {"planted": 4}, sync=False)
    journal.append("r2", Kind.INTENT, "clean")
    return journal


def test_a_cut_run_is_found_again(tmp_path: Path) -> None:
    """After a kill the next sitting knows which steps are done and which was under way."""
    filled(tmp_path)
    found = Journal(tmp_path, "tablette 1", now).open_run()
    assert found is not None
    assert (found.id, found.operation, set(found.done), set(found.intents)) == ("r2", "reset", {"marks"}, {"marks", "clean"})


def test_a_finished_run_is_over(tmp_path: Path) -> None:
    """Nothing is gone on with when the last run has its end."""
    journal = filled(tmp_path)
    journal.append("r2", Kind.END)
    assert Journal(tmp_path, "tablette 1", now).open_run() is None
    assert open_run([]) is None


@settings(max_examples=40)
@given(st.data())
def test_any_changed_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A line changed, taken out or put elsewhere breaks the chain."""
    raw = filled(tmp_path_factory.mktemp("j")).path.read_bytes()
    lines = raw.splitlines(keepends=True)
    kind = data.draw(st.sampled_from(["byte", "drop", "swap", "double"]))
    at = data.draw(st.integers(0, len(lines) - 2))
    if kind == "byte":
        place = data.draw(st.integers(0, len(raw) - 2))
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
    elif kind == "drop":
        changed = b"".join(lines[:at] + lines[at + 1 :])
    elif kind == "swap":
        changed = b"".join([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]])
    else:
        changed = b"".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])
    with pytest.raises(Damaged):
        read_events(changed)


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_the_half_line_of_a_killed_computer_is_set_aside(tmp_path: Path, cut: int) -> None:
    """The whole lines stay, the half one is never read, and the chain goes on."""
    path = filled(tmp_path).path
    path.write_bytes(path.read_bytes()[:-cut])
    journal = Journal(tmp_path, "tablette 1", now)
    assert len(journal.events) == 5
    journal.append("r2", Kind.INTENT, "clean")
    assert len(check_journal(path)) == 6


def test_a_damaged_journal_is_kept_and_a_new_one_begins(tmp_path: Path) -> None:
    """A reset is not stopped by a bad disk; what was there is kept beside."""
    path = filled(tmp_path).path
    path.write_bytes(path.read_bytes().replace(b"marks", b"msrks", 1))
    journal = Journal(tmp_path, "tablette 1", now)
    assert journal.events == [] and journal.set_aside
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_identifiers_cannot_leave_the_folder(tmp_path: Path) -> None:
    """A device's identifier is no path."""
    assert Journal(tmp_path, "../../etc/x", now).path.parent == tmp_path
