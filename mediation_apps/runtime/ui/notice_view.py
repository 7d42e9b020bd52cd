"""Further reading: what the library has on the subject, as covers to touch, and the notice that opens.

Guarantees: the notice opens at once from what the pack carries; what this device's catalogue adds comes later, without a wait; Escape, a
touch on "Fermer" or a touch beside it closes it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from kivy.clock import Clock
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, HEAD, SMALL, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.covers import Face, paint_cover
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column, Flow, Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime.notices import Carried, Notice, Notices, joined
from mediation_apps.runtime.ui.host import Host


class Bookshelf:
    """The notices of a player: those of the pack at once, the catalogue's when they come. Closed with the player."""

    def __init__(self, carried: Carried, catalogue: Notices | None) -> None:
        self._carried, self._catalogue = carried, catalogue
        self._found: dict[str, Notice | None] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def find(self, records: tuple[str, ...]) -> list[Notice]:
        """What can be shown now."""
        both = (joined(self._carried.find(record), self._found.get(record)) for record in dict.fromkeys(records))
        return [notice for notice in both if notice is not None]

    def ask(self, record: str, done: Callable[[Notice], None] = lambda _notice: None) -> None:
        """Ask the catalogue, once a record; `done` is called on the UI thread when it knows something."""
        if self._catalogue is None or record in self._found or self._closed:
            return
        self._found[record] = None
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "notices")
        catalogue = self._catalogue

        def work() -> None:
            notice = catalogue.find(record)
            if notice is not None:
                Clock.schedule_once(lambda _dt: self._came(record, notice, done), 0)

        self._pool.submit(work)

    def _came(self, record: str, notice: Notice, done: Callable[[Notice], None]) -> None:
        self._found[record] = notice
        both = joined(self._carried.find(record), notice)
        if not self._closed and both is not None:
            done(both)

    def close(self) -> None:
        """Ask no more; what is under way ends by its own time limit."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


class Cover(Drawn):
    """A notice's picture, or the landscape of its title."""

    def __init__(self, host: Host, notice: Notice, width: int, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(width, round(width * 1.4)), **kwargs)
        self._face, self._texture = Face(notice.record, notice.title, notice.author), None
        if notice.cover is not None:
            host.picture(self, notice.cover.path, width, round(width * 1.4))

    def arrived(self, texture: Any) -> None:
        """Show it."""
        self._texture = texture
        self.redraw()

    def draw(self, painter: Painter, area: Area) -> None:
        """A cover, as the catalogue draws them."""
        paint_cover(painter, area, self._face, radius=look().px(12), picture=self._texture)


class NoticeTile(Pressable):
    """A notice to open: title and author beside a book's sign."""

    def __init__(self, notice: Notice, open_: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(look().tall(300), look().tall(96)), **kwargs)
        self.notice = notice
        self.spoken = _("Notice : {title}, {author}").format(title=notice.title, author=notice.author).rstrip(", ")
        self.bind(on_release=lambda *_: open_())

    def draw(self, painter: Painter, area: Area) -> None:
        """A cover without words, then the words."""
        painter.box(area, "action_soft" if self.pressed else "paper", look().px(16))
        painter.outline(area, "line", look().px(16), look().px(2))
        row = area.inset(look().px(12), look().px(10))
        book = row.cut_left(look().tall(52), look().px(14))
        paint_cover(painter, book, Face(self.notice.record, "", ""), radius=look().px(8))
        head = row.cut_top(row.height * 0.62) if self.notice.author else row
        painter.text(head, self.notice.title, "ink", SMALL, Weight.BOLD, most=2, leading=1.1)
        if self.notice.author:
            painter.text(row, self.notice.author, "mute", 16, Weight.SEMIBOLD)


def further(host: Host, notices: list[Notice]) -> Column:
    """The row of notices below a page."""
    column, row = Column(gap=10), Flow(gap=12)
    column.add_widget(Text(words=_("Pour aller plus loin"), units=SMALL, weight="bold", paint="mute"))
    for notice in notices:
        row.add_widget(NoticeTile(notice, partial(host.read, notice)))
    column.add_widget(row)
    return column


class NoticeSheet(Widget):
    """A notice over the page."""

    def __init__(self, host: Host, notice: Notice, close: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._host, self._close = host, close
        self.scroller = Scroller()
        self.button = Button(text=_("Fermer la notice"), icon="close", kind="primary")
        self.button.bind(on_release=lambda *_: close())
        self._ground = Ground()
        for part in (self._ground, self.scroller, self.button):
            self.add_widget(part)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.show(notice)

    def show(self, notice: Notice) -> None:
        """What is known of it now."""
        self.notice = notice
        self.scroller.clear_widgets()
        sheet = Sheet(gap=18, edge="line")
        words = Column(gap=10)
        cover = Cover(self._host, notice, look().tall(170))
        if look().form is not Form.TALL and look().text < 1.5:
            row = BoxLayout(spacing=look().px(28), size_hint_y=None, height=cover.height)
            row.add_widget(cover)
            row.add_widget(words)
            words.pos_hint = cover.pos_hint = {"top": 1}
            words.fbind("height", lambda *_: setattr(row, "height", max(cover.height, words.height)))
            sheet.add_widget(row)
        else:
            sheet.add_widget(words)
        words.add_widget(Text(words=notice.title, units=TITLE, weight="bold"))
        by = " · ".join(part for part in (notice.author, notice.year) if part)
        for line, units, weight in ((by, HEAD, "semibold"), (self._where(notice), BODY, "semibold")):
            if line:
                words.add_widget(Text(words=line, units=units, weight=weight, paint="mute"))
        if notice.summary:
            words.add_widget(Text(words=notice.summary, units=BODY + 1))
        self.scroller.add_widget(sheet)
        self.place()

    @staticmethod
    def _where(notice: Notice) -> str:
        held = ngettext("dans {n} bibliothèque", "dans {n} bibliothèques", notice.libraries).format(n=notice.libraries)
        shelf = _("Cote : {number}").format(number=notice.call_number) if notice.call_number else ""
        return " · ".join(part for part in (shelf, held if notice.libraries else "") if part)

    def place(self, *_: object) -> None:
        """The sheet in the middle, its button below."""
        foot = look().target + look().px(28)
        self._ground.pos, self._ground.size = self.pos, self.size
        wide = min(self.width - look().px(64), look().px(900))
        self.scroller.pos = (round(self.x + (self.width - wide) / 2), round(self.y + foot))
        self.scroller.size = (round(wide), max(0, round(self.height - foot - look().px(24))))
        self.button.pos = (round(self.center_x - self.button.width / 2), round(self.y + look().px(14)))

    def on_touch_down(self, touch: Any) -> bool:
        """Nothing below is touched; beside the sheet closes it."""
        if not super().on_touch_down(touch) and not self.scroller.collide_point(*touch.pos):
            self._close()
        return True


class Ground(Drawn):
    """What stands behind the notice."""

    def draw(self, painter: Painter, area: Area) -> None:
        """The quiet ground of the screens."""
        painter.fill(area, "ground")
