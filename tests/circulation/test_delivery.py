"""Holds from the outbox to a real server: none lost, none doubled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.circulation.delivery import LAST_RETRY, deliver, retry_in
from kiosk.circulation.koha_rest import KohaRest
from kiosk.circulation.port import HoldRequest, NotSent
from kiosk.domain import HoldState, Patron, Record, SourceRef
from kiosk.errors import LinkError
from kiosk.store.outbox import Outbox
from tests.contract.hold_service import CARD
from tests.simulators.koha_rest_server import ACCOUNT, Library, koha

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def record(number: int) -> Record:
    return Record(f"id{number}", f"Titre {number}", sources=(SourceRef("koha", str(number)),))


class World:
    """An outbox, a library system, and a clock that jumps."""

    def __init__(self, data: Path, url: str, library: Library) -> None:
        self.data, self.library = data, library
        self.now = START
        self.outbox = Outbox.open(data)
        self.service = KohaRest(url, *ACCOUNT)

    def place(self, number: int, key: str = "") -> None:
        self.outbox.place(Patron(CARD), record(number), "DIG", key or f"k{number}", self.now)

    def deliver(self, after: timedelta = timedelta(hours=2)) -> bool:
        self.now += after
        return deliver(self.outbox, self.service, self.data, lambda: self.now).line_up

    def close(self) -> None:
        self.service.close()
        self.outbox.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    library = Library()
    library.enrol(CARD)
    with koha(library) as url:
        made = World(tmp_path, url, library)
        yield made
        made.close()


def test_delivered(world: World) -> None:
    """A hold becomes accepted with its place in the queue, and the card is gone from the files."""
    world.place(7)
    assert world.deliver()
    hold = world.outbox.get("k7")
    assert (hold.state, hold.position, hold.tries) == (HoldState.ACCEPTED, 1, 1)
    assert world.outbox.holds_of(Patron(CARD)) == ()
    assert world.library.holds[1]["pickup_library_id"] == "DIG"


def test_refused_with_the_reason(world: World) -> None:
    """The library system's sentence is kept for the screen."""
    world.library.faults = ["refuse:tooManyReserves"]
    world.place(7)
    world.deliver()
    hold = world.outbox.get("k7")
    assert (hold.state, hold.reason) == (HoldState.REFUSED, "tooManyReserves")


@pytest.mark.parametrize("doubles_refused", [True, False])
def test_an_answer_lost_on_the_way_is_not_sent_twice(world: World, doubles_refused: bool) -> None:
    """The server did it, the answer was cut: the next attempt finds it, also on a server that would take it twice."""
    world.library.refuse_doubles = doubles_refused
    world.library.faults = ["cut_after"]
    world.place(7)
    assert not world.deliver()
    assert world.outbox.get("k7").state is HoldState.WAITING
    assert world.deliver()
    assert world.outbox.get("k7").state is HoldState.ACCEPTED
    assert len(world.library.holds) == 1


def test_a_line_that_is_down_keeps_everything(world: World) -> None:
    """The round ends at the first broken call; everything goes later, and not before its time."""
    for number in range(1, 4):
        world.place(number)
    world.library.faults = ["cut_before"]
    assert not world.deliver()
    assert [h.tries for h in world.outbox.pending()] == [1, 0, 0]
    world.deliver(timedelta(seconds=1))
    assert [h.key for h in world.outbox.pending()] == ["k1"]
    world.deliver()
    assert world.outbox.pending() == ()
    assert len(world.library.holds) == 3


def test_one_bad_answer_does_not_hold_up_the_others(world: World) -> None:
    """A server error about one hold lets the next ones pass."""
    for number in range(1, 4):
        world.place(number)
    world.library.faults = ["busy"]
    assert world.deliver()
    assert [h.key for h in world.outbox.pending()] == ["k1"]


def test_a_hold_already_there_is_accepted(world: World) -> None:
    """What the patron reserved at the desk meanwhile is what they wanted."""
    world.library.place({"patron_id": 1, "biblio_id": 7})
    world.place(7)
    world.deliver()
    assert world.outbox.get("k7").state is HoldState.ACCEPTED
    assert len(world.library.holds) == 1


def test_taken_back_at_the_last_moment(world: World) -> None:
    """A hold cancelled between reading and sending is not sent."""
    world.place(7)
    parcels = world.outbox.due(world.now)
    assert world.outbox.cancel("k7")
    world.outbox.due = lambda now=None: parcels  # type: ignore[method-assign]
    world.deliver()
    assert world.library.holds == {}
    assert world.outbox.get("k7").state is HoldState.CANCELLED


def test_retries_grow() -> None:
    """From half a minute to an hour, whatever the count."""
    waits = [retry_in(n) for n in range(100)]
    assert waits == sorted(waits)
    assert waits[1] == timedelta(seconds=30)
    assert waits[-1] == LAST_RETRY


FAULTS = st.sampled_from(["", "cut_before", "cut_after", "busy", "garbage"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(faults=st.lists(FAULTS, max_size=12), everywhere=st.booleans(), count=st.integers(1, 4))
def test_whatever_the_line_does(tmp_path_factory: pytest.TempPathFactory, faults: list[str], everywhere: bool, count: int) -> None:
    """After any series of faults every accepted hold is at the library exactly once."""
    library = Library(refuse_doubles=False, faults=list(faults), everywhere=everywhere)
    library.enrol(CARD)
    with koha(library) as url:
        world = World(tmp_path_factory.mktemp("line"), url, library)
        for number in range(1, count + 1):
            world.place(number)
        for _ in range(len(faults) * 2 + 3):
            world.deliver()
        assert world.outbox.pending() == ()
        assert sorted(h["biblio_id"] for h in library.holds.values()) == list(range(1, count + 1))
        world.close()


def test_a_hold_that_certainly_did_not_leave_can_be_taken_back(tmp_path: Path) -> None:
    """No connection at all: after several attempts it can still be cancelled; once an attempt may have arrived, it cannot."""

    class Nobody:
        error: Exception = NotSent("La bibliothèque ne répond pas.")

        def find_hold(self, request: HoldRequest) -> None:
            raise LinkError("coupé")  # a question: it has placed nothing

        def place_hold(self, request: HoldRequest) -> None:
            raise self.error

    service: Any = Nobody()
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with Outbox.open(tmp_path) as outbox:
        for key in ("k1", "k2"):
            outbox.place(Patron("27001"), Record(key, "Regain"), "DIG", key, moment)
        for _attempt in range(4):
            moment += timedelta(hours=2)
            assert not deliver(outbox, service, tmp_path, lambda: moment).line_up  # noqa: B023
        assert outbox.get("k1").tries == 4
        assert outbox.cancel("k1")
        service.find_hold = lambda request: None
        service.error = LinkError("coupé au milieu")
        moment += timedelta(hours=2)
        deliver(outbox, service, tmp_path, lambda: moment)
        assert not outbox.cancel("k2"), "it may have arrived"


def test_an_outbox_of_the_version_before_is_kept(tmp_path: Path) -> None:
    """Holds that were tried are held to have left, as they were before."""
    with Outbox.open(tmp_path) as outbox:
        for key in ("tried", "new"):
            outbox.place(Patron("27001"), Record(key, "Regain"), "DIG", key)
        outbox.mark("tried", HoldState.SENDING)
        outbox.mark("tried", HoldState.WAITING)
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite")) as file:
        file.execute("ALTER TABLE hold DROP COLUMN doubt")
        file.execute("PRAGMA user_version = 1")
        file.commit()
    with Outbox.open(tmp_path) as outbox:
        assert not outbox.cancel("tried")
        assert outbox.cancel("new")
