"""What the player says of itself: where one is, what was said. What can be done is in `bottom_bar`."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui.theme import BODY, HEAD, SMALL, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, widest, wrap
from mediation_apps.i18n import _

ICONS = {
    "presse": "newspaper_variant",
    "numerique": "gesture_tap",
    "cyber": "lock",
    "robot": "robot",
    "musique": "music",
    "lecture": "book_open_variant",
    "jeux": "puzzle",
    "autre": "school",
}
HUES = {"presse": "blue", "numerique": "pine", "cyber": "plum", "robot": "olive", "musique": "lavender", "lecture": "teal"}
SAID = {
    "right": ("check", "ok_soft", "ok_deep"),
    "wrong": ("close", "warn_soft", "warn_deep"),
    "partly": ("tune", "warn_soft", "warn_deep"),
}
PLAIN = ("lightbulb_on", "action_soft", "action_deep")


class TopBar(Drawn):
    """The workshop's sign and name, the page's title, how far one is."""

    workshop = StringProperty("")
    theme = StringProperty("autre")
    title = StringProperty("")
    at = NumericProperty(0)
    total = NumericProperty(1)

    redraw_on = ("workshop", "theme", "title", "at", "total")

    def draw(self, painter: Painter, area: Area) -> None:
        """From left to right; dots while there are few pages and the title leaves them room, figures always."""
        row = area.inset(look().px(32), look().px(10))
        size = min(row.height, look().px(52))
        box = row.cut_left(size, look().px(16)).middle(size, size)
        painter.box(box, HUES.get(self.theme, "lavender"), look().px(14))
        painter.icon(box, ICONS.get(self.theme, "school"), "on_rubric", px=round(size * 0.62))
        count = _("{n} sur {total}").format(n=int(self.at) + 1, total=int(self.total))
        written = widest((count,), Style(look().font(SMALL), Weight.SEMIBOLD))
        right = row.cut_right(max(look().tall(96), written + look().px(4)), look().px(16))
        painter.text(right, count, "mute", SMALL, Weight.SEMIBOLD, align="right")
        alone = look().form is Form.COMPACT or look().text > 1.2
        units = HEAD if alone else HEAD + 2
        dots = look().px(18) * int(self.total) + look().px(24)
        whole = widest((self.title,), Style(look().font(units), Weight.BOLD)) <= row.width - dots
        if self.total <= 24 and look().form is not Form.COMPACT and whole:
            self._dots(painter, row)
        if alone or self.title == self.workshop:
            painter.text(row, self.title, "ink", units, Weight.BOLD)
            return
        half = row.height // 2
        painter.text(row.cut_top(half), self.workshop, "mute", SMALL, Weight.SEMIBOLD, valign="bottom")
        painter.text(row, self.title, "ink", units, Weight.BOLD, valign="middle")

    def _dots(self, painter: Painter, row: Area) -> None:
        step, radius = look().px(18), look().px(6)
        place = row.cut_right(step * int(self.total), look().px(24))
        for number in range(int(self.total)):
            x, y = place.x + step * (number + 0.5), place.y + place.height / 2
            paint = "action" if number == self.at else "ok" if number < self.at else "line"
            painter.disc(x, y, radius + (look().px(3) if number == self.at else 0), paint)


class SaidBar(Drawn):
    """What the player says after a gesture: a sign, then words; no room when it has nothing to say."""

    words = StringProperty("")
    verdict = StringProperty("")

    redraw_on = ("words", "verdict")

    def natural_height(self, width: float) -> int:
        """Height of the words in this width."""
        if not self.words:
            return 0
        return max(len(self._lines(width)) * line_height(self._style()) + look().px(28), look().tall(60))

    def _style(self) -> Style:
        return Style(look().font(BODY), Weight.SEMIBOLD, 1.25)

    def _lines(self, width: float) -> tuple[str, ...]:
        return wrap(self.words, self._style(), int(width - look().px(64) - look().px(40) - look().tall(44)), 6)

    def draw(self, painter: Painter, area: Area) -> None:
        """The sign and the words on a soft ground."""
        if not self.words:
            return
        icon, ground, ink = SAID.get(self.verdict, PLAIN)
        body = area.inset(look().px(32), look().px(2))
        painter.box(body, ground, look().px(16))
        row = body.inset(look().px(20), 0)
        painter.icon(row.cut_left(look().tall(32), look().px(12)), icon, ink, px=look().tall(30))
        painter.lines(row, self._lines(area.width), self._style(), ink)
