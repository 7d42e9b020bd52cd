"""Connected means that the portal answered lately: decided on values, asked of real servers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.line import EVERY, FRESH, LONGEST, Asked, Line, LineWatch, answers, has_way_out


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what `talk` says to whoever comes."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    ending = threading.Event()

    def serve() -> None:
        while not ending.is_set():
            try:
                client, _address = listening.accept()
            except TimeoutError:
                continue
            with client:
                client.settimeout(2)
                try:
                    client.recv(4096)
                    talk(client)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/portail"
    finally:
        ending.set()
        thread.join()
        listening.close()


def saying(*lines: str) -> Callable[[socket.socket], None]:
    return lambda client: client.sendall("\r\n".join([*lines, "", ""]).encode())


@pytest.mark.parametrize(
    ("said", "up"),
    [
        (("HTTP/1.1 200 OK",), True),
        (("HTTP/1.1 405 Method Not Allowed",), True),
        (("HTTP/1.1 302 Found", "Location: /accueil"), True),
        (("HTTP/1.1 302 Found", "Location: http://wifi.example.org/login"), False),
        (("HTTP/1.1 503 Service Unavailable",), False),
        (("220 smtp.example.org",), False),
    ],
)
def test_who_answers_is_the_portal_itself(said: tuple[str, ...], up: bool) -> None:
    """Its own words count, even to say no; a login page in the way, a fault, another protocol do not."""
    with server(saying(*said)) as url:
        assert answers(url) is up


def test_a_dead_address_and_a_bad_one_are_no_answer() -> None:
    """Nobody there, a name that never resolves, an address that is none."""
    with server(saying("HTTP/1.1 200 OK")) as url:
        pass
    for address in (url, "https://koha.invalid", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", ""):
        assert not answers(address)


def test_a_server_that_drips_is_cut() -> None:
    """Headers that come byte by byte, each in time for itself, end with the deadline of the whole."""

    def drip(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _byte in range(200):
            client.sendall(b"a")
            time.sleep(0.05)

    with server(drip) as url:
        assert not answers(url, connect=1.0, deadline=0.4)


def test_the_state_follows_the_answers() -> None:
    """Unknown before anybody asked; one lost question changes nothing, two do; an old answer is worth nothing."""
    nothing = Asked()
    assert nothing.line(0, way_out=True) is Line.UNKNOWN
    assert nothing.line(0, way_out=False) is Line.DOWN
    assert nothing.answer(0, ok=False).line(1, way_out=True) is Line.DOWN
    good = nothing.answer(100, ok=True)
    assert good.line(101, way_out=True) is Line.UP
    assert good.line(101, way_out=False) is Line.DOWN
    assert good.line(100 + FRESH + 1, way_out=True) is Line.DOWN
    once = good.answer(160, ok=False)
    assert once.line(161, way_out=True) is Line.UP
    assert once.answer(170, ok=False).line(171, way_out=True) is Line.DOWN
    assert once.answer(170, ok=True).line(171, way_out=True) is Line.UP


def test_a_line_that_fails_is_not_nagged() -> None:
    """The pause doubles with each failure and never exceeds ten minutes."""
    asked, pauses = Asked(), []
    for _failure in range(40):
        asked = asked.answer(0, ok=False)
        pauses.append(asked.wait())
    assert pauses[:4] == [EVERY, EVERY * 2, EVERY * 4, EVERY * 8]
    assert max(pauses) == pauses[-1] == LONGEST
    assert asked.answer(0, ok=True).wait() == EVERY


def test_the_watch_tells_each_change_once_and_ends() -> None:
    """From unknown to up; closing leaves no thread, even in the middle of a pause."""
    told = threading.Event()
    watch = LineWatch("http://portail.example.org", told.set, ask=lambda _url: True, way_out=lambda: True)
    assert watch.state() is Line.UNKNOWN
    watch.start()
    assert told.wait(5)
    assert watch.state() is Line.UP
    watch.close()
    assert not [t for t in threading.enumerate() if t.name == "line"]


def test_without_an_address_nobody_is_asked() -> None:
    """No portal in the settings: no thread, and nothing claimed."""
    watch = LineWatch("", way_out=lambda: True)
    watch.start()
    assert watch.state() is Line.UNKNOWN
    assert not [t for t in threading.enumerate() if t.name == "line"]
    watch.close()


def test_a_way_out_is_a_default_route(tmp_path: Path) -> None:
    """By IPv4 or by IPv6; a loopback or no table at all is none."""
    four, six = tmp_path / "route", tmp_path / "ipv6_route"
    head = "Iface\tDestination\tGateway\tFlags\n"
    four.write_text(f"{head}lo\t0000007F\t00000000\t0001\n")
    assert not has_way_out(four, six)
    four.write_text(f"{head}eth0\t00000000\t0101A8C0\t0003\n")
    assert has_way_out(four, six)
    rest = f"00 {'0' * 32} 00 fe80{'0' * 28} 00000064 00000001 00000000 00000003"
    four.unlink()
    six.write_text(f"{'0' * 32} {rest}       lo\n")
    assert not has_way_out(four, six)
    six.write_text(f"{'0' * 32} {rest}     eth0\n")
    assert has_way_out(four, six)
