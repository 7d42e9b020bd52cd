"""What every widget stands on: drawing once per change, pressing, and a place in the order of focus.

Guarantees:
- a widget is drawn again at most once a frame, and only when something of it changed;
- a press acts on release inside the widget, and never when the finger scrolled;
- everything that can be pressed has a spoken label (`spoken`, else its text) and says it by `stops()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.solid import Solid

SLOP = 12  # pixels a finger may slide out of a target and still press it


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the focus: where it is (window pixels), what is said there, what Enter does.

    `key` tells two stops of one widget apart (a row and its button); `radius` rounds the ring drawn around it.
    """

    owner: Any
    area: Area
    spoken: str
    act: Callable[[], None]
    key: str = ""
    radius: int = 12


def window_area(widget: Any, area: Area | None = None) -> Area:
    """Return a widget's rectangle, or one inside it, in window pixels."""
    own = area or Area(int(widget.x), int(widget.y), int(widget.width), int(widget.height))
    parent = widget.parent
    x, y = parent.to_window(own.x, own.y) if parent else own.pos
    return Area(round(x), round(y), own.width, own.height)


class Drawn(Widget):
    """A widget that draws itself: give `draw`, and name in `redraw_on` the properties that change its looks."""

    redraw_on: tuple[str, ...] = ()
    grounded = False  # true for what covers much of the screen and draws its ground by `painter.ground`

    def __init__(self, **kwargs: Any) -> None:
        self._solid: Solid | None = None
        self.redraw = Clock.create_trigger(self._paint, -1)
        super().__init__(**kwargs)
        for name in ("pos", "size", *self.redraw_on):
            self.fbind(name, self.redraw)
        self.redraw()

    @property
    def area(self) -> Area:
        """The widget's rectangle in whole pixels."""
        return Area(round(self.x), round(self.y), round(self.width), round(self.height))

    def _sheet(self) -> Any:
        """The group it draws into."""
        return self.canvas.before

    def _paint(self, *_: object) -> None:
        before = self._sheet()
        before.clear()
        if self.width <= 0 or self.height <= 0:
            return
        if self.grounded and self._solid is None:
            self._solid = Solid()
        if self._solid is not None:
            self._solid.clear()
            before.add(self._solid.group)
        self.draw(Painter(before, self._solid), self.area)

    def draw(self, painter: Painter, area: Area) -> None:
        """Draw into the area; called only when something changed."""


class Pressable(Drawn):
    """Something to press: `on_release` fires when the finger leaves it, by Enter, or by a switch."""

    enabled = BooleanProperty(True)
    pressed = BooleanProperty(False)
    spoken = StringProperty("")

    __events__: tuple[str, ...] = ("on_release",)

    def __init__(self, **kwargs: Any) -> None:
        self.redraw_on = (*self.redraw_on, "enabled", "pressed")
        super().__init__(**kwargs)

    def on_release(self, *_: object) -> None:
        """Nothing by itself: bind it, or override it."""

    def press(self) -> None:
        """Act as if it had been touched."""
        if self.enabled:
            self.dispatch("on_release")

    def label(self) -> str:
        """What is said of it."""
        return str(self.spoken)

    def stops(self) -> list[Stop]:
        """Return the stops of the focus inside this widget."""
        if not self.enabled or not self.label():
            return []
        return [Stop(self, window_area(self), self.label(), self.press)]

    def on_touch_down(self, touch: Any) -> bool:
        """Take the finger."""
        if not self.enabled or touch.is_mouse_scrolling or not self.collide_point(*touch.pos):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Let go when the finger scrolls."""
        if touch.grab_current is self and touch.ud.get("scrolled"):
            touch.ungrab(self)
            self.pressed = False
        return touch.grab_current is self

    def on_touch_up(self, touch: Any) -> bool:
        """Act when the finger leaves inside the widget."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        x, y = touch.pos
        inside = self.x - SLOP <= x <= self.right + SLOP and self.y - SLOP <= y <= self.top + SLOP
        if inside and not touch.ud.get("scrolled"):
            self.press()
        return True
