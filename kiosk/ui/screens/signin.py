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
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
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
    """`show(then="hold", args={…})`: where to go once the card is known; home by default."""

    message = StringProperty("")
    busy = BooleanProperty(False)

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        self._then: tuple[str, Mapping[str, Any]] = ("", {})
        super().__init__(desk, **kwargs)
        field = self.ids.field
        field.edit = desk.edit
        field.bind(on_enter=lambda *_a: self.check(), on_text_changed=lambda *_a: self._written())
        keys = self.ids.pad
        keys.bind(
            on_text=lambda _k, text: field.insert(text),
            on_erase=lambda _k: field.erase(),
            on_clear=lambda _k: field.clear(),
            on_enter=lambda _k: self.check(),
        )

    def show(self, then: str = "", args: Mapping[str, Any] | None = None, **_args: Any) -> None:
        """Wait for a card: the reader's keys go into the field at once."""
        self._then = (then, args or {})
        self.message = ""
        self.desk.edit(self.ids.field)

    def leave(self) -> None:
        """Forget the number."""
        link = self.desk.link
        if link is not None:
            link.forget(LANE)
        self.ids.field.put("")
        self.ids.pad.release_all()

    def state(self) -> Mapping[str, Any]:
        """Where it leads."""
        return {"then": self._then[0], "args": self._then[1]}

    def title(self) -> str:
        """What is said on arrival."""
        return _("Passez votre carte sous le lecteur, ou tapez son numéro.")

    def _written(self) -> None:
        self.message = ""

    def check(self) -> None:
        """Ask the library system who this is; go on without it when it cannot be reached."""
        card = str(self.ids.field.text)
        if not CARD.fullmatch(card):
            self.message = _("Il manque des chiffres : le numéro est sous le code-barres de la carte.")
            self.desk.say(self.message)
            return
        if self.busy:
            return
        link = self.desk.link
        if link is None:
            self._known(Patron(card))
            return
        self.busy = True
        link.ask(LANE, lambda line: line.sign_in(card), self._known, self._refused)

    def _known(self, patron: Patron) -> None:
        self.busy = False
        self.desk.visit.sign_in(patron)
        name, args = self._then
        if name:
            self.desk.navigator.replace(name, **args)
        else:
            self.desk.navigator.replace("card")

    def _refused(self, error: Exception) -> None:
        self.busy = False
        self.message = str(error)
        self.desk.say(self.message)
