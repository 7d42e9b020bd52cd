"""The look: readable in every palette, large enough on every glass."""

from __future__ import annotations

import pytest

from kiosk.ui.theme import PAIRS, PALETTES, RUBRICS, TARGET_MM, TEXT_SCALES, Form, Look, contrast, look, use, watch
from kiosk.ui.widgets.ridges import landscape

GLASSES = ((800, 480, 154.0), (1280, 800, 217.0), (1080, 1920, 344.0), (1920, 1080, 477.0), (1024, 600, 222.0))


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_every_pair_of_text_and_ground_holds_seven_to_one(name: str) -> None:
    palette = PALETTES[name]
    assert {pair: contrast(palette[pair[0]], palette[pair[1]]) >= 7 for pair in PAIRS} == dict.fromkeys(PAIRS, True)
    assert all(contrast(palette[rubric], palette["on_rubric"]) >= 7 for rubric in RUBRICS)
    assert all(contrast(palette["edge"], palette[ground]) >= 3 for ground in ("paper", "ground"))


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_any_cover_carries_white_text_at_seven_to_one(name: str) -> None:
    """A cover mixes two rubric colours: no mixture is lighter than what white text needs."""
    palette = PALETTES[name]
    for number in range(500):
        scene = landscape(f"record {number}")
        one, other = palette[scene.colour], palette[scene.other]
        mixed = tuple(a + (b - a) * scene.blend for a, b in zip(one[:3], other[:3], strict=True))
        assert contrast((*mixed, 1.0), palette["on_rubric"]) >= 7.0


@pytest.mark.parametrize(("width", "height", "mm"), GLASSES)
@pytest.mark.parametrize("text", TEXT_SCALES)
def test_a_target_measures_nine_millimetres_on_every_glass(width: int, height: int, mm: float, text: float) -> None:
    made = Look(width, height, text=text, width_mm=mm)
    assert made.target * mm / width >= TARGET_MM - 0.05


def test_the_form_follows_the_size() -> None:
    assert [Look(*size).form for size in ((800, 480), (1280, 800), (1080, 1920))] == [Form.COMPACT, Form.WIDE, Form.TALL]


def test_text_never_shrinks_below_sixteen_units_and_comes_round() -> None:
    made = Look()
    assert made.font(4) == 16
    sizes = [made.text]
    for _step in TEXT_SCALES:
        made = made.next_text()
        sizes.append(made.text)
    assert sizes == [1.0, 1.3, 1.6, 1.0]


def test_a_change_of_look_is_told_once_and_an_unknown_palette_changes_nothing() -> None:
    before, heard = look(), []
    end = watch(heard.append)
    try:
        new = Look(width=before.width + 1)
        use(new)
        use(new)
        assert heard == [new]
        assert new.with_palette("nothing") == new
    finally:
        end()
        use(before)
