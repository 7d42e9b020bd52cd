"""One patron's visit: gathered, kept, warned about, forgotten."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Hold, HoldState, Patron
from kiosk.search.port import Query
from kiosk.session import MAX_BASKET, MAX_QUERIES, Added, Change, Comforts, IdlePhase, IdlePolicy, Session


def test_the_basket_keeps_order_refuses_doubles_and_has_a_limit() -> None:
    """A record is in the basket once, where it was put; the sixty-first is refused, not silently dropped."""
    session = Session()
    assert session.add("r1", "Regain") is Added.YES
    assert session.add("r2", "Colline") is Added.YES
    assert session.add("r1", "Regain") is Added.ALREADY
    assert [entry.record_id for entry in session.basket] == ["r1", "r2"]
    for n in range(3, MAX_BASKET + 1):
        assert session.add(f"r{n}", "…") is Added.YES
    assert session.add("one too many", "…") is Added.FULL
    assert len(session) == MAX_BASKET
    assert "one too many" not in session


def test_what_is_taken_out_can_be_put_back_where_it_was() -> None:
    """Undo restores the record at its place."""
    session = Session()
    for name in "abc":
        session.add(name, name)
    entry = session.remove("b")
    assert entry is not None
    session.restore(entry, 1)
    assert [e.record_id for e in session] == ["a", "b", "c"]
    assert session.remove("not there") is None


def test_watchers_hear_each_change_once_and_may_leave() -> None:
    """A change is told once, nothing is told when nothing changed, and a watcher that left hears no more."""
    session, heard = Session(), []
    leave = session.watch(heard.append)
    session.add("r", "R")
    session.add("r", "R")
    session.set_comforts(text=1.3)
    session.set_comforts(text=1.3)
    session.asked(Query("giono"))
    session.asked(Query("giono"))
    session.sign_in(Patron("123"))
    session.sign_out()
    session.sign_out()
    assert heard == [Change.BASKET, Change.COMFORTS, Change.QUERIES, Change.PATRON, Change.PATRON]
    leave()
    leave()
    session.empty_basket()
    assert heard[-1] is Change.PATRON


def test_signing_out_forgets_who_but_keeps_the_basket() -> None:
    """The basket names nobody: it survives signing out; the holds go with the patron."""
    session = Session()
    session.add("r", "R")
    session.sign_in(Patron("123"))
    session.hold_placed(Hold("k", "r", "R", "DIG", "2026-11-22T10:00:00Z"))
    session.hold_placed(Hold("k", "r", "R", "DIG", "2026-11-22T10:00:00Z", HoldState.ACCEPTED))
    assert [h.state for h in session.holds] == [HoldState.ACCEPTED]
    session.sign_out()
    assert session.patron is None
    assert session.holds == ()
    assert len(session) == 1


def test_queries_are_bounded() -> None:
    """A visit of a thousand searches remembers the last fifty."""
    session = Session()
    for n in range(1000):
        session.asked(Query(str(n)))
    assert len(session.queries) == MAX_QUERIES
    assert session.queries[-1].words == "999"


def test_a_visit_starts_at_the_first_touch_and_warns_before_it_ends() -> None:
    """Nobody → active → warning 30 s before → over; one timer is told when to look again."""
    session = Session(IdlePolicy(idle=120, warning=30))
    assert session.phase(0) is IdlePhase.AWAY
    assert session.next_change(0) is None
    session.touch(1000)
    assert session.phase(1089.9) is IdlePhase.ACTIVE
    assert session.next_change(1000) == 90
    assert session.phase(1090) is IdlePhase.WARNING
    assert session.next_change(1090) == 30
    assert session.remaining(1100) == 20
    assert session.phase(1120) is IdlePhase.OVER


def test_one_touch_extends_as_often_as_wanted() -> None:
    """A11: twenty warnings in a row, each answered by one touch, and the visit with its basket is still there."""
    session, now = Session(IdlePolicy(120, 30)), 0.0
    session.touch(now)
    session.add("r", "R")
    for n in range(1, 21):
        now += 119
        assert session.phase(now) is IdlePhase.WARNING
        session.touch(now)
        assert session.phase(now) is IdlePhase.ACTIVE
        assert session.extensions == n
    assert "r" in session


def test_a_touch_after_the_end_is_a_new_visitor() -> None:
    """When the timer was late, the next person does not inherit the last one's basket."""
    session, heard = Session(IdlePolicy(120, 30)), []
    session.touch(0)
    session.add("r", "R")
    session.watch(heard.append)
    session.touch(500)
    assert len(session) == 0
    assert session.phase(500) is IdlePhase.ACTIVE
    assert heard == [Change.WIPED, Change.STARTED]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_no_setting_makes_the_warning_unfair(idle: float, warning: float) -> None:
    """Whatever is configured, 30 seconds of warning and some quiet before it remain."""
    policy = IdlePolicy(idle, warning)
    assert policy.warning >= 30
    assert policy.idle - policy.warning >= 15 - 1e-6


def _strings_of(root: object) -> set[str]:
    """Every string reachable from an object, through attributes, containers and closures."""
    seen: set[int] = set()
    found: set[str] = set()
    todo = [root]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or type(thing) is type:
            continue
        seen.add(id(thing))
        if type(thing) is str:
            found.add(thing)
        elif not callable(thing) or hasattr(thing, "__self__") or getattr(thing, "__closure__", None):
            todo.extend(r for r in gc.get_referents(thing) if not isinstance(r, type))
    return found


def test_after_a_wipe_nothing_of_the_visit_can_be_reached() -> None:
    """A16: no string of the visit is reachable from the session, nor held by any object of the process."""
    mark = "".join(["canary", "-", "27006"])
    session = Session(IdlePolicy(), Comforts(volume=55))
    session.touch(0)
    session.add(f"{mark}-id", f"{mark}-title")
    session.asked(Query(f"{mark}-words"))
    session.sign_in(Patron(f"{mark}-card", f"{mark}-name"))
    session.hold_placed(Hold(f"{mark}-key", f"{mark}-id", f"{mark}-title", "DIG", "2026-11-22T10:00:00Z"))
    session.set_comforts(palette="night", volume=100)
    assert any(mark in s for s in _strings_of(session))
    assert session.wipe() == ()
    gc.collect()
    held = [s for o in gc.get_objects() for s in gc.get_referents(o) if type(s) is str and s.startswith(mark + "-")]
    assert held == []
    assert not any(mark in s for s in _strings_of(session) if s != mark)
    assert session.comforts == Comforts(volume=55)
    assert session.phase(1) is IdlePhase.AWAY


def test_a_wipe_finishes_even_when_a_listener_fails() -> None:
    """One failing listener spares nobody, and its report names code, never data."""
    session, done = Session(), []

    def broken() -> None:
        raise ValueError("the card was 27006000123")

    session.on_wipe(broken)
    session.on_wipe(lambda: done.append(True))
    session.sign_in(Patron("27006000123"))
    failed = session.wipe()
    assert done == [True]
    assert session.patron is None
    assert len(failed) == 1
    assert "ValueError" in failed[0]
    assert "27006000123" not in failed[0]


@pytest.mark.parametrize("thing", [Patron("27006000123", "Jeanne")])
def test_a_patron_never_shows_in_a_repr(thing: object) -> None:
    """A log line or a traceback with a session's values names nobody."""
    session = Session()
    session.sign_in(Patron("27006000123", "Jeanne"))
    session.add("secret-record", "Secret title")
    assert "27006000123" not in repr(thing) + repr(session.patron) + repr(session)
    assert "Secret" not in repr(session.basket)


def test_what_a_visit_opened_ends_once() -> None:
    """A second window ends the first; the end of the visit ends the second, and the next visit starts with none."""
    ended: list[str] = []
    session = Session()
    session.at_end("browser", lambda: ended.append("first"))
    session.at_end("browser", lambda: ended.append("second"))
    assert ended == ["first"]
    session.wipe()
    assert ended == ["first", "second"]
    session.wipe()
    assert ended == ["first", "second"]


def test_a_visit_is_personal_as_soon_as_it_holds_something() -> None:
    """A search, a basket, a card: each is something to wipe; comforts alone are not."""
    session = Session()
    session.set_comforts(text=1.6)
    assert not session.personal
    for act in (lambda: session.asked(Query("divorce")), lambda: session.add("r1", "Titre"), lambda: session.sign_in(Patron("1234"))):
        act()
        assert session.personal
        session.wipe()
        assert not session.personal
