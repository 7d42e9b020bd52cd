"""Small covers drawn off the screen look as those drawn on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.stage import prepare

SIZE = (66, 88)


@pytest.fixture(autouse=True)
def _window() -> None:
    prepare()


def _rows(identity: str) -> Any:
    from kiosk.ui.widgets.cover_pixels import cover_pixels

    picture = cover_pixels(identity, "book", SIZE, 8)
    assert len(picture.data) == 4 * SIZE[0] * SIZE[1]
    return picture.data


def test_a_record_always_has_the_same_cover_and_another_record_another() -> None:
    assert _rows("a") == _rows("a")
    assert _rows("a") != _rows("b")


def test_a_cover_is_opaque_and_stands_on_its_ground() -> None:
    from kiosk.ui.theme import look

    data = _rows("a")
    assert set(data[3::4]) == {255}
    paper = tuple(round(255 * part) for part in look().colour("paper")[:3])
    for x, y in ((0, 0), (65, 0), (0, 87), (65, 87)):
        at = 4 * (66 * y + x)
        assert all(abs(a - b) <= 1 for a, b in zip(data[at : at + 3], paper, strict=True))


@pytest.mark.parametrize("identity", ["a", "b", "c", "d", "e"])
def test_it_is_the_cover_of_the_screen(identity: str) -> None:
    """Both ways of drawing differ at edges only, by less than what one sees."""
    from kivy.graphics import ClearBuffers, ClearColor, Fbo

    from kiosk.ui.theme import look
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.covers import Face, paint_cover
    from kiosk.ui.widgets.painter import Painter

    fbo = Fbo(size=SIZE)
    fbo.add(ClearColor(*look().colour("paper")))
    fbo.add(ClearBuffers())
    paint_cover(Painter(fbo), Area(0, 0, *SIZE), Face(identity, "Titre", "", "book"), radius=8)
    fbo.draw()
    seen, own = fbo.pixels, _rows(identity)
    wide = 4 * SIZE[0]
    away = 0
    for y in range(SIZE[1]):
        line = seen[wide * (SIZE[1] - 1 - y) : wide * (SIZE[1] - y)]
        away += sum(max(abs(line[x + c] - own[wide * y + x + c]) for c in range(3)) > 32 for x in range(0, wide, 4))
    assert away < 0.02 * SIZE[0] * SIZE[1]
