"""A paragraph with words in bold: drawn run by run, each in its weight.

Guarantees: a text is data from the author to the pixels, no sign of it is ever read as markup; a line ends after a space or a hyphen, never
where only the weight changes; no letter stands beyond the width; below a bullet, lines begin where the words do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.ui.theme import BODY, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import LONGEST, Style, belongs, height_of, line_height, width_of
from mediation_apps.runtime.richtext import Span

BULLET = "•\u00a0\u00a0"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one weight on one line."""

    text: str
    weight: Weight


Line = tuple[Run, ...]


def weight_of(span: Span) -> Weight:
    """Bold is bold; what the author slants is drawn half-bold, as slanted letters are hard to read for many (FALC, A14)."""
    return Weight.BOLD if span.bold else Weight.SEMIBOLD if span.italic else Weight.REGULAR


def pieces(spans: tuple[Span, ...]) -> list[list[Run]]:
    """Cut where a line may end; the space stays with the word before it. At most `LONGEST` signs, as everywhere."""
    found: list[list[Run]] = []
    open_, left = False, LONGEST
    for span in spans:
        text, start = span.text[:left], 0
        left -= len(text)
        ends = [at + 1 for at, sign in enumerate(text) if sign in " -/" and not belongs(text, at)]
        for end in [*ends, len(text)]:
            if end > start:
                run = Run(text[start:end], weight_of(span))
                if open_:
                    found[-1].append(run)
                else:
                    found.append([run])
                open_ = end not in ends
            start = end
    return found


def broken(spans: tuple[Span, ...], style: Style, width: int) -> tuple[Line, ...]:
    """The lines of a paragraph, at most `width` pixels wide."""
    lines: list[list[Run]] = [[]]
    for piece in pieces(spans):
        if _width([*lines[-1], *piece], style) <= width:
            lines[-1] = _join([*lines[-1], *piece])
            continue
        if lines[-1]:
            lines.append([])
        for run in piece:  # alone it may still be longer than a line: it is broken at a letter
            rest = run.text
            while rest:
                head = _head(lines[-1], Run(rest, run.weight), style, width)
                lines[-1] = _join([*lines[-1], Run(rest[:head], run.weight)]) if head else lines[-1]
                rest = rest[head:]
                if rest:
                    lines.append([])
    return tuple(tuple(line) for line in lines if line)


def _head(before: list[Run], run: Run, style: Style, width: int) -> int:
    """How many letters of a run still fit on a line; at least one on an empty line."""
    low, high = 0 if before else 1, len(run.text)
    while low < high:
        middle = (low + high + 1) // 2
        if _width([*before, Run(run.text[:middle], run.weight)], style) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _join(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].weight == run.weight:
            joined[-1] = Run(joined[-1].text + run.text, run.weight)
        else:
            joined.append(run)
    return joined


def _width(runs: list[Run], style: Style) -> int:
    joined = _join(runs)
    if joined:
        joined[-1] = Run(joined[-1].text.rstrip(" "), joined[-1].weight)
    return sum(width_of(run.text, written(style, run.weight)) for run in joined)


def written(style: Style, weight: Weight) -> Style:
    """The same writing in another weight."""
    return Style(style.px, weight, style.leading, style.family)


class RichLines(Drawn):
    """`spans` in as many lines as they need; `bullet` before the first. `units` is the size at 1280×800."""

    def __init__(self, spans: tuple[Span, ...], units: float = BODY, bullet: bool = False, paint: str = "ink", **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, **kwargs)
        self.spans, self.units, self.bullet, self.paint = spans, units, bullet, paint
        self.words = (BULLET if bullet else "") + "".join(span.text for span in spans)
        self.fbind("width", self._measure)
        self._measure()

    def style(self) -> Style:
        """How its plain words are written now."""
        return Style(look().font(self.units), Weight.REGULAR, 1.3)

    def _indent(self) -> int:
        return width_of(BULLET, self.style()) if self.bullet else 0

    def broken(self) -> tuple[Line, ...]:
        """The lines at the present width."""
        return broken(self.spans, self.style(), max(1, int(self.width) - self._indent()))

    def _measure(self, *_: object) -> None:
        self.height = line_height(self.style()) * len(self.broken()) + look().px(4)

    def draw(self, painter: Painter, area: Area) -> None:
        """Line by line, each run after the one before."""
        style, lines, indent = self.style(), self.broken(), self._indent()
        step = line_height(style)
        top = area.top - (area.height - height_of(style) - step * (len(lines) - 1)) // 2
        if self.bullet:
            self._write(painter, area.x, top, Run(BULLET, Weight.REGULAR), style)
        for number, line in enumerate(lines):
            x = area.x + indent
            for run in line:
                self._write(painter, x, top - number * step, run, style)
                x += width_of(run.text, written(style, run.weight))

    def _write(self, painter: Painter, x: int, top: int, run: Run, style: Style) -> None:
        own = written(style, run.weight)
        tall = height_of(own)
        painter.lines(Area(x, top - tall, width_of(run.text, own), tall), (run.text,), own, self.paint, valign="top")
