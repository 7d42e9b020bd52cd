""" "Ma carte": who is signed in for this visit, their holds, and the way out.

Guarantees: shows what the library system said, and what waits on this kiosk; leaving forgets both at once.
"""

from __future__ import annotations

from typing import Any, Final

from kiosk.domain import Hold, HoldState, Patron
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import HEAD, TITLE
from kiosk.ui.widgets import layouts, scroller  # noqa: F401  (named by card.kv)
from kiosk.ui.widgets.rows import Note
from kiosk.ui.widgets.states import Emblem
from kiosk.ui.widgets.texts import Text

LANE: Final = "card"


def state_words(hold: Hold) -> tuple[str, str, str]:
    """Words, icon and tone of a hold's state."""
    return {
        HoldState.ACCEPTED: (_("Réservé"), "check", "ok"),
        HoldState.REFUSED: (_("Refusé : {reason}").format(reason=hold.reason), "close", "warn"),
        HoldState.CANCELLED: (_("Annulé"), "undo", "action"),
        HoldState.EXPIRED: (_("Pas pu partir"), "alert", "warn"),
    }.get(hold.state, (_("En attente d’une connexion"), "clock_outline", "warn"))


class CardScreen(Screen):
    """Asks for a card when none is known."""

    def show(self, **_args: Any) -> None:
        """Tell who, then ask the outbox what waits for them."""
        patron = self.desk.visit.patron
        if patron is None:
            self.desk.navigator.replace("signin", then="card")
            return
        self._shown(self.desk.visit.holds)
        if self.desk.link is not None:
            self.desk.link.ask(LANE, lambda line: line.holds_of(patron), self._merge)

    def leave(self) -> None:
        """Show nothing of it any more."""
        if self.desk.link is not None:
            self.desk.link.forget(LANE)
        self.ids.page.clear_widgets()

    def title(self) -> str:
        """What is said on arrival: never a name nor a number."""
        return _("Votre carte est reconnue.") if self.desk.visit.patron else ""

    def _merge(self, waiting: tuple[Hold, ...]) -> None:
        known = {h.key: h for h in (*waiting, *self.desk.visit.holds)}
        self._shown(tuple(known.values()))

    def _shown(self, holds: tuple[Hold, ...]) -> None:
        page, patron = self.ids.page, self.desk.visit.patron
        page.clear_widgets()
        if patron is None:
            return
        page.add_widget(Emblem("card_account_details_outline", "ok" if patron.entitled else "warn", 84))
        page.add_widget(Text(words=_greeting(patron), units=34, weight="bold", align="center"))
        page.add_widget(Text(words=_standing(patron), units=HEAD, align="center", paint="mute"))
        if holds:
            page.add_widget(Text(words=_("Vos réservations"), units=TITLE, weight="bold"))
        for hold in holds:
            words, icon, tone = state_words(hold)
            page.add_widget(Note(words=f"{hold.title} · {words}", icon=icon, tone=tone))
        out = layouts.Wide(kind="primary", text=_("Retirer ma carte"), icon="logout")
        out.bind(on_release=lambda *_a: self._sign_out())
        page.add_widget(out)

    def _sign_out(self) -> None:
        self.desk.visit.sign_out()
        self.desk.toast(_("Votre carte est oubliée."), "check")
        self.desk.navigator.replace("home")


def _greeting(patron: Patron) -> str:
    first = patron.name.split(" ")[0] if patron.name else ""
    return _("Bonjour {name}").format(name=first) if first else _("Votre carte est notée")


def _standing(patron: Patron) -> str:
    if not patron.name:
        return _("Elle n’a pas pu être vérifiée : elle le sera quand la connexion revient.")
    return _("Votre abonnement est à jour.") if patron.entitled else _("Votre abonnement est à revoir : demandez à l’accueil.")
