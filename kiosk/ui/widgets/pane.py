"""How a picture of the window begins: pictures in it first, then its ground, and nothing that no screen reads.

Kivy clears the depth and the stencil of the window before each picture; here nothing is drawn in depth, and a stencil clears its own
buffer when it begins. Measured on a software rasteriser, the two cost a tenth of a full-screen quad in every frame.

Kivy draws a picture kept in a texture (`Fbo`) where it stands among the rest: the window is put aside half drawn, and taken up again.
Mesa's rasteriser also goes on believing, for as long as the texture lives, that it is being drawn into, and divides every frame where it
is shown: an eighth of a frame of the results. So pictures are drawn and finished before the window begins, and whoever shows one for
long shows a copy of it (`software`). Guarantees: a picture told by `ahead` is drawn before it is shown, once for each change, and
`drawn` called after that; one that nobody keeps any more is forgotten.

Of the window itself, only what was damaged is drawn (`damage`), inside scissors, where the buffer still holds the rest (`buffer_age`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary, WeakMethod

from kivy.graphics.opengl import (
    GL_COLOR_BUFFER_BIT,
    GL_RENDERER,
    GL_SCISSOR_TEST,
    glClear,
    glClearColor,
    glDisable,
    glEnable,
    glFinish,
    glGetString,
    glScissor,
)
from kivy.graphics.scissor_instructions import Rect, scissor_stack

from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.buffer_age import buffer_age
from kiosk.ui.widgets.damage import Damage

_pictures: WeakKeyDictionary[Any, WeakMethod[Callable[[], None]] | None] = WeakKeyDictionary()
_damage = Damage()


def ahead(picture: Any, drawn: Callable[[], None] | None = None) -> None:
    """Have a kept picture (an Fbo) drawn before the window that shows it, and then call the method `drawn`."""
    _pictures[picture] = None if drawn is None else WeakMethod(drawn)


@cache
def software() -> bool:
    """Tell whether Mesa draws without a graphics card. Ask once there is a window."""
    return b"llvmpipe" in bytes(glGetString(GL_RENDERER) or b"")


def draw(window: Any) -> bool:
    """Draw what the window holds on its `clearcolor`. Bind it to the window's `on_draw`: it takes the place of Kivy's own."""
    for picture, drawn in list(_pictures.items()):
        if picture.needs_redraw:
            picture.draw()
            glFinish()
            told = drawn() if drawn is not None else None
            if told is not None:
                told()
    area = _damage.next(window.canvas, (round(window.width), round(window.height)), buffer_age())
    if area is None:
        _paint(window)
    else:
        _paint_part(window, area)
    return True


def _paint(window: Any) -> None:
    glClearColor(*window.clearcolor)
    glClear(GL_COLOR_BUFFER_BIT)
    window.render_context.draw()


def _paint_part(window: Any, area: Area) -> None:
    scissor_stack.push(Rect(area.x, area.y, area.width, area.height))
    glEnable(GL_SCISSOR_TEST)
    glScissor(area.x, area.y, area.width, area.height)
    try:
        _paint(window)
    finally:
        scissor_stack.pop()
        glDisable(GL_SCISSOR_TEST)
