"""Whole names and titles are offered while a word is unfinished; touching one searches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.stage import kiosk

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_a_completion_is_offered_and_followed(data: Path) -> None:
    """Typing the beginning of a name shows the name; a touch on it writes it and searches; nothing is offered for a whole word."""
    with kiosk(data, start="home") as driver:
        driver.type("prov")
        screen = driver.app.parts.navigator.screen
        middle = screen.ids.middle
        offered = list(middle.children)
        assert offered and all("prov" in pill.text.lower() for pill in offered)
        assert all(middle.x <= pill.x and pill.right <= middle.right + 1 for pill in offered)
        first = offered[-1].text
        driver.press(first)
        driver.settle()
        assert driver.app.parts.shell.header.search.text == first
        assert screen.found.asked.words == first
        assert first not in [pill.text for pill in middle.children]


def test_only_offers_that_find_room_are_made(data: Path) -> None:
    """A button that would not be seen is not made; each button asks for what it shows, and is as wide as its words."""
    with kiosk(data, start="home") as driver:
        driver.type("p")
        screen, most = driver.app.parts.navigator.screen, 0
        for letter in "rov":
            driver.type(letter)
            shown, offered = screen.ids.middle.children, list(screen._offered)
            most = max(most, len(shown))
            for pill in shown:
                assert (pill.text, pill.offer, pill.kind) in offered
                assert pill.width == min(pill.natural_width(), screen.ids.middle.width)
        assert 0 < len(screen._pills) == most
