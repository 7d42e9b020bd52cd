"""Guarantees: any number of fingers can drag at once; a finger that hardly moved has pressed; what is let go nowhere goes back.

A dragged tile is drawn once and moved by one matrix, so that a finger costs no redrawing.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import InstructionGroup, PopMatrix, PushMatrix, Translate
from kivy.uix.widget import Widget

from kiosk.ui.theme import look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.painter import Painter
from mediation_apps.runtime.play.base import Drop
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import Tile

THRESHOLD = 14  # pixels a finger may slide and still press


class Ghost(Widget):
    """The picture of a tile under a finger."""

    def __init__(self, tile: Tile, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=tile.size, **kwargs)
        self._move = Translate()
        group = InstructionGroup()
        area = Area(0, 0, round(tile.width), round(tile.height))
        painter = Painter(group)
        painter.shadow(area, look().px(16), look().px(24), 0.22, 6)
        painter.box(area, "paper", look().px(16))
        painter.outline(area, "action", look().px(16), look().px(4))
        tile.content(painter, area)
        for instruction in (PushMatrix(), self._move, group, PopMatrix()):
            self.canvas.add(instruction)

    def follow(self, x: float, y: float) -> None:
        """Put its middle under a point of the window, a little above the finger."""
        self._move.xy = (round(x - self.width / 2), round(y - self.height / 2 + look().px(10)))

    def on_touch_down(self, touch: Any) -> bool:
        """It is only a picture."""
        return False


class Draggable(Tile):
    """A tile that can be pressed, or dragged to a place the view finds (`view.place_at(x, y)` in window pixels)."""

    def __init__(self, host: Host, view: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._host, self._view = host, view
        self._ghosts: dict[Any, tuple[Ghost | None, tuple[float, float]]] = {}

    def on_touch_down(self, touch: Any) -> bool:
        """Take the finger, and keep the page from scrolling under it."""
        if not super().on_touch_down(touch):
            return False
        if touch.grab_list and self.enabled and self.collide_point(*touch.pos):
            self._ghosts[touch.uid] = (None, self.parent.to_window(*touch.pos))
            touch.ud["scrolled"] = f"drag-{touch.uid}"
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Follow the finger."""
        if touch.grab_current is not self or touch.uid not in self._ghosts:
            return False
        ghost, begun = self._ghosts[touch.uid]
        x, y = self.parent.to_window(*touch.pos)
        if ghost is None and max(abs(x - begun[0]), abs(y - begun[1])) > THRESHOLD:
            ghost = Ghost(self)
            self._ghosts[touch.uid] = (ghost, begun)
            self._host.lift(ghost)
            self.lifted = True
            self.pressed = False
        if ghost is not None:
            ghost.follow(x, y)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Drop it where the finger is, or press it."""
        if touch.grab_current is not self or touch.uid not in self._ghosts:
            return bool(super().on_touch_up(touch))
        ghost, _begun = self._ghosts.pop(touch.uid)
        touch.ungrab(self)
        self.pressed = False
        if ghost is None:
            self.press()
            return True
        self._host.lay(ghost)
        self.lifted = False
        x, y = self.parent.to_window(*touch.pos) if self.parent else touch.pos
        self._host.give(Drop(self.target, self._view.place_at(x, y), self._host.hand(touch)))
        return True
