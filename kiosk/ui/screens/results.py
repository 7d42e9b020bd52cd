"""Results: what was found, narrowed by facets, scrolled without end.

Guarantees: an answer that is not to the last question is never shown; the list keeps its place when rows arrive, and
when one comes back to it; nothing found, nothing yet and something wrong each have a next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.search.port import Sort
from kiosk.session import Added, Change
from kiosk.ui.facet_panel import FacetPanel, FilterSheet, HereSwitch, choose
from kiosk.ui.i18n import _, count_of
from kiosk.ui.instead import Instead
from kiosk.ui.navigation import Screen
from kiosk.ui.result_lettering import Lettering, letter
from kiosk.ui.result_rows import ResultRows
from kiosk.ui.results_view import OPEN_GROUPS, Asked, Found, ResultsReader, Row, total_words
from kiosk.ui.theme import Form, look
from kiosk.ui.widgets import damage
from kiosk.ui.widgets.buttons import Button, Chip, plain_width, style_of
from kiosk.ui.widgets.facet_lines import Column as FacetLines
from kiosk.ui.widgets.facet_lines import Words, column
from kiosk.ui.widgets.facets import FacetColumn
from kiosk.ui.widgets.text import prepare, width_of
from kiosk.ui.widgets.virtual_list import VirtualList

Answer = tuple[Found, tuple[Lettering, ...], FacetLines | None]  # with what was written on the catalogue thread

SLOW_SECONDS = 0.4  # beyond, the screen says that it searches
ROWS_LANE, LANE = "rows", "search"


def sort_words(order: Sort) -> str:
    """What an order is called."""
    return {
        Sort.RELEVANCE: _("Pertinence"),
        Sort.TITLE: _("Par titre"),
        Sort.YEAR: _("Les plus récents"),
        Sort.NEWEST: _("Nouveautés"),
    }[order]


class Offer(Button):
    """What was probably meant, or a whole name for what is being typed; `offer` is what is asked when it is pressed."""

    offer = ""


class ResultsScreen(Screen):
    """`show(words, facets, sort, here, heading, offset, typing)`; while typing, the restrictions stay."""

    keep = True
    total_words = StringProperty("")
    sort_words = StringProperty("")
    margin = NumericProperty(32)

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        self.asked = Asked()
        self.found: Found | None = None
        self._heading = ""
        self._offset = 0
        self._reader = ResultsReader(desk.settings.branch)
        self._pills: list[Offer] = []
        self._offered: list[tuple[str, str, str]] = []
        self._slow = Clock.create_trigger(self._say_searching, SLOW_SECONDS)
        self._answer: Answer | None = None
        self._lettered_column: FacetLines | None = None
        self._rows_soon = Clock.create_trigger(self._show_rows, 0)
        self._facets_soon = Clock.create_trigger(self._show_facets, 0)
        self._head_soon = Clock.create_trigger(self._show_head, 0)
        super().__init__(desk, margin=look().px(16 if look().form is Form.COMPACT else 32), **kwargs)
        for part in (self.ids.head, self.ids.chips):
            damage.patch(part)
        self.ids.middle.bind(pos=self._place_offers, size=self._place_offers)
        self.rows = ResultRows(self._open, self._put_into_basket, lambda i: i in desk.visit, self._want_rows, self._picture)
        self.list = VirtualList(self.rows, row_height=ResultRows.height(), gap=look().px(12), pos_hint={"x": 0, "y": 0})
        self.rows.postponed = self.list.repaint_soon
        self.list.canvas.before.add(self.rows.canvas)
        self.ids.body.add_widget(self.list)
        self._instead = Instead(self.ids.body, self._to_rubrics, self._unfilter)
        self._words = Words(_("Plus de choix"), _("Moins de choix"), _("coché"), count_of)
        self.column = FacetColumn(self._words, self._toggle, OPEN_GROUPS)
        self.panel: FacetPanel | None = None
        self.filter: Button | None = None
        if look().form is Form.COMPACT or look().text > 1.3:
            self.filter = Button(kind="pill", icon="tune", text=_("Filtrer"), on_release=lambda *_a: self._open_filters())
            self.ids.head.add_widget(self.filter, index=1)
        else:
            self.panel = FacetPanel(self.column, size_hint_x=None, width=look().px(300 if look().form is Form.WIDE else 264))
            self.add_widget(self.panel)
        self._end_watch = desk.visit.watch(self._visit_changed)

    # -- asking -------------------------------------------------------------------------------------------------------

    def show(
        self,
        words: str = "",
        facets: Mapping[str, frozenset[str]] | None = None,
        sort: Sort = Sort.RELEVANCE,
        here: bool = False,
        heading: str = "",
        offset: int = 0,
        typing: bool = False,
        **_args: Any,
    ) -> None:
        """Ask; while typing only the words change."""
        self._heading = heading
        field = self.desk.shell.header.search
        if not typing and field.text != words:
            field.put(words)
        if facets is None and self.found is not None and self.desk.shell.field is field:
            self._ask(replace(self.asked, words=words))
        else:
            self._ask(Asked(words, facets or {}, sort, here), offset)

    def _ask(self, asked: Asked, offset: int = 0) -> None:
        self.asked, self._offset = asked, offset
        self._rows_soon.cancel()  # what waits there is not the answer any more
        today, fit = date.today(), self.rows.fit(self.list.width, asked.words)
        column_fit = self.column.fit() if self.panel is not None else None
        seen, heading = self.list.height // self.list.stride + 2, self._heading

        def work(catalogue: Any) -> Answer:
            found = self._reader.find(catalogue, asked, today)
            prepare(self._words_of(found, heading), self.ids.total.style())
            prepare(count_of(found.here_count or 0), HereSwitch.style())
            for words, _asked, kind in self._offers(found):
                prepare(words, style_of(kind))
            return found, letter(found.rows[: int(seen)], fit), column(found.groups, column_fit, self._words) if column_fit else None

        self.desk.forget(ROWS_LANE)
        self.desk.ask(LANE, work, self._arrived, self._failed)
        self.sort_words = sort_words(asked.sort)
        if self.found is None:
            self._slow()

    def ready(self) -> None:
        """Have the places of the rows' pictures, and what is said when nothing is found."""
        self.rows.ready(self.list.width)
        self._instead.ready()

    def leave(self) -> None:
        """Want no late answer."""
        self._slow.cancel()
        self._rows_soon.cancel()
        for soon, show in ((self._facets_soon, self._show_facets), (self._head_soon, self._show_head)):
            if soon.is_triggered:
                soon.cancel()
                show()
        self.desk.forget(LANE)
        self.desk.forget(ROWS_LANE)

    def state(self) -> dict[str, Any]:
        """The question and the place in the list."""
        asked = self.asked
        return {
            "words": asked.words,
            "facets": asked.facets,
            "sort": asked.sort,
            "here": asked.here,
            "heading": self._heading,
            "offset": self.list.offset,
            "typing": False,
        }

    def title(self) -> str:
        """How much was found."""
        return self.total_words

    # -- showing ------------------------------------------------------------------------------------------------------

    def _arrived(self, answer: Answer) -> None:
        """Show the rows now; in the next frame where this one draws the letter that was typed."""
        self._slow.cancel()
        self._answer = answer
        if self.desk.shell.header.search.redraw.is_triggered:
            self._rows_soon()
        else:
            self._show_rows()

    def _show_rows(self, *_: object) -> None:
        if self._answer is None:
            return
        (found, lettered, self._lettered_column), self._answer = self._answer, None
        before, self.found = self.found, found
        if before is None or before.chips != found.chips:
            self._show_chips(found)
        self._facets_soon()
        self.rows.show(found.ids, found.rows, found.asked.words, lettered)
        self.list.fill(len(found.ids), self._offset)
        self._offset = 0
        self._show_empty(found)

    def _show_facets(self, *_: object) -> None:
        """Facets follow the rows by one frame, the head by two, so that none has to draw everything."""
        self._head_soon()
        found, lettered, self._lettered_column = self.found, self._lettered_column, None
        if found is None:
            return
        self.column.set_groups(found.groups, lettered)
        if self.panel is not None:
            self.panel.opacity = 1 if found.groups else 0
            self.panel.ground = "paper" if found.groups else ""  # a solid ground is not blended: opacity alone leaves it standing
            self.panel.show_here(found.here_count if found.groups else None, found.asked.here, self._toggle_here)

    def _show_head(self, *_: object) -> None:
        """How much was found, and offers."""
        if self.found is not None:
            self.total_words = self._words_of(self.found, self._heading)
            self._place_total()
            self._show_offers(self.found)

    @staticmethod
    def _words_of(found: Found, heading: str) -> str:
        """How much was found, after what it is when it has a name."""
        if not heading:
            return total_words(found.total)
        return f"{heading} · {count_of(found.total)}" if found.total else heading

    def _place_total(self) -> None:
        total = self.ids.total
        room = self.ids.head.width - self.ids.sort.width - look().px(28) - (self.filter.width if self.filter else 0)
        step = look().px(24)  # so that what stands beside it does not move with each letter
        total.width = min(-(-(width_of(self.total_words, total.style()) + 6) // step) * step, max(0, room))

    @staticmethod
    def _offers(found: Found) -> list[tuple[str, str, str]]:
        """What was probably meant, else whole names for what is being typed: what is shown, what is asked, the kind of button."""
        if found.correction:
            words = _("Vouliez-vous dire\u202f: {words}\u202f?").format(words=found.correction)
            return [(words, found.correction, "pill_warn")]
        return [(text, text, "pill") for text in found.completions]

    def _show_offers(self, found: Found) -> None:
        """Offer them by buttons, kept from answer to answer."""
        self._offered = self._offers(found)
        self._place_offers()

    def _place_offers(self, *_: object) -> None:
        """As many as there is room for; a correction is always there. What finds no room is not drawn either."""
        middle, shown = self.ids.middle, list[Offer]()
        left, gap = middle.x, look().px(10)
        for text, words, kind in self._offered:
            natural = plain_width(text, kind)
            if natural > middle.right - left and kind == "pill":
                continue
            pill = self._pill(len(shown))
            pill.offer, pill.text, pill.spoken, pill.kind = words, text, text, kind
            pill.pos, pill.size = (left, middle.y), (min(natural, middle.width), middle.height)
            shown.append(pill)
            left += pill.width + gap
        if shown != middle.children[::-1]:
            middle.clear_widgets()
            for pill in shown:
                middle.add_widget(pill)

    def _pill(self, number: int) -> Offer:
        while len(self._pills) <= number:
            self._pills.append(Offer(kind="pill", hug=False, on_release=lambda pill: self._correct(pill.offer)))
        return self._pills[number]

    def _correct(self, words: str) -> None:
        self.desk.shell.header.search.put(words)
        self._ask(replace(self.asked, words=words))

    def _show_chips(self, found: Found) -> None:
        box = self.ids.chips
        box.clear_widgets()
        box.height = look().target if found.chips else 0
        room = self.ids.main.width
        for facet, value, label in found.chips:
            chip = Chip(text=label, spoken=_("Enlever {label}").format(label=label))
            room -= chip.width + look().px(10)
            if room < 0:
                break
            chip.bind(on_release=lambda _c, facet=facet, value=value: self._untick(facet, value))
            box.add_widget(chip)
        box.add_widget(Widget())

    def _show_empty(self, found: Found | None) -> None:
        if found is None:
            self._instead.show("searching")
        elif found.total:
            self._instead.show("")
        else:
            self._instead.show("restricted" if found.chips else "nothing")

    def _to_rubrics(self) -> None:
        self.desk.go("home")

    def _unfilter(self) -> None:
        self._ask(Asked(words=self.asked.words))

    def _say_searching(self, *_: object) -> None:
        if self.found is None:
            self._show_empty(None)

    def _failed(self, _error: Exception) -> None:
        self._slow.cancel()
        self.desk.toast(_("Le catalogue ne répond pas. Réessayez dans un instant."), "alert")

    # -- acting -------------------------------------------------------------------------------------------------------

    def _toggle(self, facet: str, value: str) -> None:
        self._ask(self.asked.toggled(facet, value))

    def _toggle_here(self) -> None:
        self._ask(replace(self.asked, here=not self.asked.here))

    def _untick(self, facet: str, value: str) -> None:
        if facet == "here":
            self._toggle_here()
        else:
            self._toggle(facet, value)

    def choose_sort(self) -> None:
        """Offer the orders."""
        choose(
            self.desk,
            _("Trier"),
            [(sort_words(order), order is self.asked.sort, partial(self._sort, order)) for order in Sort],
        )

    def _sort(self, order: Sort) -> None:
        self._ask(replace(self.asked, sort=order))

    def _open_filters(self) -> None:
        self.desk.overlay(FilterSheet(self.desk, self.column, lambda: self.total_words))

    def _want_rows(self, first: int, last: int) -> None:
        missing = self.rows.missing(first, last)
        if missing:
            today, fit = date.today(), self.rows.fit(self.list.width, self.asked.words)

            def work(catalogue: Any) -> tuple[dict[int, Row], tuple[Lettering, ...]]:
                rows = self._reader.rows(catalogue, missing, today)
                return rows, letter(rows.values(), fit)

            self.desk.ask(ROWS_LANE, work, lambda answer: self._rows_arrived(*answer))

    def _rows_arrived(self, rows: dict[int, Row], lettered: tuple[Lettering, ...]) -> None:
        self.rows.keep(rows, lettered)
        self.list.repaint(lambda index: (row := self.rows.row(index)) is not None and row.docid in rows)

    def _picture(self, row: Row) -> Any:
        """The fetched cover of a row, when it is here; the row is painted again when it comes."""

        def arrived() -> None:
            self.list.repaint(lambda index: (seen := self.rows.row(index)) is not None and seen.docid == row.docid)

        return self.desk.covers.get(row.cover_url, arrived)

    def _open(self, row: Row) -> None:
        self.desk.go("notice", record_id=row.record_id)

    def _put_into_basket(self, row: Row) -> None:
        visit = self.desk.visit
        if row.record_id in visit:
            visit.remove(row.record_id)
            return
        if visit.add(row.record_id, row.title) is Added.FULL:
            self.desk.toast(_("Votre panier est plein."), "basket")
            return
        self.desk.toast(
            _("Mis au panier\u202f: {title}").format(title=row.title), "basket", _("Annuler"), lambda: visit.remove(row.record_id)
        )

    def _visit_changed(self, change: Change) -> None:
        if change is Change.BASKET:
            self.list.repaint()

    def dispose(self) -> None:
        """Keep nothing of the visit."""
        self._end_watch()
        self.found, self._answer, self._offered = None, None, []
        self.rows.forget()
        self.list.fill(0)
