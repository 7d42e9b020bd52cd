"""The order of focus: Tab, Shift-Tab, arrows and Enter reach everything that a finger reaches.

Guarantees:
- stops are asked of what is visible at the moment of the key, in reading order, so that nothing hidden ever has the
  focus and nothing new is left out; an overlay keeps the focus inside while it is there;
- each arrival is told once to whoever speaks; a stop that is gone gives its place to the nearest one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.graphics import InstructionGroup

from kiosk.ui.theme import look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller


def stops_under(widget: Any) -> list[Stop]:
    """Collect the stops of a tree of widgets, in the order they were added; what is invisible has none."""
    if widget.opacity <= 0 or widget.width <= 0 or widget.height <= 0 or getattr(widget, "disabled", False):
        return []
    if getattr(widget, "hidden", False):
        return []
    own = getattr(widget, "stops", None)
    found = list(own()) if own else []
    for child in reversed(widget.children):
        found += stops_under(child)
    return found


class Focus:
    """Moves one ring over the stops of `root` (asked at each key). `said` hears the spoken label of each arrival."""

    def __init__(self, root: Callable[[], Any], canvas: Any, said: Callable[[str], None] = lambda _words: None) -> None:
        self._root = root
        self._said = said
        self._ring = InstructionGroup()
        canvas.add(self._ring)
        self.stop: Stop | None = None

    def stops(self) -> list[Stop]:
        """Every stop there is now."""
        return stops_under(self._root())

    def move(self, step: int) -> Stop | None:
        """Go to the next (1) or the one before (-1), around the end."""
        stops = self.stops()
        if not stops:
            self.clear()
            return None
        at = self._index(stops)
        if at is None:
            at = 0 if step > 0 else len(stops) - 1
        else:
            at = (at + step) % len(stops)
        return self.set(stops[at])

    def step(self, step: int) -> bool:
        """Let a list with the focus go one row further; tell whether it did."""
        further = getattr(self.stop.owner, "step_from", None) if self.stop is not None else None
        stop = further(self.stop, step) if further else None
        if stop is None:
            return False
        self.set(stop)
        return True

    def _index(self, stops: list[Stop]) -> int | None:
        if self.stop is None:
            return None
        for number, stop in enumerate(stops):
            if stop.owner is self.stop.owner and stop.key == self.stop.key:
                return number
        x, y = self.stop.area.center
        return min(range(len(stops)), key=lambda n: (stops[n].area.center[0] - x) ** 2 + (stops[n].area.center[1] - y) ** 2)

    def set(self, stop: Stop) -> Stop:
        """Put the focus somewhere: seen, ringed, said."""
        self.stop = stop
        self._reveal(stop)
        self._draw()
        self._said(stop.spoken)
        return stop

    def point(self, stop: Stop) -> None:
        """Ring something and say it, without looking for it: whoever scans knows where it is."""
        self.stop = stop
        self._draw()
        self._said(stop.spoken)

    def reveal(self, stop: Stop) -> None:
        """Scroll until a stop is in sight."""
        self.stop = stop
        self._reveal(stop)

    def _reveal(self, stop: Stop) -> None:
        parent = stop.owner.parent
        while parent is not None and parent is not parent.parent:
            if isinstance(parent, Scroller) and self.stop is not None:
                parent.reveal(self.stop.area)
                self.stop = next((again for again in stops_under(stop.owner) if again.key == stop.key), self.stop)
            parent = parent.parent

    def act(self) -> bool:
        """Press what has the focus, if it is still there."""
        if self.stop is None:
            return False
        for stop in self.stops():
            if stop.owner is self.stop.owner and stop.key == self.stop.key:
                stop.act()
                self.refresh()
                return True
        self.clear()
        return False

    def refresh(self) -> None:
        """Follow what has the focus after a change of layout; clear when it has gone."""
        if self.stop is None:
            return
        for stop in self.stops():
            if stop.owner is self.stop.owner and stop.key == self.stop.key:
                self.stop = stop
                self._draw()
                return
        self.clear()

    def clear(self) -> None:
        """Take the ring away: a finger has touched, or the screen has changed."""
        self.stop = None
        self._ring.clear()

    def _draw(self) -> None:
        self._ring.clear()
        if self.stop is None:
            return
        out, width = look().px(5), look().px(4)
        area = self.stop.area
        ring = Area(area.x - out, area.y - out, area.width + 2 * out, area.height + 2 * out)
        painter = Painter(self._ring)
        radius = look().px(self.stop.radius) + out
        painter.outline(ring, "paper", radius, width + look().px(2))
        painter.outline(ring, "action_deep", radius, width)
