"""Lines of a notice: where a copy is, one fact, one opinion. They draw themselves and are as tall as their words.

Guarantees: nothing overlaps: what does not fit beside goes below; colour is never alone, an icon and words are with it.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.domain import Review
from kiosk.ui import snapshots
from kiosk.ui.i18n import ngettext
from kiosk.ui.snapshots import Where
from kiosk.ui.theme import BODY, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, width_of, wrap


class _Row(Drawn):
    """Measures itself when its width changes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.fbind("width", self._measure)
        self._measure()

    def _measure(self, *_: object) -> None:
        self.height = self.natural_height()

    def natural_height(self) -> int:
        """How tall it must be at this width."""
        return look().tall(52)


class WhereRow(_Row):
    """One library: its name, and what is there."""

    def __init__(self, where: Where, **kwargs: Any) -> None:
        self.where = where
        super().__init__(**kwargs)

    def _words(self) -> str:
        copies = (
            ngettext("{n} exemplaire", "{n} exemplaires", self.where.copies).format(n=self.where.copies) if self.where.copies > 1 else ""
        )
        return " · ".join(part for part in (self.where.words, self.where.call_number, copies) if part)

    def _styles(self) -> tuple[Style, Style]:
        return Style(look().font(SMALL), Weight.BOLD), Style(look().font(SMALL), Weight.SEMIBOLD)

    def _beside(self) -> bool:
        name, words = self._styles()
        extra = round(words.px * 1.3) + look().px(32)
        return width_of(self.where.name, name) + width_of(self._words(), words) + extra <= self.width

    def natural_height(self) -> int:
        """One line, or two and more."""
        if self._beside():
            return look().tall(52)
        name, words = self._styles()
        lines = wrap(self._words(), words, int(self.width) - round(words.px * 1.3) - look().px(8), 3)
        return line_height(name) + line_height(words) * len(lines) + look().px(26)

    def draw(self, painter: Painter, area: Area) -> None:
        """A line above, then name and words."""
        painter.fill(area.copy().cut_top(max(1, look().px(2))), "line")
        name, words = self._styles()
        size = round(words.px * 1.2)
        row = area.inset(0, look().px(4))
        ink = {"ok": "ok", "warn": "warn_deep"}.get(self.where.tone.value, "mute")
        if self._beside():
            said = row.cut_right(width_of(self._words(), words) + 2, look().px(8))
            painter.icon(row.cut_right(size, look().px(16)), self.where.icon, ink, px=size)
            painter.lines(said, (self._words(),), words, ink)
            painter.lines(row, (self.where.name,), name, "ink")
            return
        row = row.inset(0, look().px(4))
        painter.lines(row.cut_top(line_height(name)), wrap(self.where.name, name, row.width, 1), name, "ink")
        painter.icon(row.cut_left(size, look().px(8)).cut_top(line_height(words)), self.where.icon, ink, px=size)
        painter.lines(row, wrap(self._words(), words, row.width, 3), words, ink, valign="top")


class FactRow(_Row):
    """One fact of the record: its name in a column, its value beside; under it when there is little room."""

    def __init__(self, name: str, value: str, **kwargs: Any) -> None:
        self.name_, self.value = name, value
        super().__init__(**kwargs)

    def _column(self) -> int:
        return min(look().tall(170), int(self.width * 0.36))

    def _stacked(self) -> bool:
        return bool(self.width < look().tall(420))

    def _style(self) -> Style:
        return Style(look().font(BODY), leading=1.35)

    def _lines(self) -> tuple[str, ...]:
        room = int(self.width) if self._stacked() else int(self.width) - self._column() - look().px(16)
        return wrap(self.value, self._style(), room, 12)

    def natural_height(self) -> int:
        """As many lines as the value takes."""
        own = line_height(self._style()) * max(1, len(self._lines())) + look().px(16)
        return own + (line_height(Style(look().font(SMALL), Weight.SEMIBOLD)) if self._stacked() else 0)

    def draw(self, painter: Painter, area: Area) -> None:
        """The name in mute, the value in ink."""
        row = area.inset(0, look().px(8))
        small = Style(look().font(SMALL), Weight.SEMIBOLD)
        if self._stacked():
            painter.lines(row.cut_top(line_height(small)), wrap(self.name_, small, row.width, 1), small, "mute")
        else:
            left = row.cut_left(self._column(), look().px(16))
            painter.lines(left.cut_top(line_height(self._style())), wrap(self.name_, small, left.width, 1), small, "mute")
        painter.lines(row, self._lines(), self._style(), "ink", valign="top")


class ReviewCard(_Row):
    """One opinion: the words, then who and how many stars out of five."""

    def __init__(self, review: Review, **kwargs: Any) -> None:
        self.review = review
        super().__init__(**kwargs)

    def _style(self) -> Style:
        return Style(look().font(BODY), leading=1.4)

    def _lines(self) -> tuple[str, ...]:
        return wrap(self.review.text, self._style(), int(self.width) - look().px(48), 40)

    def natural_height(self) -> int:
        """Its words and a foot."""
        return line_height(self._style()) * len(self._lines()) + look().tall(36) + look().px(44)

    def draw(self, painter: Painter, area: Area) -> None:
        """On a sheet of paper."""
        painter.box(area, "paper", look().px(20))
        room = area.inset(look().px(24), look().px(18))
        foot = room.cut_bottom(look().tall(36))
        painter.lines(room, self._lines(), self._style(), "ink", valign="top")
        if self.review.rating:
            size = look().tall(22)
            for number in range(5):
                name = "star" if number < self.review.rating else "star_outline"
                painter.icon(foot.cut_left(size, look().px(2)), name, "signal", px=size)
            foot.cut_left(look().px(12))
        by = " · ".join(part for part in (self.review.by, snapshots.stars(self.review)) if part)
        painter.text(foot, by, "mute", SMALL, Weight.SEMIBOLD)


class Tag(Drawn):
    """What kind of thing this is, with its picture: to be read, not pressed."""

    def __init__(self, words: str, icon: str, **kwargs: Any) -> None:
        self.words, self.icon = words, icon
        style = self._style()
        width = width_of(words, style) + round(style.px * 1.3) + look().px(8 + 2 * 16)
        super().__init__(size_hint=(None, None), size=(width, look().tall(40)), **kwargs)

    def _style(self) -> Style:
        return Style(look().font(SMALL), Weight.SEMIBOLD)

    def draw(self, painter: Painter, area: Area) -> None:
        """A pale pill."""
        painter.box(area, "action_soft", area.height)
        row, size = area.inset(look().px(16), 0), round(self._style().px * 1.3)
        painter.icon(row.cut_left(size, look().px(8)), self.icon, "action_deep", px=size)
        painter.lines(row, (self.words,), self._style(), "action_deep")


class Note(_Row):
    """A message on a coloured ground with its picture: `tone` is "ok", "warn" or "action"."""

    words = StringProperty("")
    icon = StringProperty("information")
    tone = StringProperty("action")
    units = NumericProperty(BODY)

    redraw_on = ("words", "icon", "tone", "units")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("words", "icon", "units"):
            self.fbind(name, self._measure)
        self._measure()

    def _style(self) -> Style:
        return Style(look().font(self.units), Weight.SEMIBOLD, 1.35)

    def _room(self) -> int:
        return int(self.width) - look().px(20 + 20 + 14) - round(self._style().px * 1.4)

    def natural_height(self) -> int:
        """Nothing without words."""
        if not self.words:
            return 0
        return max(look().tall(60), line_height(self._style()) * len(wrap(self.words, self._style(), self._room(), 12)) + look().px(28))

    def draw(self, painter: Painter, area: Area) -> None:
        """Soft ground, picture at the left."""
        if not self.words:
            return
        painter.box(area, f"{self.tone}_soft", look().px(18))
        row = area.inset(look().px(20), look().px(12))
        size = round(self._style().px * 1.4)
        ink = f"{self.tone}_deep"
        painter.icon(row.cut_left(size, look().px(14)), self.icon, ink, px=size)
        painter.lines(row, wrap(self.words, self._style(), row.width, 12), self._style(), ink)
