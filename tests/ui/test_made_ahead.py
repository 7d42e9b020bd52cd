"""The results are made before anybody asks: while the room is idle, never under a finger, and never with a word of a visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ui.stage import kiosk, screen_words

FRAMES = 60  # more than a second: well past the pause before anything is made


def _kept(driver: Any) -> Any:
    return driver.app.parts.navigator._kept.get("results")


def test_the_first_letter_finds_the_screen_that_was_made_while_nobody_touched(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        driver.frames(FRAMES)
        made = _kept(driver)
        assert made is not None
        assert (made.parent, made.found) == (None, None)
        driver.type("g")
        driver.settle()
        assert driver.app.parts.navigator.screen is made
        assert made.found.asked.words == "g"


def test_nothing_is_made_under_a_finger(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        finger = driver.down(640, 300)
        driver.app.parts.navigator.restart("home")
        driver.frames(FRAMES)
        assert _kept(driver) is None
        driver.up(finger)
        driver.frames(FRAMES)
        assert _kept(driver) is not None


def test_after_a_wipe_another_is_made_that_knows_nothing(data: Path) -> None:
    with kiosk(data, start="home", resting="home") as driver:
        driver.type("provence")
        driver.settle()
        before = _kept(driver)
        assert before.found.total > 0
        driver.app.parts.watch.leave()
        driver.frames(FRAMES)
        after = _kept(driver)
        assert after is not None
        assert after is not before
        assert (after.found, after.asked.words, after.total_words) == (None, "", "")


def test_nothing_found_then_something_then_nothing_again(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        driver.frames(FRAMES)
        for words, nothing in (("zzyzxqq", True), ("provence", False), ("qqzzyx", True)):
            driver.app.parts.desk.go("results", words=words)
            driver.settle()
            assert ("Rien de ce nom" in screen_words(driver)) is nothing
