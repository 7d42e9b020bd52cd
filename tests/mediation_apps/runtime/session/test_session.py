"""Sixteen real tablets on real sockets: drops, late joiners, orders; nothing is lost and the facilitator sees it within a second."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from mediation_apps.errors import SessionError
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.model import TrueFalse
from mediation_apps.runtime.session.discovery import Announcement, Following, Found, Search, own_addresses
from mediation_apps.runtime.session.follower import JOINED, Follower
from mediation_apps.runtime.session.leader import Leader
from mediation_apps.runtime.session.link import Reporter
from mediation_apps.runtime.session.outbox import Outbox
from mediation_apps.runtime.session.room import MOST_WRONG, STUCK, Room, export
from mediation_apps.runtime.session.wire import (
    ENDED,
    FROZEN,
    RUNNING,
    VERSION,
    Ack,
    Hello,
    Lines,
    Order,
    Refusal,
    Report,
    Welcome,
    decode,
    encode,
)

PAGES = 12


def until(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.fixture
def leader() -> Iterator[Leader]:
    with Leader(Room("4207", "info-ou-intox", 7, PAGES), "127.0.0.1") as made:
        yield made


class Child:
    """A tablet in somebody's hands: goes through the pages, and keeps what it was told."""

    def __init__(self, leader: Leader, code: str = "4207") -> None:
        self.told: list[Welcome | Order | str] = []
        self.line = Follower("127.0.0.1", leader.port, code, self.told.append, lambda: 80)

    def orders(self) -> list[Order]:
        return [message for message in self.told if isinstance(message, Order)]


def test_sixteen_tablets_with_drops_and_late_joiners_lose_no_result(leader: Leader) -> None:
    """Every page of every tablet arrives with its last points, whoever dropped, came back or came late."""
    chance = random.Random(11)
    children = [Child(leader) for _n in range(16)]
    wanted: dict[str, dict[int, int]] = {child.line.token: {} for child in children}
    for child in children[:12]:
        child.line.start()
    assert until(lambda: sum(tablet.connected for tablet in leader.room.tablets) == 12)
    leader.order(RUNNING)
    try:
        for page in range(PAGES):
            if page == 5:
                for child in children[12:]:
                    child.line.start()
            for child in children if page >= 5 else children[:12]:
                if chance.random() < 0.3:
                    child.line.drop()
                for points in (0, chance.randrange(1, 9)):
                    child.line.report(page, page, points, 8, points > 0)
                    wanted[child.line.token][page] = points
            time.sleep(0.02)
        assert until(lambda: all(not child.line.outbox.waiting and child.line.state == JOINED for child in children), 20)
        got = {tablet.token: {result.page: result.points for result in tablet.results} for tablet in leader.room.tablets}
        assert got == wanted
        assert len({tablet.name for tablet in leader.room.tablets}) == 16
        assert all(child.orders()[0].phase == RUNNING for child in children), "late joiners hear the order too"
        assert export(leader.room, ("Titre",) * PAGES).count("\n") == 1 + sum(len(pages) for pages in wanted.values())
    finally:
        for child in children:
            child.line.stop()


def test_the_facilitator_sees_a_change_within_a_second(leader: Leader) -> None:
    """Of two hundred reports by sixteen tablets, the slowest is seen in under a second, without asking."""
    seen: dict[tuple[str, int], float] = {}

    def watch(room: Room) -> None:
        for tablet in room.tablets:
            for result in tablet.results:
                seen.setdefault((tablet.token, result.points), time.monotonic())

    leader._watch = watch
    children = [Child(leader) for _n in range(16)]
    sent: dict[tuple[str, int], float] = {}
    try:
        for child in children:
            child.line.start()
        assert until(lambda: len(leader.room.tablets) == 16)
        for number in range(1, 13):
            for child in children:
                sent[child.line.token, number] = time.monotonic()
                child.line.report(0, 0, number, 99, False)
            time.sleep(0.02)
        assert until(lambda: len(seen) == len(sent))
        assert max(seen[key] - begun for key, begun in sent.items()) < 1.0
    finally:
        for child in children:
            child.line.stop()


def test_orders_reach_everybody_once_also_those_who_were_away(leader: Leader) -> None:
    """Freeze, send to a step, end: obeyed once each; a tablet that was away obeys the last one."""
    with Child(leader).line as line:
        told: list[Welcome | Order | str] = []
        line._heard = told.append
        assert until(lambda: line.state == JOINED)
        leader.order(FROZEN)
        leader.order(RUNNING, 4)
        assert until(lambda: len([m for m in told if isinstance(m, Order)]) == 2)
        line.drop()
        leader.order(ENDED)
        assert until(lambda: bool(told) and any(isinstance(m, Order) and m.phase == ENDED for m in told))
        assert [(m.phase, m.step) for m in told if isinstance(m, Order)] == [(FROZEN, -1), (RUNNING, 4), (ENDED, -1)]


def test_wrong_codes_are_refused_and_cannot_be_guessed(leader: Leader) -> None:
    """A wrong code is told; after twenty nobody new gets in, those inside stay."""
    with Child(leader).line as inside:
        assert until(lambda: inside.state == JOINED)
        for _guess in range(21):
            with Child(leader, "0000").line as guess:
                assert until(lambda guess=guess: guess.state == "refused:code")  # type: ignore[misc]
        with Child(leader).line as late:
            assert until(lambda: late.state == "refused:code")
        inside.drop()
        time.sleep(0.1)
        assert inside.state in (JOINED, "searching")


def test_a_network_that_comes_late_or_changes_is_followed() -> None:
    """Nothing to announce on at first; then a Wi-Fi, then another: opened on each, the last one closed, and the address told each time."""
    networks, told, opened, closed = [["127.0.0.1"], ["192.168.1.5"], ["192.168.1.5"], ["10.42.0.1", "192.168.1.5"]], [], [], []
    left = iter(networks)

    class Open:
        def __init__(self) -> None:
            if not told:
                raise RuntimeError("no interfaces")
            self.number = len(opened)
            opened.append(self)

        def close(self) -> None:
            closed.append(self.number)

    following = Following(Open, told.append, lambda: next(left, networks[-1]), 0.01)
    assert until(lambda: len(told) == 3)
    following.close()
    assert told == ["127.0.0.1", "192.168.1.5", "10.42.0.1"] and len(opened) == 2 and closed == [0, 1]
    assert own_addresses() and all(not address.startswith("127.") for address in own_addresses()[1:])


def test_guessing_shuts_nobody_out_who_is_in() -> None:
    """After too many wrong codes nobody new joins, but a tablet that dropped comes back to its place."""
    room, _welcome = Room("4207", "x", 7, 1).join(Hello(VERSION, "a" * 16, "4207"), 0.0)
    for _guess in range(MOST_WRONG):
        room, answer = room.join(Hello(VERSION, "b" * 16, "0000"), 1.0)
        assert answer == Refusal("code")
    room, answer = room.dropped("a" * 16).join(Hello(VERSION, "a" * 16, "4207"), 2.0)
    assert isinstance(answer, Welcome) and room.tablets[0].connected
    assert room.join(Hello(VERSION, "a" * 16, "0000"), 2.0)[1] == Refusal("code") == room.join(Hello(VERSION, "b" * 16, "4207"), 2.0)[1]


def test_who_is_busy_on_one_page_is_not_stuck() -> None:
    """Ten minutes of drums on one page: a word every fifteen seconds while fingers come down, none when they do not."""
    clock, told = [0.0], []
    reporter = Reporter(lambda *report: told.append((clock[0], report)), lambda: clock[0])
    reporter.touched()
    reporter.changed(Run.begin(pages((TrueFalse(correct=True),), 7), 7), False)
    for clock[0] in (1.0, 14.9, 15.0, 16.0, 29.9, 30.0, 300.0):
        reporter.touched()
    assert [at for at, _report in told] == [0.0, 15.0, 30.0, 300.0] and len({report for _at, report in told}) == 1
    room, _welcome = Room("1", "x", 7, 2, RUNNING).join(Hello(VERSION, "a" * 16, "1"), 0.0)
    for seq, (at, report) in enumerate(told[:3], 1):
        room, _ack = room.heard("a" * 16, Report(seq, *report[:4], False, -1), at)
    assert not room.stuck(room.tablets[0], 30.0 + STUCK) and room.stuck(room.tablets[0], 30.1 + STUCK)


def test_noise_on_the_line_closes_that_line_only(leader: Leader) -> None:
    """Endless lines, binary, wrong types, silence: closed; the others go on."""
    with Child(leader).line as good:
        assert until(lambda: good.state == JOINED)
        for noise in (
            b"x" * 20_000,
            b"\xff\xfe\n",
            b'{"kind":"hello"}\n',
            b"[1]\n",
            b'{"kind":"report","seq":1}\n',
            b"GET / HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", leader.port), 5) as rude:
                rude.settimeout(5)
                try:
                    rude.sendall(noise)
                    assert rude.recv(100) == b""
                except ConnectionError:
                    pass
        good.report(3, 3, 1, 1, True)
        assert until(lambda: leader.room.tablets[0].at == 3)
    assert until(lambda: not leader.room.tablets[0].connected)
    assert len(leader.room.tablets) == 1


def test_nothing_is_left_running() -> None:
    """After leader and tablets have stopped, no thread is left, even when the leader goes first."""
    before = threading.active_count()
    leader = Leader(Room("1234", "x", 0, 1), "127.0.0.1").start()
    lines = [Child(leader, "1234").line.start() for _n in range(4)]
    assert until(lambda: len(leader.room.tablets) == 4)
    leader.stop()
    assert until(lambda: all(line.state == "searching" for line in lines))
    for line in lines:
        line.stop()
    assert until(lambda: threading.active_count() <= before)


def test_a_tablet_leaves_at_once_also_while_its_line_is_going() -> None:
    """The facilitator closes and the participant leaves in the same moment, 60 times: no thread goes on looking."""
    chance = random.Random(5)
    for _turn in range(60):
        leader = Leader(Room("4207", "x", 7, PAGES), "127.0.0.1")
        leader.start()
        child = Child(leader)
        child.line.start()
        assert until(lambda child=child: child.line.state == JOINED)  # type: ignore[misc]
        closing = threading.Thread(target=leader.stop)
        closing.start()
        time.sleep(chance.random() * 0.004)
        began = time.monotonic()
        child.line.stop()
        closing.join()
        assert not child.line._thread.is_alive() and time.monotonic() - began < 3


def test_sessions_are_found_on_the_network() -> None:
    """An announced session is seen by name, address, port and pack, whoever else announces (mDNS on the loopback interface)."""
    found: list[Found] = []
    announcement = Announcement("Info ou intox ?", "info-ou-intox", 40404, ["127.0.0.1"])
    search = Search(found.append, ["127.0.0.1"])
    try:
        assert until(lambda: Found("Info ou intox ?", "127.0.0.1", 40404, "info-ou-intox") in found, 8), found
    finally:
        search.close()
        announcement.close()


def test_stuck_after_ninety_seconds_without_going_on() -> None:
    """Stuck: connected, running, not finished, and nothing changed for 90 s; a beat is no progress."""
    room = Room("1", "x", 0, 2)
    room, _welcome = room.join(Hello(VERSION, "a" * 16, "1"), 0.0)
    room, _order = room.ordered(RUNNING, -1, 10.0)
    room = room.beaten("a" * 16, 50, 99.0)
    assert not room.stuck(room.tablets[0], 10.0 + STUCK) and room.stuck(room.tablets[0], 10.1 + STUCK)
    room, ack = room.heard("a" * 16, Report(1, 1, 0, 1, 1, True, 50), 101.0)
    assert ack == Ack(1) and not room.stuck(room.tablets[0], 150.0)
    assert not room.dropped("a" * 16).stuck(room.tablets[0].__class__("b", "x", False, 0, 0), 500.0)


def test_a_report_counts_once_and_never_out_of_turn() -> None:
    """Sent twice: acknowledged twice, kept once; a gap waits."""
    room, _welcome = Room("1", "x", 0, 2).join(Hello(VERSION, "a" * 16, "1"), 0.0)
    room, ack = room.heard("a" * 16, Report(1, 0, 0, 1, 2, False, -1), 1.0)
    again, second = room.heard("a" * 16, Report(1, 0, 0, 2, 2, True, -1), 2.0)
    assert (ack, second) == (Ack(1), Ack(1)) and again.tablets[0].results == room.tablets[0].results
    assert room.heard("a" * 16, Report(3, 0, 0, 2, 2, True, -1), 2.0) == (room, None)


def test_an_acknowledgement_lost_with_the_line_doubles_nothing() -> None:
    """Sent, arrived, acknowledgement lost, more done offline: on return only what is missing goes out, renumbered."""
    box = Outbox().add(0, 0, 1, 2, False, -1, online=True)
    box = box.add(0, 0, 2, 2, True, -1, online=False).add(1, 1, 0, 3, False, -1, online=False).add(1, 1, 3, 3, True, -1, online=False)
    assert [(report.seq, report.page, report.points) for report in box.waiting] == [(1, 0, 1), (2, 0, 2), (4, 1, 3)]
    assert [(report.seq, report.page, report.points) for report in box.resumed(1).waiting] == [(2, 0, 2), (3, 1, 3)]
    assert [report.seq for report in box.resumed(0).waiting] == [1, 2, 3]


@pytest.mark.parametrize(
    "message",
    [
        Hello(VERSION, "a" * 16, "0420"),
        Report(1, 2, 3, 4, 5, True, -1),
        Welcome("Thym", "x", 1, RUNNING, -1, 0, 0),
        Order(1, ENDED, -1),
        Refusal("code"),
    ],
)
def test_messages_come_back_as_they_went_however_the_network_cuts_them(message: object) -> None:
    """Byte by byte or at once."""
    data = encode(message)  # type: ignore[arg-type]
    lines = Lines()
    assert [found for n in range(len(data)) for found in lines.feed(data[n : n + 1])] == [message] == Lines().feed(data)


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b'{"kind":["x"]}', b'{"kind":"ack","seq":"1"}', b'{"kind":"ack","seq":true}', b'{"kind":"ack","seq":1e30}', b"[" * 5000],
)
def test_what_is_no_message_is_a_sentence(line: bytes) -> None:
    """Wrong kinds, types and sizes are refused."""
    with pytest.raises(SessionError):
        decode(line)
