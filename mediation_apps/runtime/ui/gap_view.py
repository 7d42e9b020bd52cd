"""Holes in a text: to write into, or to put words into."""

from __future__ import annotations

import re
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, HEAD, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.buttons import IconButton
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import width_of
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Blanks, DragText, Gap, GapLine
from mediation_apps.runtime.play.base import Press, Write
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.play.gaps import BlanksState, FlashcardsState
from mediation_apps.runtime.ui.board_view import _fill
from mediation_apps.runtime.ui.drag import Draggable
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.media import PictureView
from mediation_apps.runtime.ui.tiles import EDGES, INKS, SIGNS, Tile, Words

_SPACES = re.compile(r"[ \t\r\n]+")  # where a line may end: never at a no-break space


class GapField(Field):
    """A hole to write into; grows with what is written; its sign stands inside."""

    mark = StringProperty("")
    target = StringProperty("")

    def __init__(self, host: Host, target: str, **kwargs: Any) -> None:
        self.redraw_on = (*Field.redraw_on, "mark")
        super().__init__(edit=host.edit, size_hint=(None, None), target=target, units=BODY, **kwargs)
        self._host = host
        self.fbind("text", self._wide)
        self.fbind("mark", self._wide)
        self._wide()

    def _wide(self, *_: object) -> None:
        wanted = width_of(self.text, self.style()) + look().px(64) + (look().tall(30) if self.mark else 0)
        self.width = min(max(wanted, look().tall(190)), look().px(560))

    def on_text_changed(self, *_: object) -> None:
        """Tell the task at each letter."""
        self._host.give(Write(self.target, self.text))

    def on_enter(self, *_: object) -> None:
        """Writing is finished: nothing is checked before it is asked for."""

    def stops(self) -> list[Stop]:
        """One stop, found again by its name."""
        return [Stop(self, window_area(self), self.label(), self.press, self.target, 32)] if self.enabled else []

    def draw(self, painter: Painter, area: Area) -> None:
        """The field, or what was written with its sign."""
        if self.mark not in SIGNS:
            super().draw(painter, area)
            return
        radius = area.height // 2
        painter.box(area, "ok_soft" if self.mark == "right" else "warn_soft", radius)
        painter.outline(area, EDGES[self.mark], radius, look().px(3))
        row = area.inset(look().px(18), 0)
        size = round(look().font(BODY) * 1.3)
        painter.icon(row.cut_right(size, look().px(8)), SIGNS[self.mark], INKS[self.mark], px=size)
        painter.text(row, self.text, INKS[self.mark], BODY, self.style().weight)


def hint_button(host: Host, gap: Gap) -> IconButton:
    """A lamp that gives the author's hint."""
    button = IconButton(icon="lightbulb_on", kind="plain", spoken=_("Indice"))
    button.bind(on_release=lambda *_: host.tell(gap.tip))
    return button


class Together(BoxLayout):
    """Widgets beside each other that a line never parts."""

    def __init__(self, parts: list[Widget], **kwargs: Any) -> None:
        super().__init__(spacing=look().px(2), size_hint=(None, None), **kwargs)
        self.fbind("minimum_width", lambda _box, wide: setattr(self, "width", wide))
        for part in parts:
            part.pos_hint = {"center_y": 0.5}
            part.fbind("height", self._level)
            self.add_widget(part)
        self._level()

    def _level(self, *_: object) -> None:
        self.height = max(part.height for part in self.children)


def text_line(line: GapLine, gap_widget: Any, host: Host, first: int) -> tuple[Widget, int]:
    """A line as a flow of words and holes; how many holes it held."""
    if not any(isinstance(part, Gap) for part in line):
        return Text(words="".join(str(part) for part in line), units=BODY + 1), 0
    flow, count = Flow(gap=5), 0
    held: list[Widget] = []  # what no line may part: a lamp, its hole, and the sign that follows without a space
    for part in line:
        if isinstance(part, Gap):
            held += [*([hint_button(host, part)] if part.tip else []), gap_widget(first + count)]
            count += 1
            continue
        words = [Words(words=word, units=BODY + 1) for word in _SPACES.split(part) if word]
        if held and words and not _SPACES.match(part):
            held.append(words.pop(0))
        if words or _SPACES.match(part):
            _hold_together(flow, held)
        held += [words.pop()] if words and not _SPACES.match(part[-1:]) else []
        for word in words:
            flow.add_widget(word)
    _hold_together(flow, held)
    return flow, count


def _hold_together(flow: Flow, held: list[Widget]) -> None:
    """Add what was held to the line, as one when it is more than one."""
    if held:
        flow.add_widget(Together(held) if len(held) > 1 else held[0])
    held.clear()


class BlanksView(Column):
    """The lines of a `BlanksState`; under a hole that was wrong, its answers once they are shown."""

    def __init__(self, host: Host, state: BlanksState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._activity: Blanks = state.activity
        self.fields = [GapField(host, f"gap:{index}") for index in range(len(state.written))]
        at = 0
        for line in state.activity.lines:
            widget, count = text_line(line, self.fields.__getitem__, host, at)
            at += count
            self.add_widget(widget)
        self.answers = Text(units=BODY, paint="ok_deep", weight="semibold")
        self.add_widget(self.answers)
        self.show(state)

    def show(self, state: BlanksState) -> None:
        """Show what stands in each hole, without touching the one being written in."""
        for index, field in enumerate(self.fields):
            if field.text != state.written[index]:
                field.put(state.written[index])
            field.mark = state.mark(index)
            field.enabled = state.phase == "ongoing"
            field.spoken = _("Trou {n} sur {total}").format(n=index + 1, total=len(self.fields))
        shown = state.phase == "solved"
        missing = (f"{n + 1}. {' / '.join(gap.solutions)}" for n, gap in enumerate(self._activity.gaps) if shown and not state.right(n))
        self.answers.words = "\n".join(missing)


class WordPlace(Tile):
    """A hole for a word: takes what is in the hand, or gives its word back."""


class DragTextView(Column):
    """The lines of a `DragText` with its words below."""

    def __init__(self, host: Host, state: BoardState, task: DragText, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host = host
        self.holes = [self._hole(index) for index in range(len(state.activity.zones))]
        at = 0
        for line in task.lines:
            widget, count = text_line(line, self.holes.__getitem__, host, at)
            at += count
            self.add_widget(widget)
        self.add_widget(Text(words=_("Les mots : touchez un mot puis sa place, ou faites-le glisser."), units=SMALL, paint="mute"))
        self.pool = Flow(gap=12)
        self.add_widget(self.pool)
        self.tiles = {index: self._tile(index, state) for index in range(len(state.activity.items))}
        self.show(state)

    def _hole(self, index: int) -> Draggable:
        hole = Draggable(self._host, self, hug=True, dashed=True, align="center")
        hole.bind(on_release=lambda *_: self._host.give(Press(hole.target)))
        return hole

    def _tile(self, index: int, state: BoardState) -> Draggable:
        tile = Draggable(self._host, self, target=f"item:{index}", words=state.activity.items[index].label, hug=True)
        tile.bind(on_release=lambda *_: self._host.give(Press(f"item:{index}")))
        return tile

    def place_at(self, x: float, y: float) -> str:
        """The hole under a point of the window (with some slack: holes are small), or nothing."""
        slack = look().px(16)
        for index, hole in enumerate(self.holes):
            area = window_area(hole)
            if Area(area.x - slack, area.y - slack, area.width + 2 * slack, area.height + 2 * slack).contains(x, y):
                return f"zone:{index}"
        return ""

    def show(self, state: BoardState) -> None:
        """Words in their holes, the others below."""
        targets = {target.id: target for target in state.targets()}
        _fill(self.pool, [self.tiles[index] for index in state.pool()])
        for index, tile in self.tiles.items():
            target = targets[f"item:{index}"]
            tile.spoken, tile.selected, tile.enabled = target.label, target.selected, target.enabled
        holding = state.in_hand(0)
        for index, hole in enumerate(self.holes):
            inside = state.inside(index)
            held = targets[f"item:{inside[0]}"] if inside else None
            zone = targets[f"zone:{index}"]
            hole.words = state.activity.items[inside[0]].label if inside else "…………"
            hole.target = held.id if held is not None and holding is None else zone.id
            hole.spoken = zone.label
            hole.mark = held.mark if held is not None else ""
            hole.selected = zone.enabled or bool(held and held.selected)
            hole.enabled = zone.enabled or bool(held and held.enabled)


class FlashcardsView(Column):
    """The card on top: picture, words, a hole for the answer."""

    def __init__(self, host: Host, state: FlashcardsState, **kwargs: Any) -> None:
        super().__init__(gap=16, **kwargs)
        self._host, self._shown = host, (-1, False)
        self.field = GapField(host, "gap:0", hint=_("Votre réponse"))
        self.show(state)

    def show(self, state: FlashcardsState) -> None:
        """The card, or at the end the score."""
        if self._shown != (state.at, state.closed):
            self._shown = (state.at, state.closed)
            self.clear_widgets()
            score = state.score()
            if state.closed:
                said = _("{points} cartes sur {total}").format(points=score.points, total=score.maximum)
                self.add_widget(Text(words=said, units=HEAD, weight="bold"))
                return
            where = _("Carte {n} sur {total}").format(n=state.at + 1, total=len(state.shown))
            self.add_widget(Text(words=where, units=SMALL, paint="mute"))
            if state.card.image is not None:
                self.add_widget(PictureView(self._host, state.card.image, tallest=260))
            self.add_widget(Text(words=state.card.text, units=HEAD, weight="bold"))
            self.field = GapField(self._host, f"gap:{state.index}", hint=_("Votre réponse"))
            self.field.width = look().px(420)
            row = Flow(gap=8)
            row.add_widget(self.field)
            if state.card.tip:
                row.add_widget(hint_button(self._host, Gap(state.card.answers, state.card.tip)))
            self.add_widget(row)
        if not state.closed:
            target = state.targets()[0]
            if self.field.text != state.written[state.index]:
                self.field.put(state.written[state.index])
            self.field.enabled, self.field.mark, self.field.spoken = target.enabled, target.mark, target.label
