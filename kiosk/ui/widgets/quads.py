"""Rectangles as vertices, and many of them as one drawing.

A draw call costs about 20 µs of the drawing thread whatever it draws, so what lies side by side is collected by texture and
colour, and each collection is one mesh. Guarantees: shapes (boxes, outlines) lie under pictures (texts, covers), and within
each the order is that of first use; what one owner has drawn can be taken back alone; a mesh is filled again only when its
own quads changed.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from itertools import chain
from typing import Any

from kivy.graphics import Color, InstructionGroup, Mesh

from kiosk.ui.theme import Colour
from kiosk.ui.widgets.area import Area

WHOLE = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0)  # a whole texture: lower left, lower right, upper right, upper left
Vertices = list[float]  # x, y, u, v for each corner, four corners a rectangle


@lru_cache(maxsize=256)
def indices(count: int) -> list[int]:
    """Return the triangles of `count` rectangles."""
    return [first + corner for first in range(0, 4 * count, 4) for corner in (0, 1, 2, 2, 3, 0)]


def quad(area: Area, coords: tuple[float, ...] = WHOLE) -> Vertices:
    """Return one rectangle."""
    left, low, right, high = area.x, area.y, area.x + area.width, area.y + area.height
    u0, v0, u1, v1, u2, v2, u3, v3 = coords
    return [left, low, u0, v0, right, low, u1, v1, right, high, u2, v2, left, high, u3, v3]


def corners(area: Area, radius: int, share: float) -> Vertices:
    """Return the four corners of a rounded box; `share` is a corner's part of its texture (`shapes`)."""
    vertices: Vertices = []
    for x, u in ((area.x, 0.0), (area.right - radius, 1.0 - share)):
        for y, v in ((area.y, 0.0), (area.top - radius, 1.0 - share)):
            vertices += (x, y, u, v, x + radius, y, u + share, v)
            vertices += (x + radius, y + radius, u + share, v + share, x, y + radius, u, v + share)
    return vertices


def frame(area: Area, radius: int, width: int, side: int) -> Vertices:
    """Return an outline: four corners and four bars from a texture of `side` pixels; nothing inside."""
    share, middle, bar = radius / side, 0.5, width / side
    x0, x1, x2, x3 = area.x, area.x + radius, area.right - radius, area.right
    y0, y1, y2, y3 = area.y, area.y + radius, area.top - radius, area.top
    return corners(area, radius, share) + _patches(
        (
            (x1, y0, x2, y0 + width, middle, 0.0, middle, bar),
            (x1, y3 - width, x2, y3, middle, 1 - bar, middle, 1.0),
            (x0, y1, x0 + width, y2, 0.0, middle, bar, middle),
            (x3 - width, y1, x3, y2, 1 - bar, middle, 1.0, middle),
        )
    )


def nine(area: Area, border: int, side: int) -> Vertices:
    """Return a box in nine parts: corners at their size, the rest stretched."""
    share, middle = border / side, 0.5
    x0, x1, x2, x3 = area.x, area.x + border, area.right - border, area.right
    y0, y1, y2, y3 = area.y, area.y + border, area.top - border, area.top
    return corners(area, border, share) + _patches(
        (
            (x1, y0, x2, y1, middle, 0.0, middle, share),
            (x1, y2, x2, y3, middle, 1 - share, middle, 1.0),
            (x0, y1, x1, y2, 0.0, middle, share, middle),
            (x2, y1, x3, y2, 1 - share, middle, 1.0, middle),
            (x1, y1, x2, y2, middle, middle, middle, middle),
        )
    )


def _patches(patches: tuple[tuple[float, ...], ...]) -> Vertices:
    vertices: Vertices = []
    for left, low, right, high, u0, v0, u1, v1 in patches:
        if right > left and high > low:
            vertices += (left, low, u0, v0, right, low, u1, v0, right, high, u1, v1, left, high, u0, v1)
    return vertices


def mesh(vertices: Vertices, texture: Any = None) -> Any:
    """Return rectangles as one drawing."""
    return Mesh(vertices=vertices, indices=indices(len(vertices) // 16), mode="triangles", texture=texture)


class _Layer:
    """All rectangles of one texture and colour, by owner."""

    __slots__ = ("changed", "filled", "group", "mesh", "owned", "shown")

    def __init__(self, texture: Any, colour: Colour) -> None:
        self.group, self.mesh = InstructionGroup(), Mesh(mode="triangles", texture=texture)
        self.group.add(Color(*colour))
        self.group.add(self.mesh)
        self.owned: dict[Hashable, Vertices] = {}
        self.changed = self.shown = False
        self.filled: Vertices = []  # what is in the mesh


class Batch:
    """Collects rectangles of several owners. Put `group` into a canvas; call `flush` when everything of a frame is in."""

    def __init__(self) -> None:
        self.group = InstructionGroup()
        self._levels = (InstructionGroup(), InstructionGroup())  # shapes, then pictures
        for level in self._levels:
            self.group.add(level)
        self._layers: dict[tuple[Any, ...], _Layer] = {}

    def put(self, owner: Hashable, level: int, texture: Any, colour: Colour, vertices: Vertices) -> None:
        """Add rectangles of one owner; `level` 0 is for shapes, 1 for pictures over them."""
        key = (level, texture.target, texture.id, colour) if texture is not None else (level, colour)
        layer = self._layers.get(key)
        if layer is None:
            layer = self._layers[key] = _Layer(texture, colour)
        owned = layer.owned.get(owner)
        layer.owned[owner] = vertices if owned is None else owned + vertices
        layer.changed = True

    def drop(self, owner: Hashable) -> None:
        """Take back everything of an owner."""
        for layer in self._layers.values():
            if layer.owned.pop(owner, None) is not None:
                layer.changed = True

    def clear(self) -> None:
        """Take back everything."""
        for layer in self._layers.values():
            layer.changed = layer.changed or bool(layer.owned)
            layer.owned.clear()

    def flush(self) -> None:
        """Fill the meshes that changed; what is empty is not drawn, and forgotten. What came out the same is not sent again."""
        for key, layer in list(self._layers.items()):
            if not layer.changed:
                continue
            layer.changed = False
            level = self._levels[key[0]]
            if not layer.owned:
                if layer.shown:
                    level.remove(layer.group)
                del self._layers[key]
                continue
            vertices = list(chain.from_iterable(layer.owned.values()))
            if vertices != layer.filled:
                if len(vertices) != len(layer.filled):
                    layer.mesh.indices = indices(len(vertices) // 16)
                layer.mesh.vertices = layer.filled = vertices
            if not layer.shown:
                level.add(layer.group)
                layer.shown = True
