"""One page on the screen: what is to be read beside, or above, the task."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, HEAD, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, window_area
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.covers import Face, paint_cover
from kiosk.ui.widgets.layouts import Column, Flow, Gap, Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.texts import Icon, Text
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Page, Run
from mediation_apps.runtime.model import (
    Beat,
    Blanks,
    Board,
    Common,
    DragText,
    Explore,
    Flashcards,
    InspectMessage,
    Listen,
    MarkTheWords,
    MemoryGame,
    MultiChoice,
    Picture,
    Predict,
    Program,
    Rank,
    Reading,
    SingleChoiceSet,
    Sound,
    Summary,
    Task,
    TrueFalse,
)
from mediation_apps.runtime.model import (
    Text as TextInfo,
)
from mediation_apps.runtime.play.base import Score
from mediation_apps.runtime.richtext import RichText, Span
from mediation_apps.runtime.ui.beat_view import BeatView, ListenView
from mediation_apps.runtime.ui.board_view import BoardView
from mediation_apps.runtime.ui.card_view import ExploreView, MemoryView
from mediation_apps.runtime.ui.choice_view import ChoiceView, SeriesView
from mediation_apps.runtime.ui.comfort_card import CardView
from mediation_apps.runtime.ui.gap_view import BlanksView, DragTextView, FlashcardsView
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.mark_view import InspectView, MarkView
from mediation_apps.runtime.ui.media import PictureView
from mediation_apps.runtime.ui.notice_view import further
from mediation_apps.runtime.ui.order_view import PredictView, RankView
from mediation_apps.runtime.ui.program_view import ProgramView
from mediation_apps.runtime.ui.reader_view import ReaderView
from mediation_apps.runtime.ui.rich_lines import RichLines
from mediation_apps.runtime.ui.stage_view import PictureBoardView

SHORT = 500  # signs of a page with a picture above its words, on a tall screen
READING = 880  # units: the longest comfortable line, with its margins


def task_view(host: Host, task: Task, state: Any) -> Any:
    """The view of a task."""
    match task:
        case Beat():
            return BeatView(host, state)
        case Reading():
            return ReaderView(host, state) if task.controls else CardView(host, state)
        case Listen():
            return ListenView(host, state)
        case MultiChoice() | TrueFalse():
            return ChoiceView(host, state)
        case SingleChoiceSet() | Summary():
            return SeriesView(host, state)
        case Blanks():
            return BlanksView(host, state)
        case Flashcards():
            return FlashcardsView(host, state)
        case DragText():
            return DragTextView(host, state, task)
        case Board():
            return PictureBoardView(host, state) if task.drawn else BoardView(host, state)
        case MarkTheWords():
            return MarkView(host, state)
        case InspectMessage():
            return InspectView(host, state)
        case Explore():
            return ExploreView(host, state)
        case MemoryGame():
            return MemoryView(host, state)
        case Rank():
            return RankView(host, state)
        case Program():
            return ProgramView(host, state)
        case Predict():
            return PredictView(host, state)


def rich_column(text: RichText, units: int = BODY + 2, title: str = "", strong: bool = False) -> Column:
    """A text, block by block; a heading that only repeats the page's `title` is left out."""
    column = Column(gap=14)
    for block in text.blocks:
        if block.kind == "heading" and block.plain == title:
            continue
        size = TITLE if block.kind == "heading" else units
        bold = block.kind == "heading" or strong or (block.spans and all(span.bold for span in block.spans))
        if block.kind == "item" or (not bold and any(span.bold or span.italic for span in block.spans)):
            spans = tuple(Span(span.text, bold=True) for span in block.spans) if bold else block.spans
            spans = (Span("«\u00a0"), *spans, Span("\u00a0»")) if block.kind == "quote" else spans
            paint = "mute" if block.kind == "quote" else "ink"
            column.add_widget(RichLines(spans, size, bullet=block.kind == "item", paint=paint))
            continue
        words = f"«\u00a0{block.plain}\u00a0»" if block.kind == "quote" else block.plain
        column.add_widget(
            Text(words=words, units=size, weight="bold" if bold else "regular", paint="mute" if block.kind == "quote" else "ink")
        )
    return column


def reading(host: Host, page: Page) -> list[Any]:
    """The widgets of what is to be read, looked at, listened to."""
    found: list[Any] = []
    for info in page.infos:
        if isinstance(info, TextInfo):
            found.append(rich_column(info.body, HEAD + 2 if page.task is None else BODY + 2, page.title))
        elif isinstance(info, Picture):
            found.append(PictureView(host, info.image, tallest=420))
        elif isinstance(info, Sound):
            found.append(_listen(host, info))
    return found


def _listen(host: Host, info: Sound) -> Button:
    button = Button(text=info.title or _("Écouter"), icon="volume_high", kind="quiet")
    button.bind(on_release=lambda *_: host.play(info.audio.path))
    return button


class Leaf(Drawn):
    """The picture beside a page that only has words: the mountains of its title."""

    def __init__(self, identity: str, title: str, icon: str, **kwargs: Any) -> None:
        self._tallest = look().height * (0.3 if look().form is Form.TALL else 0.62)
        super().__init__(size_hint_y=None, height=round(self._tallest), **kwargs)
        self._face = Face(identity, title, icon=icon)
        self.fbind("width", self._shape)

    def _shape(self, *_: object) -> None:
        """A cover stays a cover on a narrow page: never much higher than wide."""
        self.height = round(min(self._tallest, self.width * 1.3))

    def draw(self, painter: Painter, area: Area) -> None:
        """A cover, as the catalogue draws them."""
        paint_cover(painter, area, self._face, radius=look().px(20))


class PageView(Widget):
    """A page laid out: side by side on a wide screen when there are two things to see."""

    def __init__(self, host: Host, run: Run, identity: str = "", icon: str = "school", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        page, self.task = run.page, None
        left: list[Any] = reading(host, page)
        right: list[Any] = []
        wide = look().form is Form.WIDE and look().text < 1.5
        if page.task is not None:
            asked: Common = page.task
            if asked.media is not None:
                left.append(PictureView(host, asked.media, tallest=420))
            if asked.instruction:
                ask = rich_column(asked.instruction, TITLE if len(asked.instruction.plain) < 160 else HEAD, strong=True)
                (left if wide and isinstance(asked, InspectMessage | Rank) else right).append(ask)
            self.task = task_view(host, page.task, run.state)
            right.append(self.task)
        elif page.result_of is not None:
            right.append(result_sheet(page, run.result(page.group)))
        elif all(isinstance(info, TextInfo) for info in page.infos):
            leaf = Leaf(f"{identity} {page.title}", page.title, icon)
            if wide:
                left, right = [leaf], left
            elif look().form is Form.TALL and sum(len(info.body.plain) for info in page.infos if isinstance(info, TextInfo)) < SHORT:
                left = [leaf, *left]
        known = host.notices(_records(page))
        if known:
            (right or left).append(further(host, known))
        beside = bool(left and right) and wide and not (isinstance(page.task, Board) and page.task.drawn)
        parts = [left, right] if beside else [[*left, *right]]
        fills = isinstance(page.task, Reading) and bool(page.task.controls)
        self.scrollers = [self._scroller(part, 0 if fills else 24) for part in parts]
        self.share = 0.32 if left and isinstance(left[0], Leaf) else 0.4
        self.narrow = not beside and isinstance(
            page.task, None | MultiChoice | TrueFalse | SingleChoiceSet | Summary | InspectMessage | Rank
        )
        self._lead: int | None = None
        for name in ("pos", "size"):
            self.fbind(name, self.place)

    def _scroller(self, widgets: list[Any], below: int) -> Scroller:
        """A column that ends with `below` units of air, none for a page that takes what is left of the screen."""
        column = Column(gap=20 if below else 12, padding=[look().px(6), look().px(12), look().px(6), look().px(below or 8)])
        for widget in widgets:
            column.add_widget(widget)
        if below:
            column.add_widget(Gap(units=8, size_hint_y=None))
        scroller = Scroller()
        scroller.add_widget(column)
        self.add_widget(scroller)
        return scroller

    def place(self, *_: object) -> None:
        """Give each side its room."""
        margin, gap = look().px(32), look().px(40)
        x, wide = self.x + margin, self.width - 2 * margin
        if len(self.scrollers) == 2:
            first = round(wide * self.share)
            _put(self.scrollers[0], x, self.y, first, self.height)
            _put(self.scrollers[1], x + first + gap, self.y, wide - first - gap, self.height)
            self._centre()
            return
        room = min(wide, look().px(READING)) if self.narrow else wide
        _put(self.scrollers[0], x + (wide - room) / 2, self.y, room, self.height)
        self._centre()

    def _centre(self) -> None:
        """A page shorter than the screen stands a little above its middle, once: what comes later does not move it."""
        for scroller in self.scrollers:
            settle(scroller)
        if self._lead is None and self.narrow and self.height > 100:
            content = self.scrollers[0].content
            self._lead = max(0, round((self.height - content.minimum_height) * 0.34))
            left, top, right, bottom = content.padding
            content.padding = [left, top + self._lead, right, bottom]
            settle(self.scrollers[0])

    def show(self, run: Run) -> None:
        """The task as it stands now."""
        if self.task is not None and run.state is not None:
            self.task.show(run.state)

    def keep_in_sight(self) -> None:
        """Where what is said leaves less room, the answer that it is about stays in sight."""
        if not isinstance(self.task, ChoiceView | ListenView):
            return
        chosen = next((tile for tile in self.task.tiles.values() if tile.selected), None)
        if chosen is not None:  # in the next frame, when everything stands in the room that is left
            Clock.schedule_once(lambda _dt: self.scrollers[-1].reveal(window_area(chosen)) if self.parent is not None else None, 0)


def settle(scroller: Scroller) -> None:
    """Lay a page out now instead of over several frames: widths go down, heights come up."""
    content = scroller.content
    content.width = scroller.width
    for _pass in range(3):
        for widget in content.walk(restrict=True):
            if isinstance(widget, Flow):
                widget.place()
            elif hasattr(widget, "do_layout"):
                widget.do_layout()
    scroller._place()


def _records(page: Page) -> tuple[str, ...]:
    parts = [part for part in (*page.infos, page.task, page.result_of) if part is not None]
    return tuple(record for part in parts for record in part.records)


def _put(widget: Any, x: float, y: float, width: float, height: float) -> None:
    widget.pos, widget.size = (round(x), round(y)), (round(width), round(height))


def result_sheet(page: Page, score: Score) -> Sheet:
    """The result of a question set."""
    assert page.result_of is not None
    sheet = Sheet(gap=16, ground="ok_soft" if score.passed else "warn_soft")
    sheet.add_widget(
        Icon(
            name="party_popper" if score.passed else "refresh",
            units=72,
            paint="ok" if score.passed else "warn",
            size_hint_y=None,
            height=look().px(96),
        )
    )
    said = page.result_of.passed_text if score.passed else page.result_of.failed_text
    sheet.add_widget(
        Text(words=said or (_("Bravo !") if score.passed else _("Encore un effort !")), units=TITLE, weight="bold", align="center")
    )
    points = _("{points} points sur {total}").format(points=score.points, total=score.maximum)
    sheet.add_widget(Text(words=points, units=HEAD, align="center"))
    return sheet


def end_sheet(host: Host, title: str, records: tuple[str, ...] = ()) -> Sheet:
    """The last screen, with what the library has for those who want more."""
    sheet = Sheet(gap=16, ground="ok_soft")
    sheet.add_widget(Icon(name="party_popper", units=72, paint="ok", size_hint_y=None, height=look().px(96)))
    sheet.add_widget(Text(words=_("C’est fini, merci !"), units=TITLE, weight="bold", align="center"))
    sheet.add_widget(
        Text(
            words=_("« {title} » est terminé.\nRien de ce que vous avez écrit n’est gardé.").format(title=title),
            units=BODY + 1,
            align="center",
        )
    )
    known = host.notices(records)
    if known:
        sheet.add_widget(further(host, known))
    return sheet
