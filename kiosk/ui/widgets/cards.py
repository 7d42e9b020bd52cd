"""Large things to press: rubric cards, news cards, and the empty states.

Guarantees: an icon and a word on each, never colour alone; labels take a second line before they shrink.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui.theme import BODY, RADIUS_CARD, SMALL, TITLE, Form, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable
from kiosk.ui.widgets.covers import BLACK, mix, paint_range
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style


class RubricCard(Pressable):
    """A coloured door: picture above, name below, a ridge at its foot. `colour` is one of the rubric tokens."""

    text = StringProperty("")
    icon = StringProperty("")
    colour = StringProperty("lavender")

    redraw_on = ("text", "icon", "colour")

    def label(self) -> str:
        """Its name."""
        return str(self.spoken or self.text)

    def _fitted(self, width: int) -> tuple[Style, tuple[str, ...]]:
        for units in (BODY, SMALL, 16):
            style = Style(look().font(units), Weight.BOLD, 1.2)
            lines = text.wrap(self.text, style, width, 2)
            if all(text.width_of(word, style) <= width for word in self.text.split()) and not lines[-1].endswith(text.ELLIPSIS):
                break
        return style, lines

    def draw(self, painter: Painter, area: Area) -> None:
        """The ground is dark enough for white at 7:1; the ridge only darkens it."""
        radius = look().px(RADIUS_CARD)
        ground = painter.colour(self.colour)
        painter.box(area, mix(ground, BLACK, 0.30) if self.pressed else ground, radius)
        paint_range(painter, area, self.text, mix(ground, BLACK, 0.22), radius)
        inner = area.inset(look().px(18), look().px(16))
        style, lines = self._fitted(inner.width)
        needed = text.line_height(style) * len(lines)
        size = min(look().px(42), inner.height - needed - look().px(4))
        painter.lines(inner, lines, style, "on_rubric", valign="bottom")
        if size >= look().px(20):
            painter.icon(inner.copy().cut_top(size), self.icon, "on_rubric", px=size, align="left")


class NewsCard(Pressable):
    """Something that happens: picture, title, second line. `tone` is ok, warn or action."""

    title = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("calendar_star")
    tone = StringProperty("ok")

    redraw_on = ("title", "detail", "icon", "tone")
    grounded = True

    def label(self) -> str:
        """Both lines."""
        return str(self.spoken or f"{self.title}. {self.detail}")

    def draw(self, painter: Painter, area: Area) -> None:
        """A pale ground of its tone."""
        painter.ground(area, "line" if self.pressed else f"{self.tone}_soft", look().px(RADIUS_CARD))
        row = area.inset(look().px(24), look().px(6))
        size = look().px(42)
        painter.icon(row.cut_left(size, look().px(18)), self.icon, f"{self.tone}_deep", px=size)
        head, small = Style(look().font(BODY), Weight.BOLD, 1.25), Style(look().font(SMALL), Weight.REGULAR, 1.25)
        room = row.height - text.line_height(small)
        lines = text.wrap(self.title, head, row.width, max(1, room // text.line_height(head)))
        below = text.wrap(self.detail, small, row.width, 1)
        block = row.middle(row.width, text.line_height(head) * len(lines) + text.line_height(small) * len(below))
        painter.lines(block, lines, head, "ink", valign="top")
        painter.lines(block, below, small, "ink", valign="bottom")


class LineState(Drawn):
    """The state of the world in words: "Hors connexion · catalogue d’hier soir", after a dot in colour `dot` when there is one."""

    words = StringProperty("")
    dot = StringProperty("")

    redraw_on = ("words", "dot")

    def draw(self, painter: Painter, area: Area) -> None:
        """Right-aligned; the dot stands before the words."""
        style = Style(look().font(SMALL), Weight.SEMIBOLD)
        dot, gap = (look().px(12), look().px(10)) if self.dot else (0, 0)
        wide = look().form is Form.WIDE
        lines = text.wrap(self.words, style, area.width - dot - gap, 1 if area.height < 2 * text.line_height(style) else 2)
        if not lines:
            return
        used = text.widest(lines, style)
        row = Area(area.right - used, area.y, used, area.height) if wide else Area(area.x + dot + gap, area.y, used, area.height)
        if self.dot:
            painter.disc(row.x - gap - dot / 2, row.center[1], dot // 2, self.dot)
        painter.lines(row, lines, style, "mute")


class EmptyState(Drawn):
    """Nothing to show, said kindly: a picture in a disc, one sentence, one more. The next step is a button beside it."""

    icon = StringProperty("magnify")
    title = StringProperty("")
    detail = StringProperty("")
    width_units = NumericProperty(620)

    redraw_on = ("icon", "title", "detail")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("width", self._measure)
        self.fbind("title", self._measure)
        self.fbind("detail", self._measure)
        self._measure()

    def _styles(self) -> tuple[Style, Style]:
        return Style(look().font(TITLE), Weight.BOLD, 1.25), Style(look().font(BODY), Weight.REGULAR, 1.35)

    def _lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        head, body = self._styles()
        room = min(round(self.width), look().px(self.width_units))
        return text.wrap(self.title, head, room, 3), text.wrap(self.detail, body, room, 6)

    def _measure(self, *_: object) -> None:
        head, body = self._styles()
        above, below = self._lines()
        if self.size_hint_y is None:
            self.height = look().px(152) + len(above) * text.line_height(head) + len(below) * text.line_height(body)

    def draw(self, painter: Painter, area: Area) -> None:
        """Centred."""
        head, body = self._styles()
        above, below = self._lines()
        rest = area.copy()
        disc = rest.cut_top(look().px(112), look().px(20))
        painter.disc(*disc.center, look().px(56), "action_soft")
        painter.icon(disc, self.icon, "action", 56)
        painter.lines(rest.cut_top(len(above) * text.line_height(head), look().px(8)), above, head, "ink", align="center", valign="top")
        painter.lines(rest, below, body, "mute", align="center", valign="top")
