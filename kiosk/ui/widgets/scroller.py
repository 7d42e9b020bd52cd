"""A window onto something longer than the screen, moved by the finger.

Guarantees: the content is moved by one Translate at whole pixels and clipped by scissors, so that scrolling redraws no
widget; nothing runs when nothing moves; a finger that scrolls presses nothing; scrollers are never nested on one axis.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import PopMatrix, PushMatrix, ScissorPop, ScissorPush, Translate
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty
from kivy.uix.widget import Widget

from kiosk.ui.theme import look
from kiosk.ui.widgets import damage
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.kinetic import Kinetic

THRESHOLD = 14  # pixels before a finger scrolls


class Scroller(Widget):
    """Holds one child. `axis` is "y" or "x"; along it the child has its own size, across it takes the scroller's.

    `offset` is how far it has gone from the top (or the left), in pixels.
    """

    axis = OptionProperty("y", options=["x", "y"])
    offset = NumericProperty(0)
    clip = BooleanProperty(True)  # a shelf inside a page goes to the edge of the screen: nothing to clip

    def __init__(self, **kwargs: Any) -> None:
        self.kinetic = Kinetic()
        self._tick: Any = None
        super().__init__(**kwargs)
        self._scissor = ScissorPush()
        self._move = Translate()
        if self.clip:
            damage.patch(self)
        for instruction in (*([self._scissor] if self.clip else []), PushMatrix(), self._move):
            self.canvas.before.add(instruction)
        for instruction in (PopMatrix(), *([ScissorPop()] if self.clip else [])):
            self.canvas.after.add(instruction)
        self._place_later = Clock.create_trigger(self._place, -1)
        self.fbind("pos", self._place_later)
        self.fbind("size", self._place_later)

    @property
    def content(self) -> Any:
        """The one child, or None."""
        return self.children[0] if self.children else None

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Take the one child."""
        if self.children:
            raise ValueError("a scroller holds one child")
        super().add_widget(widget, *args, **kwargs)
        widget.fbind("size", self._place_later)
        self._place_later()

    def remove_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        """Give the child back."""
        widget.funbind("size", self._place_later)
        super().remove_widget(widget, *args, **kwargs)

    def _place(self, *_: object) -> None:
        child = self.content
        if child is None:
            return
        upright = self.axis == "y"
        if upright and child.size_hint_x is not None:
            child.width = self.width
        if not upright and child.size_hint_y is not None:
            child.height = self.height
        child.pos = (self.x, self.top - child.height) if upright else self.pos
        self.kinetic.bound(child.height - self.height if upright else child.width - self.width)
        self._show()

    def _show(self) -> None:
        at = round(self.kinetic.at)
        self._move.xy = (0, at) if self.axis == "y" else (-at, 0)
        x, y = self.to_window(*self.pos) if self.parent else self.pos
        self._scissor.x, self._scissor.y = round(x), round(y)
        self._scissor.width, self._scissor.height = max(0, round(self.width)), max(0, round(self.height))
        self.offset = at
        told = getattr(self.content, "scrolled", None)
        if told is not None:
            told(at, self.height)

    def _shift(self) -> tuple[float, float]:
        return (0, self.offset) if self.axis == "y" else (-self.offset, 0)

    def to_parent(self, x: float, y: float, **_: object) -> tuple[float, float]:
        """From the content's pixels to the scroller's."""
        dx, dy = self._shift()
        return x + dx, y + dy

    def to_local(self, x: float, y: float, **_: object) -> tuple[float, float]:
        """From the scroller's pixels to the content's."""
        dx, dy = self._shift()
        return x - dx, y - dy

    def _along(self, touch: Any) -> float:
        return -touch.y if self.axis == "y" else touch.x

    def on_touch_down(self, touch: Any) -> bool:
        """Stop under the finger; the content gets it first."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            return self._wheel(touch)
        was_moving = self.kinetic.moving
        self.kinetic.hold(touch.time_start, self._along(touch))
        touch.grab(self)
        touch.ud.setdefault("scrollers", {})[self.uid] = touch.pos
        if was_moving:
            touch.ud["scrolled"] = True  # the finger that stops a fling presses nothing
            return True
        touch.push()
        touch.apply_transform_2d(self.to_local)
        super().on_touch_down(touch)
        touch.pop()
        return True

    def _wheel(self, touch: Any) -> bool:
        step = look().px(90) * (1 if touch.button == "scrollup" else -1 if touch.button == "scrolldown" else 0)
        self.kinetic.jump(self.kinetic.at + step)
        self._show()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Follow the finger once it has gone far enough on this axis."""
        if touch.grab_current is not self:
            return False
        started = touch.ud.get("scrollers", {}).get(self.uid)
        if started is None or (touch.ud.get("scrolled") not in (None, True, self.uid)):
            return False
        if touch.ud.get("scrolled") != self.uid:
            across, along = touch.x - started[0], touch.y - started[1]
            if self.axis == "x":
                across, along = along, across
            if abs(along) < THRESHOLD or abs(across) > abs(along) or self.kinetic.reach <= 0:
                return False
            touch.ud["scrolled"] = self.uid
        self.kinetic.drag(touch.time_update, self._along(touch))
        self._show()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Let it run on."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if touch.ud.get("scrolled") == self.uid:
            self.kinetic.release(touch.time_end if touch.time_end > 0 else touch.time_update)
            if look().motion and self.kinetic.moving:
                self._run()
            else:
                self.kinetic.speed = 0.0
        return True

    def _run(self) -> None:
        if self._tick is None:
            self._tick = Clock.schedule_interval(self._step, 0)

    def _step(self, seconds: float) -> bool | None:
        moving = self.kinetic.step(min(seconds, 0.05))
        self._show()
        if moving:
            return None
        self._tick = None
        return False

    def reveal(self, area: Area) -> None:
        """Scroll so that an area (window pixels) is seen; called by the focus."""
        x, y = self.to_window(*self.pos) if self.parent else self.pos
        margin = look().px(16)
        if self.axis == "y":
            over = (y + margin) - area.y if area.y < y + margin else min(0.0, (y + self.height - margin) - area.top)
        else:
            over = area.right - (x + self.width - margin) if area.right > x + self.width - margin else min(0.0, area.x - (x + margin))
        if over:
            self.kinetic.jump(self.kinetic.at + over)
            self._show()
