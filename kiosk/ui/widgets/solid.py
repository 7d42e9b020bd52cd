"""Opaque grounds at a quarter of the price: no texture is sampled, nothing is blended.

Measured on a software rasteriser, a full screen of one colour costs 1 by Kivy's own shader (which samples a white pixel
and blends it), 0.25 here. Cards, panels and bars cover most of the screen, so this is what a fling costs.

Guarantees: only interiors of boxes are drawn so, below everything else of their widget; rounded corners keep their smooth
edges from `shapes`, as four small quads in one mesh.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Callback, Canvas, Color, InstructionGroup, RenderContext
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable

from kiosk.ui.theme import Colour
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.quads import Vertices, indices, mesh, quad

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


class Solid:
    """A group of opaque rectangles; put `group` before what is drawn over them."""

    def __init__(self) -> None:
        self.group: Any = Canvas()
        self._inside = RenderContext(use_parent_projection=True, use_parent_modelview=True, use_parent_frag_modelview=True)
        self._inside.shader.fs = _FRAGMENT
        self.group.add(self._inside)
        self._apart = InstructionGroup()
        self._apart.add(self._inside)  # its parent now: drawing a shader's group marks what it stands in as changed, each second time
        self._end: Any = None

    def _changed(self) -> None:
        self.group.ask_update()

    def clear(self) -> None:
        """Draw nothing any more."""
        self._inside.clear()
        self._end = None
        self._changed()

    def fill(self, areas: tuple[Area, ...], colour: Colour) -> Any:
        """Add rectangles of one colour, as one mesh; return it, for `refill`."""
        if self._end is not None:
            self._inside.remove(self._end)
        else:
            self._inside.add(Callback(_opaque))
            self._end = Callback(_blended)
        self._inside.add(Color(*colour))
        vertices: Vertices = []
        for area in areas:
            vertices += quad(area)
        made = mesh(vertices)
        self._inside.add(made)
        self._inside.add(self._end)
        self._changed()
        return made

    def refill(self, made: Any, areas: Sequence[Area]) -> None:
        """Give a mesh of `fill` other rectangles."""
        made.indices = indices(len(areas))
        made.vertices = [number for area in areas for number in quad(area)]
        self._changed()
