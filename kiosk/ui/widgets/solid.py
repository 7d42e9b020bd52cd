"""Opaque grounds at a quarter of the price: no texture is sampled, nothing is blended.

Measured on a software rasteriser, a full screen of one colour costs 1 by Kivy's own shader (which samples a white pixel
and blends it), 0.25 here. Cards, panels and bars cover most of the screen, so this is what a fling costs.

Guarantees: only interiors of boxes are drawn so, below everything else of their widget; rounded corners keep their smooth
edges from `shapes`, as four small quads in one mesh.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Callback, Color, Mesh, Rectangle, RenderContext
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable

from kiosk.ui.theme import Colour
from kiosk.ui.widgets import shapes
from kiosk.ui.widgets.area import Area

_FRAGMENT = """
$HEADER$
void main (void) {
    gl_FragColor = frag_color;
}
"""


def _opaque(_instruction: Any) -> None:
    glDisable(GL_BLEND)


def _blended(_instruction: Any) -> None:
    glEnable(GL_BLEND)


def cross(area: Area, radius: int) -> tuple[Area, ...]:
    """Return the rectangles of a rounded box without its corners: the middle, then the bands above and below."""
    inside = area.width - 2 * radius
    return (
        Area(area.x, area.y + radius, area.width, area.height - 2 * radius),
        Area(area.x + radius, area.y, inside, radius),
        Area(area.x + radius, area.top - radius, inside, radius),
    )


def corners(area: Area, radius: int, texture: Any = None) -> Any:
    """Return the four corners of a rounded box as one mesh, from `texture` (by default what is full inside)."""
    texture = texture or shapes.rounded(radius)
    share = radius / texture.width
    vertices: list[float] = []
    indices: list[int] = []
    for x, u in ((area.x, 0.0), (area.right - radius, 1.0 - share)):
        for y, v in ((area.y, 0.0), (area.top - radius, 1.0 - share)):
            first = len(vertices) // 4
            vertices += (x, y, u, v, x + radius, y, u + share, v)
            vertices += (x + radius, y + radius, u + share, v + share, x, y + radius, u, v + share)
            indices += (first, first + 1, first + 2, first + 2, first + 3, first)
    return Mesh(vertices=vertices, indices=indices, mode="triangles", texture=texture)


def frame(area: Area, radius: int, width: int, texture: Any) -> Any:
    """Return an outline as one mesh: four corners from `texture` and four bars between them; nothing inside."""
    share, middle = radius / texture.width, 0.5
    bar = width / texture.width
    x0, x1, x2, x3 = area.x, area.x + radius, area.right - radius, area.right
    y0, y1, y2, y3 = area.y, area.y + radius, area.top - radius, area.top
    quads = (
        (x0, y0, x1, y1, 0.0, 0.0, share, share),
        (x2, y0, x3, y1, 1 - share, 0.0, 1.0, share),
        (x0, y2, x1, y3, 0.0, 1 - share, share, 1.0),
        (x2, y2, x3, y3, 1 - share, 1 - share, 1.0, 1.0),
        (x1, y0, x2, y0 + width, middle, 0.0, middle, bar),
        (x1, y3 - width, x2, y3, middle, 1 - bar, middle, 1.0),
        (x0, y1, x0 + width, y2, 0.0, middle, bar, middle),
        (x3 - width, y1, x3, y2, 1 - bar, middle, 1.0, middle),
    )
    vertices: list[float] = []
    indices: list[int] = []
    for left, low, right, high, u0, v0, u1, v1 in quads:
        if right <= left or high <= low:
            continue
        first = len(vertices) // 4
        vertices += (left, low, u0, v0, right, low, u1, v0, right, high, u1, v1, left, high, u0, v1)
        indices += (first, first + 1, first + 2, first + 2, first + 3, first)
    return Mesh(vertices=vertices, indices=indices, mode="triangles", texture=texture)


class Solid:
    """A group of opaque rectangles; put `group` before what is drawn over them."""

    def __init__(self) -> None:
        self.group = RenderContext(use_parent_projection=True, use_parent_modelview=True, use_parent_frag_modelview=True)
        self.group.shader.fs = _FRAGMENT
        self._end: Any = None

    def clear(self) -> None:
        """Draw nothing any more."""
        self.group.clear()
        self._end = None

    def fill(self, areas: tuple[Area, ...], colour: Colour) -> list[Any]:
        """Add rectangles of one colour; return them, so that they can be moved."""
        if self._end is not None:
            self.group.remove(self._end)
        else:
            self.group.add(Callback(_opaque))
            self._end = Callback(_blended)
        self.group.add(Color(*colour))
        made = [Rectangle(pos=area.pos, size=area.size) for area in areas]
        for rectangle in made:
            self.group.add(rectangle)
        self.group.add(self._end)
        return made
