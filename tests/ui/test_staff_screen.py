"""The librarians' page: behind its code, it tells what became of the holds, and names nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import HoldState, Patron, Record
from kiosk.link import Link
from kiosk.settings import KioskSettings
from kiosk.store.outbox import Outbox
from tests.ui.stage import NO_LINE, kiosk, prepare, screen_words, settle

CARD = "27006" + "0007733"


def _holds(data: Path) -> None:
    with Outbox.open(data) as outbox:
        for n, (title, state) in enumerate(
            (
                ("Regain", HoldState.REFUSED),
                ("Mireille", HoldState.ACCEPTED),
                ("Colline", HoldState.WAITING),
            )
        ):
            outbox.place(Patron(CARD), Record(f"r{n}", title), "DIG", f"key{n}")
            if state is not HoldState.WAITING:
                outbox.mark(f"key{n}", HoldState.SENDING)
                outbox.mark(f"key{n}", state, "Trop de prêts en retard" if state is HoldState.REFUSED else "")


@pytest.fixture(autouse=True)
def fresh_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong codes of one test are not counted in the next."""
    prepare()
    from kiosk.ui.screens import staff

    monkeypatch.setattr(staff, "_lock", staff.Lock())


def _enter(driver: Any, code: str) -> None:
    driver.app.parts.desk.go("help")
    driver.settle()
    driver.press("Page des bibliothécaires")
    driver.settle()
    driver.type(code)
    driver.key(13)
    settle(driver)


def test_without_a_code_there_is_no_such_page(data: Path) -> None:
    """The button is not there, and the page opens to nobody."""
    with kiosk(data) as driver:
        assert driver.find("Page des bibliothécaires") is None
        driver.app.parts.desk.go("staff")
        driver.settle()
        driver.key(13)
        assert "Réservations prises" not in screen_words(driver)


def test_librarians_read_what_became_of_each_hold(data: Path) -> None:
    """Refused first, with the reason; waiting and delivered after; what was seen to leaves the list; no card is named."""
    _holds(data)
    with kiosk(data, link=lambda: Link.open(data, KioskSettings()), koha=NO_LINE, staff_code="4711") as driver:
        _enter(driver, "4711")
        words = screen_words(driver)
        assert words.index("Regain") < words.index("Colline") < words.index("Mireille")
        assert "Trop de prêts en retard" in words
        assert "En attente d’une connexion" in words
        assert "Digne-les-Bains" in words
        assert CARD not in words and "4711" not in words
        driver.press("Vu, retirer de la liste")
        settle(driver)
        words = screen_words(driver)
        assert "Regain" not in words
        assert "Colline" in words
        driver.press("Fermer cette page")
        settle(driver)
        assert driver.app.parts.navigator.place.name == "home"
        assert not driver.app.parts.navigator.can_go_back


def test_wrong_codes_make_one_wait(data: Path) -> None:
    """Three wrong codes, then even the right one waits; the code is neither shown nor said."""
    with kiosk(data, staff_code="4711") as driver:
        driver.press("Lire à voix haute")
        for _try in range(3):
            _enter(driver, "0000")
        assert "Attendez" in driver.app.parts.navigator.screen.message
        _enter(driver, "4711")
        assert "Réservations prises" not in screen_words(driver)
        assert not any("4711" in said for said in driver.voice.said)


def test_the_lock_waits_longer_and_longer() -> None:
    """Two mistakes are free; then 30 s, 60 s…, an hour at most; the right code starts afresh."""
    prepare()
    from kiosk.ui.screens.staff import Lock

    lock, now = Lock(), 1000.0
    waits = []
    for _try in range(14):
        assert not lock.opens("0000", "4711", now)
        waits.append(lock.wait(now))
        now += lock.wait(now)
    assert waits[:5] == [0, 0, 30, 60, 120]
    assert waits[-1] == 3600
    assert not Lock().opens("", "", 0)
    assert lock.opens("4711", "4711", now)
    assert not lock.opens("0000", "4711", now)
    assert lock.wait(now) == 0
