"""Words in bold inside a sentence: in their weight, on the right line, and never anything but words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ui import boot
from tests.mediation_apps.building import h5p_bytes
from tests.mediation_apps.ui.test_player import made
from tests.ui import stage

Table = Callable[..., Any]
HOSTILE = "[b]x[/b] [color=ff0000] [ref=a] &amp; <b> %s {0} \u202e\u0000"


@pytest.fixture(autouse=True)
def _window() -> None:
    stage.prepare()
    boot.prepare(1280, 800, offscreen=True)
    from kivy.base import EventLoop

    EventLoop.ensure_window()


def lines_in(widget: Any) -> list[Any]:
    from mediation_apps.runtime.ui.rich_lines import RichLines

    return [found for found in widget.walk() if isinstance(found, RichLines)]


def spans() -> st.SearchStrategy[Any]:
    from mediation_apps.runtime.richtext import Span

    words = st.text(alphabet="ab é-/’[]&", max_size=24)
    return st.lists(st.builds(Span, words, st.booleans(), st.booleans()), max_size=5).map(tuple)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(20, 400))
def test_every_letter_is_drawn_once_in_order_and_no_line_is_too_wide(data: st.DataObject, width: int) -> None:
    """Whatever the weights, spaces and width; only a single letter may be wider than its line."""
    from kiosk.ui.widgets.text import Style, width_of
    from mediation_apps.runtime.ui.rich_lines import broken, weight_of, written

    drawn, style = data.draw(spans()), Style(20)
    lines = broken(drawn, style, width)
    told = [(sign, run.weight) for line in lines for run in line for sign in run.text]
    assert told == [(sign, weight_of(span)) for span in drawn for sign in span.text]
    for line in lines:
        texts = [run.text for run in line]
        texts[-1] = texts[-1].rstrip(" ")
        wide = sum(width_of(text, written(style, run.weight)) for text, run in zip(texts, line, strict=True) if text)
        assert wide <= width or sum(map(len, texts)) == 1


def test_a_line_never_ends_where_only_the_weight_changes() -> None:
    """ "l’**urgence**;" stays whole."""
    from kiosk.ui.widgets.text import Style
    from mediation_apps.runtime.richtext import from_markdown
    from mediation_apps.runtime.ui.rich_lines import broken

    (block,) = from_markdown("Prenez garde à l’**urgence**;").blocks
    for width in range(110, 300, 7):
        for line in broken(block.spans, Style(20), width):
            assert not "".join(run.text for run in line).endswith("l’")


@pytest.mark.parametrize("size", [(1280, 800), (800, 480)])
def test_bold_of_a_page_and_of_h5p_is_drawn(table: Table, size: tuple[int, int], tmp_path: Path) -> None:
    """The same sentence with and without its marks differs in the pixels; below a bullet lines begin where the words do."""
    from PIL import Image, ImageChops

    page = "# Un\n\nLa **peur** arrive.\n\n- la **peur** " + "encore " * 40
    found = []
    for text in (page, page.replace("**", "")):
        hands = table(made(a__md=text), size=size)
        hands.drawing = True
        hands.settle()
        found.append(Image.open(hands.picture(tmp_path / f"{len(found)}.png")))
        if text == page:
            first, item = lines_in(hands.player.page)
            assert [(run.text, str(run.weight)) for run in first.broken()[0]] == [
                ("La ", "regular"),
                ("peur", "bold"),
                (" arrive.", "regular"),
            ]
            assert item.words.startswith("•") and len(item.broken()) > 1 and item._indent() > 10
    assert ImageChops.difference(*found).getbbox() is not None
    inner = h5p_bytes("H5P.AdvancedText", {"text": "<p>Un mot <strong>fort</strong> et <em>doux</em>.</p>"})
    hands = table(made(a__h5p=inner), size=size)
    (only,) = lines_in(hands.player.page)
    assert [str(run.weight) for run in only.broken()[0]] == ["regular", "bold", "regular", "semibold", "regular"]


def test_what_looks_like_markup_is_only_text(table: Table) -> None:
    """No sign of an author's text is read by the drawing: it is there, letter for letter."""
    from mediation_apps.runtime.richtext import Block, RichText, Span
    from mediation_apps.runtime.ui.page_view import rich_column

    hostile = RichText((Block((Span(HOSTILE), Span(HOSTILE, bold=True))),))
    hands = table(made(a__md="# Un"))
    column = rich_column(hostile)
    column.width = 900
    hands.player.add_widget(column)
    hands.drawing = True
    hands.frames(3)
    (only,) = lines_in(column)
    assert "".join(run.text for line in only.broken() for run in line) == HOSTILE * 2
