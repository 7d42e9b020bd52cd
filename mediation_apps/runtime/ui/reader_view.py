"""Ma liseuse on the screen: a page, its settings, its table of contents, its books, its voice.

Guarantees: a book is opened and its pictures are decoded away from the UI thread; pages turn by tap, swipe, keys and switches; a change of
comfort keeps the first word in sight; a book from a stick lives in memory until the end of the workshop.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.theme import SMALL, Form, look
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.fonts import families
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.epub.book import Book
from mediation_apps.runtime.epub.comfort import FONTS, NAMES
from mediation_apps.runtime.epub.layout import Line, Page, Placed, phrases
from mediation_apps.runtime.play.base import Press, Write
from mediation_apps.runtime.play.reading import ReadingState
from mediation_apps.runtime.ui.aloud import Aloud
from mediation_apps.runtime.ui.beat_view import bench_of
from mediation_apps.runtime.ui.book_jobs import decode, open_book
from mediation_apps.runtime.ui.grid_view import Tool
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.media import _texture
from mediation_apps.runtime.ui.paper import Paper
from mediation_apps.runtime.ui.reader_lists import ReaderLists

ICONS = {
    "letters": "format_letter_spacing",
    "words": "format_horizontal_align_center",
    "lines": "format_line_spacing",
    "margins": "format_text_wrapping_wrap",
    "font": "format_font",
    "ground": "palette",
    "ruler": "ruler",
}
PAGE_UP, PAGE_DOWN, RIGHT, LEFT, UP, DOWN = 280, 281, 275, 276, 273, 274


class ReaderView(Column):
    """The page of a `ReadingState` and what stands around it."""

    def __init__(self, host: Host, state: ReadingState, **kwargs: Any) -> None:
        super().__init__(gap=10, **kwargs)
        self._host, self.state, self.bench = host, state, bench_of(host)
        self.book: Book | None = None
        self._before: list[tuple[int, int, int]] = []
        self._opened = -1
        self._lengths: list[int] = []
        self._shown: Any = None
        self.tools = {target.id: self._tool(target.id) for target in state.targets()}
        self.bar = Flow(gap=8)
        for tool in self.tools.values():
            self.bar.add_widget(tool)
        self.paper = Paper(self.turn, self._touched, size_hint_y=None, height=look().tall(300))
        self.paper.stops = self._paper_stops
        self.lists = ReaderLists(self)
        self.foot = BoxLayout(size_hint_y=None, height=look().target, spacing=look().px(10))
        self.progress = Text(units=SMALL, paint="mute", align="center", fit=False)
        self.aloud = Aloud(getattr(host, "voice", None) if state.activity.aloud else None, self._marked, self._read_on)
        self._lay_foot()
        for part in (self.bar, self.paper, self.foot):
            self.add_widget(part)
        self._dress_tools(state)
        for name in ("width", "height"):
            self.paper.fbind(name, self._again)
        self.fbind("parent", lambda *_: Clock.schedule_once(lambda _dt: self._fill(), 0))
        Clock.schedule_once(lambda _dt: self._go_on(), 0)

    # ── building ───────────────────────────────────────────────────────────────────────────────────────

    def _tool(self, name: str) -> Tool:
        setting = name.partition(":")[2]
        icon = {"size-": "format_font_size_decrease", "size+": "format_font_size_increase"}.get(setting) or ICONS[setting]
        tool = Tool(name, icon=icon, kind="paper", units=SMALL)
        tool.bind(on_release=lambda *_: self._change(name))
        return tool

    def _lay_foot(self) -> None:
        compact = look().form is not Form.WIDE or look().text > 1.2
        self.earlier = Tool("page-", text="" if compact else _("Page d’avant"), spoken=_("Page d’avant"), icon="chevron_left", kind="quiet")
        self.later = Tool(
            "page+", text="" if compact else _("Page suivante"), spoken=_("Page suivante"), trail="chevron_right", kind="quiet"
        )
        if compact:
            self.later.trail, self.later.icon = "", "chevron_right"
        self.earlier.bind(on_release=lambda *_: self.turn(-1))
        self.later.bind(on_release=lambda *_: self.turn(1))
        self.foot.add_widget(self.earlier)
        for name, words, icon, act in self.lists.ways():
            tool = Tool(name, text="" if compact else words, spoken=words, icon=icon, kind="quiet", units=SMALL)
            tool.bind(on_release=lambda *_, do=act: do())
            self.foot.add_widget(tool)
        if self.aloud.voice is not None:
            self.listen = Tool("listen", text="" if compact else _("Écouter"), spoken=_("Écouter"), icon="volume_high", kind="quiet")
            self.listen.bind(on_release=lambda *_: self._listen())
            self.foot.add_widget(self.listen)
        self.foot.add_widget(self.progress)
        self.foot.add_widget(self.later)

    def _fill(self, *_: object) -> None:
        """The page takes what the screen leaves."""
        parent = self.parent
        while parent is not None and not isinstance(parent, Scroller):
            parent = parent.parent if parent is not parent.parent else None
        if parent is None:
            return
        if not getattr(self, "_bound", False):
            self._bound = True
            parent.fbind("height", self._fill)
            self.bar.fbind("height", self._fill)
        content = parent.content
        others = sum(child.height for child in content.children if child is not self) + content.spacing * (len(content.children) - 1)
        own = self.bar.height + self.foot.height + 2 * look().px(10)
        room = parent.height - others - own - content.padding[1] - content.padding[3]
        self.paper.height = max(look().tall(190), round(room))

    # ── books ──────────────────────────────────────────────────────────────────────────────────────────

    def _go_on(self) -> None:
        """The settings tried on an earlier page go on here."""
        kept = self.bench.notes.get("comfort") if self.bench is not None else None
        if kept and not self.state.touched and kept != self.state.comfort.line():
            self._host.give(Write("comfort", kept))
        self._open()

    def _open(self) -> None:
        number, books = self.state.book, self.state.activity.books
        if self._opened == number:
            return
        self._opened, self.book = number, None
        own: dict[int, Book] = self.bench.books if self.bench is not None else {}
        if number in own:
            self._arrived(number, own[number])
        elif self.bench is not None and number < len(books):
            path, media = books[number].path, self._host.pack.media  # type: ignore[attr-defined]
            self.paper.tell(_("Le livre s’ouvre…"))
            self.bench.job(lambda: open_book(lambda: media(path)), lambda found: self._arrived(number, found))
        else:
            self.paper.tell(_("Ce livre est sur la tablette de la personne."))

    def _arrived(self, number: int, found: Book | str) -> None:
        if number != self.state.book:
            return
        if isinstance(found, str):
            self.paper.tell(found)
            return
        self.book, self._before, self._shown = found, [], None
        self._lengths = [chapter.length for chapter in found.chapters]  # counted once, not at each page
        self.paper.pictures = {}
        self._again()

    # ── the page ───────────────────────────────────────────────────────────────────────────────────────

    def _place(self) -> tuple[int, int, int]:
        assert self.book is not None
        chapter, passage, word = self.state.place
        chapter = min(chapter, len(self.book.chapters) - 1)
        return chapter, min(passage, max(0, len(self.book.chapters[chapter].passages) - 1)), word

    def refresh(self) -> None:
        """Show the page again after something else stood in its place."""
        self._shown = None
        self._again()

    def jump(self, intent: Write) -> None:
        """To a chapter, or another book: pages before are not those of the way here."""
        self._before = []
        self._host.give(intent)

    def tell(self, words: str) -> None:
        """Show and say a sentence."""
        self._host.tell(words)

    def _again(self, *_changed: object) -> None:
        """Lay out the page in sight, if anything of it has changed."""
        if self.book is None or self.paper.width < 100 or self.lists.open:
            return
        chapter, passage, word = self._place()
        wanted: tuple[Any, ...] = (self._opened, chapter, passage, word, self.state.comfort, self.paper.size[0], self.paper.size[1], look())
        if wanted == self._shown:
            return
        if self._shown is not None and (self._shown[4:] != wanted[4:]):
            self._before = []
        self._shown = wanted
        page = self.paper.set(self.book, chapter, (passage, word), self.state.comfort)
        self._ask_pictures(page)
        title = self.book.chapters[chapter].title or self.book.title
        self.progress.words = _("{title} · {n} %").format(title=title, n=self._percent(chapter, passage))
        self.earlier.enabled = (chapter, passage, word) != (0, 0, 0)
        self.later.enabled = page.next is not None or chapter + 1 < len(self.book.chapters)

    def _percent(self, chapter: int, passage: int) -> int:
        assert self.book is not None
        before = sum(self._lengths[:chapter]) + sum(len(one.plain) for one in self.book.chapters[chapter].passages[:passage])
        return round(100 * before / max(sum(self._lengths), 1))

    def _ask_pictures(self, page: Page) -> None:
        for line in page.lines:
            if line.picture is not None and self.book is not None and line.picture.picture not in self.paper.pictures:
                name, book, size = line.picture.picture, self.book, (round(self.paper.width), line.height)
                self.bench.job(lambda n=name, b=book, s=size: decode(b.pictures[n], *s), lambda found, n=name: self._pictured(n, found))

    def _pictured(self, name: str, found: tuple[tuple[int, int], bytes] | None) -> None:
        if found is not None:
            self.paper.pictures[name] = _texture(*found)
            self.paper.redraw()

    def turn(self, way: int) -> None:
        """The next page, or the one before."""
        if self.book is None or self.paper.page is None:
            return
        chapter, passage, word = self._place()
        if way > 0:
            after = self.paper.page.next
            if after is not None:
                self._before.append((chapter, passage, word))
                self._to(chapter, *after)
            elif chapter + 1 < len(self.book.chapters):
                self._before.append((chapter, passage, word))
                self._to(chapter + 1, 0, 0)
            return
        if self._before:
            self._to(*self._before.pop())
        elif (passage, word) > (0, 0):
            self._to(chapter, *self.paper.setter(self.book, chapter).back((passage, word)))
        elif chapter > 0:
            last = (len(self.book.chapters[chapter - 1].passages), 0)
            self._to(chapter - 1, *self.paper.setter(self.book, chapter - 1).back(last))

    def _to(self, chapter: int, passage: int, word: int) -> None:
        self.paper.guide = 0
        self._host.give(Write("place", f"{chapter}:{passage}:{word}"))

    def _touched(self, line: Line | None, placed: Placed | None) -> None:
        """A note's number tells its note; with a ruler, the line under the finger is the one being read."""
        if placed is not None and placed.word.note and self.book is not None:
            self._host.tell(self.book.note(placed.word.note) or _("Cette note est vide."))
        elif line is not None and self.state.comfort.ruler and self.paper.page is not None:
            self.paper.guide = self.paper.page.lines.index(line)

    def _paper_stops(self) -> list[Stop]:
        """The page is a stop: arriving there, the voice reads it; Enter turns it."""
        if self.paper.page is None or self.paper.parent is None:
            return []
        words = " ".join(phrase.text for phrase in phrases(self.paper.page))
        return [Stop(self.paper, window_area(self.paper), words or _("Image"), lambda: self.turn(1), "page", 16)]

    def key(self, key: int) -> bool:
        """Arrows and page keys turn pages; with a ruler, up and down move it."""
        if self.paper.parent is None:
            return False
        if key in (RIGHT, PAGE_DOWN, LEFT, PAGE_UP):
            self.turn(1 if key in (RIGHT, PAGE_DOWN) else -1)
            return True
        if key in (UP, DOWN) and self.state.comfort.ruler and self.paper.page is not None:
            after = int(self.paper.guide) + (1 if key == DOWN else -1)
            if 0 <= after < len(self.paper.page.lines):
                self.paper.guide = after
            else:
                self.turn(1 if key == DOWN else -1)
            return True
        return False

    def leave(self) -> None:
        """Be silent before another page comes."""
        self.aloud.stop()

    # ── settings ──────────────────────────────────────────────────────────────────────

    def _change(self, name: str) -> None:
        self.aloud.stop()
        self._host.give(Press(name))
        for _font in FONTS:
            if name == "choice:font" and FONTS[self.state.comfort.font] not in families():
                self._host.give(Press(name))  # a font that is not on this tablet is passed over

    def show(self, state: ReadingState) -> None:
        """Settings and page as they stand."""
        changed = state.comfort != self.state.comfort
        self.state = state
        self._dress_tools(state)
        if self.bench is not None and changed:
            self.bench.notes["comfort"] = state.comfort.line()
        self._open()
        self._again()

    def _dress_tools(self, state: ReadingState) -> None:
        for target in state.targets():
            tool = self.tools[target.id]
            tool.enabled, tool.spoken = target.enabled, target.label
            setting = target.id.partition(":")[2]
            self._dress(tool, setting, state)

    def _dress(self, tool: Tool, setting: str, state: ReadingState) -> None:
        """Name and value where there is room, the value, or the icon alone (its whole name is spoken)."""
        if setting in ("size-", "size+"):
            words = _("Plus petit") if setting == "size-" else _("Plus grand")
            tool.text = words if look().form is Form.WIDE and look().text < 1.3 and len(self.tools) < 5 else ""
            return
        said, crowded = state.comfort.said(setting), len(self.tools) > 4
        wide, plain = look().form is not Form.COMPACT, look().text < 1.3
        named = (wide and plain) or (plain and not crowded)
        tool.text = f"{NAMES[setting]} : {said}" if named else said if wide or not crowded else ""

    # ── aloud ──────────────────────────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        if self.paper.page is not None:
            self.aloud.toggle(self.paper.page)
        self._show_listening()

    def _show_listening(self) -> None:
        self.listen.icon = "stop" if self.aloud.on else "volume_high"
        self.listen.spoken = _("Arrêter la lecture") if self.aloud.on else _("Écouter")
        if self.listen.text:
            self.listen.text = _("Arrêter") if self.aloud.on else _("Écouter")

    def _marked(self, phrase: Any) -> None:
        self.paper.marked = phrase
        self.paper.redraw()
        if phrase is None and self.aloud.voice is not None:
            self._show_listening()

    def _read_on(self) -> Page | None:
        """The page after this one, turned to, for the voice."""
        before = self.state.place
        self.turn(1)
        return self.paper.page if self.state.place != before else None
