"""A page of a book on the screen, in its reader's own comfort: letters, spaces, colours, ruler, the phrase being read.

Guarantees: one texture a page, written anew only when the page or the comfort changes; what is marked has a line under it, not a colour
alone; nothing is laid out beyond the page in sight.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kivy.properties import NumericProperty

from kiosk.ui.theme import SMALL, look, rgba
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, width_of
from mediation_apps.runtime.epub.book import HEADING, ITEM, Book
from mediation_apps.runtime.epub.comfort import FONTS, LETTERS, LINES, MARGINS, SIZES, WORDS, Comfort
from mediation_apps.runtime.epub.layout import Frame, Line, Page, Phrase, Placed, Setter
from mediation_apps.runtime.ui.lettering import BLEED, Glyphs, written

SWIPE = 50  # pixels a finger goes to turn a page


def weight_of(bold: bool, italic: bool) -> Weight:
    """Bold wins where a font has no bold italic of ours."""
    return Weight.BOLD if bold else Weight.ITALIC if italic else Weight.REGULAR


@lru_cache(maxsize=30_000)
def _width(text: str, style: Style, letter: float) -> int:
    if not letter:
        return width_of(text, style)
    return sum(width_of(sign, style) for sign in text) + round(letter * (len(text) - 1))


class Face:
    """Measures and styles of one comfort on this screen."""

    def __init__(self, comfort: Comfort, width: int, height: int) -> None:
        self.comfort = comfort
        self.px = max(12, look().px(SIZES[comfort.size]))
        self.family = FONTS[comfort.font]
        self.letter = LETTERS[comfort.letters] * self.px
        self.margin = round(width * MARGINS[comfort.margins])
        self.head = look().px(18)
        line = max(round(self.px * LINES[comfort.lines]), line_height(self.style(False, False, 1.0)))
        space = width_of(" ", self.style(False, False, 1.0)) + round(WORDS[comfort.words] * self.px + self.letter)
        self.frame = Frame(max(width - 2 * self.margin, 2 * self.px), max(height - 2 * self.head, line), line, max(space, 2), self.letter)

    def style(self, bold: bool, italic: bool, scale: float) -> Style:
        """How a word is written."""
        return Style(round(self.px * scale), weight_of(bold, italic), 1.0, self.family)

    def width(self, text: str, bold: bool, italic: bool, scale: float) -> int:
        """Pixels of a word, with the space added between its letters."""
        return _width(text, self.style(bold, italic, scale), self.letter * scale)


class Paper(Drawn):
    """One page. `turn(1)` and `turn(-1)` are asked of the view by taps at the sides and swipes; `touched` hears of a word in the middle."""

    guide = NumericProperty(-1)  # the line under the ruler

    redraw_on = ("guide",)

    def __init__(self, turn: Callable[[int], None], touched: Callable[[Line | None, Placed | None], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._turn, self._touched = turn, touched
        self.face = Face(Comfort(), 400, 300)
        self.page: Page | None = None
        self.marked: Phrase | None = None
        self.pictures: dict[str, Any] = {}
        self.message = ""
        self._kinds: dict[int, str] = {}
        self._written: tuple[Any, Any] | None = None

    def set(self, book: Book, chapter: int, place: tuple[int, int], comfort: Comfort) -> Page:
        """Lay out and show the page that begins at a place."""
        self.face = Face(comfort, round(self.width), round(self.height))
        passages = book.chapters[chapter].passages
        self.page = self.setter(book, chapter).page(place)
        self._kinds = {line.passage: passages[line.passage].kind for line in self.page.lines}
        self.guide = min(max(self.guide, 0), max(len(self.page.lines) - 1, 0)) if comfort.ruler else -1
        self.message = ""
        self.redraw()
        return self.page

    def setter(self, book: Book, chapter: int) -> Setter:
        """What lays a chapter out in this face."""
        return Setter(book.chapters[chapter], self.face.frame, self.face.width)

    def tell(self, words: str) -> None:
        """Words instead of a page."""
        self.page, self.message = None, words
        self.redraw()

    # ── fingers ────────────────────────────────────────────────────────────────────────────────────────

    def on_touch_down(self, touch: Any) -> bool:
        """Take the finger."""
        if not self.collide_point(*touch.pos) or touch.is_mouse_scrolling:
            return False
        touch.grab(self)
        touch.ud[self.uid] = touch.pos
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """A swipe or a tap at a side turns the page; a tap in the middle is for what is there."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        begun = touch.ud.get(self.uid)
        if begun is None or touch.ud.get("scrolled"):
            return True
        across, along = touch.x - begun[0], touch.y - begun[1]
        if abs(across) > SWIPE and abs(across) > abs(along):
            self._turn(1 if across < 0 else -1)
        elif max(abs(across), abs(along)) <= SWIPE:
            self._tap(touch.x, touch.y)
        return True

    def _tap(self, x: float, y: float) -> None:
        share = (x - self.x) / max(self.width, 1)
        line, placed = self.under(x, y)
        if placed is not None and placed.word.note:
            self._touched(line, placed)
        elif share < 0.22:
            self._turn(-1)
        elif share > 0.78:
            self._turn(1)
        else:
            self._touched(line, placed)

    def under(self, x: float, y: float) -> tuple[Line | None, Placed | None]:
        """The line and the word under a point."""
        if self.page is None:
            return None, None
        left, down = x - self.x - self.face.margin, self.top - self.face.head - y
        line = next((line for line in self.page.lines if line.top <= down < line.top + line.height), None)
        words = line.words if line is not None else ()
        return line, next((placed for placed in words if placed.x - 4 <= left < placed.x + placed.width + 4), None)

    # ── drawing ────────────────────────────────────────────────────────────────────────────────────────

    def draw(self, painter: Painter, area: Area) -> None:
        """The ground, what is marked, then the words as one texture."""
        paper, radius = self.face.comfort.paper, look().px(16)
        ink = rgba(paper.ink)
        painter.box(area, rgba(paper.ground), radius)
        painter.outline(area, "line", radius, look().px(2))
        if self.page is None:
            painter.text(area.inset(look().px(30), 0), self.message, ink, SMALL, align="center", most=5)
            return
        for number, line in enumerate(self.page.lines):
            self._draw_ruler(painter, area, line, number == int(self.guide))
            self._draw_mark(painter, area, line)
            if line.picture is not None:
                self._draw_picture(painter, area, line)
            elif line.rule:
                middle = self._line_area(area, line).middle(look().px(120), look().px(3))
                painter.fill(middle, ink)
        self._draw_words(painter, area, ink)

    def _draw_words(self, painter: Painter, area: Area, ink: Any) -> None:
        assert self.page is not None
        room = Area(area.x + self.face.margin, area.y, area.width - self.face.margin - look().px(4), area.height - self.face.head)
        key = (id(self.page), room.size, self.face.comfort, look().unit)
        if self._written is None or self._written[0] != key:
            parts = tuple(part for line in self.page.lines for part in self._parts(line))
            self._written = (key, written(parts, room.width, room.height))
        texture = self._written[1]
        if texture is not None:
            painter.image(Area(room.x - BLEED, room.top - texture.height, texture.width, texture.height), texture, ink)

    def _line_area(self, area: Area, line: Line) -> Area:
        top = area.top - self.face.head - line.top
        return Area(area.x + self.face.margin, top - line.height, area.width - 2 * self.face.margin, line.height)

    def _draw_ruler(self, painter: Painter, area: Area, line: Line, here: bool) -> None:
        if not here or not self.face.comfort.ruler:
            return
        box, paper = self._line_area(area, line), self.face.comfort.paper
        out = look().px(10)
        if self.face.comfort.ruler == 2:
            painter.box(Area(box.x - out, box.y, box.width + 2 * out, box.height), rgba(paper.mark), look().px(8))
        painter.fill(Area(box.x - out, box.y - look().px(2), box.width + 2 * out, look().px(4)), rgba(paper.ink))

    def _draw_mark(self, painter: Painter, area: Area, line: Line) -> None:
        marked = self.marked
        if marked is None or line.passage != marked.passage:
            return
        words = [placed for placed in line.words if marked.first <= placed.index <= marked.last]
        if words:
            box = self._line_area(area, line)
            box = Area(box.x + words[0].x - 4, box.y, words[-1].x + words[-1].width - words[0].x + 8, box.height)
            painter.box(box, rgba(self.face.comfort.paper.mark), look().px(6))
            painter.fill(Area(box.x, box.y, box.width, look().px(3)), rgba(self.face.comfort.paper.ink))

    def _draw_picture(self, painter: Painter, area: Area, line: Line) -> None:
        assert line.picture is not None
        box, texture = self._line_area(area, line), self.pictures.get(line.picture.picture)
        if texture is None:
            painter.text(box.inset(look().px(20), 0), line.picture.plain, rgba(self.face.comfort.paper.ink), SMALL, align="center", most=4)
            return
        scale = min(1.0, box.width / texture.width, box.height / texture.height)
        painter.image(box.middle(texture.width * scale, texture.height * scale), texture)

    def _parts(self, line: Line) -> list[Glyphs]:
        parts, kind = [], self._kinds.get(line.passage, "")
        if kind == ITEM and line.words and line.words[0].index == 0:
            left = max(0, line.words[0].x - 2 * self.face.frame.space)
            parts.append(Glyphs(left, self._top(line, False, False), "•", self.face.style(True, False, 1.0)))
        for placed in line.words:
            word = placed.word
            bold = word.bold or kind == HEADING
            style, top = self.face.style(bold, word.italic, line.scale), self._top(line, bold, word.italic)
            if word.note:
                style = Style(round(style.px * 0.75), Weight.BOLD, 1.0, style.family)
            if not self.face.letter or word.note:
                parts.append(Glyphs(placed.x, top, word.text, style))
                continue
            x = float(placed.x)
            for sign in word.text:
                parts.append(Glyphs(round(x), top, sign, style))
                x += width_of(sign, style) + self.face.letter * line.scale
        return parts

    def _top(self, line: Line, bold: bool, italic: bool) -> int:
        return line.top + max(0, (line.height - line_height(self.face.style(bold, italic, line.scale))) // 2)
