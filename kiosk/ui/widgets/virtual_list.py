"""A list of any length: twenty thousand rows scroll like twenty.

Guarantees:
- only the rows on the screen exist, all of them in a handful of draw calls: one mesh of their grounds, one for each
  texture they show; scrolling moves everything by one Translate at whole pixels and paints only rows that enter;
  nothing grows with the length of the list;
- rows are placed relative to a base that follows, so that positions stay exact in the graphics card's 32-bit numbers;
- nothing runs when nothing moves; a finger that scrolls, or that stops a fling, presses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from kivy.clock import Clock
from kivy.graphics import InstructionGroup, PopMatrix, PushMatrix, ScissorPop, ScissorPush, Translate
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.theme import RADIUS_CARD, look
from kiosk.ui.widgets import damage, shapes
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.kinetic import Kinetic
from kiosk.ui.widgets.painter import BatchPainter, Painter
from kiosk.ui.widgets.quads import Batch
from kiosk.ui.widgets.scroller import THRESHOLD
from kiosk.ui.widgets.solid import Solid

REBASE = 50_000  # pixels: beyond, 32-bit positions would lose halves of a pixel


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a row that can be pressed; `area` is relative to the row's lower left corner."""

    area: Area
    spoken: str
    act: Callable[[], None]
    key: str = ""
    radius: int = 20


class Rows(Protocol):
    """Who paints rows."""

    def paint(self, painter: BatchPainter, area: Area, index: int) -> None:
        """Draw a row into its area, over its card."""

    def zones(self, area: Area, index: int) -> tuple[Zone, ...]:
        """Return what can be pressed in a row: first the row itself, then what lies over it."""

    def seen(self, first: int, last: int) -> None:
        """Told when other rows are on the screen: fetch what is missing."""


class VirtualList(Widget):
    """`rows` paints; `count`, `row_height` and `gap` (pixels) say how long it is. `offset` is how far it went, in pixels."""

    count = NumericProperty(0)
    row_height = NumericProperty(100)
    gap = NumericProperty(12)
    card = StringProperty("paper")  # ground of each row

    def __init__(self, rows: Rows | None = None, **kwargs: Any) -> None:
        self.rows = rows
        self.kinetic = Kinetic()
        self._painted: set[int] = set()
        self._carded: set[int] = set()  # rows that have their card: it is the same whatever the row says
        self._base = 0
        self._tick: Any = None
        self._range = (0, -1)
        self._held: tuple[int, Zone] | None = None
        super().__init__(**kwargs)
        self._scissor, self._move = ScissorPush(), Translate()
        self._over = InstructionGroup()
        self._solid, self._cards, self._batch = Solid(), Batch(), Batch()
        self._grounds: Any = None
        drawn = (self._solid.group, self._cards.group, self._batch.group, self._over)
        for part in (self._scissor, PushMatrix(), self._move, *drawn, PopMatrix(), ScissorPop()):
            self.canvas.add(part)
        damage.patch(self)
        self._soon: set[int] = set()
        self._paint_soon = Clock.create_trigger(self._again, 0)
        self._lay_out = Clock.create_trigger(self._resized, -1)
        for name in ("pos", "size", "row_height", "gap"):
            self.fbind(name, self._lay_out)

    # -- what is shown ------------------------------------------------------------------------------------------------

    @property
    def stride(self) -> int:
        """Pixels from one row to the next."""
        return int(self.row_height + self.gap)

    @property
    def offset(self) -> int:
        """Pixels scrolled."""
        return round(self.kinetic.at)

    def fill(self, count: int, offset: int = 0) -> None:
        """Show another list, from `offset`; every row is painted again."""
        self.count = count
        self._stop()
        self._bound()
        self.kinetic.jump(offset)
        self._renew()

    def repaint(self, which: Callable[[int], bool] = lambda _row: True) -> None:
        """Paint again the rows on the screen whose content has changed."""
        for row in self._painted:
            if which(row):
                self._batch.drop(row)
                self._paint(row)
        self._batch.flush()

    def repaint_soon(self, row: int) -> None:
        """Paint a row again in the next frame: it was not complete."""
        self._soon.add(row)
        self._paint_soon()

    def _again(self, *_: object) -> None:
        rows, self._soon = self._soon, set()
        self.repaint(lambda row: row in rows)

    def _bound(self) -> None:
        self.kinetic.bound(self.count * self.stride - self.gap - self.height)

    def _resized(self, *_: object) -> None:
        if self.width <= 0 or self.height <= 0:
            return
        self._solid.clear()
        self._grounds = self._solid.fill((), look().colour(self.card))
        self._forget_cards()
        self._bound()
        self._renew()

    def _renew(self) -> None:
        """Paint every row on the screen again."""
        self._batch.clear()
        self._painted.clear()
        self._range = (0, -1)
        self._show()

    def _show(self) -> None:
        """Move to the present offset; paint what has entered."""
        offset, stride = self.offset, self.stride
        self._scissor.pos = tuple(map(round, self.to_window(*self.pos))) if self.parent else self.pos
        self._scissor.size = (round(self.width), round(self.height))
        rebased = abs(offset - self._base) > REBASE
        if rebased:
            self._base = offset
            self._forget_cards()
            self._batch.clear()
            self._painted.clear()
        self._move.xy = (round(self.x), round(self.top) + offset - self._base)
        if self._grounds is None:
            return
        first = max(0, offset // stride)
        last = min(self.count - 1, (offset + round(self.height) - 1) // stride)
        if (first, last) != self._range or rebased or not self._painted:
            self._range = (first, last)
            self._assign(range(first, last + 1))
            if self.rows is not None and last >= first:
                self.rows.seen(first, last)

    def _assign(self, rows: range) -> None:
        """Take away what has left, paint what has entered, lay the grounds."""
        for row in self._painted.difference(rows):
            self._batch.drop(row)
        entered = [row for row in rows if row not in self._painted]
        self._painted = set(rows)
        for row in entered:
            self._paint(row)
        self._batch.flush()
        if self._painted != self._carded:
            self._lay_cards(rows)

    def _lay_cards(self, rows: range) -> None:
        """Grounds for all, round corners for those that have none yet."""
        for row in self._carded.difference(rows):
            self._cards.drop(row)
        radius = look().px(RADIUS_CARD)
        places = {row: self._place(row) for row in rows}
        for row, area in places.items():
            if row not in self._carded:
                BatchPainter(self._cards, row).corners(area, radius, shapes.inverse(radius), "ground")
        self._carded = set(rows)
        self._cards.flush()
        self._solid.refill(self._grounds, list(places.values()))

    def _forget_cards(self) -> None:
        self._cards.clear()
        self._carded.clear()

    def _place(self, row: int) -> Area:
        """Where a row stands before the list is moved."""
        return Area(0, self._base - row * self.stride - int(self.row_height), round(self.width), int(self.row_height))

    def _paint(self, row: int) -> None:
        if self.rows is not None:
            self.rows.paint(BatchPainter(self._batch, row), self._place(row), row)

    # -- fingers --------------------------------------------------------------------------------------------------------

    def _at(self, x: float, y: float) -> tuple[int, Zone] | None:
        """The row and the zone under a point; the last zone over it wins."""
        down = self.top - y + self.offset
        row, within = int(down // self.stride), down % self.stride
        if not 0 <= row < self.count or within >= self.row_height or self.rows is None:
            return None
        area = Area(0, 0, round(self.width), int(self.row_height))
        under = [z for z in self.rows.zones(area, row) if z.area.contains(x - self.x, self.row_height - within)]
        return (row, under[-1]) if under else None

    def on_touch_down(self, touch: Any) -> bool:
        """Stop under the finger and mark what it would press."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            self._stop()
            step = look().px(90) * (1 if touch.button == "scrollup" else -1 if touch.button == "scrolldown" else 0)
            self.kinetic.jump(self.kinetic.at + step)
            self._show()
            return True
        touch.grab(self)
        stopped = self.kinetic.moving
        self._stop()
        self.kinetic.hold(touch.time_start, -touch.y)
        if stopped:
            touch.ud["scrolled"] = self.uid
        touch.ud["list"] = touch.pos
        self._hold(None if stopped else self._at(*touch.pos))
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Follow the finger."""
        if touch.grab_current is not self:
            return False
        if touch.ud.get("scrolled") != self.uid:
            x, y = touch.ud["list"]
            if abs(touch.y - y) < THRESHOLD or abs(touch.x - x) > abs(touch.y - y):
                return True
            touch.ud["scrolled"] = self.uid
            self._hold(None)
        self.kinetic.drag(touch.time_update, -touch.y)
        self._show()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Press, or let it run on."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        held, now = self._held, self._at(*touch.pos)
        self._hold(None)
        if touch.ud.get("scrolled") == self.uid:
            self.kinetic.release(touch.time_end if touch.time_end > 0 else touch.time_update)
            if look().motion and self.kinetic.moving:
                self._run()
            else:
                self.kinetic.speed = 0.0
        elif held is not None and now is not None and (now[0], now[1].key) == (held[0], held[1].key):
            held[1].act()
        return True

    def _hold(self, held: tuple[int, Zone] | None) -> None:
        self._held = held
        self._over.clear()
        if held is not None:
            row, zone = held
            low = self._place(row).y
            area = Area(zone.area.x, zone.area.y + low, zone.area.width, zone.area.height)
            Painter(self._over).box(area, look().colour("action", 0.10), look().px(zone.radius))

    def fling(self, speed: float) -> None:
        """Set it going, px/s (what a finger does)."""
        self.kinetic.fling(speed)
        self._run()

    def _run(self) -> None:
        if self._tick is None and self.kinetic.moving:
            self._tick = Clock.schedule_interval(self._step, 0)

    def _stop(self) -> None:
        self.kinetic.speed = 0.0
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def _step(self, seconds: float) -> bool | None:
        moving = self.kinetic.step(min(seconds, 0.05))
        self._show()
        if moving:
            return None
        self._tick = None
        return False

    # -- focus --------------------------------------------------------------------------------------------------------

    def _row_area(self, row: int) -> Area:
        y = round(self.top) + self.offset - row * self.stride - int(self.row_height)
        return Area(round(self.x), y, round(self.width), int(self.row_height))

    def _row_stops(self, row: int) -> list[Stop]:
        if self.rows is None:
            return []
        place = self._row_area(row)
        found = []
        for zone in self.rows.zones(Area(0, 0, place.width, place.height), row):
            area = Area(place.x + zone.area.x, place.y + zone.area.y, zone.area.width, zone.area.height)
            found.append(Stop(self, window_area(self, area), zone.spoken, zone.act, f"{row}:{zone.key}", zone.radius))
        return found

    def stops(self) -> list[Stop]:
        """Rows that are wholly on the screen: Tab goes through them and on; the arrows go further down the list."""
        first, last = self._range
        whole = [r for r in range(first, last + 1) if self._row_area(r).y >= self.y - 1 and self._row_area(r).top <= self.top + 1]
        return [stop for row in whole or range(first, last + 1) for stop in self._row_stops(row)]

    def step_from(self, stop: Stop, step: int) -> Stop | None:
        """Go one row further by an arrow key, scrolling as needed; None at the ends."""
        row = int(stop.key.partition(":")[0]) + step
        if not 0 <= row < self.count:
            return None
        self._stop()
        over = self._row_area(row).y - self.y
        above = self._row_area(row).top - self.top
        if over < 0 or above > 0:
            self.kinetic.jump(self.kinetic.at - (over if over < 0 else above))
            self._show()
        stops = self._row_stops(row)
        return stops[0] if stops else None
