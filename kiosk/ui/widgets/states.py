"""Designed states: nothing here yet, not found, done. A picture, a sentence, a next step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.ui.theme import HEAD, TITLE, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text


class Emblem(Drawn):
    """A large picture on a soft disc. `tone` is action, ok or warn."""

    def __init__(self, icon: str, tone: str = "action", units: int = 104, **kwargs: Any) -> None:
        self.icon, self.tone, self.units = icon, tone, units
        super().__init__(size_hint_y=None, height=look().px(units), **kwargs)

    def draw(self, painter: Painter, area: Area) -> None:
        """In the middle."""
        side = look().px(self.units)
        disc = area.middle(side, side)
        painter.box(disc, f"{self.tone}_soft", side)
        painter.icon(disc, self.icon, f"{self.tone}_deep", self.units * 0.52)


class State(Column):
    """Picture, title, sentence, then buttons (words, icon, what they do); the first is the main one."""

    def __init__(
        self, icon: str, title: str, words: str, *buttons: tuple[str, str, Callable[[], None]], tone: str = "action", **kwargs: Any
    ) -> None:
        super().__init__(gap=16, padding=[look().px(32), look().px(24)], **kwargs)
        self.add_widget(Emblem(icon, tone))
        self.add_widget(Text(words=title, units=TITLE, weight="bold", align="center"))
        if words:
            self.add_widget(Text(words=words, units=HEAD, align="center", paint="mute", leading=1.4))
        row = Flow(align="center", gap=14)
        for number, (text, picture, act) in enumerate(buttons):
            kind = "quiet" if number else "primary"
            row.add_widget(Button(kind=kind, text=text, icon=picture, on_release=lambda *_a, act=act: act()))
        if buttons:
            self.add_widget(row)
