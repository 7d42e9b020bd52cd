"""How to join, large enough to be photographed from the other end of a table: a code to scan, four digits, an address to type."""

from __future__ import annotations

from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.theme import DISPLAY, HEAD, SMALL, look
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.qr import QRCode
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text
from mediation_apps.runtime.session.invitation import Invitation


class InvitePanel(Widget):
    """A code beside its words; above them where the screen is tall. What is drawn is also written, for whoever cannot scan."""

    def __init__(self, invitation: Invitation, lines: tuple[tuple[str, bool], ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = QRCode(text=invitation.text)
        self.words = Column(gap=12)
        for words, strong in lines:
            units, weight = (DISPLAY, "bold") if strong else (HEAD if look().height > 600 else SMALL, "regular")
            self.words.add_widget(Text(words=words, units=units, weight=weight))
        self.scroller = Scroller()
        self.scroller.add_widget(self.words)
        self.add_widget(self.code)
        self.add_widget(self.scroller)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.words.fbind("height", self.place)

    def place(self, *_: object) -> None:
        """The code as large as there is room for."""
        gap = look().px(32)
        if self.width > 1.2 * self.height:
            side = min(self.height, self.width * 0.45)
            self.code.pos, self.code.size = (self.x, self.y + (self.height - side) / 2), (side, side)
            self._write(self.x + side + gap, self.width - side - gap, self.y, self.height)
            return
        side = max(self.height * 0.5, min(self.width, self.height - self.words.height - gap))
        self.code.pos, self.code.size = (self.x + (self.width - side) / 2, self.y + self.height - side), (side, side)
        self._write(self.x, self.width, self.y, max(0, self.height - side - gap / 2))

    def _write(self, x: float, width: float, y: float, height: float) -> None:
        """The words in the middle of their room; scrolled where they are longer."""
        tall = min(height, self.words.height) if self.words.height > 1 else height
        self.scroller.size = (round(width), round(tall))
        self.scroller.pos = (round(x), round(y + (height - tall) / 2))
