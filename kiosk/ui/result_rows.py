"""How one line of the results is painted, and what can be pressed in it.

Guarantees: a row is painted from a value, or as a quiet placeholder while its value is on its way; words that were
searched are marked; nothing is asked of the catalogue here, what is missing is only named (`missing`). What a row says is
lettered on the thread that found it (`row_lettering`), so that painting only copies.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kivy.graphics import InstructionGroup

from kiosk.ui.i18n import _
from kiosk.ui.result_lettering import COVER_RADIUS, Fit, Lettering, marks_of, row_cover, row_lettering
from kiosk.ui.results_view import Row
from kiosk.ui.theme import HEAD, RADIUS_CARD, SMALL, Form, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.covers import RATIO, Face, paint_cover
from kiosk.ui.widgets.painter import BatchPainter, Painter
from kiosk.ui.widgets.sheet import Sheet
from kiosk.ui.widgets.text import Style
from kiosk.ui.widgets.thumbs import Thumbs
from kiosk.ui.widgets.virtual_list import Zone

KEPT = 300  # rows kept in memory
AHEAD = 24  # rows asked for beyond what is seen
LETTERED = 48  # letterings kept until they are painted, some 100 kB each


class ResultRows:
    """The rows of one answer. `want(first, last)` is called when rows not kept are about to be seen."""

    def __init__(
        self,
        chosen: Callable[[Row], None],
        added: Callable[[Row], None],
        in_basket: Callable[[str], bool],
        want: Callable[[int, int], None],
        picture: Callable[[Row], object] = lambda _row: None,
    ) -> None:
        self._chosen, self._added, self._in_basket, self._want, self._picture = chosen, added, in_basket, want, picture
        self._ids: Sequence[int] = ()
        self._kept: OrderedDict[int, Row] = OrderedDict()
        self._marks: tuple[str, ...] = ()
        self._last_first, self._fresh = 0, True
        self.postponed: Callable[[int], None] = lambda _index: None  # told of rows to paint again in the next frame
        self.canvas = InstructionGroup()  # pictures the rows show; put it before them
        self._thumbs: Thumbs | None = None
        self._buttons: Thumbs | None = None
        self._sheet: Sheet | None = None  # words
        self._covers: Sheet | None = None
        self._lettered: OrderedDict[int, Lettering] = OrderedDict()
        self._cut: tuple[tuple[int, int], tuple[Area, Area, Area]] | None = None  # the parts of a row of that size

    def show(self, ids: Sequence[int], rows: Iterable[Row], words: str, lettered: Iterable[Lettering] = ()) -> None:
        """Take another answer."""
        self._ids = ids
        self._marks = marks_of(words)
        self._last_first, self._fresh = 0, True
        self._lettered.clear()
        if self._thumbs is not None:
            self._thumbs.rest()
        self.keep({row.docid: row for row in rows}, lettered)

    def keep(self, rows: dict[int, Row], lettered: Iterable[Lettering] = ()) -> None:
        """Keep rows that have arrived, and what was lettered for them; the oldest ones forgotten."""
        for docid, row in rows.items():
            self._kept[docid] = row
            self._kept.move_to_end(docid)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        for lettering in lettered:
            self._lettered[lettering.row.docid] = lettering
        while len(self._lettered) > LETTERED:
            self._lettered.popitem(last=False)

    def forget(self) -> None:
        """Keep nothing: the visit is over."""
        self._kept.clear()
        self._lettered.clear()
        self._ids, self._marks = (), ()
        for sheet in (self._sheet, self._covers):
            if sheet is not None:
                sheet.forget()

    def row(self, index: int) -> Row | None:
        """Return a row, or None while it is on its way."""
        return self._kept.get(self._ids[index]) if 0 <= index < len(self._ids) else None

    def missing(self, first: int, last: int) -> list[int]:
        """Return the docids not kept between two rows, a few more in the direction of the scroll."""
        down = first >= self._last_first
        low, high = (first, last + AHEAD) if down else (first - AHEAD, last)
        span = self._ids[max(0, low) : high + 1]
        return [int(d) for d in span if d not in self._kept]

    def seen(self, first: int, last: int) -> None:
        """Ask for what is missing on the screen, or soon will be; a list that has not moved yet looks no further."""
        down, edge = first >= self._last_first, (first, last)
        if not self._fresh:
            edge = (last, min(last + AHEAD // 2, len(self._ids) - 1)) if down else (max(0, first - AHEAD // 2), first)
        self._fresh = False
        if any(self.row(i) is None for i in (first, last, *edge)):
            self._want(first, last)
        self._last_first = first

    # -- painting -----------------------------------------------------------------------------------------------------

    @staticmethod
    def height() -> int:
        """Height of a row for the present look."""
        form = look().form
        words = text.line_height(Style(look().font(HEAD), leading=1.25)) + 2 * text.line_height(Style(look().font(SMALL), leading=1.3))
        return max(look().tall({Form.COMPACT: 100, Form.WIDE: 112, Form.TALL: 132}[form]), words + look().px(16))

    @staticmethod
    def _button(area: Area) -> Area:
        side = look().target
        return Area(area.right - side - look().px(18), area.y + (area.height - side) // 2, side, side)

    def zones(self, area: Area, index: int) -> tuple[Zone, ...]:
        """The row leads to the notice, its button puts the record into the basket."""
        row = self.row(index)
        if row is None:
            return ()
        inside = self._in_basket(row.record_id)
        verb = _("Retirer du panier") if inside else _("Mettre au panier")
        return (
            Zone(area, f"{row.title}. {row.byline}, {row.tail}. {row.state}", lambda: self._chosen(row), "row", RADIUS_CARD),
            Zone(self._button(area), f"{verb} : {row.title}", lambda: self._added(row), "basket", RADIUS_CARD),
        )

    def _split(self, area: Area) -> tuple[Area, Area, Area]:
        """Cut a row into cover, words and button."""
        if self._cut is None or self._cut[0] != area.size:
            whole = Area(0, 0, area.width, area.height)
            inner = whole.inset(look().px(12))
            cover = inner.cut_left(inner.height / RATIO, look().px(18))
            button = self._button(whole)
            words = Area(inner.x, inner.y, max(0, button.x - inner.x - look().px(16)), inner.height)
            self._cut = (area.size, (cover, words, button))
        cover, words, button = (Area(area.x + a.x, area.y + a.y, a.width, a.height) for a in self._cut[1])
        return cover, words, button

    def fit(self, width: float, words: str) -> Fit:
        """What the lettering of a list `width` pixels wide depends on, when `words` were asked."""
        cover, room, _button = self._split(Area(0, 0, round(width), self.height()))
        return Fit(room.width, room.height, marks_of(words), cover.size, look())

    def ready(self, width: float) -> None:
        """Make the textures that the rows of a list `width` pixels wide are put into, before the first."""
        cover, words, button = self._split(Area(0, 0, round(width), self.height()))
        self._sheet_of(words)
        self._covers_of(cover)
        self._button_of(button.size, inside=False)

    def paint(self, painter: BatchPainter, area: Area, index: int) -> None:
        """The cover, three lines of words and the button; the card under them is the list's."""
        row = self.row(index)
        cover, words, button = self._split(area)
        if row is None:
            self._paint_waiting(painter, cover, words)
            return
        fit = Fit(words.width, words.height, self._marks, cover.size, look())
        lettering = self._lettered.pop(row.docid, None)
        if lettering is None or (lettering.fit, lettering.row) != (fit, row):
            lettering = None
        if not self._paint_cover(painter, cover, row, fit, lettering):
            self.postponed(index)
        self._paint_words(painter, words, row, fit, lettering)
        self._paint_button(painter, button, self._in_basket(row.record_id))

    def _sheet_of(self, words: Area) -> Sheet:
        """The texture of words for rows with such a room."""
        cell = (words.width + 4, words.height + 4)
        if self._sheet is None or self._sheet.cell != cell:
            self._sheet = Sheet(cell, self._room())
        return self._sheet

    def _covers_of(self, cover: Area) -> Sheet:
        """The texture of covers drawn by the kiosk, at that size."""
        if self._covers is None or self._covers.cell != cover.size:
            self._covers = Sheet(cover.size, self._room())
        return self._covers

    def _atlas(self, old: Thumbs | None, new: Thumbs) -> Thumbs:
        """Put an atlas in the place of another, drawn before the rows."""
        if old is not None:
            self.canvas.remove(old.canvas)
        self.canvas.add(new.canvas)
        return new

    def _button_of(self, size: tuple[int, int], inside: bool) -> tuple[Any, Callable[[Painter, Area], None]]:
        """The picture of the button, None when this frame has drawn enough of them, and what draws it."""
        if self._buttons is None or self._buttons.size != size:
            self._buttons = self._atlas(self._buttons, Thumbs(size, side=256))

        def draw(into: Painter, place: Area) -> None:
            into.box(place, "ok_soft" if inside else "action_soft", look().px(RADIUS_CARD))
            into.icon(place, "check" if inside else "plus", "ok_deep" if inside else "action_deep", 30)

        return self._buttons.region(("button", inside), draw), draw

    def _paint_button(self, painter: Painter, area: Area, inside: bool) -> None:
        region, draw = self._button_of(area.size, inside)
        if region is None:
            draw(painter, area)
        else:
            painter.image(area, region)

    def _paint_cover(self, painter: BatchPainter, area: Area, row: Row, fit: Fit, lettering: Lettering | None) -> bool:
        """The picture that was fetched, else the cover drawn by the kiosk; tell whether it is the one to stay."""
        picture = self._picture(row)
        if picture is not None:
            region = self._fetched(area, row, picture)
            if region is not None:
                painter.image(area, region)
                return True
        covers = self._covers_of(area)
        kept = covers.get(row.record_id)
        if kept is None:
            drawn = lettering.cover if lettering is not None else None
            kept = covers.put(row.record_id, drawn or row_cover(row, fit))
        painter.inked(area.x, area.top, kept)
        return picture is None

    def _fetched(self, area: Area, row: Row, picture: Any) -> Any:
        """A fetched picture at its size with round corners, None when this frame has drawn enough of them."""
        if self._thumbs is None or self._thumbs.size != area.size:
            self._thumbs = self._atlas(self._thumbs, Thumbs(area.size))
        face = Face(row.record_id, row.title, row.byline, row.icon)
        radius = look().px(COVER_RADIUS)
        return self._thumbs.region(
            (row.record_id, row.cover_url), lambda into, place: paint_cover(into, place, face, radius=radius, picture=picture)
        )

    def _room(self) -> int:
        """Cells for twice the rows that are seen and one more (`Sheet`)."""
        return 2 * (look().height // max(1, self.height()) + 2) + 1

    def _paint_waiting(self, painter: Painter, cover: Area, words: Area) -> None:
        painter.box(cover, "action_soft", look().px(8))
        for share in (0.6, 0.4):
            line = words.cut_top(words.height * 0.3, look().px(6))
            painter.box(Area(line.x, line.y, round(words.width * share), look().px(16)), "action_soft", look().px(8))

    def _paint_words(self, painter: BatchPainter, words: Area, row: Row, fit: Fit, lettering: Lettering | None) -> None:
        """Title, authors and year, state: one picture, over the marks of what was searched."""
        sheet = self._sheet_of(words)
        kept = sheet.get((row, self._marks))
        if kept is None:
            written = lettering or row_lettering(row, fit)
            if written.picture is None:
                return
            kept = sheet.put((row, self._marks), written.picture, (written.drop, written.marks))
        drop, marks = kept.note
        top = words.top - drop
        for mark in marks:
            under = Area(words.x + mark.x, top - mark.y - mark.height, mark.width, mark.height)
            painter.box(under, "action_soft", look().px(6))
        painter.inked(words.x - 2, top, kept)
