"""The warning before a visit is over: it is said and shown, and one touch anywhere keeps the visit.

Guarantees: stands at least 30 seconds; any touch or key keeps everything, as often as one likes; redrawn once a second,
nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty

from kiosk.ui.i18n import _, ngettext
from kiosk.ui.theme import DISPLAY, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter


class IdleWarning(Pressable):
    """Covers the screen; the whole of it is one button. `remaining()` gives the seconds left; `stay` keeps the visit."""

    seconds = NumericProperty(30)

    redraw_on = ("seconds",)

    def __init__(self, remaining: Callable[[], float], stay: Callable[[], None], **kwargs: Any) -> None:
        self._remaining, self._stay = remaining, stay
        super().__init__(**kwargs)
        self._tick = Clock.schedule_interval(self._count, 1.0)
        self._count()

    def label(self) -> str:
        """What is said of it."""
        return _("Toujours là ? Touchez l’écran pour continuer, sinon tout sera effacé.")

    def close(self) -> None:
        """Stop counting."""
        self._tick.cancel()

    def on_release(self, *_: object) -> None:
        """One touch keeps the visit."""
        self.close()
        self._stay()

    def _count(self, *_: object) -> None:
        self.seconds = max(0, round(self._remaining()))

    def draw(self, painter: Painter, area: Area) -> None:
        """A sheet in the middle: the question, the seconds, one large button."""
        painter.fill(area, look().colour("shade", 0.55))
        sheet = area.middle(min(area.width - look().px(64), look().tall(720)), min(area.height - look().px(48), look().tall(440)))
        painter.box(sheet, "paper", look().px(28))
        room = sheet.inset(look().px(40), look().px(32 if look().form is not Form.COMPACT else 20))
        button = room.cut_bottom(look().tall(88), look().px(20)).middle(min(room.width, look().tall(520)), look().tall(88))
        painter.box(button, "action_deep" if self.pressed else "action", look().px(24))
        painter.text(button, _("Je suis toujours là"), "on_action", TITLE, Weight.BOLD, align="center", most=2)
        painter.text(room.cut_top(look().font(DISPLAY) * 1.35), _("Toujours là ?"), "ink", DISPLAY, Weight.BOLD, align="center")
        count = ngettext("Dans {n} seconde", "Dans {n} secondes", int(self.seconds)).format(n=int(self.seconds))
        painter.text(room.cut_top(look().font(TITLE) * 1.6), count, "warn_deep", TITLE, Weight.BOLD, align="center")
        words = _("tout sera effacé pour la personne suivante : recherches, panier, carte.")
        painter.text(room, words, "ink", 22, align="center", valign="top", most=4, leading=1.35)
