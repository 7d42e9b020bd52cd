"""One record on a sheet of paper: cover, title, author, where it is; pressing it opens the notice.

Guarantees: as tall as its words; a second button may stand at its end (take out of the basket) and is pressed apart.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _
from kiosk.ui.theme import HEAD, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.covers import RATIO, Face, paint_cover
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap


def place_words(hit: Hit, own: str) -> tuple[str, str, str]:
    """Words, icon and colour of where a record is: here, elsewhere, online, out."""
    if own and own in hit.branches:
        return _("En rayon ici"), "map_marker", "ok"
    if hit.branches:
        return _("En rayon ailleurs dans le réseau"), "map", "ok"
    if hit.online:
        return labels.access(hit.kind, hit.platforms[0] if hit.platforms else "")[0], "earth", "action_deep"
    if hit.due:
        return labels.on_loan(hit.due, date.today()), "clock_outline", "warn_deep"
    return _("Demandez à l’accueil"), "information", "mute"


class RecordCard(Pressable):
    """`end` is a button at its right end, or None."""

    def __init__(self, hit: Hit, own: str = "", end: IconButton | None = None, **kwargs: Any) -> None:
        self.hit, self._own, self._end = hit, own, end
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        words = place_words(hit, own)[0]
        self.spoken = ", ".join(part for part in (labels.kind(hit.kind), hit.title, hit.authors, words) if part)
        if end is not None:
            self.add_widget(end)
        for name in ("pos", "size"):
            self.fbind(name, self._place_end)
        self.fbind("width", self._measure)
        self._measure()

    def on_touch_down(self, touch: Any) -> bool:
        """The button at the end comes first."""
        if self._end is not None and self._end.collide_point(*touch.pos):
            return bool(self._end.on_touch_down(touch))
        return super().on_touch_down(touch)

    def _cover(self) -> tuple[int, int]:
        wide = look().tall(66)
        return wide, round(wide * RATIO)

    def _room(self) -> int:
        end = look().target + look().px(12) if self._end is not None else 0
        return max(60, int(self.width) - look().px(14 + 18 + 16) - self._cover()[0] - end)

    def _styles(self) -> tuple[Style, Style, Style]:
        return (
            Style(look().font(HEAD), Weight.BOLD, 1.2),
            Style(look().font(SMALL), leading=1.3),
            Style(look().font(SMALL), Weight.SEMIBOLD, 1.3),
        )

    def _second(self) -> str:
        year = str(self.hit.year) if self.hit.year else ""
        return " · ".join(part for part in (self.hit.authors, year, labels.kind(self.hit.kind)) if part)

    def _measure(self, *_args: object) -> None:
        title, second, place = self._styles()
        lines = len(wrap(self.hit.title, title, self._room(), 2))
        words = line_height(title) * lines + line_height(second) + line_height(place)
        self.height = max(self._cover()[1], words) + look().px(24)

    def _place_end(self, *_args: object) -> None:
        if self._end is not None:
            self._end.pos = (
                round(self.right - self._end.width - look().px(12)),
                round(self.y + (self.height - self._end.height) / 2),
            )

    def draw(self, painter: Painter, area: Area) -> None:
        """Cover, then three lines."""
        painter.box(area, "action_soft" if self.pressed else "paper", look().px(20))
        row = area.inset(look().px(14), look().px(12))
        wide, tall = self._cover()
        face = Face(self.hit.id, self.hit.title, self.hit.authors, labels.kind_icon(self.hit.kind))
        paint_cover(painter, row.cut_left(wide, look().px(18)).middle(wide, tall), face, radius=look().px(8))
        if self._end is not None:
            row.cut_right(self._end.width, look().px(12))
        title, second, place = self._styles()
        lines = wrap(self.hit.title, title, row.width, 2)
        words, icon, ink = place_words(self.hit, self._own)
        block = row.middle(row.width, line_height(title) * len(lines) + line_height(second) + line_height(place))
        painter.lines(block.cut_top(line_height(title) * len(lines)), lines, title, "ink")
        painter.lines(block.cut_top(line_height(second)), wrap(self._second(), second, block.width, 1), second, "mute")
        size = round(place.px * 1.15)
        painter.icon(block.cut_left(size, look().px(6)), icon, ink, px=size)
        painter.lines(block, wrap(words, place, block.width, 1), place, ink)
