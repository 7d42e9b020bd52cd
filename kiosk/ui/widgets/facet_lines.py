"""The lines of the column of facets: where each stands, and all of its words as one picture; on any thread.

Guarantees: the same groups and fit give the same lines and pixels; no graphics and no widget is touched, so that the
catalogue thread writes the words of an answer and the drawing thread only copies them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kiosk.ui.theme import SMALL, Look, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.icons import glyph
from kiosk.ui.widgets.text import Part, Pixels, Style, width_of, wrap


class Value(Protocol):
    """One box to tick."""

    @property
    def value(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def count(self) -> int: ...  # noqa: D102
    @property
    def ticked(self) -> bool: ...  # noqa: D102


class Group(Protocol):
    """A facet."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def values(self) -> Sequence[Value]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Words:
    """What the column says besides the facets, translated by the screen. `count` writes a number."""

    more: str
    less: str
    ticked: str
    count: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the column; `kind` is head, box or more."""

    kind: str
    group: Group
    value: Value | None
    y: int  # from the top
    height: int


@dataclass(frozen=True, slots=True)
class ColumnFit:
    """What the column depends on besides its groups. `until` is how far down it is drawn, pixels from the top."""

    width: int
    until: int
    shown: int  # values of a group before "more"
    opened: frozenset[str]
    more: frozenset[str]
    look: Look

    def is_open(self, group: Group) -> bool:
        """Tell whether the values of a group are seen; those that are ticked always are."""
        return group.name in self.opened or any(v.ticked for v in group.values)


@dataclass(frozen=True, slots=True)
class Column:
    """Groups laid out for a fit; `picture` holds every word that is drawn, its upper left corner the column's, two pixels left.

    `boxes` to tick are told with whether they are ticked; as `pills`, they count from the column's upper left corner.
    """

    groups: tuple[Group, ...]
    fit: ColumnFit
    lines: tuple[Line, ...]
    height: int
    picture: Pixels | None
    boxes: tuple[tuple[Area, bool], ...]
    pills: tuple[Area, ...]


def lay_out(groups: Sequence[Group], fit: ColumnFit) -> tuple[tuple[Line, ...], int]:
    """Place heads, boxes and "more"; return them and the height of all."""
    row, head, y = look().tall(54), look().target, 0
    lines: list[Line] = []
    for group in groups:
        lines.append(Line("head", group, None, y, head))
        y += head
        if not fit.is_open(group):
            continue
        values = list(group.values)
        if group.name not in fit.more:
            values = values[: max(fit.shown, sum(v.ticked for v in values))]
        for value in values:
            lines.append(Line("box", group, value, y, row))
            y += row
        if len(group.values) > fit.shown:
            lines.append(Line("more", group, None, y, look().target))
            y += look().target
    return tuple(lines), y + look().px(8)


def column(groups: Sequence[Group], fit: ColumnFit, words: Words) -> Column:
    """Lay the groups out and write their words."""
    lines, height = lay_out(groups, fit)
    parts: list[Part] = []
    boxes, pills = list[tuple[Area, bool]](), list[Area]()
    near = [line for line in lines if line.y <= fit.until]  # what is far below is written when one comes near
    for line in near:
        place = Area(0, -line.y - line.height, fit.width, line.height)
        parts += {"head": _head, "box": _box, "more": _more}[line.kind](place, line, fit, words)
        if line.value is not None:
            boxes.append((box_of(row_of(place)), line.value.ticked))
        elif line.kind == "more":
            pills.append(pill_of(place, line, fit, words))
    tall = min(height, max((line.y + line.height for line in near), default=0))
    picture = text.pixels(tuple(parts), fit.width + 4, tall) if parts else None
    return Column(tuple(groups), fit, lines, height, picture, tuple(boxes), tuple(pills))


def row_of(place: Area) -> Area:
    """The room of a line inside its margins."""
    return place.inset(look().px(20), 0)


def box_of(row: Area) -> Area:
    """Cut the box to tick off a line."""
    side = look().tall(26)
    return row.cut_left(side, look().px(10)).middle(side, side)


def pill_of(place: Area, line: Line, fit: ColumnFit, words: Words) -> Area:
    """Where "more" is pressed."""
    wide = width_of(more_words(line, fit, words), _more_style()) + look().px(36)
    return row_of(place).cut_left(wide).middle(wide, min(place.height, look().tall(46)))


def more_words(line: Line, fit: ColumnFit, words: Words) -> str:
    """What "more" says."""
    return words.less if line.group.name in fit.more else words.more


def _more_style() -> Style:
    return Style(look().font(SMALL), Weight.SEMIBOLD)


def _written(area: Area, words: str, style: Style, token: str, align: str = "left") -> Part:
    """One line of text in the middle of an area's height."""
    wide, tall = width_of(words, style), text.height_of(style)
    x = {"left": area.x, "center": area.x + (area.width - wide) // 2, "right": area.right - wide}[align]
    return Part(x, -(area.y + (area.height - tall) // 2 + tall), words, style, look().colour(token))


def _icon(area: Area, name: str, px: int, token: str) -> Part:
    return _written(area, glyph(name), Style(px, family="icons", leading=1.0), token, "center")


def _fitting(area: Area, words: str, style: Style, token: str) -> Part:
    return _written(area, "".join(wrap(words, style, area.width, 1)), style, token)


def _head(place: Area, line: Line, fit: ColumnFit, _words: Words) -> list[Part]:
    row = row_of(place)
    chevron = "chevron_up" if fit.is_open(line.group) else "chevron_down"
    icon = _icon(row.cut_right(look().px(24)), chevron, look().px(24), "mute")
    return [icon, _fitting(row, line.group.label, Style(look().font(SMALL), Weight.BOLD), "ink")]


def _box(place: Area, line: Line, _fit: ColumnFit, words: Words) -> list[Part]:
    value, row = line.value, row_of(place)
    if value is None:
        return []
    box = box_of(row)
    style = Style(look().font(SMALL), Weight.BOLD if value.ticked else Weight.REGULAR)
    number = words.count(value.count)
    parts = [_written(row, number, style, "ink" if value.ticked else "mute", "right")]
    label = Area(row.x, row.y, row.width - width_of(number, style) - look().px(8), row.height)
    parts.append(_fitting(label, value.label, style, "ink"))
    if value.ticked:
        parts.append(_icon(box, "check", round(box.width * 0.75), "on_action"))
    return parts


def _more(place: Area, line: Line, fit: ColumnFit, words: Words) -> list[Part]:
    return [_written(pill_of(place, line, fit, words), more_words(line, fit, words), _more_style(), "action_deep", "center")]
