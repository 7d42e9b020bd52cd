"""Joining a session: the sessions that were found, four digits, and why it did not work."""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.theme import DISPLAY, HEAD, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.session.discovery import ALONE, Found
from mediation_apps.runtime.session.invitation import Invitation, read_invitation
from mediation_apps.runtime.ui.invite import InvitePanel

TITLE = _("Rejoindre la séance")
DIGITS, LONGEST = 4, 80
TAB, ENTER, SPACE, BACKSPACE = 9, 13, 32, 8
WHY = {
    "code": _("Ce n’est pas le bon code. Regardez l’écran de l’animateur."),
    "full": _("La séance est complète."),
    "ended": _("Cette séance est terminée."),
    "version": _("Cette tablette doit être mise à jour."),
    "key": _("Ce code n’est pas celui de cette séance. Lisez-le de nouveau."),
    "pack": _("Cet atelier n’est pas installé sur cette tablette."),
}
HOW_TO_BE_INVITED = (
    (_("Le code de cette tablette"), True),
    (_("L’animateur le passe devant son lecteur : la séance s’ouvre."), False),
)


class CodeField(Field):
    """A field that says what to type until something is typed."""

    def draw_text(self, painter: Painter, row: Area) -> None:
        """The hint stands behind the caret."""
        if not self.shown():
            painter.text(Area(row.x + look().px(10), row.y, row.width - look().px(10), row.height), self.hint, "mute", self.units)
        super().draw_text(painter, row)


class JoinView(Widget):
    """`join(found, invitation)` is called with the session chosen and its code. `own` is what this tablet shows to be invited."""

    def __init__(self, join: Callable[[Found, Invitation], None], own: Invitation | None = None, switches: bool = False) -> None:
        super().__init__()
        self._join, self.switches, self._own = join, switches, own
        self.showing, self.long = False, False  # its own code; a keyboard with letters
        self._alone = False  # on no network
        self.panel = InvitePanel(own, HOW_TO_BE_INVITED) if own is not None else None
        self.sessions: list[Found] = []
        self.chosen = 0
        self.column = Column(gap=16)
        self.title = Text(words=TITLE, units=DISPLAY, weight="bold", align="center")
        self.where = Text(units=HEAD, align="center")
        self.field = CodeField(hint=_("Code à quatre chiffres"), longest=DIGITS, spoken=_("Code à quatre chiffres"))
        self.field.active = True
        self.field.bind(on_text_changed=lambda *_: self._typed())
        self.other = self._button(_("Une autre séance"), "repeat", self._next)
        self.letters = self._button(_("Code long"), "keyboard", self._lengthen)
        self.shown = self._button(_("Montrer mon code"), "qrcode", self._show_own)
        self.row = Flow(gap=12, align="center")
        for button in (self.other, self.letters, *([self.shown] if own is not None else [])):
            self.row.add_widget(button)
        for part in (self.title, self.where, self.field, self.row):
            self.column.add_widget(part)
        self.scroller = Scroller()
        self.scroller.add_widget(self.column)
        self.add_widget(self.scroller)
        self.pad = self._pad("number")
        self.focus = Focus(lambda: self, self.canvas.after)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.column.fbind("height", self.place)
        self.fbind("size", self.place)
        self._show()

    def _button(self, words: str, icon: str, act: Callable[[], None]) -> Button:
        button = Button(text=words, icon=icon, kind="quiet")
        button.bind(on_release=lambda *_: act())
        return button

    def _pad(self, board: str) -> Keyboard:
        pad = Keyboard(board=board, enter=_("OK"))
        pad.bind(
            on_text=lambda _k, text: self.field.insert(text),
            on_erase=lambda _k: self.field.erase(),
            on_clear=lambda _k: self.field.clear(),
            on_enter=lambda _k: self._go(),
        )
        self.add_widget(pad)
        return pad

    def _lengthen(self) -> None:
        """Four digits, or an address typed from the facilitator's screen."""
        self.long = not self.long
        self.remove_widget(self.pad)
        self.pad = self._pad("text" if self.long else "number")
        self.field.put("")
        self.field.longest = LONGEST if self.long else DIGITS
        self.field.hint = self.field.spoken = _("Code long, comme 192.168.1.5/4207") if self.long else _("Code à quatre chiffres")
        self.letters.text = _("Quatre chiffres") if self.long else _("Code long")
        self.title.words = "" if self.long and look().form is Form.COMPACT else TITLE  # a low screen keeps its room for the field
        self.place()

    def _show_own(self) -> None:
        self.showing = not self.showing
        self.shown.text = _("Taper un code") if self.showing else _("Montrer mon code")
        self.place()

    def reachable(self, own: Invitation) -> None:
        """This tablet has another address: its code says so."""
        if self.panel is not None and self.panel.parent is not None:
            self.remove_widget(self.panel)
        self.panel, self._alone = InvitePanel(own, HOW_TO_BE_INVITED), own.host == ALONE
        if not self.sessions:
            self._show()
        self.place()

    def coming(self, share: float) -> None:
        """The workshop is on its way."""
        self.where.words, self.where.paint = _("Réception de l’atelier… {n} %").format(n=round(100 * share)), "ink"

    def failed(self, sentence: str) -> None:
        """The workshop could not be had."""
        self.where.words, self.where.paint = sentence, "warn_deep"

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
        looking = _("Cette tablette n’est pas sur le Wi-Fi") if self._alone else _("Recherche d’une séance sur le Wi-Fi…")
        self.where.words = words or (_("Atelier « {name} »").format(name=session.name) if session else looking)
        self.where.paint = "ink"
        self.other.opacity = 1 if len(self.sessions) > 1 else 0
        self.other.enabled = len(self.sessions) > 1
        self.other.width = self.other.natural_width() if len(self.sessions) > 1 else 1

    def refused(self, reason: str) -> None:
        """Say why, and let another code be written."""
        self.field.put("")
        self.where.words, self.where.paint = WHY.get(reason, WHY["version"]), "warn_deep"

    def _typed(self) -> None:
        if self.long or not self.field.text[:1].isdecimal():
            return
        digits = "".join(sign for sign in self.field.text if sign.isdecimal())[:DIGITS]
        if digits != self.field.text:
            self.field.put(digits)
        if len(digits) == DIGITS:
            self._go()

    def _go(self) -> None:
        typed, session = self.field.text, self.session
        if session is not None and len(typed) == DIGITS and typed.isdecimal():
            self._connect(session, Invitation(session.host, session.port, typed))
            return
        invitation = read_invitation(typed)
        if invitation is not None and not invitation.tablet:
            self.invited(invitation)
        elif self.long or len(typed) > DIGITS:
            self.field.put("")
            self.where.words, self.where.paint = _("Ce code n’est pas complet. Recopiez-le tel qu’il est écrit."), "warn_deep"

    def invited(self, invitation: Invitation) -> None:
        """A whole invitation: typed, scanned, or sent by the facilitator's tablet."""
        self._connect(Found(invitation.host, invitation.host, invitation.port, ""), invitation)

    def _connect(self, session: Found, invitation: Invitation) -> None:
        self.where.words, self.where.paint = _("Connexion…"), "ink"
        self._join(session, invitation)

    def place(self, *_: object) -> None:
        """Words above, digits below."""
        wide = min(self.width - look().px(64), look().px(640))
        pad = self.width - look().px(24) if self.long else wide
        self.pad.size = (pad, self.pad.natural_height())
        self.pad.pos = ((self.width - pad) / 2, look().px(12)) if not self.showing else (-4000, -4000)
        self._place_panel(wide)
        if self._beside(wide):
            return
        room = max(0, self.height - self.pad.height - look().px(12))
        tall = min(room, max(self.column.height, 1))
        self.scroller.size = (round(wide), round(tall))
        self.scroller.pos = (round((self.width - wide) / 2), round(self.pad.height + look().px(12) + (room - tall) / 2))

    def _beside(self, wide: float) -> bool:
        """Words left, digits right, where a low screen has no room for one above the other."""
        if self.long or self.column.height <= self.height - self.pad.natural_height() or self.width < 1.3 * self.height:
            return False
        half = round(self.width / 2 - look().px(30))
        for part in (self.pad, self.panel):
            if part is not None:
                part.width = half
        if not self.showing:
            self.pad.pos = (round(self.width / 2), round((self.height - self.pad.height) / 2))
        elif self.panel is not None:
            self.panel.pos, self.panel.height = (round(self.width / 2), look().px(16)), self.height - look().px(32)
        tall = min(self.height - look().px(24), self.column.height)
        self.scroller.size = (half, round(tall))
        self.scroller.pos = (look().px(20), round((self.height - tall) / 2))
        return True

    def on_key(self, key: int, modifiers: list[str]) -> bool:
        """Tab goes on, Enter presses, digits are written; with two switches Space goes on. A scanner ends with Enter."""
        if key == ENTER and len(self.field.text) > DIGITS:
            self._go()
            return True
        if key == TAB or (key == SPACE and self.switches):
            self.focus.move(-1 if "shift" in modifiers else 1)
            return True
        if key == BACKSPACE:
            self.field.erase()
            return True
        return self.focus.act() if key in (ENTER, SPACE) else False

    def on_text(self, text: str) -> bool:
        """Signs of a plugged-in keyboard, or of a scanner."""
        if self.switches and text == " ":
            return False
        if not text.isdecimal() and not self.long and len(self.field.text) < LONGEST:
            self.field.longest = LONGEST  # a scanner types a whole invitation
        self.field.insert(text)
        return True

    def _place_panel(self, wide: float) -> None:
        if self.panel is None:
            return
        if self.showing and self.panel.parent is None:
            self.add_widget(self.panel)
        elif not self.showing and self.panel.parent is not None:
            self.remove_widget(self.panel)
        self.panel.pos, self.panel.size = ((self.width - wide) / 2, look().px(16)), (wide, self.pad.natural_height())

    def close(self) -> None:
        """Nothing runs here."""
