"""Drawing for every widget: boxes, texts and icons put into a canvas at whole pixels.

Guarantees: nothing is drawn outside of the area given but the lines allowed; texts follow the patron's size and are
ended by an ellipsis, never cut; colours are tokens of the theme, so that a change of palette is a new drawing.
"""

from __future__ import annotations

from collections.abc import Hashable
from math import ceil
from typing import Any

from kivy.graphics import BorderImage, Color, Rectangle

from kiosk.ui import theme
from kiosk.ui.theme import Colour, look
from kiosk.ui.widgets import quads, shapes, text
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.sheet import Kept
from kiosk.ui.widgets.solid import Solid, cross
from kiosk.ui.widgets.text import Style

Paint = str | Colour  # a token of the theme or components


class Painter:
    """Draws into one canvas or instruction group."""

    def __init__(self, group: Any, solid: Solid | None = None) -> None:
        self._add = group.add
        self._solid = solid
        self._last: Colour | None = None

    def colour(self, paint: Paint) -> Colour:
        """Resolve a token."""
        return look().colour(paint) if isinstance(paint, str) else paint

    def _tint(self, paint: Paint) -> None:
        colour = self.colour(paint)
        if colour != self._last:
            self._add(Color(*colour))
            self._last = colour

    def add(self, instruction: Any, paint: Paint) -> None:
        """Add any instruction of Kivy's, tinted."""
        self._tint(paint)
        self._add(instruction)

    def add_plain(self, instruction: Any) -> None:
        """Add an instruction that has no colour (a stencil, a matrix)."""
        self._add(instruction)

    def fill(self, area: Area, paint: Paint) -> None:
        """Draw a plain rectangle."""
        self.add(Rectangle(pos=area.pos, size=area.size), paint)

    def box(self, area: Area, paint: Paint, radius: int) -> None:
        """Draw a box with rounded corners; a radius beyond half a side makes a pill."""
        radius = min(radius, area.width // 2, area.height // 2)
        if radius < 2:
            self.fill(area, paint)
        else:
            self._nine(area, paint, shapes.rounded(radius), radius)

    def ground(self, area: Area, paint: Paint, radius: int = 0) -> None:
        """Draw an opaque box under everything else of the widget: a quarter of what `box` costs when it is large."""
        colour = self.colour(paint)
        if self._solid is None or colour[3] < 1.0 or area.width <= 2 * radius or area.height <= 2 * radius:
            self.box(area, paint, radius)
            return
        self._solid.fill(cross(area, radius) if radius else (area,), colour)
        if radius:
            self.corners(area, radius, shapes.rounded(radius), colour)

    def outline(self, area: Area, paint: Paint, radius: int, width: float) -> None:
        """Draw the outline of a rounded box, inside its edge."""
        radius = max(2, min(radius, area.width // 2, area.height // 2))
        if area.width > 0 and area.height > 0:
            ring = shapes.ring(radius, width)
            self._shape(quads.frame(area, radius, min(radius, ceil(width)), ring.width), ring, paint)

    def corners(self, area: Area, radius: int, texture: Any, paint: Paint) -> None:
        """Draw only the four corners of a rounded box, from a texture of `shapes`."""
        self._shape(quads.corners(area, radius, radius / texture.width), texture, paint)

    def _shape(self, vertices: quads.Vertices, texture: Any, paint: Paint) -> None:
        self.add(quads.mesh(vertices, texture), paint)

    def shadow(self, area: Area, radius: int, blur: int, alpha: float = 0.10, drop: int = 2) -> None:
        """Draw a soft shadow under a box."""
        spread = blur // 2
        under = Area(area.x - spread, area.y - spread - drop, area.width + 2 * spread, area.height + 2 * spread)
        self._nine(under, look().colour("shade", alpha), shapes.shadow(max(1, radius - blur // 2), blur), max(1, radius - blur // 2) + blur)

    def _nine(self, area: Area, paint: Paint, texture: Any, border: int) -> None:
        if area.width > 0 and area.height > 0:
            self.add(BorderImage(pos=area.pos, size=area.size, texture=texture, border=(border,) * 4), paint)

    def disc(self, x: float, y: float, radius: int, paint: Paint) -> None:
        """Draw a disc around a point."""
        self.box(Area(round(x) - radius, round(y) - radius, 2 * radius, 2 * radius), paint, radius)

    def image(self, area: Area, texture: Any, paint: Paint = (1.0, 1.0, 1.0, 1.0), coords: tuple[float, ...] | None = None) -> None:
        """Draw a texture over an area."""
        extra = {"tex_coords": coords} if coords else {}
        self.add(Rectangle(pos=area.pos, size=area.size, texture=texture, **extra), paint)

    def text(
        self,
        area: Area,
        words: str,
        paint: Paint = "ink",
        units: float = theme.BODY,
        weight: Weight = Weight.REGULAR,
        *,
        align: str = "left",
        valign: str = "middle",
        most: int = 1,
        leading: float = 1.25,
        px: int = 0,
    ) -> Area:
        """Write `words` in at most `most` lines; return the area of ink, empty when nothing was written.

        `units` is the size at 1280×800 before the patron's choice; `px` overrides it in pixels.
        """
        style = Style(px or look().font(units), weight, leading)
        lines = text.wrap(words, style, area.width, most)
        return self.lines(area, lines, style, paint, align=align, valign=valign)

    def lines(self, area: Area, lines: tuple[str, ...], style: Style, paint: Paint, *, align: str = "left", valign: str = "middle") -> Area:
        """Write lines that are already broken."""
        texture = text.picture(lines, style, align)
        if texture is None:
            return Area(area.x, area.y, 0, 0)
        wide, tall = texture.size
        x = {"left": area.x - 2, "center": area.x + (area.width - wide) // 2, "right": area.right - wide + 2}[align]
        y = {"top": area.top - tall, "middle": area.y + (area.height - tall) // 2, "bottom": area.y}[valign]
        self.image(Area(x, y, wide, tall), texture, paint)
        return Area(x + 2, y, wide - 4, tall)

    def icon(self, area: Area, name: str, paint: Paint = "ink", units: float = 28, *, px: int = 0, align: str = "center") -> Area:
        """Draw an icon in the middle (or at the left) of an area; a disc when the set has no such name."""
        size = px or look().px(units)
        texture = text.icon_picture(name, size)
        if texture is None:
            self.disc(area.x + size / 2 if align == "left" else area.center[0], area.center[1], max(2, size // 4), paint)
            return area.middle(size, size)
        wide, tall = texture.size
        x = area.x - 2 if align == "left" else area.x + (area.width - wide) // 2
        place = Area(x, area.y + (area.height - tall) // 2, wide, tall)
        self.image(place, texture, paint)
        return place


class BatchPainter(Painter):
    """Draws into a batch, for one owner: few draw calls for many things. No stencils, no meshes of one's own."""

    def __init__(self, batch: quads.Batch, owner: Hashable = None, solid: Solid | None = None) -> None:
        super().__init__(batch.group, solid)
        self._batch, self._owner = batch, owner

    def add(self, instruction: Any, paint: Paint) -> None:
        """Not in a batch."""
        raise TypeError("a batch takes boxes, outlines, pictures and texts only")

    def add_plain(self, instruction: Any) -> None:
        """Not in a batch."""
        raise TypeError("a batch takes boxes, outlines, pictures and texts only")

    def fill(self, area: Area, paint: Paint) -> None:
        """Draw a plain rectangle."""
        self._batch.put(self._owner, 0, None, self.colour(paint), quads.quad(area))

    def image(self, area: Area, texture: Any, paint: Paint = (1.0, 1.0, 1.0, 1.0), coords: tuple[float, ...] | None = None) -> None:
        """Draw a texture over an area."""
        self._batch.put(self._owner, 1, texture, self.colour(paint), quads.quad(area, coords or texture.tex_coords))

    def inked(self, x: int, top: int, kept: Kept) -> None:
        """Draw what is inked of a kept picture, its upper left corner at x, top."""
        vertices: quads.Vertices = []
        for left, drop, wide, tall in kept.inked:
            vertices += quads.quad(Area(x + left, top - drop - tall, wide, tall), kept.cut(left, drop, wide, tall))
        self._batch.put(self._owner, 1, kept.texture, (1.0, 1.0, 1.0, 1.0), vertices)

    def _shape(self, vertices: quads.Vertices, texture: Any, paint: Paint) -> None:
        self._batch.put(self._owner, 0, texture, self.colour(paint), vertices)

    def _nine(self, area: Area, paint: Paint, texture: Any, border: int) -> None:
        if area.width > 0 and area.height > 0:
            self._shape(quads.nine(area, border, texture.width), texture, paint)
