"""The basket: what was kept aside during this visit, to take along on a phone.

Guarantees: taking something out can be undone; nothing leaves the kiosk but by the person's own phone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kiosk.errors import NotFound
from kiosk.session import Change
from kiosk.store.hits import Hit
from kiosk.ui.i18n import _, ngettext
from kiosk.ui.navigation import Screen
from kiosk.ui.widgets import layouts, scroller  # noqa: F401  (named by basket.kv)
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.recordcard import RecordCard
from kiosk.ui.widgets.states import State
from kiosk.ui.widgets.texts import Text  # noqa: F401

LANE: Final = "basket"


def read_hits(catalogue: Any, record_ids: tuple[str, ...]) -> list[Hit]:
    """Tiles of these records, in this order; those that have left the catalogue are left out."""
    docids = []
    for record_id in record_ids:
        try:
            docids.append(catalogue.docid(record_id))
        except NotFound:
            continue
    return list(catalogue.hits(docids))


class BasketScreen(Screen):
    """The list, and what to do with it."""

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(desk, **kwargs)
        self._end_watch: Callable[[], None] = lambda: None

    def show(self, **_args: Any) -> None:
        """Ask for the records kept aside."""
        self._end_watch()
        self._end_watch = self.desk.visit.watch(self._changed)
        self._ask()

    def leave(self) -> None:
        """Want no more answers."""
        self._end_watch()
        self._end_watch = lambda: None
        self.desk.forget(LANE)
        self.ids.rows.clear_widgets()

    def title(self) -> str:
        """What is said on arrival."""
        return self._heading() if len(self.desk.visit) else _("Votre panier est vide.")

    def _heading(self) -> str:
        count = len(self.desk.visit)
        return ngettext("Mon panier : {n} document", "Mon panier : {n} documents", count).format(n=count)

    def _changed(self, change: Change) -> None:
        if change is Change.BASKET:
            self._ask()

    def _ask(self) -> None:
        ids = tuple(entry.record_id for entry in self.desk.visit.basket)
        if ids:
            self.desk.ask(LANE, lambda catalogue: read_hits(catalogue, ids), self._shown)
        else:
            self._shown([])

    def _shown(self, hits: list[Hit]) -> None:
        rows, side = self.ids.rows, self.ids.side
        rows.clear_widgets()
        side.clear_widgets()
        self.ids.heading.words = self._heading() if hits else ""
        if not hits:
            words = _("Touchez « Mettre au panier » sur un document : vous emporterez la liste sur votre téléphone.")
            rows.add_widget(State("basket", _("Votre panier est vide"), words, (_("Chercher"), "magnify", lambda: self.desk.go("home"))))
            return
        for hit in hits:
            rows.add_widget(self._card(hit))
        phone = layouts.Wide(kind="primary", text=_("Sur mon téléphone"), icon="qrcode")
        phone.bind(on_release=lambda *_a: self.desk.go("handover", record_ids=tuple(e.record_id for e in self.desk.visit.basket)))
        side.add_widget(phone)
        side.add_widget(layouts.Wide(text=_("Vider le panier"), icon="delete_sweep", on_release=lambda *_a: self._empty()))

    def _card(self, hit: Hit) -> RecordCard:
        out = IconButton(icon="close", spoken=_("Retirer {title}").format(title=hit.title))
        out.bind(on_release=lambda *_a: self._remove(hit.id))
        card = RecordCard(hit, self.desk.settings.branch, out)
        card.bind(on_release=lambda *_a: self.desk.go("notice", record_id=hit.id))
        return card

    def _remove(self, record_id: str) -> None:
        visit = self.desk.visit
        position = [e.record_id for e in visit.basket].index(record_id)
        entry = visit.remove(record_id)
        if entry is not None:
            self.desk.toast(_("Retiré du panier"), "basket_outline", _("Annuler"), lambda: visit.restore(entry, position))

    def _empty(self) -> None:
        visit = self.desk.visit
        entries = visit.basket
        visit.empty_basket()

        def undo() -> None:
            for position, entry in enumerate(entries):
                visit.restore(entry, position)

        self.desk.toast(_("Panier vidé"), "basket_outline", _("Annuler"), undo)
