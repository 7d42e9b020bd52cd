"""Rounded boxes, rings and discs with smooth edges, without multisampling.

Guarantees: a shape is drawn from one small white texture whose edge pixels hold their true coverage, stretched in nine
parts (`BorderImage`), so that a corner costs nothing more than a rectangle and any colour comes from one texture.
Textures are made once per radius and kept; there are a dozen in all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import hypot
from typing import Any

from kivy.graphics.texture import Texture

_WHITE = [bytes((255, 255, 255, a)) for a in range(256)]


def _coverage(distance: float) -> float:
    """Coverage of a pixel whose centre is `distance` pixels outside an edge."""
    return min(1.0, max(0.0, 0.5 - distance))


def _quarter_texture(radius: int, alpha: Callable[[float], float]) -> Any:
    """Texture of side 2·radius + 2, the same in its four corners; `alpha` takes the distance to the rounded edge."""
    side = 2 * radius + 2
    away = [max(0.0, radius - n - 0.5) for n in range(radius + 1)]
    half = [  # a corner is its own mirror image: what lies on one side of the diagonal is told by the other
        [_WHITE[round(255 * alpha((hypot(dx, dy) if dx and dy else max(dx, dy)) - radius))] for dx in away[: y + 1]]
        for y, dy in enumerate(away)
    ]
    rows = []
    for y, line in enumerate(half):
        row = line + [other[y] for other in half[y + 1 :]]
        rows.append(b"".join(row + row[::-1]))
    texture = Texture.create(size=(side, side), colorfmt="rgba", mipmap=False)
    texture.blit_buffer(b"".join(rows + rows[::-1]), colorfmt="rgba", bufferfmt="ubyte")
    texture.wrap = "clamp_to_edge"
    texture.mag_filter = texture.min_filter = "nearest"  # drawn pixel for pixel; linear costs a third more
    return texture


@lru_cache(maxsize=64)
def inverse(radius: int) -> Any:
    """Return the texture of what a rounded box leaves of its corners."""
    return _quarter_texture(radius, lambda d: 1 - _coverage(d))


@lru_cache(maxsize=64)
def rounded(radius: int) -> Any:
    """Return the texture of a full box with rounded corners."""
    return _quarter_texture(radius, _coverage)


@lru_cache(maxsize=64)
def ring(radius: int, width: float) -> Any:
    """Return the texture of an outline `width` pixels wide, inside the edge."""
    return _quarter_texture(radius, lambda d: _coverage(d) * (1 - _coverage(d + width)))


@lru_cache(maxsize=16)
def framed(side: int, radius: int, width: float) -> Any:
    """Return the texture of a whole small square outline: a column of boxes to tick takes one rectangle for each."""

    def line(x: int, y: int) -> bytes:
        dx, dy = (max(0.0, radius - min(at, side - 1 - at) - 0.5) for at in (x, y))
        edge = min(x, y, side - 1 - x, side - 1 - y) + 0.5
        distance = hypot(dx, dy) - radius if dx and dy else -edge
        return _WHITE[round(255 * _coverage(distance) * (1 - _coverage(distance + width)))]

    texture = Texture.create(size=(side, side), colorfmt="rgba", mipmap=False)
    texture.blit_buffer(b"".join(line(x, y) for y in range(side) for x in range(side)), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "nearest"
    return texture


@lru_cache(maxsize=16)
def shadow(radius: int, blur: int) -> Any:
    """Return the texture of a soft shadow: full inside, fading over `blur` pixels towards the edge."""

    def fade(distance: float) -> float:
        inside = min(1.0, max(0.0, -distance / blur))
        return inside * inside * (3 - 2 * inside)

    return _quarter_texture(radius + blur, fade)
