"""Covers drawn by the kiosk where a record has none: colour, Alpine ridges, title, author, kind.

Guarantees: the same record always looks the same; title and author are never cut nor overlapped: the landscape keeps
below the title, the author stands on the nearest range, and words that do not fit end with an ellipsis; white text is
on 7:1 grounds. A picture that was fetched takes the drawing's place, cropped to fill.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Any

from kivy.graphics import Mesh, StencilPop, StencilPush, StencilUnUse, StencilUse
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty, StringProperty

from kiosk.ui.theme import RADIUS_COVER, Colour, look
from kiosk.ui.widgets import text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.ridges import Landscape, Line, landscape
from kiosk.ui.widgets.text import Style

RATIO = 4 / 3  # height of a cover for its width
SMALLEST_TITLE = 105  # units of width under which a cover carries no words: they are beside it
BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Face:
    """What a cover says. `identity` makes its colours and mountains."""

    identity: str
    title: str
    author: str = ""
    icon: str = "book"


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with a share of `other`."""
    red, green, blue, alpha = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue, alpha


def cover_colour(identity: str) -> Colour:
    """Return the main colour of a record's cover; white text stands on it at 7:1."""
    scene = landscape(identity)
    return mix(look().colour(scene.colour), look().colour(scene.other), scene.blend)


@lru_cache(maxsize=1)
def _edge_texture() -> Any:
    """Two pixels, from nothing to full: the smooth edge of a ridge (u = 0.25 outside, 0.75 inside)."""
    texture = Texture.create(size=(2, 1), colorfmt="rgba", mipmap=False)
    texture.blit_buffer(bytes((255, 255, 255, 0, 255, 255, 255, 255)), colorfmt="rgba", bufferfmt="ubyte")
    texture.wrap = "clamp_to_edge"
    return texture


@lru_cache(maxsize=1)
def _haze_texture() -> Any:
    """The light above the horizon: from full, at the bottom, to nothing."""
    texture = Texture.create(size=(1, 64), colorfmt="rgba", mipmap=False)
    texture.blit_buffer(
        b"".join(bytes((255, 255, 255, round(255 * (1 - n / 63) ** 1.6))) for n in range(64)), colorfmt="rgba", bufferfmt="ubyte"
    )
    texture.wrap = "clamp_to_edge"
    return texture


def _ridge(area: Area, line: Line, bottom: int) -> Any:
    """One range as a mesh whose upper edge fades over one pixel."""
    vertices: list[float] = []
    indices: list[int] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        left, right = area.x + x0 * area.width, area.x + x1 * area.width
        low, high = area.y + y0 * area.height, area.y + y1 * area.height
        slope = min(4.0, hypot(right - left, high - low) / max(0.5, right - left))  # the edge is one pixel across its slope
        first = len(vertices) // 4
        for x, y in ((left, low), (right, high)):
            vertices += (x, y + slope / 2, 0.25, 0.5, x, y - slope / 2, 0.75, 0.5, x, min(bottom, y - slope / 2), 0.75, 0.5)
        a, b, c, d, e, f = range(first, first + 6)
        indices += (a, b, d, b, d, e, b, c, e, c, e, f)
    return Mesh(vertices=vertices, indices=indices, mode="triangles", texture=_edge_texture())


def _title_style(face: Face, width: int, unit: float, most: int) -> tuple[Style, tuple[str, ...]]:
    """The largest writing in which the whole title fits and no word is broken."""
    for px in (round(unit), round(unit * 0.88), round(unit * 0.76), max(11, round(unit * 0.64))):
        style = Style(px, Weight.BOLD, 1.2)
        lines = text.wrap(face.title, style, width, most)
        whole = not (lines and lines[-1].endswith(text.ELLIPSIS) and not face.title.endswith(text.ELLIPSIS))
        if whole and all(text.width_of(word, style) <= width for word in face.title.split()):
            break
    return style, lines


def paint_cover(painter: Painter, area: Area, face: Face, *, radius: int = 0, picture: Any = None) -> None:
    """Draw a cover into an area, with words when it is large enough for them."""
    radius = radius or max(4, min(look().px(RADIUS_COVER), area.width // 8))
    if picture is not None:
        _paint_picture(painter, area, picture, radius)
        return
    scene = landscape(face.identity)
    colour = cover_colour(face.identity)
    worded = area.width >= look().px(SMALLEST_TITLE)
    pad = max(8, round(area.width * 0.075))
    free = area.height
    style = Style(12)
    lines: tuple[str, ...] = ()
    if worded:
        style, lines = _title_style(face, area.width - 2 * pad, min(area.width * 0.118, area.height * 0.12) + 2 * look().unit, 4)
        free = area.height - pad - len(lines) * text.line_height(style) - round(pad * 0.7)
    _paint_scene(painter, area, scene, colour, radius, free)
    if worded:
        inner = area.inset(pad)
        painter.lines(inner, lines, style, "on_rubric", valign="top")
        _paint_foot(painter, inner, face)
    else:
        size = round(area.width * 0.36)
        painter.icon(area.inset(round(area.width * 0.1)).cut_bottom(size).cut_right(size), face.icon, "on_rubric", px=size)


def _paint_scene(painter: Painter, area: Area, scene: Landscape, colour: Colour, radius: int, free: int) -> None:
    """Sky, light, sun and three ranges; `free` is the height that the title leaves. The lower corners are the near range's own."""
    near = mix(colour, BLACK, 0.42)
    painter.box(area, near, radius)
    sky = Area(area.x, area.y + radius, area.width, area.height - radius)
    painter.box(sky, colour, radius)
    scale = min(1.0, free / (area.height * 0.72))
    view = Area(area.x, area.y, area.width, round(area.height * scale))
    haze = Area(area.x, area.y + radius * 2, area.width, max(8, round(view.height * 0.86) - radius * 2))
    painter.image(haze, _haze_texture(), (*mix(colour, WHITE, 0.62)[:3], 0.55))
    x, y, size = scene.sun
    disc = round(min(area.width, area.height * 0.75) * size)
    at_x, at_y = area.x + x * area.width, min(area.y + y * view.height + disc * 0.4, area.y + free - disc * 1.5)
    if scene.halo:
        painter.disc(at_x, at_y, round(disc * 1.5), (1.0, 1.0, 1.0, 0.10))
    for star_x, star_y in scene.stars:
        painter.disc(area.x + star_x * area.width, area.y + star_y * view.height, max(1, area.width // 110), (1.0, 1.0, 1.0, 0.5))
    painter.disc(at_x, at_y, disc, (*mix(colour, WHITE, 0.72)[:3], 0.85))
    bottom = area.y + 2 * radius
    tones = (mix(colour, WHITE, 0.30), mix(colour, BLACK, 0.10), near)
    floor = (2 * radius + 2) / max(1, view.height)
    for line, tone in zip(scene.ranges, tones, strict=True):
        raised = tuple((px, max(py, floor)) for px, py in line)
        painter.add(_ridge(view, raised, bottom), tone)
    painter.fill(Area(area.x, area.y + radius, area.width, radius), near)


def paint_landscape(painter: Painter, area: Area, identity: str, token: str, rise: float) -> None:
    """Fill a whole screen with the landscape of `identity`; the sun has risen by `rise`, 0 to 1."""
    scene = landscape(identity)
    colour = painter.colour(token)
    painter.fill(area, mix(colour, BLACK, 0.25 * (1 - rise)))
    haze = Area(area.x, area.y, area.width, round(area.height * 0.75))
    painter.image(haze, _haze_texture(), (*mix(colour, WHITE, 0.62)[:3], 0.35 + 0.25 * rise))
    disc = round(min(area.width, area.height) * 0.09)
    y = area.y + area.height * (0.30 + 0.30 * rise)
    painter.disc(area.x + area.width * 0.72, y, round(disc * 1.5), (1.0, 1.0, 1.0, 0.12))
    painter.disc(area.x + area.width * 0.72, y, disc, (*mix(colour, WHITE, 0.78)[:3], 0.9))
    tones = (mix(colour, WHITE, 0.26), mix(colour, BLACK, 0.12), mix(colour, BLACK, 0.45))
    for line, tone in zip(scene.ranges, tones, strict=True):
        painter.add(_ridge(area, tuple((x, y * 0.85) for x, y in line), area.y), tone)


def paint_range(painter: Painter, area: Area, identity: str, tone: Colour, radius: int) -> None:
    """Draw the nearest range only, at the foot of a box with rounded corners."""
    line = landscape(identity).ranges[1]
    floor = (2 * radius + 2) / max(1, area.height)
    low = Area(area.x, area.y, area.width, 2 * radius)
    painter.box(low, tone, radius)
    painter.add(_ridge(area, tuple((x, max(y * 1.15, floor)) for x, y in line), area.y + radius), tone)


def _paint_foot(painter: Painter, inner: Area, face: Face) -> None:
    """The author at the left, the kind at the right, on the near range."""
    base = min(inner.width, inner.height)
    size = max(16, round(base * 0.16))
    px = max(12, round(base * 0.092))
    style = Style(px, Weight.MEDIUM, 1.2)
    lines = text.wrap(face.author, style, inner.width - size - size // 3, 2)
    row = inner.copy().cut_bottom(max(size, text.line_height(style) * len(lines)))
    painter.icon(row.cut_right(size, size // 3).cut_bottom(size), face.icon, "on_rubric", px=size)
    painter.lines(row, lines, style, "on_rubric", valign="bottom")


def _paint_picture(painter: Painter, area: Area, picture: Any, radius: int) -> None:
    """A fetched picture fills the area, its middle kept, its corners rounded."""
    wide, tall = picture.size
    share = min(wide / area.width, tall / area.height)
    left, low = (1 - area.width * share / wide) / 2, (1 - area.height * share / tall) / 2
    u0, v0, u1, v1 = left, low, 1 - left, 1 - low
    coords = picture.tex_coords
    if coords[1] > coords[5]:  # stored upside down, as files are
        v0, v1 = v1, v0
    painter.add_plain(StencilPush())
    painter.box(area, WHITE, radius)
    painter.add_plain(StencilUse())
    painter.image(area, picture, WHITE, (u0, v0, u1, v0, u1, v1, u0, v1))
    painter.add_plain(StencilUnUse())
    painter.box(area, WHITE, radius)
    painter.add_plain(StencilPop())


class Cover(Pressable):
    """A cover to be pressed. `picture` is a texture when one was fetched."""

    identity = StringProperty("")
    title = StringProperty("")
    author = StringProperty("")
    icon = StringProperty("book")
    picture = ObjectProperty(None, allownone=True)

    redraw_on = ("identity", "title", "author", "icon", "picture")

    @property
    def face(self) -> Face:
        """What it says."""
        return Face(self.identity, self.title, self.author, self.icon)

    def label(self) -> str:
        """Title and author."""
        return str(self.spoken or ", ".join(part for part in (self.title, self.author) if part))

    def draw(self, painter: Painter, area: Area) -> None:
        """A soft shadow, then the cover; pressed, it darkens."""
        radius = max(4, min(look().px(RADIUS_COVER), area.width // 8))
        painter.shadow(area, radius, look().px(10), 0.16)
        paint_cover(painter, area, self.face, radius=radius, picture=self.picture)
        if self.pressed:
            painter.box(area, (0.0, 0.0, 0.0, 0.25), radius)
