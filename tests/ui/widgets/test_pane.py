"""A picture of the window begins with its ground; stencils need nothing cleared before them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import kiosk

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _line(driver: Any, y: int) -> list[tuple[int, ...]]:
    """The colours of ten points side by side, from x = 0."""
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    driver.app.parts.shell.canvas.ask_update()
    driver.frame()
    pixels = bytes(glReadPixels(0, y, 10, 1, GL_RGBA, GL_UNSIGNED_BYTE))
    return [tuple(pixels[4 * n : 4 * n + 3]) for n in range(10)]


def test_what_is_no_longer_drawn_leaves_the_ground(data: Path) -> None:
    with kiosk(data, start="help") as driver:
        from kivy.graphics import Color, InstructionGroup, Rectangle

        shell = driver.app.parts.shell
        y = round(shell.header.center_y)
        ground = _line(driver, y)
        over = InstructionGroup()
        over.add(Color(1, 0, 0, 1))
        over.add(Rectangle(pos=(0, 0), size=shell.size))
        shell.canvas.after.add(over)
        assert _line(driver, y) == [(255, 0, 0)] * 10
        shell.canvas.after.remove(over)
        assert _line(driver, y) == ground


def test_a_stencil_cuts_the_same_in_every_frame(data: Path) -> None:
    with kiosk(data, start="help") as driver:
        from kivy.graphics import Color, InstructionGroup, Rectangle, StencilPop, StencilPush, StencilUnUse, StencilUse

        shell = driver.app.parts.shell
        y = round(shell.header.center_y)
        ground, over = _line(driver, y)[0], InstructionGroup()
        half = Rectangle(pos=(0, y - 5), size=(5, 10))
        for part in (StencilPush(), half, StencilUse(), Color(1, 0, 0, 1), Rectangle(pos=(0, 0), size=shell.size), StencilUnUse(), half):
            over.add(part)
        over.add(StencilPop())
        shell.canvas.after.add(over)
        seen = [_line(driver, y) for _frame in range(3)]
        shell.canvas.after.remove(over)
        assert seen == [[(255, 0, 0)] * 5 + [ground] * 5] * 3


def test_a_kept_picture_is_drawn_before_the_window_once_for_each_change(data: Path) -> None:
    with kiosk(data, start="help") as driver:
        from kivy.graphics import Callback

        shell = driver.app.parts.shell
        drawn: list[str] = []
        inside, outside = Callback(lambda _i: drawn.append("picture")), Callback(lambda _i: drawn.append("window"))
        shell.canvas.before.add(outside)
        shell.header._picture.add(inside)
        driver.frame()
        assert drawn == ["picture", "window"]
        for _frame in range(2):
            shell.canvas.ask_update()
            driver.frame()
        assert drawn == ["picture", "window", "window", "window"]
        shell.header._picture.remove(inside)
        shell.canvas.before.remove(outside)


def test_pictures_that_nobody_keeps_are_forgotten(data: Path) -> None:
    import gc

    with kiosk(data, start="help") as driver:
        from kiosk.ui.widgets import pane

        for text in (1.3, 1.6, 1.0):
            driver.app.parts.session.set_comforts(text=text)  # everything is built again
            driver.settle()
        gc.collect()
        shell = driver.app.parts.shell
        kept = len(pane._pictures)
        driver.app.parts.session.set_comforts(text=1.3)
        driver.settle()
        driver.app.parts.session.set_comforts(text=1.0)
        driver.settle()
        gc.collect()
        assert len(pane._pictures) == kept
        assert shell.header._picture in pane._pictures
