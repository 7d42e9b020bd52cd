"""Many rectangles as few drawings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.stage import prepare

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)


@pytest.fixture
def batch() -> Any:
    prepare()
    from kiosk.ui.widgets.quads import Batch

    return Batch()


def _drawn(batch: Any) -> list[tuple[tuple[float, ...], int]]:
    """The colour and the number of rectangles of each drawing, from below to above."""
    return [
        (tuple(layer.children[0].rgba), len(layer.children[-1].indices) // 6) for level in batch.group.children for layer in level.children
    ]


def test_rectangles_of_one_colour_are_one_drawing_whoever_owns_them(batch: Any) -> None:
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.painter import BatchPainter

    for owner in range(5):
        painter = BatchPainter(batch, owner)
        painter.fill(Area(0, owner * 10, 10, 10), RED)
        painter.fill(Area(20, owner * 10, 10, 10), BLUE)
    batch.flush()
    assert _drawn(batch) == [(RED, 5), (BLUE, 5)]


def test_what_an_owner_drew_can_be_taken_back_alone_and_nothing_is_drawn_for_nobody(batch: Any) -> None:
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.painter import BatchPainter

    BatchPainter(batch, "a").fill(Area(0, 0, 10, 10), RED)
    BatchPainter(batch, "b").fill(Area(0, 0, 10, 10), RED)
    BatchPainter(batch, "b").fill(Area(0, 0, 10, 10), BLUE)
    batch.flush()
    batch.drop("b")
    batch.flush()
    assert _drawn(batch) == [(RED, 1)]
    batch.clear()
    batch.flush()
    assert _drawn(batch) == []


def test_pictures_lie_over_shapes_whatever_came_first(batch: Any) -> None:
    from kiosk.ui.widgets import shapes
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.painter import BatchPainter

    painter = BatchPainter(batch, 0)
    painter.image(Area(0, 0, 10, 10), shapes.rounded(4), BLUE)
    painter.box(Area(0, 0, 10, 10), RED, 4)
    batch.flush()
    assert [colour for colour, _count in _drawn(batch)] == [RED, BLUE]


def test_a_box_of_nine_parts_covers_its_area_once(batch: Any) -> None:
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.quads import frame, nine

    def covered(vertices: list[float]) -> float:
        quads = [vertices[at : at + 16] for at in range(0, len(vertices), 16)]
        return sum((q[4] - q[0]) * (q[9] - q[1]) for q in quads)

    assert covered(nine(Area(3, 4, 100, 60), 12, 26)) == 100 * 60
    assert covered(frame(Area(3, 4, 100, 60), 12, 2, 26)) == 4 * 12 * 12 + 2 * 2 * (100 - 24) + 2 * 2 * (60 - 24)


def test_a_batch_says_what_it_does_not_take(batch: Any) -> None:
    from kivy.graphics import StencilPush

    from kiosk.ui.widgets.painter import BatchPainter

    with pytest.raises(TypeError, match="batch"):
        BatchPainter(batch, 0).add_plain(StencilPush())
