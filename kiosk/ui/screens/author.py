"""One author: who they were, and everything of theirs in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kiosk.domain import Author
from kiosk.search.port import Query
from kiosk.store.hits import Hit
from kiosk.ui.i18n import _, ngettext
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import HEAD
from kiosk.ui.widgets import layouts, scroller, shelf  # noqa: F401  (named by author.kv)
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.states import State
from kiosk.ui.widgets.texts import Text

LANE: Final = "author"
SHOWN: Final = 60  # covers; the rest is in the results


@dataclass(frozen=True, slots=True)
class AuthorView:
    """What the screen shows."""

    name: str
    author: Author | None
    hits: tuple[Hit, ...]
    total: int

    @property
    def dates(self) -> str:
        """ "1830 – 1914"."""
        if self.author is None or not self.author.born:
            return ""
        return f"{self.author.born} – {self.author.died}" if self.author.died else _("né en {year}").format(year=self.author.born)


def read_author(catalogue: Any, name: str) -> AuthorView:
    """Read the page of an author and the works that name them."""
    answer = catalogue.engine.search(Query(facets={"author": frozenset({name})}), 1)
    return AuthorView(name, catalogue.author(name), tuple(catalogue.hits(answer.ids[:SHOWN])), answer.total)


class AuthorScreen(Screen):
    """`show(author="Jean Giono")`."""

    many = True

    _view: AuthorView | None = None

    def show(self, author: str = "", **_args: Any) -> None:
        """Ask."""
        self.desk.ask(LANE, lambda catalogue: read_author(catalogue, author), self._shown)

    def leave(self) -> None:
        """Want no more answers."""
        self.desk.forget(LANE)

    def title(self) -> str:
        """What is said on arrival."""
        if self._view is None:
            return ""
        return f"{self._view.name}. {self._view.author.biography if self._view.author else ''}"

    def _shown(self, view: AuthorView) -> None:
        self._view = view
        self.ids.heading.words = view.name
        self.ids.dates.words = view.dates
        body = self.ids.body
        body.clear_widgets()
        biography = view.author.biography if view.author else ""
        for paragraph in (p.strip() for p in biography.split("\n") if p.strip()):
            body.add_widget(Text(words=paragraph, units=HEAD, leading=1.45))
        works = ngettext("{n} œuvre au catalogue", "{n} œuvres au catalogue", view.total).format(n=view.total)
        self.ids.count.words = works if view.total else ""
        self.ids.covers.fill(view.hits, lambda record_id: self.desk.go("notice", record_id=record_id), self.desk.covers)
        if not view.total:
            words = _("Cherchez par un titre ou un sujet.")
            body.add_widget(State("account", _("Rien de cette personne au catalogue"), words, (_("Retour"), "arrow_left", self.desk.back)))
        if view.total > SHOWN:
            more = Button(text=_("Tout voir"), icon="magnify", on_release=lambda *_a: self.desk.go("results", words=view.name))
            body.add_widget(more)
        self.desk.say(self.title())
