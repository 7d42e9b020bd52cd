"""Killing a real process at random moments of a harvest and of a hold."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.circulation.delivery import deliver
from kiosk.circulation.koha_rest import KohaRest
from kiosk.store.catalogue import FILE, Catalogue, Opened
from kiosk.store.outbox import Outbox
from tests.contract.hold_service import CARD
from tests.kill_worker import RECORDS
from tests.simulators.koha_rest_server import ACCOUNT, Library, koha
from tests.store.consistency import assert_consistent

ROOT = Path(__file__).parent.parent


def assert_state_tells_the_truth(data: Path) -> None:
    """Every record before the stored position has the version the state names."""
    with Catalogue.open(data) as catalogue:
        assert catalogue.opened is Opened.NORMAL
        states = {source: dict(catalogue.harvest(source).state) for source in "ab"}
    with closing(sqlite3.connect(data / FILE)) as db:
        for source, state in states.items():
            version, done = int(state.get("version", "0")), int(state.get("done", "0"))
            for source_id, body in db.execute("SELECT source_id, body FROM source_record WHERE source = ?", (source,)):
                new = f"edition{version}" in body
                assert new if int(source_id) < done else new or f"edition{version - 1}" in body
            if version:
                assert db.execute("SELECT count(*) FROM source_record WHERE source = ?", (source,)).fetchone()[0] == RECORDS


def assert_holds_arrived_once(data: Path, url: str, library: Library) -> None:
    """Deliver what is left; every accepted hold is at the library exactly once."""
    service = KohaRest(url, *ACCOUNT)
    with Outbox.open(data) as outbox:
        later = datetime.now(UTC) + timedelta(days=400)
        deliver(outbox, service, data, lambda: later)
        assert outbox.pending() == ()
    service.close()
    arrived = [h["biblio_id"] for h in library.holds.values()]
    assert len(arrived) == len(set(arrived))
    notes = data / "accepted.txt"
    accepted = {int(line) for line in notes.read_text().split()} if notes.exists() else set()
    assert accepted <= set(arrived)


def kill(times: int, data: Path) -> None:
    library = Library(refuse_doubles=False)
    library.enrol(CARD)
    with koha(library) as url:
        command = [sys.executable, "-m", "tests.kill_worker", str(data), url]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdin
            assert worker.stdout
            for seed in range(times):
                task = "harvest" if seed % 2 else "hold"
                worker.stdin.write(f"{task} {seed}\n")
                worker.stdin.flush()
                assert worker.stdout.readline() == "killed\n"
                if task == "harvest":
                    assert_state_tells_the_truth(data)
                    assert_consistent(data)
            worker.stdin.close()
        assert_holds_arrived_once(data, url, library)
        assert library.holds


def test_killed_10_times(tmp_path: Path) -> None:
    """The catalogue always opens and agrees with its index and its state; no accepted hold is lost or doubled."""
    kill(10, tmp_path)


@pytest.mark.slow
def test_killed_200_times(tmp_path: Path) -> None:
    """The same at 200 random moments."""
    kill(200, tmp_path)
