"""What covers the workshop: the facilitator's word to everybody, and the end."""

from __future__ import annotations

from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.theme import DISPLAY, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.painter import Painter
from mediation_apps.runtime.flow import Run


class Curtain(Drawn):
    """A sentence over everything: everybody looks up."""

    def __init__(self, icon: str, words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.icon, self.words = icon, words

    def draw(self, painter: Painter, area: Area) -> None:
        """Its sign and its words in the middle."""
        painter.fill(area, "ground")
        middle = area.middle(min(area.width - look().px(64), look().px(760)), look().tall(320))
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
