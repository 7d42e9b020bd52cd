"""A word in passing at the foot of the screen, with at most one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import BODY, RADIUS_CARD, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, width_of, wrap

SECONDS = 6.0  # long enough to be read twice; touching it ends it


class Toast(Pressable):
    """Shown for six seconds. Touching it does its action, when it has one, and takes it away."""

    def __init__(self, words: str, icon: str, action: str, act: Callable[[], None] | None, gone: Callable[[], None], **kwargs: Any) -> None:
        self.words, self.icon_name, self.action, self._act, self._gone = words, icon, action, act, gone
        super().__init__(spoken=f"{words} {action}".strip(), size_hint=(None, None), **kwargs)
        self._timer = Clock.schedule_once(lambda _dt: self.close(), SECONDS)

    def close(self) -> None:
        """Take it away."""
        self._timer.cancel()
        self._gone()

    def on_release(self, *_: object) -> None:
        """Do what it offers."""
        self.close()
        if self._act:
            self._act()

    def fit_into(self, width: int) -> None:
        """Take the size that the words need, at most `width`."""
        style, extra = Style(look().font(BODY), Weight.SEMIBOLD, 1.25), self._extra()
        lines = wrap(self.words, style, max(80, width - extra), 3)
        widest = max((width_of(line, style) for line in lines), default=0)
        self.size = (min(width, widest + extra), max(look().target, line_height(style) * len(lines) + look().px(28)))

    def _extra(self) -> int:
        action = width_of(self.action, Style(look().font(BODY), Weight.BOLD)) + look().px(40) if self.action else 0
        return look().px(24 + 28 + 14 + 24) + action

    def draw(self, painter: Painter, area: Area) -> None:
        """Night ground, so that it stands out on every screen."""
        painter.shadow(area, look().px(RADIUS_CARD), look().px(24), 0.25)
        painter.box(area, "ink", look().px(RADIUS_CARD))
        row = area.inset(look().px(24), look().px(8))
        painter.icon(row.cut_left(look().px(28), look().px(14)), self.icon_name, "ground", 26)
        if self.action:
            wide = width_of(self.action, Style(look().font(BODY), Weight.BOLD))
            painter.text(row.cut_right(wide + 4, look().px(24)), self.action, "ground", BODY, Weight.BOLD)
        painter.text(row, self.words, "ground", BODY, Weight.SEMIBOLD, most=3)
