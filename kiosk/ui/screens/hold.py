"""A hold: where to fetch it, one confirmation, and the truth about what became of it.

Guarantees: nothing is asked of the library system before the person confirmed; a hold that could not be sent is never
called a reservation; what is kept meanwhile, and for how long, is said; it can be taken back during the same visit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from kivy.properties import StringProperty

from kiosk.domain import Branch, Hold, HoldState, Record
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _, ngettext
from kiosk.ui.navigation import Screen
from kiosk.ui.screens.basket import read_hits
from kiosk.ui.theme import HEAD, TITLE, Form, look
from kiosk.ui.widgets import layouts, scroller  # noqa: F401  (named by hold.kv)
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.recordcard import RecordCard
from kiosk.ui.widgets.rows import Note
from kiosk.ui.widgets.states import Emblem, State
from kiosk.ui.widgets.texts import Text

LANE: Final = "hold"


@dataclass(frozen=True, slots=True)
class HoldView:
    """The record, its tile, and where it may be fetched, likeliest first."""

    record: Record
    hit: Hit | None
    pickups: tuple[Branch, ...]


def read_hold(catalogue: Any, record_id: str, own: str, home: str) -> HoldView:
    """Read what the screen needs. Raises NotFound."""
    record = catalogue.get(record_id)
    branches = catalogue.branches()
    holding = set(record.branches)
    pickups = sorted(branches, key=lambda b: (b.code != own, b.code != home, b.code not in holding, b.name))
    hits = read_hits(catalogue, (record_id,))
    return HoldView(record, hits[0] if hits else None, tuple(pickups))


class HoldScreen(Screen):
    """`show(record_id=…)`, the person being signed in."""

    pickup = StringProperty("")

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(desk, **kwargs)
        self._id = ""
        self._key = ""
        self._view: HoldView | None = None
        self._hold: Hold | None = None
        self._said = ""

    def show(self, record_id: str = "", key: str = "", pickup: str = "", **_args: Any) -> None:
        """Ask for the record; the key makes one confirmation one hold, however often it is sent."""
        self._id, self.pickup = record_id, pickup
        self._key = key or secrets.token_hex(16)
        patron, own = self.desk.visit.patron, self.desk.settings.branch
        if patron is None:
            self.desk.navigator.replace("signin", then="hold", args={"record_id": record_id})
            return
        known = next((h for h in self.desk.visit.holds if h.key == self._key), None)
        self._hold = known
        self.desk.ask(LANE, lambda catalogue: read_hold(catalogue, record_id, own, patron.home_branch), self._shown, self._failed)

    def leave(self) -> None:
        """Want no more answers from the catalogue; a hold under way goes on."""
        self.desk.forget(LANE)

    def state(self) -> Mapping[str, Any]:
        """The same confirmation."""
        return {"key": self._key, "pickup": self.pickup}

    def title(self) -> str:
        """What is said on arrival."""
        return self._said

    # -- choosing ---------------------------------------------------------------------------------------------------------

    def _shown(self, view: HoldView) -> None:
        self._view = view
        self.pickup = self.pickup or (view.pickups[0].code if view.pickups else self.desk.settings.branch)
        if self._hold is not None:
            self._tell(self._hold)
            return
        self._clear()
        page, foot = self.ids.page, self.ids.foot
        page.add_widget(Text(words=_("Réserver ce document ?"), units=34, weight="bold"))
        if view.hit is not None:
            page.add_widget(RecordCard(view.hit, self.desk.settings.branch, enabled=False))
        if self.desk.link is None or not self.desk.settings.koha.url:
            self._no_system()
            return
        page.add_widget(Text(words=_("Où voulez-vous le retirer ?"), units=TITLE, weight="bold"))
        choices = layouts.Flow()
        for branch in view.pickups[:100]:
            choice = Button(kind="pill", text=branch.name, on_release=lambda _b, code=branch.code: self._choose(code))
            choice.code = branch.code
            choices.add_widget(choice)
        self._choices = choices
        page.add_widget(choices)
        confirm = Button(kind="primary", text=_("Confirmer la réservation"), icon="check")
        confirm.bind(on_release=lambda *_a: self._confirm())
        foot.add_widget(confirm)
        self._choose(self.pickup)
        self._say(f"{_('Réserver ce document ?')} {view.record.title}")

    def _no_system(self) -> None:
        words = _("Cette borne n’est pas reliée au système de prêt. Montrez cette page à l’accueil : on réservera pour vous.")
        self.ids.page.add_widget(Note(words=words, icon="information", tone="warn"))
        phone = Button(kind="primary", text=_("Sur mon téléphone"), icon="qrcode")
        phone.bind(on_release=lambda *_a: self.desk.go("handover", record_ids=(self._id,)))
        self.ids.foot.add_widget(phone)
        self._say(words)

    def _choose(self, code: str) -> None:
        self.pickup = code
        for choice in self._choices.children:
            choice.selected = choice.code == code
            choice.icon = "check" if choice.selected else ""
            choice.spoken = _("{name}, choisie").format(name=choice.text) if choice.selected else ""

    @property
    def _foot(self) -> Any:
        """Where buttons stand: at the foot, or after the words where words leave no room beside them."""
        crowded = look().form is Form.COMPACT and look().text > 1.3
        if not crowded:
            return self.ids.foot
        row = layouts.Flow(align="center", gap=12)
        self.ids.page.add_widget(row)
        return row

    def _clear(self) -> None:
        self.ids.page.clear_widgets()
        self.ids.foot.clear_widgets()

    def _say(self, words: str) -> None:
        self._said = words
        self.desk.say(words)

    # -- sending ----------------------------------------------------------------------------------------------------------

    def _confirm(self) -> None:
        patron, view, link = self.desk.visit.patron, self._view, self.desk.link
        if patron is None or view is None or link is None:
            return
        record, pickup, key = view.record, self.pickup, self._key
        self._clear()
        self.ids.page.add_widget(State("clock_outline", _("Un instant…"), _("La demande est notée, puis envoyée.")))
        link.ask("hold", lambda line: line.place(patron, record, pickup, key), self._placed, self._not_kept)

    def _placed(self, hold: Hold) -> None:
        self._hold = hold
        if self.desk.visit.patron is not None:
            self.desk.visit.hold_placed(hold)
        if self.desk.navigator.screen is self:
            self._tell(hold)

    def _not_kept(self, error: Exception) -> None:
        if self.desk.navigator.screen is not self:
            return
        self._clear()
        again = (_("Essayer encore"), "refresh", self._confirm)
        words = _("{why} Rien n’a été réservé ni gardé.").format(why=str(error).rstrip(".") + ".")
        self.ids.page.add_widget(State("alert", _("La demande n’a pas pu être notée"), words, again, tone="warn"))
        self._say(words)

    def _failed(self, error: Exception) -> None:
        self._clear()
        self.ids.page.add_widget(State("information", str(error), "", (_("Retour"), "arrow_left", self.desk.back), tone="warn"))

    # -- the truth --------------------------------------------------------------------------------------------------------

    def _place_name(self) -> str:
        branches = self._view.pickups if self._view else ()
        return next((b.name for b in branches if b.code == self.pickup), self.pickup)

    def _tell(self, hold: Hold) -> None:
        self._clear()
        tell = {HoldState.ACCEPTED: self._tell_accepted, HoldState.REFUSED: self._tell_refused}
        tell.get(hold.state, self._tell_waiting)(hold)
        foot = self._foot
        if hold.state is HoldState.WAITING:
            foot.add_widget(Button(text=_("Annuler cette demande"), icon="undo", on_release=lambda *_a: self._cancel(hold.key)))
        done = Button(text=_("Continuer mes recherches"), icon="magnify", on_release=lambda *_a: self.desk.go("home"))
        foot.add_widget(done)

    def _tell_accepted(self, hold: Hold) -> None:
        words = _("À retirer ici : {place}. On vous préviendra quand il sera prêt.").format(place=self._place_name())
        if hold.position and hold.position > 1:
            ahead = hold.position - 1
            words += " " + ngettext("{n} personne l’attend avant vous.", "{n} personnes l’attendent avant vous.", ahead).format(n=ahead)
        self.ids.page.add_widget(State("check", _("C’est réservé"), words, tone="ok"))
        self._say(f"{_('C’est réservé')}. {words}")

    def _tell_refused(self, hold: Hold) -> None:
        words = _("Le système de prêt répond : « {reason} »").format(reason=hold.reason.rstrip("."))
        self.ids.page.add_widget(State("close", _("La réservation est refusée"), words, tone="warn"))
        self.ids.page.add_widget(Text(words=_("Demandez à l’accueil : on vous dira pourquoi."), units=HEAD, align="center"))
        self._say(words)

    def _tell_waiting(self, hold: Hold) -> None:
        page = self.ids.page
        page.add_widget(Emblem("clock_outline", "warn", 72))
        page.add_widget(Text(words=_("Ce n’est pas encore une réservation"), units=TITLE, weight="bold", align="center"))
        until = labels.day((date.today() + timedelta(days=self.desk.settings.hold_days)).isoformat(), date.today())
        why = _("La borne n’a pas de connexion. Votre demande est notée ici et partira dès qu’elle revient.")
        if self.desk.home.online():
            why = _("Le système de prêt ne répond pas. Votre demande est notée ici et partira dès qu’il répond.")
        lines = (
            ("clock_outline", why),
            ("lock", _("D’ici là, votre numéro de carte est gardé chiffré sur la borne. Il est effacé dès que la demande est partie.")),
            ("calendar", _("Si rien n’a pu partir avant le {day}, la demande est abandonnée et tout est effacé.").format(day=until)),
            ("account", _("Pour savoir : regardez votre compte, ou demandez à l’accueil ({place}).").format(place=self._place_name())),
        )
        for icon, words in lines:
            page.add_widget(Note(words=words, icon=icon, tone="action"))
        self._say(" ".join((_("Ce n’est pas encore une réservation."), *(words for _icon, words in lines))))

    def _cancel(self, key: str) -> None:
        link = self.desk.link
        if link is not None:
            link.ask("hold", lambda line: line.cancel(key), self._cancelled)

    def _cancelled(self, done: bool) -> None:
        if self.desk.navigator.screen is not self:
            return
        self._clear()
        if done:
            self._hold = None
            words = _("Rien n’est parti, et votre numéro de carte est effacé.")
            home = (_("Accueil"), "home", lambda: self.desk.go("home"))
            self.ids.page.add_widget(State("check", _("Demande annulée"), words, home, tone="ok"))
        else:
            words = _("La demande était déjà en route. Demandez à l’accueil de l’annuler.")
            self.ids.page.add_widget(State("information", _("Trop tard pour annuler ici"), words, tone="warn"))
        self._say(words)
