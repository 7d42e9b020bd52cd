"""What lies behind the hands: while something is dragged, everything below it is one picture instead of some seventy draw calls.

Guarantees: what is seen is the same pixel for pixel, held or not; while held, the picture is drawn again when, and only when,
something in it changed (the graphics tree marks that by itself); nothing is drawn twice while no hand drags.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import Callback, Canvas, ClearBuffers, ClearColor, Color, Fbo, InstructionGroup, Rectangle
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable
from kivy.uix.widget import Widget

from kiosk.ui.theme import look


class Backdrop(Widget):
    """Holds what is behind the hands. It covers the window from its lower left corner, so that scissors keep their pixels."""

    canvas: Any

    def __init__(self, **kwargs: Any) -> None:
        self.scene = Canvas()  # everything in it, its own ground (`scene.before`) too
        self._picture: Any = None
        self._clear, self._quad = ClearColor(0, 0, 0, 1), Rectangle()
        self._shown = InstructionGroup()  # the picture, opaque
        super().__init__(**kwargs)
        self.canvas.add(self.scene)
        self.fbind("size", self._fit)

    @property
    def held(self) -> bool:
        """Whether the picture is shown."""
        return self._shown in self.canvas.children

    def hold(self, wanted: bool) -> None:
        """Show the picture from now on, or the things themselves."""
        if wanted == self.held:
            return
        if not wanted:
            self.canvas.remove(self._shown)
            self._picture.remove(self.scene)
            self.canvas.add(self.scene)
            return
        if self._picture is None:
            self._make()
        self._clear.rgba = look().colour("ground")
        self._fit()
        self.canvas.remove(self.scene)
        self._picture.add(self.scene)
        self.canvas.add(self._shown)

    def _make(self) -> None:
        self._picture = Fbo(size=(1, 1))
        self._picture.add(self._clear)
        self._picture.add(ClearBuffers())
        for instruction in (self._picture, Callback(_opaque), Color(1, 1, 1, 1), self._quad, Callback(_blended)):
            self._shown.add(instruction)

    def _fit(self, *_: object) -> None:
        size = (max(1, round(self.width)), max(1, round(self.height)))
        if self._picture is None or tuple(self._quad.size) == size:
            return
        self._picture.size = size
        self._picture.texture.mag_filter = self._picture.texture.min_filter = "nearest"  # pixel for pixel
        self._quad.texture, self._quad.size = self._picture.texture, size

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take a child behind the hands."""
        outside, self.canvas = self.canvas, self.scene
        super().add_widget(widget, *args, **kwargs)
        self.canvas = outside

    def remove_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Give a child back."""
        outside, self.canvas = self.canvas, self.scene
        super().remove_widget(widget, *args, **kwargs)
        self.canvas = outside


def _opaque(_instruction: Any) -> None:
    glDisable(GL_BLEND)


def _blended(_instruction: Any) -> None:
    glEnable(GL_BLEND)
