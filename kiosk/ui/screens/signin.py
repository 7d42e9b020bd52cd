"""Who is at the screen: a library card under the reader, or its number typed on large keys.

Guarantees: the number is shown in groups, never said aloud nor logged, kept in the visit alone; without a line, or
without a library system, the truth is told: the card could not be checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from kivy.properties import BooleanProperty, StringProperty

from kiosk.domain import Patron
from kiosk.errors import LinkError
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import Form, look
from kiosk.ui.widgets import keyboard, layouts  # noqa: F401  (named by signin.kv)
from kiosk.ui.widgets.buttons import Button  # noqa: F401
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.scroller import Scroller  # noqa: F401
from kiosk.ui.widgets.texts import Icon  # noqa: F401

LANE: Final = "sign_in"
SHORTEST, LONGEST = 4, 32
CARD: Final = re.compile(r"[0-9A-Za-z-]{4,32}")


class CardField(Field):
    """A card number: only what cards are made of, in groups of four for the eye; what is read aloud is its length."""

    own_keys = True  # the screen brings its own keys: no keyboard is docked

    def insert(self, text: str) -> None:
        """Write letters, digits and hyphens; the rest of what a reader sends is dropped."""
        super().insert("".join(c for c in text if c.isascii() and (c.isalnum() or c == "-")))

    def shown(self) -> str:
        """Groups of four; letters stay together."""
        text = str(self.text)
        return "\u2009".join(text[n : n + 4] for n in range(0, len(text), 4)) if text.isdigit() else text

    def label(self) -> str:
        """Say how much was written, not what."""
        return _("{hint}, {count} caractères").format(hint=self.hint, count=len(self.text))


class SigninScreen(Screen):
    """`show(then="hold", args={…})`: where to go once the card is known; the card's own page by default."""

    message = StringProperty("")
    step = StringProperty("card")
    heading = StringProperty("")
    narrow = BooleanProperty(False)  # the keyboard leaves room for one field: what is said stands in the heading

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        self._then: tuple[str, Mapping[str, Any]] = ("", {})
        self._busy = False
        super().__init__(desk, **kwargs)
        card, secret, pad = self.ids.field, self.ids.secret, self.ids.pad
        card.edit = secret.edit = desk.edit
        card.bind(on_enter=lambda *_a: self.card_read(), on_text_changed=lambda *_a: self._written())
        secret.bind(on_enter=lambda *_a: self.check(), on_text_changed=lambda *_a: self._written())
        pad.bind(
            on_text=lambda _k, text: card.insert(text),
            on_erase=lambda _k: card.erase(),
            on_clear=lambda _k: card.clear(),
            on_enter=lambda _k: self.card_read(),
        )

    def show(self, then: str = "", args: Mapping[str, Any] | None = None, **_args: Any) -> None:
        """Wait for a card: the reader's keys go into the field at once."""
        self._then = (then, args or {})
        self.message = ""
        self._ask_for("card")

    def leave(self) -> None:
        """Forget the number and the password."""
        if self.desk.link is not None:
            self.desk.link.forget(LANE)
        self.ids.field.put("")
        self.ids.secret.put("")
        self.ids.pad.release_all()

    def state(self) -> Mapping[str, Any]:
        """Where it leads."""
        return {"then": self._then[0], "args": self._then[1]}

    def title(self) -> str:
        """What is said on arrival."""
        return _("Passez votre carte sous le lecteur, ou tapez son numéro.")

    def _ask_for(self, step: str) -> None:
        self.step = step
        password = step == "password"
        self.narrow = password and look().form is Form.COMPACT
        self.ids.field.height = 0 if self.narrow else look().target
        self.ids.field.opacity = 0 if self.narrow else 1
        self.ids.secret.height = look().target if password else 0
        self.ids.secret.opacity = 1 if password else 0
        self.ids.secret.enabled = password
        self.ids.pad.opacity = 0 if password else 1
        self._head()
        self.desk.edit(self.ids.secret if password else self.ids.field)

    def _head(self) -> None:
        self.heading = _("Votre carte de bibliothèque")
        if self.narrow:
            self.heading = self.message or _("Mot de passe de la bibliothèque")

    def _written(self) -> None:
        self.message = ""
        self._head()

    def _tell(self, words: str) -> None:
        self.message = words
        self._head()
        self.desk.say(words)

    def card_read(self) -> None:
        """The number is whole: go on, with the password when there is a system to check it."""
        if not CARD.fullmatch(str(self.ids.field.text)):
            self._tell(_("Il manque des chiffres : le numéro est sous le code-barres de la carte."))
        elif self.desk.link is None or not self.desk.settings.koha.url or not self.desk.home.online():
            self._known(Patron(str(self.ids.field.text)))
        else:
            self._ask_for("password")

    def check(self) -> None:
        """Ask the library system who this is; a line that breaks just now does not keep anybody out."""
        card, password = str(self.ids.field.text), str(self.ids.secret.text)
        if self._busy or self.desk.link is None:
            return
        self._busy = True
        self.desk.link.ask(LANE, lambda line: line.sign_in(card, password), self._known, self._refused)

    def _known(self, patron: Patron) -> None:
        self._busy = False
        self.desk.visit.sign_in(patron)
        self.desk.shell.stop_editing()
        name, args = self._then
        self.desk.navigator.replace(name or "card", **args)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, LinkError):
            self._known(Patron(str(self.ids.field.text)))
            return
        self.ids.secret.put("")
        self._tell(str(error))
