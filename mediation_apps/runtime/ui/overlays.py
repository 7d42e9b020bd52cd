"""What covers the workshop: the facilitator's word to everybody, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.theme import DISPLAY, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.painter import Painter
from mediation_apps.runtime.flow import Run


class Curtain(Drawn):
    """A sentence over everything: everybody looks up. With a `verb`, one button below it calls `act`."""

    def __init__(self, icon: str, words: str, verb: str = "", act: Callable[[], None] = lambda: None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.icon, self.words, self.verb, self.act = icon, words, verb, act
        if verb:
            button = Button(text=verb, icon="repeat", kind="primary")
            button.bind(on_release=lambda *_a: self.act())
            self.add_widget(button)
            for name in ("pos", "size"):
                self.fbind(name, self._place)
            button.fbind("width", self._place)
            self._place()

    def _place(self, *_: object) -> None:
        for button in self.children:
            button.pos = (round(self.center_x - button.width / 2), round(self.y + look().px(32)))

    def draw(self, painter: Painter, area: Area) -> None:
        """Its sign and its words in the middle of what the button leaves."""
        painter.fill(area, "ground")
        if self.verb:
            area = area.copy()
            area.cut_bottom(look().target + look().px(32))
        middle = area.middle(min(area.width - look().px(64), look().px(760)), min(look().tall(320), area.height))
        painter.icon(middle.cut_top(look().tall(140)), self.icon, "action", px=look().tall(110))
        painter.text(middle, self.words, "ink", DISPLAY, Weight.BOLD, align="center", valign="top", most=4)


class Ending(Widget):
    """The last screen."""

    def __init__(self, sheet: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._column = Column(gap=0)
        self._column.add_widget(sheet)
        self.add_widget(self._column)
        for name in ("pos", "size"):
            self.fbind(name, self._place)
        self._column.fbind("height", self._place)

    def _place(self, *_: object) -> None:
        wide = min(self.width - look().px(64), look().px(760))
        self._column.width = wide
        self._column.pos = (self.x + (self.width - wide) / 2, self.y + (self.height - self._column.height) / 2)

    def show(self, run: Run) -> None:
        """Nothing changes here."""
