"""Guarantees: whatever a participant can press looks pressable, is at least a target high, and tells its state by a sign, not by colour.

A tile is an answer, an item, a card, a part of a message. Its text wraps; nothing of it is ever cut.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty

from kiosk.ui.theme import BODY, HEAD, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable, Stop, window_area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, widest, wrap

SIGNS = {"right": "check", "wrong": "close", "missed": "lightbulb_on"}
GROUNDS = {"right": "ok_soft", "wrong": "warn_soft", "missed": "paper"}
EDGES = {"right": "ok", "wrong": "warn", "missed": "ok"}
INKS = {"right": "ok_deep", "wrong": "warn_deep", "missed": "ok_deep"}
MOST = 40  # lines of one tile


class Tile(Pressable):
    """Words to press. `lead` is an icon before them, `number` a rank; `hug` gives the width the words need, else the parent decides."""

    target = StringProperty("")
    words = StringProperty("")
    lead = StringProperty("")
    number = StringProperty("")
    mark = StringProperty("")
    selected = BooleanProperty(False)
    lifted = BooleanProperty(False)
    hug = BooleanProperty(False)
    bare = BooleanProperty(False)  # part of a text: no box until it is marked
    dashed = BooleanProperty(False)  # a place to fill
    align = OptionProperty("left", options=["left", "center"])
    units = NumericProperty(BODY)
    least = NumericProperty(0)  # units of height
    widest_px = NumericProperty(0)  # pixels a hugging tile may take
    weight = StringProperty("semibold")
    tint = ListProperty([])
    thumb = ListProperty([])  # pixels kept for a picture: width, height; none: no picture
    beside = BooleanProperty(False)  # the picture left of the words instead of above them
    silent = BooleanProperty(False)  # the picture alone: its words are only said
    texture = ObjectProperty(None, allownone=True)

    redraw_on: tuple[str, ...] = (
        "words",
        "lead",
        "number",
        "mark",
        "selected",
        "lifted",
        "bare",
        "dashed",
        "align",
        "units",
        "tint",
        "weight",
        "thumb",
        "texture",
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint_y", None)
        if kwargs.get("hug"):
            kwargs.setdefault("size_hint_x", None)
        super().__init__(**kwargs)
        for name in ("width", "words", "lead", "number", "mark", "hug", "units", "least", "widest_px", "thumb", "texture"):
            self.fbind(name, self._measure)
        self._measure()

    def label(self) -> str:
        """What the voice says."""
        return str(self.spoken or self.words)

    def stops(self) -> list[Stop]:
        """One stop, named by its target, so that the focus finds it again."""
        if not self.enabled or not self.label():
            return []
        return [Stop(self, window_area(self), self.label(), self.press, self.target, 16)]

    def style(self) -> Style:
        """How the words are written."""
        return Style(look().font(self.units), Weight(self.weight), 1.2)

    def _pad(self) -> int:
        return look().px(10 if self.bare else 18)

    def _icon_px(self) -> int:
        return round(look().font(min(self.units, HEAD)) * 1.3)  # beside a large sign no sign is larger than elsewhere

    def _extras(self) -> int:
        gap = look().px(10)
        picture = self.thumb[0] + gap if self.thumb and self.beside else 0
        return int(picture) + sum(self._icon_px() + gap for shown in (self.lead, self.number, self.mark in SIGNS) if shown)

    @property
    def wordless(self) -> bool:
        """Whether the picture stands for the words; while it is not there, they stand for it."""
        return bool(self.silent and self.texture is not None)

    def illustrate(self, host: Any, path: str, width: int, height: int) -> None:
        """Ask for a picture of the pack to be drawn in so many pixels."""
        self.thumb = [max(width, 1), max(height, 1)]
        host.picture(self, path, self.thumb[0], self.thumb[1])

    def arrived(self, texture: Any) -> None:
        """Show it."""
        self.texture = texture

    def _measure(self, *_: object) -> None:
        style = self.style()
        if self.hug:
            room = (self.widest_px or look().width) - 2 * self._pad() - self._extras()
            lines = wrap(self.words, style, max(int(room), 40), MOST)
            lines = () if self.wordless else lines
            wide = widest(lines, style) + 2 * self._pad() + self._extras()
            if self.thumb and not self.beside:
                wide = max(wide, self.thumb[0] + 2 * self._pad() + self._signs())
            self.width = max(wide, look().target) if not self.bare else max(wide, look().px(44))
        else:
            room = self.width - 2 * self._pad() - self._extras()
            lines = () if self.wordless else wrap(self.words, style, max(int(room), 40), MOST)
        tall = len(lines) * line_height(style) + look().px(22)
        if self.thumb:
            above = self.thumb[1] + look().px(8 if lines else 0)
            tall = max(tall, self.thumb[1] + look().px(22)) if self.beside else tall + above
        self.height = max(tall, look().tall(52) if self.bare else look().target, look().tall(self.least))

    def draw(self, painter: Painter, area: Area) -> None:
        """Box, then lead, words, sign."""
        radius = look().px(12 if self.bare else 16)
        self._box(painter, area, radius)
        if self.lifted:  # its words are under the finger
            return
        self.content(painter, area)

    def content(self, painter: Painter, area: Area) -> None:
        """What is in the box: number, lead, picture, words, sign."""
        row = area.inset(self._pad(), 0)
        ink = INKS.get(self.mark, "action_deep" if self.selected else "ink")
        if self.tint and not self.mark:
            ink = "on_rubric"
        gap, size = look().px(10), self._icon_px()
        if self.number:
            painter.text(row.cut_left(size, gap), self.number, "mute" if not self.mark else ink, self.units, Weight.BOLD, align="center")
        if self.lead:
            alone = not self.words and self.align == "center"
            painter.icon(row if alone else row.cut_left(size, gap), self.lead, ink, px=size)
        if self.mark in SIGNS:
            painter.icon(row.cut_right(size, gap), SIGNS[self.mark], ink, px=size)
        if self.thumb:
            self._picture(painter, row)
        if not self.wordless:
            style = self.style()
            painter.lines(row, wrap(self.words, style, row.width, MOST), style, ink, align="center" if self._above else self.align)

    @property
    def _above(self) -> bool:
        return bool(self.thumb) and not self.beside

    def _signs(self) -> int:
        return self._icon_px() + look().px(10) if self.mark in SIGNS else 0

    def _picture(self, painter: Painter, row: Area) -> None:
        """Cut its room off the row, and draw it there once it has come."""
        gap = look().px(8)
        if self.beside:
            room = row.cut_left(self.thumb[0], look().px(10))
        else:
            row.cut_top(look().px(11))
            room = row.cut_top(self.thumb[1], gap if not self.wordless else 0)
        if self.texture is not None:
            painter.image(room.middle(*self.texture.size), self.texture)

    def _box(self, painter: Painter, area: Area, radius: int) -> None:
        if self.lifted:
            painter.outline(area, "line", radius, look().px(2))
            return
        ground = GROUNDS.get(self.mark, "action_soft" if self.selected or self.pressed else "" if self.bare else "paper")
        if self.tint and not self.mark and not self.selected:
            ground = self.tint[0]
        if ground and not self.bare and self.enabled:
            painter.shadow(area, radius, look().px(10), 0.10, 2)
        if ground:
            painter.box(area, ground, radius)
        if self.mark or self.selected:
            painter.outline(area, EDGES.get(self.mark, "action"), radius, look().px(4 if self.selected and not self.mark else 3))
        elif not self.bare:
            painter.outline(area, "action" if self.dashed else "line", radius, look().px(2))


class Words(Drawn):
    """A few words of a running text, as wide as they are."""

    words = StringProperty("")
    units = NumericProperty(BODY)

    redraw_on = ("words", "units")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint", (None, None))
        super().__init__(**kwargs)
        style = self.style()
        self.size = (widest((self.words,), style) + look().px(2), line_height(style) + look().px(6))

    def style(self) -> Style:
        """How they are written."""
        return Style(look().font(self.units), Weight.REGULAR, 1.3)

    def draw(self, painter: Painter, area: Area) -> None:
        """Write them."""
        painter.lines(area, (self.words,), self.style(), "ink")
