"""The fixed parts of the player: where one is, what was said, what can be done."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, HEAD, SMALL, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap
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
        """From left to right; dots while there are few pages, figures always."""
        row = area.inset(look().px(32), look().px(10))
        size = min(row.height, look().px(52))
        box = row.cut_left(size, look().px(16)).middle(size, size)
        painter.box(box, HUES.get(self.theme, "lavender"), look().px(14))
        painter.icon(box, ICONS.get(self.theme, "school"), "on_rubric", px=round(size * 0.62))
        count = _("{n} sur {total}").format(n=int(self.at) + 1, total=int(self.total))
        right = row.cut_right(look().tall(96), look().px(16))
        painter.text(right, count, "mute", SMALL, Weight.SEMIBOLD, align="right")
        if self.total <= 24 and look().form is not Form.COMPACT:
            self._dots(painter, row)
        if look().form is Form.COMPACT or look().text > 1.2:
            painter.text(row, self.title, "ink", HEAD, Weight.BOLD)
            return
        half = row.height // 2
        painter.text(row.cut_top(half), self.workshop, "mute", SMALL, Weight.SEMIBOLD, valign="bottom")
        painter.text(row, self.title, "ink", HEAD + 2, Weight.BOLD, valign="middle")

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


class BottomBar(Widget):
    """Comforts on the left; back, the task's own verbs, and on, on the right."""

    def __init__(self, player: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        compact = look().form is not Form.WIDE or look().text > 1.2
        self.comforts = [
            self._comfort(_("Texte plus grand"), "format_size", player.larger_text, compact),
            self._comfort(_("Lire à voix haute"), "volume_high", player.toggle_voice, compact),
            self._comfort(_("Contraste"), "contrast_circle", player.next_palette, compact),
        ]
        if not player.has_voice:
            del self.comforts[1]
        self.back = Button(text="" if compact else _("Retour"), spoken=_("Retour"), icon="arrow_left", kind="quiet")
        self.back.bind(on_release=lambda *_: player.back())
        self.verbs = [Button(kind="quiet"), Button(kind="quiet"), Button(kind="quiet")]
        for number, button in enumerate(self.verbs):
            button.bind(on_release=lambda *_, n=number: player.verb(n))
        self.on = Button(text=_("Continuer"), trail="arrow_right", kind="primary")
        self.on.bind(on_release=lambda *_: player.forward())
        for widget in (*self.comforts, self.back, *self.verbs, self.on):
            self.add_widget(widget)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        for button in (*self.verbs, self.on):
            button.fbind("width", self.place)

    def _comfort(self, words: str, icon: str, act: Any, compact: bool) -> Button:
        button = Button(text="" if compact else words, spoken=words, icon=icon, kind="pill")
        button.bind(on_release=lambda *_: act())
        return button

    def show(self, verbs: list[tuple[str, str, bool]], on: str, can_go_back: bool, can_go_on: bool = True) -> None:
        """`verbs` are (words, kind, enabled); an empty `on` hides the button."""
        for button, found in zip(self.verbs, [*verbs, *[None] * 3], strict=False):
            button.opacity = 1 if found else 0
            if found:
                button.text, button.kind, button.enabled = found
            else:
                button.enabled = False
        primary = not any(kind in ("primary", "paper") for _words, kind, _enabled in verbs)
        self.on.text, self.on.kind = on, "primary" if primary else "quiet"
        self.on.opacity, self.on.enabled = (1, can_go_on) if on else (0, False)
        self.back.enabled = can_go_back
        self.back.opacity = 1 if can_go_back else 0
        self.place()

    def place(self, *_: object) -> None:
        """Comforts from the left, verbs from the right."""
        gap, x, y = look().px(12), self.x + look().px(32), self.y + (self.height - look().target) / 2
        for button in self.comforts:
            button.pos = (round(x), round(y))
            x += button.width + gap
        right = self.right - look().px(32)
        shown = [button for button in (self.back, *self.verbs, self.on) if button.opacity]
        for button in reversed(shown):
            right -= button.width
            button.pos = (round(right), round(y))
            right -= gap
        for button in (self.back, *self.verbs, self.on):
            if not button.opacity:
                button.pos = (-2000, -2000)
