"""Joining a session: the sessions that were found, four digits, and why it did not work."""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.theme import DISPLAY, HEAD, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.session.discovery import Found

DIGITS = 4
TAB, ENTER, SPACE, BACKSPACE = 9, 13, 32, 8
WHY = {
    "code": _("Ce n’est pas le bon code. Regardez l’écran de l’animateur."),
    "full": _("La séance est complète."),
    "ended": _("Cette séance est terminée."),
    "version": _("Cette tablette doit être mise à jour."),
    "pack": _("Cet atelier n’est pas installé sur cette tablette."),
}


class JoinView(Widget):
    """`join(found, code)` is called with the session chosen and the four digits."""

    def __init__(self, join: Callable[[Found, str], None]) -> None:
        super().__init__()
        self._join = join
        self.sessions: list[Found] = []
        self.chosen = 0
        self.column = Column(gap=16)
        self.title = Text(words=_("Rejoindre la séance"), units=DISPLAY, weight="bold", align="center")
        self.where = Text(units=HEAD, align="center")
        self.field = Field(hint=_("Code à quatre chiffres"), longest=DIGITS, spoken=_("Code à quatre chiffres"))
        self.field.active = True
        self.field.bind(on_text_changed=lambda *_: self._typed())
        self.other = Button(text=_("Une autre séance"), icon="repeat", kind="quiet")
        self.other.bind(on_release=lambda *_: self._next())
        for part in (self.title, self.where, self.field, self.other):
            self.column.add_widget(part)
        self.pad = Keyboard(board="number", enter=_("OK"))
        self.pad.bind(
            on_text=lambda _k, text: self.field.insert(text),
            on_erase=lambda _k: self.field.erase(),
            on_clear=lambda _k: self.field.clear(),
            on_enter=lambda _k: self._go(),
        )
        self.add_widget(self.column)
        self.add_widget(self.pad)
        self.focus = Focus(lambda: self, self.canvas.after)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.column.fbind("height", self.place)
        self._show(_("Recherche d’une séance sur le Wi-Fi…"))

    def found(self, session: Found) -> None:
        """From zeroconf's thread: one more session, shown in the next frame."""
        Clock.schedule_once(lambda _dt: self._add(session), 0)

    def _add(self, session: Found) -> None:
        if all((known.host, known.port) != (session.host, session.port) for known in self.sessions):
            self.sessions.append(session)
        self._show()

    def _next(self) -> None:
        self.chosen += 1
        self._show()

    @property
    def session(self) -> Found | None:
        """The session shown."""
        return self.sessions[self.chosen % len(self.sessions)] if self.sessions else None

    def _show(self, words: str = "") -> None:
        session = self.session
        self.where.words = words or (_("Atelier « {name} »").format(name=session.name) if session else "")
        self.where.paint = "ink"
        self.other.opacity = 1 if len(self.sessions) > 1 else 0
        self.other.enabled = len(self.sessions) > 1

    def refused(self, reason: str) -> None:
        """Say why, and let another code be written."""
        self.field.put("")
        self.where.words, self.where.paint = WHY.get(reason, WHY["version"]), "warn_deep"

    def _typed(self) -> None:
        digits = "".join(sign for sign in self.field.text if sign.isdecimal())[:DIGITS]
        if digits != self.field.text:
            self.field.put(digits)
        if len(digits) == DIGITS:
            self._go()

    def _go(self) -> None:
        if self.session is not None and len(self.field.text) == DIGITS:
            self.where.words, self.where.paint = _("Connexion…"), "ink"
            self._join(self.session, self.field.text)

    def place(self, *_: object) -> None:
        """Words above, digits below."""
        wide = min(self.width - look().px(64), look().px(640))
        self.pad.size = (wide, self.pad.natural_height())
        self.pad.pos = ((self.width - wide) / 2, look().px(12))
        self.column.width = wide
        room = self.height - self.pad.height - look().px(12)
        self.column.pos = ((self.width - wide) / 2, self.pad.height + look().px(12) + max(0, (room - self.column.height) / 2))

    def on_key(self, key: int, modifiers: list[str]) -> bool:
        """Tab goes on, Enter presses, digits are written."""
        if key == TAB:
            self.focus.move(-1 if "shift" in modifiers else 1)
            return True
        if key == BACKSPACE:
            self.field.erase()
            return True
        return self.focus.act() if key in (ENTER, SPACE) else False

    def on_text(self, text: str) -> bool:
        """A digit of a plugged-in keyboard."""
        self.field.insert(text)
        return True

    def close(self) -> None:
        """Nothing runs here."""
