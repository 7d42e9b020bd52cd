"""Small covers written into pixels on any thread: the same landscape as `covers`, without words, for rows of a list.

Guarantees: no graphics is touched, so that the thread which found a record also draws its cover and a list only copies it; the
picture is opaque on the ground given, its corners smooth; one record always looks the same, and as `paint_cover` shows it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kiosk.ui.theme import Colour, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.icons import glyph
from kiosk.ui.widgets.ridges import Landscape, Line, landscape
from kiosk.ui.widgets.text import Part, Pixels, Style

WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)


class _Canvas:
    """Shares of red, green and blue for each pixel, the upper line first; shapes are laid over by their coverage."""

    def __init__(self, np: Any, width: int, height: int) -> None:
        self.np, self.width, self.height = np, width, height
        self.rgb = np.zeros((height, width, 3), dtype=np.float32)
        self.x = np.arange(width, dtype=np.float32)[None, :] + 0.5
        self.y = (height - np.arange(height, dtype=np.float32))[:, None] - 0.5  # upwards, as everywhere

    def lay(self, colour: Colour, coverage: Any, where: Any = None) -> None:
        """Lay a colour over, in a part of the picture; `coverage` is 0 to 1 for each pixel of it."""
        part = self.rgb if where is None else self.rgb[where]
        part += (self.np.array(colour[:3], dtype=self.np.float32) - part) * (coverage * self.np.float32(colour[3]))[..., None]

    def disc(self, x: float, y: float, radius: int, colour: Colour) -> None:
        """Lay a disc, its edge one pixel soft."""
        x, y = round(x), round(y)
        top, left = max(0, self.height - y - radius - 1), max(0, x - radius - 1)
        where = (slice(top, max(0, self.height - y + radius + 1)), slice(left, max(0, x + radius + 1)))
        distance = self.np.hypot(self.x[:, where[1]] - x, self.y[where[0]] - y)
        self.lay(colour, self.np.clip(radius + 0.5 - distance, 0, 1), where)


@lru_cache(maxsize=8)
def _rounded(width: int, height: int, radius: int) -> Any:
    """Coverage of a box with rounded corners."""
    import numpy as np

    canvas = _Canvas(np, width, height)
    dx = np.maximum(0, np.maximum(radius - canvas.x, canvas.x - (width - radius)))
    dy = np.maximum(0, np.maximum(radius - canvas.y, canvas.y - (height - radius)))
    return np.clip(radius + 0.5 - np.hypot(dx, dy), 0, 1)[..., None]


@lru_cache(maxsize=64)
def _sign_of(icon: str, size: int) -> Any:
    """Coverage of an icon, or None when the set has no such name."""
    import numpy as np

    picture = text.pixels((Part(0, 0, glyph(icon), Style(size, family="icons", leading=1.0), WHITE),))
    if picture is None:
        return None
    return np.frombuffer(picture.data, dtype=np.uint8).reshape(picture.height, picture.width, 4)[..., 3] / np.float32(255)


def cover_pixels(identity: str, icon: str, size: tuple[int, int], radius: int, ground: str = "paper") -> Pixels:
    """Draw the cover of a record, `size` pixels, its corners on the token `ground`."""
    import numpy as np  # with the catalogue's thread already; the first picture of the kiosk needs none

    scene, (width, height) = landscape(identity), size
    canvas = _Canvas(np, width, height)
    colour = _mix(look().colour(scene.colour), look().colour(scene.other), scene.blend)
    _sky(canvas, scene, colour, radius)
    tones = (_mix(colour, WHITE, 0.30), _mix(colour, BLACK, 0.10), _mix(colour, BLACK, 0.42))
    for line, tone in zip(scene.ranges, tones, strict=True):
        _range(canvas, line, tone, 2 * radius + 2)
    _lay_sign(canvas, icon)
    outside = np.array(look().colour(ground)[:3], dtype=np.float32)
    data = np.full((height, width, 4), 255, dtype=np.uint8)
    data[..., :3] = 255 * (outside + (canvas.rgb - outside) * _rounded(width, height, radius)) + 0.5
    return Pixels(width, height, data.tobytes(), ((0, 0, width, height),))


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue, alpha


def _sky(canvas: _Canvas, scene: Landscape, colour: Colour, radius: int) -> None:
    """The light above the horizon, sun or moon, stars."""
    np, width, height = canvas.np, canvas.width, canvas.height
    low, tall = radius * 2, max(8, round(height * 0.86) - radius * 2)
    up = (canvas.y - low) / tall
    light = np.where((up >= 0) & (up <= 1), 0.55 * (1 - np.clip(up, 0, 1)) ** 1.6, 0)
    sky, haze = np.array(colour[:3]), np.array(_mix(colour, WHITE, 0.62)[:3])
    canvas.rgb[:] = (sky + (haze - sky) * light)[:, None, :]
    x, y, size = scene.sun
    disc = round(min(width, height * 0.75) * size)
    at_x, at_y = x * width, min(y * height + disc * 0.4, height - disc * 1.5)
    if scene.halo:
        canvas.disc(at_x, at_y, round(disc * 1.5), (1.0, 1.0, 1.0, 0.10))
    for star_x, star_y in scene.stars:
        canvas.disc(star_x * width, star_y * height, max(1, width // 110), (1.0, 1.0, 1.0, 0.5))
    canvas.disc(at_x, at_y, disc, (*_mix(colour, WHITE, 0.72)[:3], 0.85))


def _range(canvas: _Canvas, line: Line, tone: Colour, floor: int) -> None:
    """One range of mountains: everything under its line."""
    np = canvas.np
    heights = np.interp(canvas.x[0], [x * canvas.width for x, _y in line], [max(y * canvas.height, floor) for _x, y in line])
    slope = np.clip(np.hypot(1, np.gradient(heights)), 1, 4)  # the edge is one pixel across its slope
    where = (slice(max(0, canvas.height - int(heights.max()) - 4), None),)
    canvas.lay(tone, np.clip((heights[None, :] - canvas.y[where]) / slope[None, :] + 0.5, 0, 1).astype(np.float32), where)


def _lay_sign(canvas: _Canvas, icon: str) -> None:
    """The kind of the work, at the lower right."""
    size, margin = round(canvas.width * 0.36), round(canvas.width * 0.1)
    sign = _sign_of(icon, size)
    if sign is None:
        return
    tall, wide = sign.shape
    left = canvas.width - margin - size + (size - wide) // 2
    top = canvas.height - margin - tall - (size - tall) // 2
    where = (slice(max(0, top), min(canvas.height, top + tall)), slice(max(0, left), min(canvas.width, left + wide)))
    part = sign[where[0].start - top : where[0].stop - top, where[1].start - left : where[1].stop - left]
    canvas.lay(look().colour("on_rubric"), part, where)
