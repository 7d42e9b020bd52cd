"""Guarantees: any number of fingers can drag at once; a finger that hardly moved has pressed; what is let go nowhere goes back.

A dragged tile is drawn once and moved as one rectangle, so that a finger costs no redrawing.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Callback, ClearBuffers, ClearColor, Color, Fbo, Rectangle
from kivy.graphics.opengl import GL_ONE, GL_ONE_MINUS_SRC_ALPHA, GL_SRC_ALPHA, glBlendFunc, glBlendFuncSeparate
from kivy.uix.widget import Widget

from kiosk.ui.theme import look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.painter import Painter
from mediation_apps.runtime.play.base import Drop
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import Tile

DRAGS = "drags"  # set on a finger that carries a tile
THRESHOLD = 14  # pixels a finger may slide and still press


class Ghost(Widget):
    """The picture of a tile under a finger: drawn into a texture once, then one rectangle that follows."""

    def __init__(self, tile: Tile, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=tile.size, **kwargs)
        self._out = look().px(20)  # room for the shadow around the tile
        wide, tall = round(tile.width) + 2 * self._out, round(tile.height) + 2 * self._out
        self._picture = _picture(tile, self._out, (wide, tall))
        self._quad = Rectangle(size=(wide, tall), texture=self._picture.texture)
        self.canvas.add(self._quad)

    def follow(self, x: float, y: float) -> None:
        """Put its middle under a point of the window, a little above the finger."""
        self._quad.pos = (round(x - self.width / 2) - self._out, round(y - self.height / 2 + look().px(10)) - self._out)

    def on_touch_down(self, touch: Any) -> bool:
        """It is only a picture."""
        return False


class Ghosts(Widget):
    """All that is under fingers. Their pictures hold colours already multiplied by their alpha, and are laid over what is below."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0), **kwargs)
        self.canvas.before.add(Callback(_laid_over))
        self.canvas.before.add(Color(1, 1, 1, 1))
        self.canvas.after.add(Callback(_as_usual))


def _picture(tile: Tile, out: int, size: tuple[int, int]) -> Fbo:
    area = Area(out, out, round(tile.width), round(tile.height))
    picture = Fbo(size=size)
    picture.texture.mag_filter = picture.texture.min_filter = "nearest"  # pixel for pixel
    picture.add(ClearColor(0, 0, 0, 0))
    picture.add(ClearBuffers())
    picture.add(Callback(_over_nothing))
    painter = Painter(picture)
    painter.shadow(area, look().px(16), look().px(24), 0.22, 6)
    painter.box(area, "paper", look().px(16))
    painter.outline(area, "action", look().px(16), look().px(4))
    tile.content(painter, area)
    picture.add(Callback(_as_usual))
    picture.draw()
    return picture


def _over_nothing(_instruction: Any) -> None:
    """Alpha adds up as coverage does, on a ground that has none."""
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA)


def _laid_over(_instruction: Any) -> None:
    glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA)


def _as_usual(_instruction: Any) -> None:
    """What Kivy sets once and counts upon."""
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE)


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
            self._lift(touch, ghost)
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
        if self.get_root_window() is not None:  # else the page has gone under the finger
            x, y = self.parent.to_window(*touch.pos)
            self._host.give(Drop(self.target, self._view.place_at(x, y), self._host.hand(touch)))
        return True

    def _lift(self, touch: Any, ghost: Ghost) -> None:
        """From now on the finger is this tile's alone: nobody else is asked at each of its moves."""
        for holder in [held() for held in touch.grab_list]:
            if holder is not None and holder is not self:
                touch.ungrab(holder)
        touch.ud[DRAGS] = True
        self._host.lift(ghost)
        self.lifted = True
        self.pressed = False
