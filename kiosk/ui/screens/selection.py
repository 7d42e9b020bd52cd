"""A librarians' selection: why, by whom, and the covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kiosk.domain import Selection
from kiosk.errors import NotFound
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.screens.basket import read_hits
from kiosk.ui.theme import HEAD, SMALL
from kiosk.ui.widgets import layouts, scroller, shelf  # noqa: F401  (named by selection.kv)
from kiosk.ui.widgets.states import State
from kiosk.ui.widgets.texts import Text

LANE: Final = "selection"


@dataclass(frozen=True, slots=True)
class SelectionView:
    """What the screen shows."""

    selection: Selection
    hits: tuple[Hit, ...]


def read_selection(catalogue: Any, selection_id: str) -> SelectionView:
    """Read one selection. Raises NotFound."""
    for selection in catalogue.selections():
        if selection.id == selection_id:
            return SelectionView(selection, tuple(read_hits(catalogue, selection.record_ids[:200])))
    raise NotFound(_("Cette sélection n’est plus proposée."))


class SelectionScreen(Screen):
    """`show(selection_id=…)`."""

    def show(self, selection_id: str = "", **_args: Any) -> None:
        """Ask for it."""
        self._view: SelectionView | None = None
        self.desk.ask(LANE, lambda catalogue: read_selection(catalogue, selection_id), self._shown, self._failed)

    def leave(self) -> None:
        """Want no more answers."""
        self.desk.forget(LANE)

    def title(self) -> str:
        """What is said on arrival."""
        return "" if self._view is None else f"{self._view.selection.title}. {self._view.selection.introduction}"

    def _shown(self, view: SelectionView) -> None:
        self._view = view
        chosen = view.selection
        self.ids.heading.words = chosen.title
        body = self.ids.body
        body.clear_widgets()
        for paragraph in (p.strip() for p in chosen.introduction.split("\n") if p.strip()):
            body.add_widget(Text(words=paragraph, units=HEAD, leading=1.45))
        by = " · ".join(part for part in (chosen.by, labels.day(chosen.date) if chosen.date else "") if part)
        if by:
            body.add_widget(Text(words=by, units=SMALL, paint="mute", weight="semibold"))
        self.ids.covers.fill(view.hits, lambda record_id: self.desk.go("notice", record_id=record_id), self.desk.covers)
        if not view.hits:
            body.add_widget(State("bookshelf", _("Ces documents ne sont pas encore arrivés"), ""))
        self.desk.say(self.title())

    def _failed(self, error: Exception) -> None:
        self.ids.heading.words = ""
        self.ids.body.clear_widgets()
        self.ids.body.add_widget(State("information", str(error), "", (_("Accueil"), "home", lambda: self.desk.go("home")), tone="warn"))
