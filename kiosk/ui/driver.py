"""Drives the real application from outside: frames pumped by hand, real touches and keys, pictures of the screen.

For the tour, the bench and the tests. Guarantees: the same steps give the same pictures (the Clock is ours, nothing
depends on the machine's speed); a touch goes through Kivy's own input pipeline, not into a widget's method.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.input.motionevent import MotionEvent

from kiosk.ui.widgets.base import Stop

FRAME = 1 / 60  # seconds


class Finger(MotionEvent):
    """One finger on the glass."""

    def __init__(self, device: str, ident: int, args: tuple[float, float]) -> None:
        super().__init__(device, ident, args, is_touch=True, type_id="touch")

    def depack(self, args: tuple[float, float]) -> None:
        """Take a position in pixels."""
        self.sx, self.sy = args[0] / Window.width, args[1] / Window.height
        self.profile = ["pos"]
        super().depack(args)


class Driver:
    """One pair of hands in front of the screen. `app` is a started `KioskApp`."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.world: Any = None  # what stands in for the line and the library system, on a tour
        self._ident = 0
        self.now = max(Clock.time(), Clock._last_tick)  # a driver before this one may have let hours pass
        self._real_time = Clock.time
        Clock.time = lambda: self.now
        Clock._max_fps = 0
        EventLoop.status = "started"
        if not EventLoop.event_listeners:
            EventLoop.add_event_listener(Window)

    def close(self) -> None:
        """Give the Clock back."""
        Clock.time = self._real_time

    def frame(self, draw: bool = True) -> None:
        """Let one sixtieth of a second pass, and draw."""
        self.now += FRAME
        EventLoop.idle() if draw else Clock.tick()
        glFinish()  # offscreen, nothing else rasterises: frames would queue up in memory

    def frames(self, count: int) -> None:
        """Let several pass."""
        for _frame in range(count):
            self.frame()

    def settle(self, longest: float = 20.0) -> None:
        """Let a third of a second pass in which every answer comes at once: threads are waited for (`longest` real seconds in all)
        while the Clock stands still, so that what the Clock ends (a toast, a movement) never depends on the machine's speed."""
        end = time.monotonic() + longest
        for _frame in range(21):
            self.frame()
            while not self._idle() and time.monotonic() < end:
                time.sleep(0.001)
                EventLoop.idle()
        glFinish()

    def _idle(self) -> bool:
        desk = self.app.parts.desk
        others = (getattr(desk, "link", None), getattr(desk, "pictures", None))
        return bool(self.app.parts.worker.idle and all(other is None or other.idle for other in others))

    def down(self, x: float, y: float) -> Finger:
        """Put a finger down."""
        self._ident += 1
        finger = Finger("driver", self._ident, (x, y))
        finger.time_start = finger.time_update = self.now
        EventLoop.post_dispatch_input("begin", finger)
        return finger

    def move(self, finger: Finger, x: float, y: float) -> None:
        """Slide it."""
        finger.move((x, y))
        finger.time_update = self.now
        EventLoop.post_dispatch_input("update", finger)

    def up(self, finger: Finger) -> None:
        """Lift it."""
        finger.time_end = self.now
        finger.update_time_end()
        finger.time_end = self.now
        EventLoop.post_dispatch_input("end", finger)

    def tap(self, x: float, y: float) -> None:
        """Touch a point."""
        finger = self.down(x, y)
        self.frame()
        self.up(finger)
        self.frame()

    def tap_on(self, widget: Any) -> None:
        """Touch the middle of a widget."""
        x, y = widget.parent.to_window(*widget.center)
        self.tap(x, y)

    def find(self, label: str) -> Stop | None:
        """Return the first thing to be pressed whose spoken label contains `label`."""
        stops = self.app.parts.shell.focus.stops()
        exact = [s for s in stops if s.spoken.startswith(label)]
        return next(iter(exact or [s for s in stops if label in s.spoken]), None)

    def press(self, label: str) -> None:
        """Touch what is called `label`, scrolled into sight first; raises LookupError when there is no such thing."""
        stop = self.find(label)
        if stop is None:
            raise LookupError(label)
        focus = self.app.parts.shell.focus
        focus.set(stop)
        self.frame()
        shown = focus.stop or stop
        focus.clear()
        self.tap(*shown.area.center)

    def drag(self, start: tuple[float, float], end: tuple[float, float], frames: int = 12, rest: int = 0) -> None:
        """Slide a finger from one point to another; resting on the glass before it lifts, it flings nothing."""
        finger = self.down(*start)
        for step in range(1, frames + 1):
            share = step / frames
            self.frame()
            self.move(finger, start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        for _frame in range(rest):
            self.frame()
            self.move(finger, *end)
        self.up(finger)

    def type(self, text: str, settle: bool = True) -> None:
        """Write on a plugged-in keyboard."""
        for character in text:
            Window.dispatch("on_textinput", character)
            self.frame()
        if settle:
            self.settle()

    def key(self, code: int, *modifiers: str) -> None:
        """Press a key."""
        Window.dispatch("on_key_down", code, 0, "", list(modifiers))
        self.frame()

    def picture(self, file: Path) -> Path:
        """Save what is on the screen as a PNG."""
        from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
        from PIL import Image

        self.frame()
        Window.dispatch("on_draw")
        width, height = map(int, Window.system_size)
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        image = Image.frombytes("RGBA", (width, height), bytes(pixels)).convert("RGB")
        file.parent.mkdir(parents=True, exist_ok=True)
        image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(file, optimize=False)
        return file
