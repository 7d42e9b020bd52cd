"""Check-in with a reader: exceptions only, in any order, and a slip of the hand costs nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.checkin import CheckIn
from fleet.model import Accessory, Case, CheckinException, Device, ExceptionKind

CASE = Case("valise-3", "Valise 3")
TABLETS = [Device(f"t-{n}", f"Tablette {n}", serial=f"S{n}") for n in range(1, 4)]
CHARGERS = Accessory("v3-chargeurs", "valise-3", "Chargeurs", 4, 4)
OTHER = Device("x-9", "Liseuse 9")
MISSING, DAMAGED = ExceptionKind.MISSING, ExceptionKind.DAMAGED


def _session(*lines: str, each: bool = False) -> CheckIn:
    session = CheckIn(CASE, TABLETS, [CHARGERS], [OTHER], each=each)
    for line in lines:
        session.feed(line)
    return session


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["CPC-VALISE-3", "FIN"], []),
        (["MANQUE", "CPD-T-2", "FIN"], [CheckinException("t-2", MISSING)]),
        (["CPD-T-2", "CPX-ABIME", "CPX-FIN"], [CheckinException("t-2", DAMAGED)]),
        (["abîmé", "s3", ""], [CheckinException("t-3", DAMAGED)]),
        (["chargeurs 3", "fin"], [CheckinException("v3-chargeurs", ExceptionKind.INCOMPLETE, 1)]),
        (["chargeurs : 0", "chargeurs = 4", "fin"], []),
        (["manque", "CPA-V3-CHARGEURS", "fin"], [CheckinException("v3-chargeurs", MISSING, 4)]),
        (["x-9", "fin"], [CheckinException("x-9", ExceptionKind.UNEXPECTED)]),
        (["zzz", "; DROP TABLE loans", "\x00\x1b[2J", "fin"], []),
        (["manque", "t-1", "annule", "fin"], []),
        (["t-1", "annule", "fin"], []),
        (["manque", "t-1", "manque", "t-1", "fin"], [CheckinException("t-1", MISSING)]),
        (["CPX)QBI,E", "CPD)T)é", "fin"], [CheckinException("t-2", DAMAGED)]),
    ],
)
def test_what_is_said_becomes_exceptions(lines: list[str], expected: list[CheckinException]) -> None:
    """Typed, scanned, scanned through the wrong keyboard."""
    session = _session(*lines)
    assert list(session.exceptions) == expected
    assert session.done


def test_one_by_one_what_is_not_scanned_is_missing() -> None:
    """Scanning a thing twice counts once."""
    session = _session("t-1", "t-1", "CPD-T-3", "chargeurs 4", "fin", each=True)
    assert session.exceptions == (CheckinException("t-2", MISSING),)
    assert "Reste 3" in CheckIn(CASE, TABLETS, [CHARGERS], each=True).feed("t-1").text


def test_it_does_not_end_on_an_open_question() -> None:
    """« Fin » after a scan asks again; « annule » lets go."""
    session = _session("t-1", "fin")
    assert not session.done
    session.feed("annule")
    session.feed("fin")
    assert session.done and session.exceptions == ()


WORDS = st.sampled_from(["t-1", "t-2", "CPD-T-3", "manque", "abime", "annule", "chargeurs 2", "chargeurs 9", "x-9", "zzz", "CPC-VALISE-3"])


@given(st.lists(WORDS, max_size=20), st.booleans())
def test_undoing_everything_leaves_nothing(words: list[str], each: bool) -> None:
    """However long the mess: as many « annule » as lines, and the session is as new."""
    session = _session(*words, each=each)
    for _ in range(2 * len(words) + 1):
        session.feed("annule")
    assert session.exceptions == CheckIn(CASE, TABLETS, [CHARGERS], [OTHER], each=each).exceptions


@given(st.lists(st.text(max_size=20), max_size=10))
def test_noise_never_breaks_it(lines: list[str]) -> None:
    """A reader that types anything."""
    session = _session(*lines)
    assert all(e.item in {"t-1", "t-2", "t-3", "v3-chargeurs", "x-9"} for e in session.exceptions)
