"""Small covers, drawn once and kept side by side in one texture.

A cover is some fifteen shapes over each other; a row of a list shows it as one quad from here. Guarantees: the texture
has a fixed size; the cover used longest ago gives its place; covers stand on the ground colour given, opaque, so that
their smooth corners stay smooth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Fbo

from kiosk.ui.theme import look
from kiosk.ui.widgets import pane
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.painter import Painter

SIDE = 1024  # pixels of the texture
PER_FRAME = 2  # pictures drawn in one frame; the others follow in the next ones


class Thumbs:
    """Covers of one size on one ground, for the look in use when it was made.

    Add `canvas` to a canvas that is drawn before the covers are shown.
    """

    def __init__(self, size: tuple[int, int], ground: str = "paper", side: int = SIDE) -> None:
        self.size = size
        self._ground = ground
        self._side = max(side, size[0] + 2, size[1] + 2)
        self._columns = self._side // (size[0] + 2)
        self._room = self._columns * (self._side // (size[1] + 2))
        self._places: OrderedDict[Hashable, int] = OrderedDict()
        self._cut: dict[int, Any] = {}
        self._pass, self._drawn = -1, 0
        self.canvas: Any = Fbo(size=(self._side, self._side), with_stencilbuffer=True)
        self.canvas.texture.mag_filter = self.canvas.texture.min_filter = "nearest"
        pane.ahead(self.canvas)

    def region(self, name: Hashable, draw: Callable[[Painter, Area], None]) -> Any:
        """Return the texture of the picture called `name`, drawn when it is not kept; None when this frame has drawn enough."""
        place = self._places.get(name)
        if place is None:
            if self._pass == Clock.frames and self._drawn >= PER_FRAME:
                return None
            place = len(self._places) if len(self._places) < self._room else self._places.popitem(last=False)[1]
            self._draw(place, draw)
            self._places[name] = place
        self._places.move_to_end(name)
        cut = self._cut.get(place)
        if cut is None:
            area = self._area(place)
            cut = self._cut[place] = self.canvas.texture.get_region(area.x, area.y, area.width, area.height)
        return cut

    def rest(self) -> None:
        """Draw nothing new in this frame: it has enough to do."""
        self._begin()
        self._drawn = PER_FRAME

    def _begin(self) -> None:
        if self._pass != Clock.frames:
            self.canvas.clear()
            self._pass, self._drawn = Clock.frames, 0

    def _area(self, place: int) -> Area:
        row, column = divmod(place, self._columns)
        return Area(column * (self.size[0] + 2) + 1, row * (self.size[1] + 2) + 1, *self.size)

    def _draw(self, place: int, draw: Callable[[Painter, Area], None]) -> None:
        """Add to what the texture takes in before the next picture of the screen: one pass for all that is new."""
        self._begin()
        self._drawn += 1
        area = self._area(place)
        painter = Painter(self.canvas)
        painter.fill(Area(area.x - 1, area.y - 1, area.width + 2, area.height + 2), look().colour(self._ground))
        draw(painter, area)
