"""Pictures of texts side by side in one texture."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.stage import prepare


@pytest.fixture(autouse=True)
def _window() -> None:
    prepare()


def _picture(width: int, height: int, value: int = 200) -> Any:
    from kiosk.ui.widgets.text import Pixels

    return Pixels(width, height, bytes((value, value, value, 255)) * (width * height), ((0, 0, width, height),))


def test_a_picture_comes_back_as_it_was_put_in() -> None:
    from kiosk.ui.widgets.sheet import Sheet

    sheet = Sheet((8, 4), 6)
    for number in range(6):
        sheet.put(number, _picture(8, 4, 40 * number))
    for number in range(6):
        kept = sheet.get(number)
        assert kept is not None
        wide = kept.texture.width
        at = 4 * (kept.y * wide + kept.x)
        assert kept.texture.pixels[at] == 40 * number


def test_a_picture_larger_than_its_cell_does_not_reach_into_the_next() -> None:
    from kiosk.ui.widgets.sheet import Sheet

    sheet = Sheet((8, 4), 4)
    neighbours = [sheet.put(name, _picture(8, 4, 10)) for name in "abc"]
    kept = sheet.put("d", _picture(20, 9, 250))
    assert kept.inked == ((0, 0, 8, 4),)
    for other in neighbours:
        assert other.texture.pixels[4 * (other.y * other.texture.width + other.x)] == 10


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.integers(-3, 3), max_size=60), seen=st.integers(1, 7))
def test_rows_in_sight_keep_their_cells_however_one_scrolls(steps: list[int], seen: int) -> None:
    """With room for twice the rows seen and one more, no cell of a row that is seen is given to another."""
    from kiosk.ui.widgets.sheet import Sheet

    sheet, first, painted = Sheet((4, 2), 2 * seen + 1), 100, set[int]()
    for step in [0, *steps]:
        first += step
        rows = set(range(first, first + seen))
        for row in sorted(rows - painted):
            if sheet.get(row) is None:
                sheet.put(row, _picture(4, 2))
        painted = rows
        places = {(kept.x, kept.y) for row in rows if (kept := sheet._kept.get(row)) is not None}
        assert len(places) == seen


def test_a_slab_keeps_its_texture_until_a_larger_picture_comes() -> None:
    from kiosk.ui.widgets.sheet import Slab

    slab = Slab()
    first = slab.put(_picture(20, 10)).texture
    assert slab.put(_picture(12, 8)).texture is first
    assert slab.put(_picture(20, 30)).texture is not first
