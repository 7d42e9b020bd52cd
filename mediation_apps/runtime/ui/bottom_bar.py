"""The bar at the bottom of the player: comforts on the left; back, the task's own verbs, and on, on the right.

Guarantees: nothing covers anything, at any size of screen or text: what does not fit loses its words first (its spoken label stays),
larger text and the way back last; then the comforts fold into one button that opens them all in the same place, and last of all the button
to go on keeps its arrow alone.
"""

from __future__ import annotations

from typing import Any

from kivy.uix.widget import Widget

from kiosk.ui.theme import Form, look
from kiosk.ui.widgets.buttons import Button
from mediation_apps.i18n import _
from mediation_apps.runtime.play.base import RETRY, SOLUTION

FULL, LARGER_ALONE, BARE_COMFORTS, BARE_BACK, BARE_VERBS, FOLDED, ARROW = range(7)  # how much has been given up so that everything fits
SIGNS = {RETRY: "refresh", SOLUTION: "lightbulb_on"}  # verbs that can go without their words
AWAY = (-3000, -3000)


class BottomBar(Widget):
    """Comforts, then what can be done. `player` is told by its methods; it also keeps whether the comforts are open."""

    def __init__(self, player: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._player, self._placing = player, False
        self._level = LARGER_ALONE if look().form is not Form.WIDE or look().text > 1.2 else FULL
        self.comforts = [
            self._comfort(_("Texte plus grand"), "format_size", player.larger_text),
            self._comfort(_("Lire à voix haute"), "volume_high", player.toggle_voice),
            self._comfort(_("Contraste"), "contrast_circle", player.next_palette),
            self._comfort(_("Deux boutons"), "gesture_tap_button", player.toggle_switches),
        ]
        self.comforts[3].selected = player.switches
        if not player.has_voice:
            del self.comforts[1]
        self.fold = Button(spoken=_("Confort : texte, voix, contraste, boutons"), icon="tune", kind="pill")
        self.fold.bind(on_release=lambda *_: self._open(not player.comforts_open))
        self.back = Button(spoken=_("Retour"), icon="arrow_left", kind="quiet")
        self.back.bind(on_release=lambda *_: player.back())
        self.verbs = [Button(kind="quiet"), Button(kind="quiet"), Button(kind="quiet")]
        for number, button in enumerate(self.verbs):
            button.bind(on_release=lambda *_, n=number: player.verb(n))
        self._on = _("Continuer")
        self.on = Button(text=self._on, trail="arrow_right", kind="primary")
        self.on.bind(on_release=lambda *_: player.forward())
        self._shown: list[tuple[str, str, str, bool]] = []
        for widget in (self.fold, *self.comforts, self.back, *self.verbs, self.on):
            self.add_widget(widget)
        for name in ("pos", "size"):
            self.fbind(name, self.place)

    def _comfort(self, words: str, icon: str, act: Any) -> Button:
        button = Button(spoken=words, icon=icon, kind="pill")
        button.bind(on_release=lambda *_: act())
        return button

    def _open(self, wanted: bool) -> None:
        self._player.comforts_open = wanted
        self.place()

    def show(self, verbs: list[tuple[str, str, str, bool]], on: str, can_go_back: bool, can_go_on: bool = True) -> None:
        """`verbs` are (target, words, kind, enabled); an empty `on` hides the button."""
        self._shown = verbs
        primary = not any(kind in ("primary", "paper") for _target, _words, kind, _enabled in verbs)
        self._on, self.on.spoken, self.on.kind = on, on, "primary" if primary else "quiet"
        self.on.opacity, self.on.enabled = (1, can_go_on) if on else (0, False)
        self.back.enabled = can_go_back
        self.back.opacity = 1 if can_go_back else 0
        self.place()

    def place(self, *_: object) -> None:
        """Comforts from the left, verbs from the right, with as many words as there is room for."""
        if self._placing or self.width <= 100:
            return
        self._placing = True
        level = self._level
        while True:
            left, right = self._dress(level)
            if level == ARROW or _wide(left) + _wide(right) + look().px(24) <= self.width - 2 * look().px(32):
                break
            level += 1
        self._level = max(self._level, min(level, BARE_COMFORTS))  # comforts do not come and go with the verbs of a page
        for button in (self.fold, *self.comforts, self.back, *self.verbs, self.on):
            button.pos = AWAY
            if button not in left and button not in right:
                button.opacity = 0
        y, gap = round(self.y + (self.height - look().target) / 2), look().px(12)
        x = self.x + look().px(32)
        for button in left:
            button.pos = (round(x), y)
            x += button.width + gap
        x = self.right - look().px(32)
        for button in reversed(right):
            x -= button.width
            button.pos = (round(x), y)
            x -= gap
        self._placing = False

    def _dress(self, level: int) -> tuple[list[Button], list[Button]]:
        """Give every button its words for a level; what stands left and right."""
        folded = level >= FOLDED
        opened = folded and self._player.comforts_open
        for button in self.comforts:
            button.text = button.spoken if level == FULL or (level == LARGER_ALONE and button is self.comforts[0]) else ""
            button.opacity = 1 if not folded or opened else 0
        self.back.text = self.back.spoken if level < BARE_BACK else ""
        for button in self.verbs:
            button.opacity, button.enabled = 0, False
        for button, (target, words, kind, enabled) in zip(self.verbs, self._shown, strict=False):
            bare = level >= BARE_VERBS and target in SIGNS
            button.spoken, button.text, button.icon = words, "" if bare else words, SIGNS[target] if bare else ""
            button.kind, button.opacity, button.enabled = kind, 0 if opened else 1, enabled and not opened
        self.fold.opacity = 1 if folded else 0
        self.fold.icon = "close" if opened else "tune"
        self.back.opacity = 1 if self.back.enabled and not opened else 0
        bare = level >= ARROW
        self.on.text, self.on.trail, self.on.icon = ("", "", "arrow_right") if bare else (self._on, "arrow_right", "")
        self.on.opacity = 1 if self._on and not opened else 0
        left = ([self.fold] if folded else []) + [button for button in self.comforts if button.opacity]
        return left, [button for button in (self.back, *self.verbs, self.on) if button.opacity]


def _wide(buttons: list[Button]) -> float:
    return sum(button.width for button in buttons) + look().px(12) * max(0, len(buttons) - 1)
