"""Textures that are kept and filled again: pictures of texts side by side (`Sheet`), so that a list draws all of its words
by one call, or one picture after the other (`Slab`).

Guarantees: a fixed number of cells of one size, no texture is made while a list scrolls; the picture used longest ago gives
its cell. With `room` for twice the rows that are seen and one more, no picture that is seen is ever given away: at most so
many different rows can be painted while one stays in sight.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from kivy.graphics.texture import Texture

from kiosk.ui.widgets.text import Pixels

WIDEST = 2_048  # pixels: what every graphics card takes


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture inside a texture: where its upper left corner is, what of it is inked, and what else its owner needs to draw it."""

    texture: Any
    x: int
    y: int
    inked: tuple[tuple[int, int, int, int], ...]
    note: Any = None

    def cut(self, x: int, y: int, width: int, height: int) -> tuple[float, ...]:
        """Return the coordinates of a part, given from the upper left corner."""
        wide, tall = self.texture.size
        left, right = (self.x + x) / wide, (self.x + x + width) / wide
        top, low = (self.y + y) / tall, (self.y + y + height) / tall
        return left, low, right, low, right, top, left, top


def _kept_texture(width: int, height: int) -> Any:
    texture = Texture.create(size=(width, height), colorfmt="rgba", mipmap=False)
    texture.mag_filter = texture.min_filter = "nearest"  # drawn at whole pixels only
    return texture


def _put(texture: Any, picture: Pixels, x: int = 0, y: int = 0, note: Any = None) -> Kept:
    """Copy a picture into a texture; its upper line is the lowest in memory."""
    texture.blit_buffer(picture.data, size=(picture.width, picture.height), pos=(x, y), colorfmt="rgba", bufferfmt="ubyte")
    return Kept(texture, x, y, picture.inked, note)


class Sheet:
    """One texture of cells."""

    def __init__(self, cell: tuple[int, int], room: int) -> None:
        self.cell = cell
        self._columns = max(1, WIDEST // max(1, cell[0]))
        self._room = room
        lines = -(-room // self._columns)
        self._texture = _kept_texture(min(room, self._columns) * cell[0], lines * cell[1])
        self._places: OrderedDict[Hashable, int] = OrderedDict()
        self._kept: dict[Hashable, Kept] = {}

    def get(self, name: Hashable) -> Kept | None:
        """Return a picture that is there."""
        kept = self._kept.get(name)
        if kept is not None:
            self._places.move_to_end(name)
        return kept

    def put(self, name: Hashable, picture: Pixels, note: Any = None) -> Kept:
        """Take a picture in; what goes beyond its cell is left out."""
        if name in self._places:
            place = self._places.pop(name)
        elif len(self._places) < self._room:
            place = len(self._places)
        else:
            gone, place = self._places.popitem(last=False)
            del self._kept[gone]
        self._places[name] = place
        line, column = divmod(place, self._columns)
        kept = self._kept[name] = _put(self._texture, _cropped(picture, *self.cell), column * self.cell[0], line * self.cell[1], note)
        return kept

    def forget(self) -> None:
        """Keep nothing."""
        self._places.clear()
        self._kept.clear()


def _cropped(picture: Pixels, wide: int, tall: int) -> Pixels:
    """Leave out what goes beyond a size."""
    if picture.width <= wide and picture.height <= tall:
        return picture
    width, height = min(picture.width, wide), min(picture.height, tall)
    rows = (picture.data[4 * picture.width * y : 4 * picture.width * y + 4 * width] for y in range(height))
    inked = tuple((x, y, min(w, width - x), min(h, height - y)) for x, y, w, h in picture.inked if x < width and y < height)
    return Pixels(width, height, b"".join(rows), inked)


class Slab:
    """One texture for one picture; made again only when a larger one comes."""

    def __init__(self) -> None:
        self._texture: Any = None

    def put(self, picture: Pixels) -> Kept:
        """Take a picture in, in the place of the last."""
        old = self._texture
        if old is None or old.width < picture.width or old.height < picture.height:
            self._texture = _kept_texture(picture.width, max(picture.height, old.height if old is not None else 0))
        return _put(self._texture, picture)
