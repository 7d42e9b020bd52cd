"""Holds as a person meets them: accepted, refused, waiting for a line, taken back; the truth each time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.circulation.koha_rest import KohaRest
from kiosk.circulation.port import CopyState, HoldRequest, PlacedHold, Refused, SignInRefused
from kiosk.domain import HoldState, Patron, SourceRef
from kiosk.errors import LinkError
from kiosk.link import Link
from kiosk.settings import KioskSettings
from tests.ui.stage import NO_LINE, kiosk, screen_words, settle

CARD = "27006000123456"


class System:
    """A library system as its port describes it, that can be cut off."""

    def __init__(self) -> None:
        self.up = True
        self.refusal = ""
        self.placed: list[tuple[str, str]] = []

    def _line(self) -> None:
        if not self.up:
            raise LinkError("La ligne est coupée.")

    def sign_in(self, card: str, password: str) -> Patron:
        self._line()
        if password != "azerty":
            raise SignInRefused("Carte ou mot de passe inconnus.")
        return Patron(card, "Jeanne Martin", "DIG", "2027-01-01")

    def place_hold(self, request: HoldRequest) -> PlacedHold:
        self._line()
        if self.refusal:
            raise Refused(self.refusal)
        self.placed.append((request.card, request.pickup))
        return PlacedHold(f"h{len(self.placed)}", 3)

    def find_hold(self, request: HoldRequest) -> PlacedHold | None:
        self._line()
        return None

    def cancel_hold(self, remote_id: str) -> None:
        self._line()

    def availability(self, sources: Sequence[SourceRef]) -> tuple[CopyState, ...]:
        return ()


def link_of(data: Path, system: System) -> Callable[[], Link]:
    """The real link and outbox over a simulated system."""
    return lambda: Link.open(data, KioskSettings(), system)


def sign_in(driver: Any, password: str = "azerty") -> None:
    """From a notice: Réserver, the card under the reader, the password."""
    driver.press("Réserver")
    driver.settle()
    driver.type(CARD)
    driver.key(13)
    settle(driver)
    if driver.app.parts.navigator.place.name == "signin":
        driver.type(password)
        driver.key(13)
        settle(driver)


@pytest.fixture
def system() -> System:
    """A system that answers."""
    return System()


def test_a_hold_is_confirmed_and_accepted(data: Path, ids: dict[int, str], system: System) -> None:
    """Card, password, library, one confirmation; the answer says where and how many wait before."""
    with kiosk(data, link=link_of(data, system), online=True, koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        assert driver.app.parts.navigator.place.name == "hold"
        assert system.placed == [], "nothing is asked before the person confirms"
        driver.press("Castellane")
        driver.press("Confirmer")
        settle(driver)
        assert system.placed == [(CARD, "CAS")]
        words = screen_words(driver)
        assert "C’est réservé" in words
        assert "Castellane" in words
        assert "2 personnes" in words


def test_a_refusal_is_told_in_the_systems_words(data: Path, ids: dict[int, str], system: System) -> None:
    """The reason is the library system's own sentence, and what to do is said."""
    system.refusal = "Trop de réservations en cours"
    with kiosk(data, link=link_of(data, system), online=True, koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        driver.press("Confirmer")
        settle(driver)
        words = screen_words(driver)
        assert "Trop de réservations en cours" in words
        assert "refusée" in words
        assert "accueil" in words


def test_a_wrong_password_is_said_and_forgotten(data: Path, ids: dict[int, str], system: System) -> None:
    """One stays at the sign-in, the message is shown, the wrong word is gone."""
    with kiosk(data, link=link_of(data, system), online=True, koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver, "wrong")
        screen = driver.app.parts.navigator.screen
        assert driver.app.parts.navigator.place.name == "signin"
        assert "inconnus" in screen.message
        assert screen.ids.secret.text == ""


def test_without_a_line_it_is_never_called_a_reservation(data: Path, ids: dict[int, str], system: System) -> None:
    """Offline: noted, not reserved; what is kept and until when; the card is unreadable on the disk; later it leaves once."""
    system.up = False
    with kiosk(data, link=link_of(data, system), koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        driver.press("Confirmer")
        settle(driver)
        words = screen_words(driver)
        assert "Ce n’est pas encore une réservation" in words
        assert "C’est réservé" not in words
        for promise in ("partira", "chiffré", "effacé", "abandonnée"):
            assert promise in words
        assert driver.app.parts.session.holds[0].state is HoldState.WAITING
        for file in data.rglob("*"):
            if file.is_file():
                assert CARD.encode() not in file.read_bytes(), file.name
    system.up = True
    link = link_of(data, system)()
    link._outbox._connection.execute("UPDATE hold SET next_try = '2000'")
    report = link.round()
    assert [h.state for h in report.settled] == [HoldState.ACCEPTED]
    assert link.round().settled == ()
    link.close()
    assert system.placed == [(CARD, "BAR")]
    with sqlite3.connect(data / "outbox.sqlite") as file:
        assert file.execute("SELECT card, who FROM hold").fetchall() == [(None, None)]


def test_a_request_that_waits_can_be_taken_back(data: Path, ids: dict[int, str], system: System) -> None:
    """During the same visit, while the system cannot be reached: one touch, and the card number is erased."""
    unreachable = KohaRest("http://127.0.0.1:9", "borne", "x")  # nobody listens there: a real attempt, refused at the door
    with kiosk(data, link=lambda: Link.open(data, KioskSettings(), unreachable), koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        driver.press("Confirmer")
        settle(driver)
        driver.press("Annuler cette demande")
        settle(driver)
        assert "Demande annulée" in screen_words(driver)
    with sqlite3.connect(data / "outbox.sqlite") as file:
        assert file.execute("SELECT state, card FROM hold").fetchall() == [("cancelled", None)]


def test_confirming_twice_is_one_hold(data: Path, ids: dict[int, str], system: System) -> None:
    """A change of text size in the middle, a second confirmation: one hold."""
    with kiosk(data, link=link_of(data, system), online=True, koha=NO_LINE) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        screen = driver.app.parts.navigator.screen
        screen._confirm()
        screen._confirm()
        settle(driver)
        driver.app.parts.session.set_comforts(text=1.3)
        settle(driver)
        assert "C’est réservé" in screen_words(driver)
        assert len(system.placed) == 1


def test_without_a_library_system_nothing_is_promised(data: Path, ids: dict[int, str]) -> None:
    """A kiosk that is not connected to the system says so and offers the phone."""
    with kiosk(data) as driver:
        driver.app.parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        sign_in(driver)
        words = screen_words(driver)
        assert "n’est pas reliée" in words
        assert driver.find("Confirmer") is None
        assert driver.find("Sur mon téléphone") is not None


def test_a_card_is_digits_from_the_pad_or_the_reader(data: Path) -> None:
    """The pad writes; a reader's odd characters are dropped; a number too short is refused with what to do."""
    with kiosk(data) as driver:
        driver.app.parts.desk.go("signin")
        driver.settle()
        screen = driver.app.parts.navigator.screen
        for key in ("2", "7"):
            area = next(a for p, a in screen.ids.pad._places() if p.key.name == key)
            driver.tap(*area.center)
        driver.type("\x02 00;")
        assert screen.ids.field.text == "2700"
        assert CARD not in screen.ids.field.label()
        screen.ids.field.put("12")
        screen.card_read()
        assert "sous le code-barres" in screen.message
        assert driver.app.parts.session.patron is None
