"""The column of facets: groups that open and close, boxes to tick, counts, "Plus de choix".

Guarantees: one drawing for the whole column, made again in one frame when counts change; every box is as tall as a
target; ticked is told by the box, the weight and the spoken label, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from kivy.properties import NumericProperty

from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Stop, window_area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, width_of, wrap


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
class _Line:
    kind: str  # head, box, more
    group: Group
    value: Value | None
    y: int  # from the top
    height: int


class FacetColumn(Drawn):
    """Set `groups`; `toggled(facet, value)` is told what was ticked. Its height follows what is open."""

    version = NumericProperty(0)
    redraw_on = ("version",)

    def __init__(
        self, words: Words, toggled: Callable[[str, str], None], open_groups: frozenset[str], shown: int = 4, **kwargs: Any
    ) -> None:
        self._words, self._toggled, self._shown = words, toggled, shown
        self._groups: tuple[Group, ...] = ()
        self._open = set(open_groups)
        self._more: set[str] = set()
        self._lines: list[_Line] = []
        self._held: _Line | None = None
        self._until = 0.0  # pixels from the top that are drawn
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)

    def set_groups(self, groups: Sequence[Group]) -> None:
        """Show other groups; drawn again only when they differ."""
        if tuple(groups) != self._groups:
            self._groups = tuple(groups)
            self._arrange()

    def _arrange(self) -> None:
        row = look().tall(54)
        head = look().target
        lines: list[_Line] = []
        y = 0
        for group in self._groups:
            opened = group.name in self._open or any(v.ticked for v in group.values)
            lines.append(_Line("head", group, None, y, head))
            y += head
            if not opened:
                continue
            values = list(group.values)
            if group.name not in self._more:
                values = values[: max(self._shown, sum(v.ticked for v in values))]
            for value in values:
                lines.append(_Line("box", group, value, y, row))
                y += row
            if len(group.values) > self._shown:
                lines.append(_Line("more", group, None, y, look().target))
                y += look().target
        self._lines = lines
        self.height = y + look().px(8)
        self.version += 1

    def scrolled(self, offset: float, height: float) -> None:
        """Told by the scroller what is seen: what comes near is drawn."""
        if offset + height > self._until or self._until == 0:
            self._until = offset + height + look().px(200)
            self.redraw()

    def _area_of(self, line: _Line) -> Area:
        return Area(round(self.x), round(self.top) - line.y - line.height, round(self.width), line.height)

    def _act(self, line: _Line) -> None:
        if line.kind == "box" and line.value is not None:
            self._toggled(line.group.name, line.value.value)
        elif line.kind == "head":
            self._open ^= {line.group.name}
            self._arrange()
        else:
            self._more ^= {line.group.name}
            self._arrange()

    def _spoken(self, line: _Line) -> str:
        if line.kind == "head":
            return line.group.label
        if line.value is None:
            return f"{self._more_words(line)} : {line.group.label}"
        said = f"{line.group.label}, {line.value.label}, {self._words.count(line.value.count)}"
        return f"{said}, {self._words.ticked}" if line.value.ticked else said

    def _more_words(self, line: _Line) -> str:
        return self._words.less if line.group.name in self._more else self._words.more

    def stops(self) -> list[Stop]:
        """Each head, box and "more"."""
        return [
            Stop(
                self,
                window_area(self, self._area_of(line)),
                self._spoken(line),
                partial(self._act, line),
                f"{line.group.name}:{line.kind}:{line.value.value if line.value else ''}",
            )
            for line in self._lines
        ]

    def on_touch_down(self, touch: Any) -> bool:
        """Mark the line under the finger."""
        if not self.collide_point(*touch.pos):
            return False
        self._held = next((line for line in self._lines if self._area_of(line).contains(*touch.pos)), None)
        if self._held is None:
            return False
        touch.grab(self)
        self.redraw()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Let go when the finger scrolls."""
        if touch.grab_current is self and touch.ud.get("scrolled"):
            touch.ungrab(self)
            self._held = None
            self.redraw()
        return touch.grab_current is self

    def on_touch_up(self, touch: Any) -> bool:
        """Act on the line where the finger came down, if it leaves there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        held, self._held = self._held, None
        self.redraw()
        if held is not None and not touch.ud.get("scrolled") and self._area_of(held).contains(*touch.pos):
            self._act(held)
        return True

    def draw(self, painter: Painter, area: Area) -> None:
        """One line after the other."""
        for line in self._lines:
            if line.y > self._until:
                break  # far below what is seen: drawn when one comes near
            place = self._area_of(line)
            if line is self._held:
                painter.box(place, "action_soft", look().px(12))
            {"head": self._draw_head, "box": self._draw_box, "more": self._draw_more}[line.kind](painter, place, line)

    def _draw_head(self, painter: Painter, place: Area, line: _Line) -> None:
        row = place.inset(look().px(20), 0)
        opened = line.group.name in self._open or any(v.ticked for v in line.group.values)
        painter.icon(row.cut_right(look().px(24)), "chevron_up" if opened else "chevron_down", "mute", 24)
        painter.text(row, line.group.label, "ink", SMALL, Weight.BOLD)

    def _draw_box(self, painter: Painter, place: Area, line: _Line) -> None:
        value = line.value
        if value is None:
            return
        row = place.inset(look().px(20), 0)
        side = look().tall(26)
        box = row.cut_left(side, look().px(10)).middle(side, side)
        if value.ticked:
            painter.box(box, "action", look().px(8))
            painter.icon(box, "check", "on_action", px=round(side * 0.75))
        else:
            painter.outline(box, "action", look().px(8), max(2.0, look().unit * 2.5))
        style = Style(look().font(SMALL), Weight.BOLD if value.ticked else Weight.REGULAR)
        number = self._words.count(value.count)
        wide = width_of(number, style)
        painter.lines(row, (number,), style, "ink" if value.ticked else "mute", align="right")
        painter.lines(row, wrap(value.label, style, row.width - wide - look().px(8), 1), style, "ink")

    def _draw_more(self, painter: Painter, place: Area, line: _Line) -> None:
        words = self._more_words(line)
        wide = width_of(words, Style(look().font(SMALL), Weight.SEMIBOLD)) + look().px(36)
        pill = place.inset(look().px(20), 0).cut_left(wide).middle(wide, min(place.height, look().tall(46)))
        painter.box(pill, "action_soft", pill.height)
        painter.text(pill, words, "action_deep", SMALL, Weight.SEMIBOLD, align="center")
