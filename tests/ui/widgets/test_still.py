"""Parts that stand still: one picture, drawn again only when something in it changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import kiosk

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _colour(driver: Any, x: float, y: float) -> tuple[int, ...]:
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    driver.frame()
    return tuple(bytes(glReadPixels(round(x), round(y), 1, 1, GL_RGBA, GL_UNSIGNED_BYTE))[:3])


def test_a_button_in_a_picture_is_seen_pressed_and_seen_let_go(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        basket = driver.app.parts.shell.header.basket
        x, y = basket.right - 14, basket.center_y
        rest = _colour(driver, x, y)
        finger = driver.down(*basket.center)
        driver.frame()
        assert _colour(driver, x, y) != rest
        driver.move(finger, 5, 5)
        driver.up(finger)
        driver.frame()
        assert _colour(driver, x, y) == rest


def test_pictures_are_drawn_again_after_a_change_of_colours_and_only_then(data: Path) -> None:
    from kiosk.ui.theme import look

    with kiosk(data, start="home") as driver:
        for palette in ("limestone", "night", "contrast"):
            driver.app.parts.session.set_comforts(palette=palette)
            driver.settle()
            shell = driver.app.parts.shell
            ground = tuple(round(255 * part) for part in look().colour("ground")[:3])
            assert all(abs(a - b) <= 1 for a, b in zip(_colour(driver, 3, shell.header.center_y), ground, strict=True))


def test_a_hidden_bar_leaves_nothing_of_its_picture(data: Path) -> None:
    from kiosk.ui.theme import look

    with kiosk(data, start="results") as driver:
        shell = driver.app.parts.shell
        shell.bar.opacity = 0
        driver.frame()
        ground = tuple(round(255 * part) for part in look().colour("ground")[:3])
        assert all(abs(a - b) <= 1 for a, b in zip(_colour(driver, 3, shell.bar.center_y), ground, strict=True))


def test_without_a_graphics_card_a_copy_is_shown_that_follows_every_change(data: Path) -> None:
    """What is shown was never drawn into, and holds the picture's pixels, before and after a letter was typed."""
    from kiosk.ui.widgets import pane

    with kiosk(data, start="home") as driver:
        header = driver.app.parts.shell.header
        for letter in ("", "a", "b"):
            driver.type(letter)
            driver.settle()
            shown, drawn = header._quad.texture, header._picture
            assert (shown is not drawn.texture) == pane.software()
            assert shown.size == drawn.size and shown.pixels == drawn.pixels
