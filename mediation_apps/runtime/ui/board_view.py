"""Sorting: items in a pool, zones to put them into; one hand or many."""

from __future__ import annotations

from typing import Any

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.theme import HEAD, SMALL, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable, Stop, window_area
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Board
from mediation_apps.runtime.play.base import Press, Target
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.ui.drag import Draggable
from mediation_apps.runtime.ui.host import Host

HUES = ("blue", "plum", "pine", "olive", "teal", "ochre", "lavender", "night")


class ZoneBox(Column, Pressable):
    """A place to put items into: its name on a coloured band, the items below."""

    def __init__(self, host: Host, target: str, name: str, hue: str, **kwargs: Any) -> None:
        self.target, self.hue, self.open = target, hue, False
        head = look().tall(52)
        super().__init__(padding=[look().px(14), head + look().px(12), look().px(14), look().px(14)], **kwargs)
        self.name, self._head, self._host = name, head, host
        self.flow = Flow(gap=10, align="left")
        self.add_widget(self.flow)
        self.add_widget(Widget())  # what is left of the height stays below
        self.least = look().tall(200 if look().form is not Form.COMPACT else 130)
        self.fbind("minimum_height", self._grow)
        self._grow()

    def _grow(self, *_: object) -> None:
        self.height = max(self.minimum_height, getattr(self, "least", 0))

    def on_release(self, *_: object) -> None:
        """Put down what is in the hand."""
        self._host.give(Press(self.target))

    def show(self, target: Target) -> None:
        """Say whether it takes what is in the hand."""
        self.spoken, self.open = target.label, target.enabled
        self.redraw()

    def stops(self) -> list[Stop]:
        """A stop only while something can be put down here."""
        return [Stop(self, window_area(self), self.spoken, self.press, self.target, 20)] if self.open else []

    def draw(self, painter: Painter, area: Area) -> None:
        """Paper with a band; an outline while it can take something."""
        radius = look().px(20)
        painter.box(area, self.hue, radius)
        body = area.copy()
        band = body.cut_top(self._head)
        painter.box(body, "paper", radius)
        painter.fill(Area(body.x, body.top - radius, body.width, radius), "paper")
        painter.outline(area, self.hue, radius, look().px(3))
        painter.text(band.inset(look().px(18), 0), self.name, "on_rubric", HEAD, Text(weight="bold").style().weight, most=2, leading=1.1)
        if self.open:
            painter.outline(area.inset(-look().px(4)), "action", radius, look().px(5))


def item_tile(host: Host, view: Any, board: Board, index: int) -> Draggable:
    """An item as a tile; one whose words only describe its picture shows the picture alone."""
    item = board.items[index]
    tile = Draggable(host, view, target=f"item:{index}", words=item.label, hug=True, align="center")
    tile.widest_px = look().px(520)
    if item.image is not None:
        tile.silent = item.image.alt in ("", item.label)
        tile.illustrate(host, item.image.path, look().tall(120), look().tall(84))
    tile.bind(on_release=lambda *_: host.give(Press(f"item:{index}")))
    return tile


def in_sight(tiles: list[Draggable]) -> int:
    """How many waiting items leave the zones in sight; the others come as these are placed."""
    if look().form is Form.COMPACT or look().text > 1.2:
        return 2
    if look().form is Form.TALL:
        return len(tiles)
    wide = float(look().width - look().px(76))  # between the margins
    tall = float(look().height - look().px(172) - look().tall(350))  # without bars, words and zones
    gap, used, line = look().px(12), 0.0, 0.0
    for count, tile in enumerate(tiles):
        used += tile.width + (gap if used else 0)
        if used > wide:
            used, tall = tile.width, tall - line - gap
            line = 0.0
        line = max(line, tile.height)
        if line > tall:
            return max(2, count)
    return len(tiles)


class BoardView(Column):
    """The pool and the zones of a `BoardState`; `numbered`: as a picture above it counts the zones."""

    def __init__(self, host: Host, state: BoardState, numbered: bool = False, **kwargs: Any) -> None:
        super().__init__(gap=16, **kwargs)
        self._host = host
        board: Board = state.activity
        self.tiles = {index: item_tile(host, self, board, index) for index in range(len(board.items))}
        self.copies: dict[tuple[int, int], Draggable] = {}
        self.most = in_sight(list(self.tiles.values()))
        self.note = Text(units=SMALL, paint="mute")
        self.pool = Flow(gap=12)
        self.zones = [
            ZoneBox(host, f"zone:{index}", (f"{index + 1} · " if numbered else "") + zone.label, HUES[index % len(HUES)], size_hint_y=None)
            for index, zone in enumerate(board.zones)
        ]
        self.add_widget(self.note)
        self.add_widget(self.pool)
        self._side = look().form is not Form.TALL and len(self.zones) <= 4 and look().text < 1.5
        self._grid = len(self.zones) > 4 and look().form is not Form.COMPACT and look().text < 1.5
        self._row: Any = Flow(gap=16) if self._grid else self._boxes()
        for box in self.zones:
            box.least = look().tall(110) if self._grid else box.least
            self._row.add_widget(box)
            box.fbind("minimum_height", self._level)
        self.add_widget(self._row)
        if self._grid:
            self._row.fbind("width", self._level)
        self.show(state)
        self._level()

    def _boxes(self) -> BoxLayout:
        return BoxLayout(orientation="horizontal" if self._side else "vertical", spacing=look().px(16), size_hint_y=None)

    def _level(self, *_: object) -> None:
        if self._grid:  # three in a row, each as tall as it needs
            for box in self.zones:
                box.size_hint_x, box.width = None, int((self._row.width - 2 * look().px(16)) / 3)
                box.height = max(box.minimum_height, box.least)
            return
        tallest = max((max(box.minimum_height, box.least) for box in self.zones), default=0)
        if self._side:
            for box in self.zones:
                box.height = tallest
            self._row.height = tallest
        else:
            gaps = look().px(16) * (len(self.zones) - 1)
            self._row.height = sum(max(box.minimum_height, box.least) for box in self.zones) + gaps

    def place_at(self, x: float, y: float) -> str:
        """The zone under a point of the window, or nothing."""
        return next((box.target for box in self.zones if window_area(box).contains(x, y)), "")

    def show(self, state: BoardState) -> None:
        """Put everything where it lies now."""
        targets = {target.id: target for target in state.targets()}
        for index, tile in self.tiles.items():
            target = targets[f"item:{index}"]
            tile.spoken, tile.selected, tile.enabled, tile.mark = target.label, target.selected, target.enabled, target.mark
        pool = state.pool()
        _fill(self.pool, [self.tiles[index] for index in pool[: self.most]])
        self.note.words = self._note(len(pool), state.done)
        for index, box in enumerate(self.zones):
            box.show(targets[f"zone:{index}"])
            inside = [self._placed(state, item, index) for item in state.inside(index)]
            for tile in inside:
                tile.widest_px = max(int(box.width - look().px(28)), look().px(160)) if box.width > 100 else look().px(300)
            _fill(box.flow, inside)

    def _note(self, left: int, done: bool) -> str:
        if done:
            return ""
        if not left:
            return _("Tout est rangé. Touchez Vérifier.")
        if left > self.most:
            return _("Encore {n} à ranger : touchez un mot puis sa place, ou faites-le glisser.").format(n=left)
        return _("À ranger : touchez un mot puis sa place, ou faites-le glisser.")

    def _placed(self, state: BoardState, item: int, zone: int) -> Draggable:
        if not state.activity.items[item].multiple:
            return self.tiles[item]
        if (item, zone) not in self.copies:
            self.copies[item, zone] = item_tile(self._host, self, state.activity, item)
        copy = self.copies[item, zone]
        copy.enabled, copy.mark, copy.spoken = False, state.mark(item, zone), state.activity.items[item].label
        return copy


def _fill(flow: Flow, tiles: list[Draggable]) -> None:
    """Make a flow hold these tiles, touching nothing when it does already."""
    if list(reversed(flow.children)) == tiles:
        return
    for tile in tiles:
        if tile.parent is not None:
            tile.parent.remove_widget(tile)
    flow.clear_widgets()
    for tile in tiles:
        flow.add_widget(tile)
    flow.place()
