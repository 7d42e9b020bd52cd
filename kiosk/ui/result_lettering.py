"""What a row of the results says, written into pixels; on any thread.

Guarantees: the same row, fit and look give the same pixels; no graphics and no widget is touched, so that the catalogue
thread letters what it has found and the drawing thread only copies; words that begin with what was searched are told by
areas to be marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from kiosk.ui.results_view import Row, folded
from kiosk.ui.theme import HEAD, SMALL, Look, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.cover_pixels import cover_pixels
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.icons import glyph
from kiosk.ui.widgets.text import Part, Pixels, Style

COVER_RADIUS = 8  # units


@lru_cache(maxsize=1_000)
def _folded(word: str) -> str:
    return folded(word)


def marks_of(words: str) -> tuple[str, ...]:
    """Return the beginnings to be marked when `words` were searched."""
    return tuple(w for w in _folded(words).replace("’", " ").replace("'", " ").split() if len(w) > 1)


@dataclass(frozen=True, slots=True)
class Fit:
    """What a lettering depends on besides the row: the room in pixels, what was searched, the size of the cover, the look."""

    width: int
    height: int
    marks: tuple[str, ...]
    cover: tuple[int, int]
    look: Look


@dataclass(frozen=True, slots=True)
class Lettering:
    """A row in pixels: `drop` pixels under the top of its room; `marks` count down from the picture's upper left corner.

    `cover` is the one drawn by the kiosk, None when it was not wanted.
    """

    row: Row
    fit: Fit
    picture: Pixels | None
    drop: int
    marks: tuple[Area, ...]
    cover: Pixels | None = None


def row_lettering(row: Row, fit: Fit) -> Lettering:
    """Write title, authors and year, state."""
    title = Style(look().font(HEAD), Weight.BOLD, 1.25)
    small = Style(look().font(SMALL), Weight.REGULAR, 1.3)
    head, line = text.line_height(title), text.line_height(small)
    lines = text.wrap(row.title, title, fit.width, 2 if fit.height - 2 * line >= 2 * head else 1)
    ink, mute = look().colour("ink"), look().colour("mute")
    parts = [Part(0, number * head, words, title, ink) for number, words in enumerate(lines)]
    y = len(lines) * head
    tail = f" · {row.tail}" if row.byline else row.tail
    names = text.wrap(row.byline, small, fit.width - text.width_of(tail, small), 1)
    parts.append(Part(0, y, "".join(text.wrap("".join(names) + tail, small, fit.width, 1)), small, mute))
    parts += _state(row, fit.width, y + line, line)
    tall = min(len(lines) * head + 2 * line, fit.height)
    return Lettering(row, fit, text.pixels(tuple(parts)), (fit.height - tall + 1) // 2, _marked(lines, title, fit.marks))


def _state(row: Row, width: int, y: int, line: int) -> tuple[Part, Part]:
    """Where it is: a picture and words."""
    bold = Style(look().font(SMALL), Weight.SEMIBOLD, 1.3)
    tone, size = look().colour(f"{row.tone}_deep"), look().font(SMALL)
    icon = Style(size, family="icons", leading=1.0)
    left = size + look().px(6)
    state = text.wrap(row.state, bold, width - left, 1)
    middle = y + (line - text.line_height(icon)) // 2 + look().px(1)
    return Part(0, middle, glyph(row.state_icon), icon, tone), Part(left, y, "".join(state), bold, tone)


def row_cover(row: Row, fit: Fit) -> Pixels:
    """Draw the cover of a row."""
    return cover_pixels(row.record_id, row.icon, fit.cover, look().px(COVER_RADIUS))


def letter(rows: Iterable[Row], fit: Fit) -> tuple[Lettering, ...]:
    """Letter rows and draw their covers."""
    return tuple(replace(row_lettering(row, fit), cover=row_cover(row, fit)) for row in rows)


def _marked(lines: tuple[str, ...], style: Style, marks: tuple[str, ...]) -> tuple[Area, ...]:
    """Where words begin with what was searched."""
    if not marks:
        return ()
    step = text.line_height(style)
    found = []
    for number, line in enumerate(lines):
        for start, end in _words_in(line):
            if any(_folded(line[start:end]).startswith(mark) for mark in marks):
                x, wide = text.width_of(line[:start], style), text.width_of(line[start:end], style)
                found.append(Area(x - look().px(3), number * step, wide + look().px(6), step))
    return tuple(found)


@lru_cache(maxsize=500)
def _words_in(line: str) -> tuple[tuple[int, int], ...]:
    """Where words start and end; an apostrophe parts them."""
    spans, start = [], None
    for at, character in enumerate(f"{line} "):
        if character.isalnum():
            start = at if start is None else start
        elif start is not None:
            spans.append((start, at))
            start = None
    return tuple(spans)
