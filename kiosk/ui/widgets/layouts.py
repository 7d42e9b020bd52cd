"""Where things stand in relation to each other: columns, wrapping rows, sheets of paper.

Guarantees: a column or a flow is exactly as tall as what it holds, so that nothing overlaps and a scroller knows its
length; children that are hidden take no room.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, OptionProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.theme import look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.text import line_height, wrap
from kiosk.ui.widgets.texts import Panel


class Column(BoxLayout):
    """Children one under the other; its height is theirs. `gap` in units."""

    gap = NumericProperty(12)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("orientation", "vertical")
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.fbind("minimum_height", self._grow)
        self.fbind("gap", self._space)
        self._space()

    def _grow(self, *_: object) -> None:
        if self.size_hint_y is None:
            self.height = self.minimum_height

    def _space(self, *_: object) -> None:
        self.spacing = look().px(self.gap)


class Sheet(Column, Panel):
    """A column on a sheet of paper with rounded corners."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("padding", [look().px(24), look().px(20)])
        super().__init__(**kwargs)


class Wide(Button):
    """A button as wide as its column, and as tall as its words need: never cut."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["size_hint"] = (1, None)
        super().__init__(**kwargs)
        self.fbind("width", self._hug)

    def _hug(self, *_: object) -> None:
        style = self._style()
        room = int(self.width) - self._extras() - 2 * look().px(self.dress.pad)
        lines = wrap(self.text, style, max(room, 40), 3)
        self.lines = max(1, len(lines))
        self.height = max(look().target, line_height(style) * len(lines) + look().px(20))


class Flow(Widget):
    """Children from left to right, then on the next line; as tall as its lines."""

    gap = NumericProperty(10)
    align = OptionProperty("left", options=["left", "center", "right"])

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self._later = Clock.create_trigger(self.place, -1)
        for name in ("pos", "size", "children"):
            self.fbind(name, self._later)
        self.fbind("width", self._measure)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take a child; it keeps its own size."""
        super().add_widget(widget, *args, **kwargs)
        widget.fbind("size", self._later)
        self._measure()

    def _lines(self) -> list[list[Any]]:
        gap, lines, used = look().px(self.gap), [[]], 0.0  # type: ignore[var-annotated]
        for child in reversed(self.children):
            if lines[-1] and used + gap + child.width > self.width:
                lines.append([])
                used = 0.0
            used += child.width + (gap if lines[-1] else 0)
            lines[-1].append(child)
        return [line for line in lines if line]

    def _measure(self, *_: object) -> None:
        lines = self._lines()
        if self.size_hint_y is None:
            gap = look().px(self.gap)
            self.height = sum(max(c.height for c in line) for line in lines) + gap * max(0, len(lines) - 1)

    def place(self, *_: object) -> None:
        """Give every child its place."""
        self._measure()
        gap, top = look().px(self.gap), self.top
        for line in self._lines():
            tall = max(c.height for c in line)
            wide = sum(c.width for c in line) + gap * (len(line) - 1)
            x = self.x + {"left": 0, "center": (self.width - wide) / 2, "right": self.width - wide}[self.align]
            for child in line:
                child.pos = (round(x), round(top - tall + (tall - child.height) / 2))
                x += child.width + gap
            top -= tall + gap


class Gap(Widget):
    """Empty room; `units` of it when it has no size hint."""

    units = NumericProperty(8)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.size_hint_y is None:
            self.height = look().px(self.units)
        self.fbind("units", self._size)

    def _size(self, *_: object) -> None:
        if self.size_hint_y is None:
            self.height = look().px(self.units)
