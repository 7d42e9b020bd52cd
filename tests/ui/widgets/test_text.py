"""Where lines end: at spaces and hyphens, never before a mark that French sets a space before."""

from __future__ import annotations

import pytest

from tests.ui.stage import prepare

WORDS = "La séance est terminée, merci ! Rien n’est gardé : ni « le nom », ni la réponse ; compris ?"


@pytest.fixture(autouse=True)
def window() -> None:
    prepare()


def test_no_line_begins_with_a_mark_or_ends_with_an_opening_one() -> None:
    from kiosk.ui.widgets.text import Style, width_of, wrap

    style = Style(20)
    for width in range(120, 700, 3):
        lines = wrap(WORDS, style, width, 20)
        assert " ".join(lines) == WORDS
        assert all(width_of(line, style) <= width for line in lines)
        assert not any(line[0] in "!?:;»" or line.endswith("«") for line in lines), lines


def test_marks_alone_are_broken_too_when_there_is_no_room() -> None:
    from kiosk.ui.widgets.text import Style, width_of, wrap

    style = Style(20)
    lines = wrap("! ! ! ! ! ! ! ! ! ! ! !", style, 40, 20)
    assert len(lines) > 1 and all(width_of(line, style) <= 40 for line in lines)


def test_formatted_lines_end_where_plain_ones_do() -> None:
    from kiosk.ui.widgets.text import Style, wrap
    from mediation_apps.runtime.richtext import from_markdown
    from mediation_apps.runtime.ui.rich_lines import broken

    style = Style(20)
    (block,) = from_markdown(WORDS).blocks
    for width in range(140, 700, 11):
        plain = wrap(WORDS, style, width, 20)
        formatted = tuple("".join(run.text for run in line).rstrip(" ") for line in broken(block.spans, style, width))
        assert formatted == plain
