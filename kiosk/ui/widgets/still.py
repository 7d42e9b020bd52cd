"""Parts of the screen that stand still while others move, kept as one opaque picture.

A bar with its buttons is some twenty draw calls; as a picture it is one, and nothing of it is blended again while a list beside
it is flung. Guarantees: the picture is drawn again when, and only when, something in it changed (the graphics tree marks that
by itself); positions, fingers and the focus are not concerned: the children stand in the window's pixels as everywhere. A child
that changes with every letter stands beside the picture (`add_live`): drawing both in one frame takes half as long again.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Callback, ClearBuffers, ClearColor, Color, Fbo, InstructionGroup, PopMatrix, PushMatrix, Rectangle, Translate
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.theme import look
from kiosk.ui.widgets import damage, pane


class Still(Widget):
    """Base of a part of the screen drawn into a picture, on the window's ground. No scissors inside."""

    canvas: Any

    def __init__(self, **kwargs: Any) -> None:
        self._picture: Any = Fbo(size=(1, 1))
        self._away, self._under = Translate(), InstructionGroup()
        for instruction in (ClearColor(*look().colour("ground")), ClearBuffers(), PushMatrix(), self._away, self._under):
            self._picture.before.add(instruction)
        self._picture.after.add(PopMatrix())
        self._copy: Any = None
        self._live: list[Any] = []
        pane.ahead(self._picture, self._drawn)
        super().__init__(**kwargs)
        self._quad = Rectangle(texture=self._picture.texture)
        for instruction in (self._picture, Callback(self._opaque), Color(1, 1, 1, 1), self._quad, Callback(_blended)):
            self.canvas.add(instruction)
        damage.patch(self)
        self.fbind("pos", self._frame)
        self.fbind("size", self._frame)

    def _sheet(self) -> Any:
        """Where its own drawing goes (`Drawn`): under its children, inside the picture."""
        return self._under

    def _opaque(self, _instruction: Any) -> None:
        if self.opacity >= 1:
            glDisable(GL_BLEND)

    def _frame(self, *_: object) -> None:
        """Keep the picture as large as the widget, and where it is."""
        size = (max(1, round(self.width)), max(1, round(self.height)))
        if tuple(self._picture.size) != size:
            self._picture.size = size
            self._picture.texture.mag_filter = self._picture.texture.min_filter = "nearest"  # pixel for pixel
            self._copy, self._quad.texture = None, self._picture.texture
        self._away.xy = (-round(self.x), -round(self.y))
        self._quad.pos, self._quad.size = (round(self.x), round(self.y)), size

    def _drawn(self) -> None:
        """Show a copy where that is cheaper than a texture which was drawn into (`pane`)."""
        if not pane.software():
            return
        if self._copy is None:
            self._copy = Texture.create(size=self._picture.size, colorfmt="rgba")
            self._copy.mag_filter = self._copy.min_filter = "nearest"
        self._copy.blit_buffer(self._picture.pixels, colorfmt="rgba", bufferfmt="ubyte")
        self._quad.texture = self._copy

    def add_live(self, widget: Any) -> None:
        """Take a child over the picture, drawn with the window."""
        self._live.append(widget)
        super().add_widget(widget)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take a child into the picture."""
        outside, self.canvas = self.canvas, self._picture
        super().add_widget(widget, *args, **kwargs)
        self.canvas = outside

    def remove_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take a child away."""
        if widget in self._live:
            self._live.remove(widget)
            super().remove_widget(widget, *args, **kwargs)
            return
        outside, self.canvas = self.canvas, self._picture
        super().remove_widget(widget, *args, **kwargs)
        self.canvas = outside


def _blended(_instruction: Any) -> None:
    glEnable(GL_BLEND)
