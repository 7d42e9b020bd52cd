"""Putting things onto a picture: a board with places, items beside or below it.

Guarantees: every place and every item is a full target and every word readable, or the same board is shown as a list of zones, with the
picture above it and a number on each place; both play the same task and keep what was done.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.theme import BODY, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable, Stop, window_area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Board, Item, Zone
from mediation_apps.runtime.play.base import Press, Target
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.ui.board_view import BoardView, _fill, item_tile
from mediation_apps.runtime.ui.drag import Draggable
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.stage import Stage, edge, overlap

SLACK = 1.25  # how much taller than its zone a pile of items may be before the list is the better picture


class Spot(Pressable):
    """A place on the picture."""

    def __init__(self, host: Host, target: str, zone: Zone, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self.target, self.zone, self._host = target, zone, host
        self.open, self.full = False, False

    def on_release(self, *_: object) -> None:
        """Put down what is in the hand."""
        self._host.give(Press(self.target))

    def show(self, target: Target, full: bool) -> None:
        """Say whether it takes what is in the hand."""
        self.spoken, self.open, self.full = target.label, target.enabled, full
        self.redraw()

    def stops(self) -> list[Stop]:
        """A stop only while something can be put down here."""
        return [Stop(self, window_area(self), self.spoken, self.press, self.target, 12)] if self.open else []

    def draw(self, painter: Painter, area: Area) -> None:
        """An outline; its name where the author wants it written and nothing covers it."""
        edge(painter, area, look().px(12), self.open)
        if self.zone.named and not self.full:
            painter.text(area.inset(look().px(6)), self.zone.label, "ink", SMALL, Weight.SEMIBOLD, align="center", most=2)


class StageView(Column):
    """A `BoardState` on its picture; `tiles` and `spots` by index."""

    def __init__(self, host: Host, state: BoardState, room: int, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host, self.board = host, state.activity
        self._side = lying()
        self.most = 12 if look().width > 1000 else 5
        self.stage = Stage(host, self.board, tallest(self._side))
        self.zones = [Spot(host, f"zone:{n}", zone) for n, zone in enumerate(self.board.zones)]
        for spot in self.zones:
            self.stage.add_widget(spot)
        self.tiles = {index: item_tile(host, self, self.board, index) for index in range(len(self.board.items))}
        self.copies: dict[tuple[int, int], Draggable] = {}
        self._inside: list[list[Draggable]] = [[] for _zone in self.zones]
        self.note, self.pool = Text(units=SMALL, paint="mute"), Flow(gap=12)
        stock = Column(gap=12)
        stock.add_widget(self.note)
        stock.add_widget(self.pool)
        self._lay_out(stock, room)
        for name in ("pos", "size"):
            self.stage.fbind(name, self.place)
        self.show(state)

    def _lay_out(self, stock: Column, room: int) -> None:
        if not self._side:
            self.add_widget(self.stage)
            self.add_widget(stock)
            return
        row = BoxLayout(spacing=look().px(24), size_hint_y=None)
        wide = stage_width(self.board, room, self._side)
        self.stage.size_hint_x, self.stage.width = None, wide
        for part in (self.stage, stock):
            part.pos_hint = {"top": 1}
            row.add_widget(part)

        def level(*_: object) -> None:
            row.height = max(self.stage.height, stock.height)

        self.stage.fbind("height", level)
        stock.fbind("height", level)
        level()
        self.add_widget(row)

    def place_at(self, x: float, y: float) -> str:
        """The zone under a point of the window, the smallest first; or nothing."""
        found = [spot for spot in self.zones if window_area(spot).contains(x, y)]
        return min(found, key=lambda spot: spot.width * spot.height).target if found else ""

    def show(self, state: BoardState) -> None:
        """Put everything where it lies now."""
        targets = {target.id: target for target in state.targets()}
        for index, tile in self.tiles.items():
            target = targets[f"item:{index}"]
            tile.spoken, tile.selected, tile.enabled, tile.mark = target.label, target.selected, target.enabled, target.mark
        pool = state.pool()
        waiting = [self.tiles[index] for index in pool[: self.most]]
        for number, spot in enumerate(self.zones):
            wanted = [self._placed(state, item, number) for item in state.inside(number)]
            for tile in [old for old in self._inside[number] if old not in wanted and old.parent is self.stage]:
                self.stage.remove_widget(tile)
            self._inside[number] = wanted
            spot.show(targets[f"zone:{number}"], bool(wanted))
        _fill(self.pool, waiting)
        for tile in waiting:
            tile.units, tile.widest_px = BODY, look().px(360)
        self.place()
        self.note.words = note(len(pool), state.done, self.most)

    def _placed(self, state: BoardState, item: int, zone: int) -> Draggable:
        if not state.activity.items[item].multiple:
            return self.tiles[item]
        if (item, zone) not in self.copies:
            self.copies[item, zone] = item_tile(self._host, self, self.board, item)
        copy = self.copies[item, zone]
        copy.enabled, copy.mark, copy.spoken = False, state.mark(item, zone), self.board.items[item].label
        return copy

    def place(self, *_: object) -> None:
        """Zones at their places; in each, its items from the top."""
        for number, spot in enumerate(self.zones):
            spot_area = self.stage.at(spot.zone.box, look().target)
            spot.pos, spot.size = spot_area.pos, spot_area.size
            y = float(spot_area.top)
            tiles = self._inside[number]
            for tile in tiles:
                if tile.parent is not self.stage:
                    if tile.parent is not None:
                        tile.parent.remove_widget(tile)
                    self.stage.add_widget(tile)
                shrink(tile, spot_area.width)
            spare = max(0.0, spot_area.height - sum(tile.height for tile in tiles)) / 2
            y -= spare
            for tile in tiles:
                y -= tile.height
                tile.pos = (round(spot_area.center[0] - tile.width / 2), round(max(y, self.stage.ground.y)))


def lying() -> bool:
    """Whether the screen is wide enough for the items beside the picture."""
    return look().width > 1.3 * look().height


def tallest(side: bool) -> int:
    """Pixels of height a picture may take beside (`side`) or above its items."""
    return round(look().height * (0.6 if side else 0.5))


def stage_width(board: Board, room: int, side: bool) -> int:
    """Pixels of width of the picture in a page `room` wide."""
    return round(min(room * (0.66 if side else 1.0), tallest(side) * board.aspect))


def shrink(tile: Draggable, width: int) -> None:
    """Words small enough for a place, but never below the smallest size of the screens."""
    tile.units, tile.widest_px = SMALL, max(width, look().target)


def fits(host: Host, board: Board, room: int) -> bool:
    """Whether every zone can be touched apart from the others and holds what belongs there in readable words."""
    side = lying()
    wide = stage_width(board, room, side)
    stage = Stage(host, replace_pictures(board), tallest(side), width=wide)
    stage.pos = (0, 0)
    places = [stage.at(zone.box, look().target) for zone in board.zones]
    if look().text > 1.4 or any(overlap(one, other) for n, one in enumerate(places) for other in places[:n]):
        return False
    for zone, place in zip(board.zones, places, strict=True):
        tall = 0.0
        for index in zone.correct or range(len(board.items)):
            tile = item_tile(host, None, replace_pictures(board), index)
            shrink(tile, place.width)
            if tile.width > place.width * SLACK + 8:
                return False
            tall = max(tall, tile.height) if zone.single or not zone.correct else tall + tile.height
        if tall > place.height * SLACK + 8:
            return False
    return True


def replace_pictures(board: Board) -> Board:
    """The same board with nothing to decode: only to be measured."""
    return replace(board, background=None, decor=(), items=tuple(item if item.image is None else _bare(item) for item in board.items))


def _bare(item: Item) -> Item:
    return replace(item, image=None, label="")


def note(left: int, done: bool, most: int) -> str:
    """What to do, in a sentence."""
    if done:
        return ""
    if not left:
        return _("Tout est placé. Touchez Vérifier.")
    if left > most:
        return _("Encore {n} à placer : touchez une étiquette puis sa place, ou faites-la glisser.").format(n=left)
    return _("À placer : touchez une étiquette puis sa place, ou faites-la glisser.")


class PictureBoardView(Column):
    """A board with a picture, in whichever of its two forms fits the room it is given."""

    def __init__(self, host: Host, state: BoardState, **kwargs: Any) -> None:
        super().__init__(gap=16, **kwargs)
        self._host, self._state, self._room = host, state, 0
        self.inner: Any = None
        self.fbind("width", self._decide)
        self._decide()

    @property
    def tiles(self) -> dict[int, Draggable]:
        """The items, by index."""
        tiles: dict[int, Draggable] = self.inner.tiles
        return tiles

    @property
    def zones(self) -> list[Any]:
        """The places, by index."""
        zones: list[Any] = self.inner.zones
        return zones

    def _decide(self, *_: object) -> None:
        room = round(self.width)
        if room <= 120 or abs(room - self._room) < 24:
            return
        self._room = room
        self.clear_widgets()
        if fits(self._host, self._state.activity, room):
            self.inner = StageView(self._host, self._state, room)
        else:
            self.add_widget(Stage(self._host, self._state.activity, tallest(False), numbers=True))
            self.inner = BoardView(self._host, self._state, numbered=True)
        self.add_widget(self.inner)

    def show(self, state: BoardState) -> None:
        """Put everything where it lies now."""
        self._state = state
        if self.inner is not None:
            self.inner.show(state)
