"""How a picture of the window begins: pictures in it first, then its ground, and nothing that no screen reads.

Kivy clears the depth and the stencil of the window before each picture; here nothing is drawn in depth, and a stencil clears its own
buffer when it begins. Measured on a software rasteriser, the two cost a tenth of a full-screen quad in every frame.

Kivy draws a picture kept in a texture (`Fbo`) where it stands among the rest: the window is put aside half drawn, and taken up again.
Mesa's rasteriser then also believes the texture to be drawn into still, and divides every following frame where it is shown. Drawn
and finished before the window begins, it costs neither. Guarantees: a picture told by `ahead` is drawn before it is shown, once for
each change; one that nobody keeps any more is forgotten.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from kivy.graphics.opengl import GL_COLOR_BUFFER_BIT, glClear, glClearColor, glFinish

_pictures: WeakSet[Any] = WeakSet()


def ahead(picture: Any) -> None:
    """Have a kept picture (an Fbo) drawn before the window that shows it."""
    _pictures.add(picture)


def draw(window: Any) -> bool:
    """Draw what the window holds on its `clearcolor`. Bind it to the window's `on_draw`: it takes the place of Kivy's own."""
    for picture in list(_pictures):
        if picture.needs_redraw:
            picture.draw()
            glFinish()
    glClearColor(*window.clearcolor)
    glClear(GL_COLOR_BUFFER_BIT)
    window.render_context.draw()
    return True
