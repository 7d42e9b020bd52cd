"""A whole visit on the real kiosk: invited, warned, kept as often as wanted, then forgotten to the last string."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import Patron
from kiosk.link import Link
from kiosk.session import IdlePhase
from kiosk.settings import KioskSettings
from tests.ui import stage
from tests.ui.stage import NO_LINE, kiosk, screen_words, settle

CARD = "27006" + "0009911"
WORDS = "zibeline " + "canari"


def held(mark: str) -> list[str]:
    """Every string or bytes object of the process that contains `mark`, with the kind of object that holds it.

    This test's own names, code and frames are left out: it has to know what it looks for.
    """
    gc.collect()
    own = (CARD, WORDS)
    found = []
    for thing in gc.get_objects():
        kind = type(thing).__name__
        if kind in ("frame", "code", "function", "cell", "coroutine") or (kind == "dict" and thing.get("__name__") == __name__):
            continue
        for inner in gc.get_referents(thing):
            text = inner if type(inner) is str else inner.decode(errors="ignore") if type(inner) in (bytes, bytearray) else ""
            if mark in text and not any(text is mine for mine in own):
                found.append(f"{kind}: {text[:80]!r}")
    return found


def files_with(folder: Path, mark: str) -> list[str]:
    """Files under a folder that contain `mark`."""
    return [str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file() and mark.encode() in f.read_bytes()]


def pass_seconds(driver: Any, seconds: float) -> None:
    """Let time pass without anybody there."""
    while seconds > 0:
        step = min(seconds, 5.0)
        driver.now += step
        seconds -= step
        driver.frames(2)


def test_after_a_visit_nothing_is_left(data: Path, ids: dict[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A16: searched, typed a card, reserved offline, filled the basket, larger text; the time passes; no object and no file
    of the kiosk holds the query, the card or the basket any more, and the comforts are the kiosk's own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with kiosk(data, link=lambda: Link.open(data, KioskSettings()), koha=NO_LINE, idle_seconds=120, warning_seconds=30) as driver:
        parts = driver.app.parts
        driver.press("Titre, auteur")
        for part in (WORDS[:5], WORDS[5:]):
            driver.type(part)
        driver.key(13)
        settle(driver)
        parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        driver.press("Mettre au panier")
        driver.press("Réserver")
        driver.settle()
        driver.type(CARD)
        driver.key(13)
        settle(driver)
        driver.press("Confirmer")
        settle(driver)
        parts.session.set_comforts(text=1.6, palette="night", volume=100)
        settle(driver)
        assert parts.session.patron is not None
        assert len(parts.session) == 1
        assert held(CARD), "the search finds what it is made to find"
        pass_seconds(driver, 125)
        settle(driver)
        assert parts.navigator.place.name == "attract"
        assert parts.session.patron is None
        assert parts.session.basket == ()
        assert parts.session.queries == ()
        assert parts.session.holds == ()
        assert parts.session.comforts == parts.desk.settings.comforts
        assert parts.shell.header.search.text == ""
        assert not parts.navigator.can_go_back
        assert held(CARD) == []
        assert held(WORDS) == []
        assert files_with(data, CARD) == []
        assert files_with(data, WORDS) == []
        assert [f for f in scratch.rglob("*") if f.is_file()] == []


def test_the_warning_stands_thirty_seconds_and_one_touch_keeps_everything(data: Path, ids: dict[int, str]) -> None:
    """A11: shown and said; a touch anywhere takes it away, twelve times in a row, and the basket is still there."""
    with kiosk(data, idle_seconds=120, warning_seconds=30) as driver:
        parts = driver.app.parts
        parts.shell.speaking = True
        parts.desk.go("notice", record_id=ids[1])
        driver.settle()
        driver.press("Mettre au panier")
        driver.settle()
        for number in range(1, 13):
            pass_seconds(driver, 88)
            assert parts.shell.dialogue is None
            pass_seconds(driver, 4)
            assert parts.shell.dialogue is not None
            assert parts.session.remaining(driver.now) <= 30
            driver.tap(*(parts.shell.dialogue.center if number % 2 else (20, 20)))
            driver.settle()
            assert parts.shell.dialogue is None
            assert parts.session.extensions == number
        assert sum("Toujours là" in words for words in driver.voice.said) == 12
        assert ids[1] in parts.session
        assert parts.navigator.place.name == "notice"


def test_a_key_keeps_the_visit_too(data: Path) -> None:
    """Whoever cannot touch is still there when a switch is pressed."""
    with kiosk(data, idle_seconds=120, warning_seconds=30) as driver:
        parts = driver.app.parts
        driver.tap(300, 300)
        pass_seconds(driver, 100)
        assert parts.session.phase(driver.now) is IdlePhase.WARNING
        driver.key(9)
        assert parts.session.phase(driver.now) is IdlePhase.ACTIVE
        assert parts.shell.dialogue is None


def test_the_invitation_stops_at_the_first_touch(data: Path) -> None:
    """A12: one touch anywhere opens the home, for a new visit."""
    with kiosk(data, start="attract", resting="attract") as driver:
        driver.tap(600, 500)
        driver.settle()
        assert driver.app.parts.navigator.place.name == "home"
        assert driver.app.parts.session.present


def test_the_invitation_turns_and_can_be_paused(data: Path) -> None:
    """A12: pictures follow each other; paused, the same one stays; it goes on when asked."""
    with kiosk(data, start="attract", resting="attract", attract_seconds=7) as driver:
        driver.settle()
        screen = driver.app.parts.navigator.screen
        assert len(screen.poster.slides) >= 3
        pass_seconds(driver, 8)
        assert screen.poster.number == 1
        driver.tap(*screen.pause.center)
        pass_seconds(driver, 30)
        assert screen.poster.number == 1
        driver.tap(*screen.pause.center)
        pass_seconds(driver, 8)
        assert screen.poster.number == 2
        assert driver.app.parts.navigator.place.name == "attract"


def test_without_motion_nothing_runs_while_nobody_is_there(data: Path) -> None:
    """With reduced motion the invitation is one still picture and the Clock has nothing to call but the idle look."""
    from kivy.clock import Clock

    with kiosk(data, start="attract", resting="attract", motion=False) as driver:
        pass_seconds(driver, 400)
        screen = driver.app.parts.navigator.screen
        assert screen.poster.number == 0
        assert screen._turning is None
        names = [getattr(event.get_callback(), "__qualname__", "") for event in Clock.get_events()]
        assert not [n for n in names if "Poster" in n or "Attract" in n or "Scroller" in n or "Keyboard" in n]


def test_nobody_for_long_brings_the_invitation(data: Path) -> None:
    """A home left open without a touch turns into the invitation, without a warning to an empty room."""
    with kiosk(data, start="help", idle_seconds=60) as driver:
        pass_seconds(driver, 30)
        assert driver.app.parts.navigator.place.name == "help"
        pass_seconds(driver, 40)
        assert driver.app.parts.navigator.place.name == "attract"
        assert driver.voice.said == []


def test_signing_out_forgets_the_card_at_once(data: Path, ids: dict[int, str]) -> None:
    """ "Retirer ma carte": no wait, no dialogue; the basket stays."""
    with kiosk(data, koha=NO_LINE, link=lambda: Link.open(data, KioskSettings())) as driver:
        parts = driver.app.parts
        parts.session.add(ids[1], "Contes de Provence")
        driver.press("Ma carte")
        driver.settle()
        driver.type(CARD)
        driver.key(13)
        settle(driver)
        assert "Votre carte est notée" in screen_words(driver)
        driver.press("Retirer ma carte")
        settle(driver)
        assert parts.session.patron is None
        assert len(parts.session) == 1


def test_saying_that_one_has_finished_wipes_at_once(data: Path, ids: dict[int, str]) -> None:
    """No need to wait: with a basket and a card the way out stands on every screen, forgets both and says so kindly, aloud too."""
    with kiosk(data, resting="attract", start="home") as driver:
        parts = driver.app.parts
        assert driver.find("J’ai terminé") is None
        parts.session.sign_in(Patron(CARD))
        parts.session.add(ids[1], "Contes")
        for screen in ("home", "help", "basket", "agenda", "card"):
            parts.desk.go(screen)
            driver.settle()
            assert driver.find("J’ai terminé") is not None, screen
        driver.press("Lire à voix haute")
        driver.press("J’ai terminé")
        driver.settle()
        assert (parts.session.patron, len(parts.session), parts.session.present) == (None, 0, False)
        assert parts.navigator.place.name == "attract"
        assert driver.voice.said[-1] == "Merci de votre visite. Tout est effacé."
        driver.tap(300, 300)
        driver.settle()
        assert parts.navigator.place.name == "home"
        assert driver.find("J’ai terminé") is None
        assert not parts.shell.speaking


def test_the_voice_can_be_paused_and_asked_again(data: Path) -> None:
    """A7: once it reads aloud, pause and repeat stand beside it, by touch and by keys; silence takes them away."""
    with kiosk(data, start="home") as driver:
        from kiosk.ui.plugged_keys import F9, F10

        parts = driver.app.parts
        assert driver.find("Répéter") is None
        driver.press("Lire à voix haute")
        driver.press("Pause")
        assert driver.voice.paused
        driver.press("Reprendre")
        assert not driver.voice.paused
        parts.desk.say("Bonjour")
        for again in (lambda: driver.press("Répéter"), lambda: driver.key(F10)):
            driver.voice.said.clear()
            again()
            assert driver.voice.said[-1] == "Bonjour"
        driver.key(F9)
        assert driver.voice.paused
        driver.press("Lire à voix haute")
        assert driver.find("Répéter") is None


def test_my_card_shows_the_card_that_is_known(data: Path) -> None:
    """Once signed in, "Ma carte" is one's own page, not the reader again."""
    with kiosk(data, start="home") as driver:
        driver.press("Ma carte")
        driver.settle()
        assert driver.app.parts.navigator.place.name == "signin"
        driver.app.parts.session.sign_in(Patron(CARD, "Jeanne Martin"))
        driver.press("Accueil")
        driver.settle()
        driver.press("Ma carte")
        driver.settle()
        assert driver.app.parts.navigator.place.name == "card"
        assert "Bonjour Jeanne" in screen_words(driver)


def test_nobody_there_does_not_end_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue is being built on a slow machine: however long it takes, the invitation does not end it."""
    stage.prepare()
    from kiosk.ui.screens import setup

    monkeypatch.setattr(setup.SetupScreen, "_start", lambda self: setattr(self, "_child", None))
    with kiosk(tmp_path, start="setup", idle_seconds=60) as driver:
        pass_seconds(driver, 200)
        assert driver.app.parts.navigator.place.name == "setup"
        driver.tap(100, 100)
        pass_seconds(driver, 200)
        assert driver.app.parts.navigator.place.name == "setup"
        driver.app.parts.navigator.restart("home")
        pass_seconds(driver, 200)
        assert driver.app.parts.navigator.place.name == "attract"


def test_thanks_are_not_said_to_the_next_person(data: Path, ids: dict[int, str]) -> None:
    """The word of goodbye goes with the first touch of somebody else."""
    with kiosk(data, start="home") as driver:
        driver.app.parts.session.add(ids[1], "Contes")
        driver.press("J’ai terminé")
        driver.settle()
        assert driver.app.parts.shell.passing is not None
        driver.tap(300, 300)
        driver.settle()
        assert driver.app.parts.shell.passing is None
