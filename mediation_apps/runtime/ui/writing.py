"""Keys, switches and the docked keyboard of the player.

Guarantees: Tab, arrows and Enter reach everything; with two switches Space goes on and Enter presses, also on the keys of the
docked keyboard; what is written in stays in sight above it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.scroller import Scroller
from mediation_apps.i18n import _

BACKSPACE, TAB, ENTER, ESCAPE, SPACE, DELETE = 8, 9, 13, 27, 32, 127
KEYPAD_ENTER, UP, DOWN, RIGHT, LEFT, HOME, END = 271, 273, 274, 275, 276, 278, 279


class Writing(Widget):
    """The part of a player that keys go through."""

    focus: Focus
    switches: bool
    veil: Any
    field: Any
    keyboard: Keyboard | None

    def place(self, *_: object) -> None:
        """Give every part its room."""
        raise NotImplementedError

    def back(self) -> None:
        """The page before."""
        raise NotImplementedError

    def edit(self, field: Any) -> None:
        """Dock the keyboard for a field."""
        if self.field is not None and self.field is not field:
            self.field.active = False
        self.field = field
        field.active = True
        if self.keyboard is None:
            self.keyboard = Keyboard(board="text", enter=_("OK"))
            self.keyboard.bind(
                on_text=lambda _k, text: self.field and self.field.insert(text),
                on_erase=lambda _k: self.field and self.field.erase(),
                on_clear=lambda _k: self.field and self.field.clear(),
                on_enter=lambda _k: self.stop_editing(),
                on_close=lambda _k: self.stop_editing(),
            )
            self.add_widget(self.keyboard)
            self.place()
        self._reveal(field)

    def _reveal(self, field: Any) -> None:
        def scroll(_dt: float) -> None:
            for stop in field.stops():
                parent = field.parent
                while parent is not None and not isinstance(parent, Scroller):
                    parent = parent.parent if parent is not parent.parent else None
                if parent is not None:
                    parent.reveal(stop.area)

        Clock.schedule_once(scroll, 0)

    def stop_editing(self) -> None:
        """Take the keyboard away; what was written stays."""
        if self.field is not None:
            self.field.active = False
            self.field = None
        if self.keyboard is not None:
            self.remove_widget(self.keyboard)
            self.keyboard = None
            self.place()

    def on_key(self, key: int, modifiers: list[str]) -> bool:
        """A key of a plugged-in keyboard, or a switch."""
        if self.veil is not None:
            self._veil_key(key, modifiers)
            return True
        task_key = getattr(getattr(getattr(self, "page", None), "task", None), "key", None)  # an instrument has keys of its own
        if self.field is None and task_key is not None and task_key(key):
            return True
        if self.switches and key in (SPACE, ENTER, KEYPAD_ENTER):
            if key == SPACE:
                self.focus.move(1)
                return True
            return self.focus.act()
        if key == TAB:
            self.focus.move(-1 if "shift" in modifiers else 1)
            return True
        if self.field is not None and self._edit_key(key):
            return True
        if key in (ENTER, KEYPAD_ENTER, SPACE):
            return self.focus.act()
        if key == ESCAPE:
            self.stop_editing() if self.field is not None else self.back()
            return True
        if key in (UP, DOWN, LEFT, RIGHT):
            self.focus.move(1 if key in (DOWN, RIGHT) else -1)
            return True
        return False

    def _veil_key(self, key: int, modifiers: list[str]) -> None:
        """Only the button of what covers everything, if it has one."""
        if key == TAB or (key == SPACE and self.switches):
            self.focus.move(-1 if "shift" in modifiers else 1)
        elif key in (ENTER, KEYPAD_ENTER, SPACE):
            self.focus.act()

    def _edit_key(self, key: int) -> bool:
        field = self.field
        actions: dict[int, Callable[[], None]] = {
            BACKSPACE: field.erase,
            DELETE: field.erase_after,
            LEFT: lambda: field.move(-1),
            RIGHT: lambda: field.move(1),
            HOME: lambda: field.move(-len(field.text)),
            END: lambda: field.move(len(field.text)),
            ENTER: self.stop_editing,
            KEYPAD_ENTER: self.stop_editing,
        }
        if key not in actions:
            return key == SPACE and not self.switches
        actions[key]()
        return True

    def on_text(self, text: str) -> bool:
        """Characters typed go into the field; without one, to a task that hears a scanner."""
        task_text = getattr(getattr(getattr(self, "page", None), "task", None), "typed", None)
        if self.field is None and self.veil is None and task_text is not None:
            return bool(task_text(text))
        if self.field is None or (self.switches and text == " "):
            return False
        self.field.insert(text)
        return True

    def on_touch_down(self, touch: Any) -> bool:
        """A finger takes the ring of the focus away, and outside of field and keyboard ends the writing."""
        self.focus.clear()
        if self.veil is not None:
            self.veil.on_touch_down(touch)
            return True
        if self.field is not None and self.keyboard is not None and not self.keyboard.collide_point(*touch.pos):
            inside = self.field.to_widget(*touch.pos)
            if not self.field.collide_point(*inside):
                self.stop_editing()
        return bool(super().on_touch_down(touch))
