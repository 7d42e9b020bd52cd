"""Home: what one may do here, without a word to type.

Guarantees: drawn at once from the view kept on the disk, drawn again only when the catalogue's answer differs; every
door, cover and card leads somewhere; larger texts make the page longer, never cut.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.line import Line
from kiosk.ui.home_view import Door, HomeView, Shelf, line_words
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import Form, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import EmptyState, NewsCard, RubricCard
from kiosk.ui.widgets.covers import RATIO, Cover
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text

SHELF_GAP = 16


class HomeScreen(Screen):
    """The first screen. `desk.home_view()` gives the view kept, `desk.ask` the present one."""

    keep = True
    view = ObjectProperty(HomeView())
    greeting = StringProperty("")
    line_words = StringProperty("")
    line_dot = StringProperty("")
    wide = BooleanProperty(True)
    stacked = BooleanProperty(False)
    margin = NumericProperty(32)
    door_columns = NumericProperty(8)

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        form = look().form
        self._covers_row: list[Any] = []
        super().__init__(
            desk,
            greeting=_("Bonjour\u202f! Que cherchez-vous\u202f?"),
            wide=form is Form.WIDE and look().text <= 1.3,
            stacked=form is Form.TALL or look().text > 1.3,
            margin=look().px(16 if form is Form.COMPACT else 32),
            door_columns=8 if form is Form.WIDE and look().text <= 1.0 else 2 if form is Form.TALL and look().text > 1.3 else 4,
            **kwargs,
        )

    def show(self, offset: int = 0, **_args: Any) -> None:
        """Draw what is known, ask what is new."""
        self.desk.shell.header.search.put("")
        kept = self.desk.home.kept()
        self._render(kept if kept is not None else self.view)
        self.desk.ask("home", self.desk.home.read, self._arrived, lambda _error: None)
        if offset:
            self.ids.page.kinetic.bound(10**6)
            self.ids.page.kinetic.jump(offset)

    def leave(self) -> None:
        """Want no late answer."""
        self.desk.forget("home")

    def state(self) -> dict[str, Any]:
        """How far the page was scrolled."""
        return {"offset": int(self.ids.page.offset)}

    def title(self) -> str:
        """The greeting, then the state of the line."""
        return f"{self.greeting} {self.line_words}"

    def _arrived(self, view: HomeView) -> None:
        self.desk.shell.show_where(view.branch)
        self._render(view)

    def _render(self, view: HomeView) -> None:
        self._show_line(view)
        if view == self.view and self.ids.doors.children:
            return
        self.view = view
        self._render_doors(view)
        self._render_shelves(view)
        self._render_cards(view)

    def _show_line(self, view: HomeView) -> None:
        line = self.desk.home.line()
        self.line_dot = {Line.UP: "ok", Line.DOWN: "signal"}.get(line, "")
        self.line_words = line_words(line, view.updated_at, datetime.now().astimezone())

    def line_changed(self) -> None:
        """The portal answers again, or no more."""
        self._show_line(self.view)

    def _render_doors(self, view: HomeView) -> None:
        doors = self.ids.doors
        doors.clear_widgets()
        for door in view.doors:
            card = RubricCard(text=_(door.label), icon=door.icon, colour=door.colour)
            card.bind(on_release=lambda _card, door=door: self._enter(door))
            doors.add_widget(card)

    def _enter(self, door: Door) -> None:
        facets = {name: frozenset(values) for name, values in door.facets.items()}
        self.desk.go("results", words=door.words, facets=facets, heading=_(door.label))

    def _render_shelves(self, view: HomeView) -> None:
        box = self.ids.shelves
        box.clear_widgets()
        if not view.shelves and view.doors and not view.updated_at:
            box.add_widget(
                EmptyState(
                    icon="bookshelf",
                    title=_("Le catalogue n’est pas encore arrivé"),
                    detail=_("Il viendra avec la prochaine connexion ou la prochaine clé. En attendant, demandez à l’accueil."),
                    size_hint_y=None,
                )
            )
        most = 3 if look().form is Form.TALL else 1
        for shelf in view.shelves[:most]:
            self._render_shelf(box, shelf)

    def _render_shelf(self, box: Any, shelf: Shelf) -> None:
        head = BoxLayout(size_hint_y=None, height=look().target, spacing=look().px(16))
        see_all = Button(kind="pill", text=_("Tout voir"), trail="chevron_right", spoken=_("Tout voir : {title}").format(title=shelf.title))
        see_all.bind(on_release=lambda _b: self.desk.go("selection", selection_id=shelf.id))
        title = Text(words=shelf.title, units=26, weight="bold", most=2, fit=False, leading=1.2)
        head.add_widget(title)
        head.add_widget(see_all)
        width = self._cover_width()
        row = BoxLayout(size_hint=(None, None), spacing=look().px(SHELF_GAP), height=round(width * RATIO) + look().px(6))
        row.bind(minimum_width=row.setter("width"))
        for tile in shelf.tiles:
            cover = Cover(
                identity=tile.record_id,
                title=tile.title,
                author=tile.author,
                icon=tile.icon,
                size_hint=(None, None),
                size=(width, round(width * RATIO)),
            )
            cover.picture = self.desk.covers.get(tile.cover_url, partial(self._cover_came, cover, tile.cover_url))
            cover.bind(on_release=lambda _c, tile=tile: self.desk.go("notice", record_id=tile.record_id))
            row.add_widget(cover)
        shelf_view = Scroller(axis="x", clip=False, size_hint_y=None, height=row.height)
        shelf_view.add_widget(row)
        block = BoxLayout(
            orientation="vertical", size_hint_y=None, height=head.height + shelf_view.height + look().px(4), spacing=look().px(4)
        )
        block.add_widget(head)
        block.add_widget(shelf_view)
        box.add_widget(block)

    def _cover_came(self, cover: Cover, url: str) -> None:
        cover.picture = self.desk.covers.get(url, lambda: None)

    def _cover_width(self) -> int:
        """As many covers as fill the row exactly: seven on the reference screen."""
        room = look().width - 2 * self.margin
        count = max(2, round({Form.WIDE: 7, Form.COMPACT: 6, Form.TALL: 5}[look().form] / look().text))
        return int((room - (count - 1) * look().px(SHELF_GAP)) // count)

    def _render_cards(self, view: HomeView) -> None:
        cards = self.ids.cards
        cards.clear_widgets()
        if view.news is not None:
            news = NewsCard(title=view.news.title, detail=view.news.where, icon="calendar_star", tone="ok")
            news.bind(on_release=lambda _c: self.desk.go("agenda", event_id=view.news.event_id))
            cards.add_widget(news)
        if not view.updated_at:
            return  # nothing can be the most wanted of nothing
        popular = NewsCard(title=_("Les plus demandés"), detail=_("Dans le réseau et en ligne"), icon="trending_up", tone="warn")
        popular.bind(on_release=lambda _c: self.desk.go("results", heading=_("Les plus demandés")))
        cards.add_widget(popular)
