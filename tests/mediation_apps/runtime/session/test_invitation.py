"""Codes to photograph or to type become an address and a code in their bounds, or nothing; a tablet can be rung at by who saw its code."""

from __future__ import annotations

import json
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation_apps.errors import SessionError
from mediation_apps.runtime.session.doorbell import SIGNS, Doorbell, ring
from mediation_apps.runtime.session.invitation import PORT, Invitation, read_invitation
from tests.mediation_apps.runtime.session.test_session import until

HOSTS = st.ip_addresses(v=4).filter(lambda found: not (found.is_multicast or found.is_unspecified)).map(str)


@given(HOSTS, st.integers(1, 65_535), st.integers(0, 9999), st.sampled_from(["", "0123456789ABCDEF"]))
def test_an_invitation_comes_back_from_its_code(host: str, port: int, code: int, key: str) -> None:
    """Photographed, in lower case, with the spaces of a person: the same."""
    made = Invitation(host, port, f"{code:04d}", key)
    assert read_invitation(made.text) == read_invitation(f" {made.text.lower()} ") == made
    assert read_invitation(made.short) == Invitation(host, port, made.code)


@given(HOSTS, st.integers(1, 65_535), st.text(SIGNS, min_size=8, max_size=8))
def test_a_tablets_own_code_comes_back(host: str, port: int, secret: str) -> None:
    """It is told apart from a session's."""
    made = Invitation(host, port, secret, tablet=True)
    assert read_invitation(made.text) == made


BAD = """4207 | 192.168.1.5 | 192.168.1.300/4207 | 0.0.0.0/4207 | 224.0.0.1/4207 | 192.168.1.5:0/4207 | 192.168.1.5:70000/4207
| 192.168.1.5/42 | 192.168.1.5/ABCD | http://192.168.1.5/4207 | COLPORTEUR:evil.example/4207 | COLPORTEUR:1.2.3.4/4207/XY"""


@pytest.mark.parametrize("text", ["", "x" * 999, *(bad.strip() for bad in BAD.split("|"))])
def test_what_is_no_invitation_is_nothing(text: str) -> None:
    """No name to look up, no port out of range, no code of another length."""
    assert read_invitation(text) is None


@given(st.text(max_size=200))
def test_any_text_is_an_invitation_or_nothing(text: str) -> None:
    """Whatever a scanner types."""
    found = read_invitation(text)
    assert found is None or 0 < found.port < 65_536


def test_a_tablet_is_rung_at_by_who_saw_its_code() -> None:
    """A stranger's guesses change nothing; the right secret brings the invitation, with the address it came from; the thread ends."""
    before = threading.active_count()
    heard: list[Invitation] = []
    bell = Doorbell(heard.append, "127.0.0.1")
    session = Invitation("10.9.9.9", PORT, "4207", "0123456789ABCDEF")
    with pytest.raises(SessionError):
        ring(Invitation("127.0.0.1", bell.invitation.port, "AAAAAAAA", tablet=True), session)
    for noise in (b"", b"\xff" * 600, b"[]", json.dumps({"secret": bell.invitation.code, "invitation": "x"}).encode()):
        with socket.create_connection(("127.0.0.1", bell.invitation.port), 3) as line:
            line.sendall(noise)
    assert heard == []
    ring(bell.invitation, session)
    assert until(lambda: bool(heard)) and heard == [Invitation("127.0.0.1", PORT, "4207", "0123456789ABCDEF")]
    bell.close()
    assert threading.active_count() <= before
    with pytest.raises(SessionError):
        ring(bell.invitation, session)


def test_guessing_silences_the_bell() -> None:
    """After fifty wrong words nothing more is heard, not even the right one."""
    heard: list[Invitation] = []
    bell = Doorbell(heard.append, "127.0.0.1")
    for _guess in range(60):
        try:
            with socket.create_connection(("127.0.0.1", bell.invitation.port), 0.5) as line:
                line.sendall(b"{}")
                line.settimeout(0.5)
                line.recv(8)
        except OSError:
            break
    with pytest.raises(SessionError):
        ring(bell.invitation, Invitation("127.0.0.1", PORT, "4207"))
    bell.close()
    assert heard == []
