"""The lists of Ma liseuse: table of contents, books of the workshop, books of one's own on a stick.

Guarantees: a list takes the page's place and gives it back; a stick is looked through, and a book read, away from the UI thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.ui.theme import HEAD
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.epub.book import Book
from mediation_apps.runtime.play.base import Write
from mediation_apps.runtime.ui.book_jobs import books_on_sticks, bytes_of, open_book
from mediation_apps.runtime.ui.tiles import Tile

if TYPE_CHECKING:
    from mediation_apps.runtime.ui.reader_view import ReaderView

OWN = 500  # books from a stick are numbered from here
MOST_ENTRIES = 200


class ReaderLists:
    """What can stand where the page of a `ReaderView` stands."""

    def __init__(self, view: ReaderView) -> None:
        self._view = view
        self.column = Column(gap=10, height=0)

    @property
    def open(self) -> bool:
        """Whether a list is in sight."""
        return self.column.parent is not None

    def ways(self) -> list[tuple[str, str, str, Callable[[], None]]]:
        """The buttons that open a list: target, words, icon, what it does."""
        activity = self._view.state.activity
        found: list[tuple[str, str, str, Callable[[], None]]] = [("contents", _("Sommaire"), "format_list_bulleted", self.contents)]
        if len(activity.books) > 1 or activity.own:
            found.append(("books", _("Livres"), "bookshelf", self.books))
        return found

    def contents(self) -> None:
        """The table of contents."""
        book: Book | None = self._view.book
        if book is None:
            return
        entries: list[tuple[str, Any]] = [
            ("\u2003" * entry.depth + entry.title, lambda e=entry: self._to(Write("place", f"{e.chapter}:{e.passage}:0")))
            for entry in book.contents[:MOST_ENTRIES]
        ]
        self._show(_("Sommaire"), entries)

    def books(self) -> None:
        """The books of the workshop and of this visit."""
        activity, bench = self._view.state.activity, self._view.bench
        titles = list(enumerate(media.alt for media in activity.books))
        titles += [(number, book.title) for number, book in bench.books.items()] if bench is not None else []
        entries: list[tuple[str, Any]] = [(title, lambda n=number: self._to(Write("book", str(n)))) for number, title in titles]
        if activity.own and bench is not None:
            entries.append((_("Ouvrir un livre de ma clé USB"), self._look_for))
        self._show(_("Livres"), entries)

    def close(self) -> None:
        """The page comes back."""
        if self.open:
            self._view.remove_widget(self.column)
            self._view.add_widget(self._view.paper)
            self._view.add_widget(self._view.foot)
            self._view.refresh()

    def _show(self, title: str, entries: list[tuple[str, Any]]) -> None:
        view = self._view
        view.aloud.stop()
        self.column.clear_widgets()
        self.column.add_widget(Text(words=title, units=HEAD, weight="bold"))
        for number, (words, act) in enumerate([*entries, (_("Revenir à la page"), self.close)]):
            tile = Tile(target=f"entry:{number}", words=words)
            tile.bind(on_release=lambda *_, do=act: do())
            self.column.add_widget(tile)
        if not self.open:
            view.remove_widget(view.paper)
            view.remove_widget(view.foot)
            view.add_widget(self.column)

    def _to(self, intent: Write) -> None:
        self.close()
        self._view.jump(intent)

    # ── a book of one's own ────────────────────────────────────────────────────────────────────────────

    def _look_for(self) -> None:
        self.close()
        bench = self._view.bench
        self._view.paper.tell(_("Recherche de livres sur la clé…"))
        bench.job(lambda: books_on_sticks(bench.stick), self._found)

    def _found(self, files: list[Path]) -> None:
        if files:
            self._show(_("Sur la clé"), [(file.stem, lambda f=file: self._read(f)) for file in files])
            return
        self._view.refresh()
        self._view.tell(_("Aucun livre EPUB sur la clé. Branchez-la, attendez cinq secondes, recommencez."))

    def _read(self, file: Path) -> None:
        self.close()
        view, bench = self._view, self._view.bench
        view.paper.tell(_("Le livre s’ouvre…"))

        def done(found: Book | str) -> None:
            if isinstance(found, str):
                view.refresh()
                view.tell(found)
                return
            number = OWN + len(bench.books)
            bench.books[number] = found
            view.jump(Write("book", str(number)))

        bench.job(lambda: open_book(lambda: bytes_of(file)), done)
