"""The kiosk's own keyboard: French, large, for several fingers at once.

Guarantees:
- a key that is typed draws one highlight and lays nothing out again: pages are drawn once per size and look, then swapped;
- every finger types its own key, in the order they are lifted; a finger may slide to the right key before it is lifted;
- a key held shows its other letters and keeps them until one is tapped: no sliding is needed, and the page "é è à" gives
  the same letters without holding;
- nothing runs when no finger is down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kivy.clock import Clock
from kivy.graphics import InstructionGroup
from kivy.properties import BooleanProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.ui import theme
from kiosk.ui.theme import TARGET_MM, look
from kiosk.ui.widgets import keys
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.keys import Key, Placed, Row
from kiosk.ui.widgets.painter import Painter

HOLD = 0.45  # seconds before a held key shows its other letters
REPEAT = 0.12  # seconds between letters while "erase" is held
BOUNCE = 0.06  # seconds within which the same key lifted twice is a trembling finger


@dataclass(slots=True)
class _Finger:
    """A finger on the keyboard: the key under it, and whether it has already acted by being held."""

    place: Placed | None
    acted: bool = False
    event: Any = None


class Keyboard(Widget):
    """Dispatches `on_text` (what to insert), `on_erase`, `on_clear`, `on_enter`, `on_close`, and `on_order` (letters in their order).

    `board` is "text" or "number"; `enter` is the verb of the main key; `abc` puts letters in their order.
    Its height is `natural_height()`: the screen gives it that place and keeps the field above.
    """

    board = OptionProperty("text", options=["text", "number"])
    enter = StringProperty("")
    abc = BooleanProperty(False)
    page = StringProperty("lower")

    __events__ = ("on_text", "on_erase", "on_clear", "on_enter", "on_close", "on_order")

    def __init__(self, **kwargs: Any) -> None:
        self._fingers: dict[Any, _Finger] = {}
        self._drawn: dict[str, InstructionGroup] = {}
        self._areas: dict[str, tuple[tuple[Placed, Area], ...]] = {}
        self._popup: tuple[tuple[str, Area], ...] = ()
        self._last: tuple[str, float] = ("", 0.0)
        super().__init__(**kwargs)
        self._under, self._over = InstructionGroup(), InstructionGroup()
        self.canvas.add(self._under)
        self.canvas.add(self._over)
        self._relay = Clock.create_trigger(self._lay_out, -1)
        for name in ("pos", "size", "board", "enter", "abc"):
            self.fbind(name, self._relay)
        self.fbind("page", self._show_page)
        self._pages: Mapping[str, tuple[Row, ...]] = {}
        self._relay()
        self._unwatch: Callable[[], None] = lambda: None
        self.fbind("parent", self._moved)

    def on_text(self, *_: object) -> None:
        """Something was typed."""

    def on_erase(self, *_: object) -> None:
        """The character before the caret goes."""

    def on_clear(self, *_: object) -> None:
        """Everything goes."""

    def on_enter(self, *_: object) -> None:
        """Writing is finished."""

    def on_close(self, *_: object) -> None:
        """The keyboard is in the way."""

    def on_order(self, *_: object) -> None:
        """Letters were put in their order, or back."""

    def _moved(self, *_: object) -> None:
        """Listen to the look only while the keyboard is somewhere; forget fingers when it is taken away."""
        self._unwatch()
        if self.parent is not None:
            self._unwatch = theme.watch(self._relay)
        else:
            self._unwatch = lambda: None
            self.release_all()

    # -- size and drawing -----------------------------------------------------------------------------------------------

    def natural_height(self) -> int:
        """Height of its rows of targets, with their gaps."""
        rows = len(next(iter(self._boards().values())))
        return rows * look().target + look().px(8) * 2

    def _boards(self) -> Mapping[str, tuple[Row, ...]]:
        if self.board == "number":
            return keys.number_board(enter=self.enter)
        wide = look().width_mm
        if wide and wide / 10 < TARGET_MM:
            return keys.narrow_board(max(5, int(wide / TARGET_MM)), enter=self.enter)
        return keys.text_board(abc=self.abc, enter=self.enter)

    def _lay_out(self, *_: object) -> None:
        self._pages = self._boards()
        self._drawn.clear()
        self._areas.clear()
        self._close_popup()
        if self.page not in self._pages:
            self.page = "lower"
        self._show_page()

    def _show_page(self, *_: object) -> None:
        self._under.clear()
        if self.width < 2 or self.height < 2 or self.page not in self._pages:
            return
        if self.page not in self._drawn:
            self._drawn[self.page] = self._draw_page(self.page)
        self._under.add(self._drawn[self.page])

    def _places(self) -> tuple[tuple[Placed, Area], ...]:
        found = self._areas.get(self.page)
        if found is None:
            pad = look().px(8)
            room = Area(round(self.x), round(self.y), round(self.width), round(self.height)).inset(pad, pad)
            found = tuple((p, _area_of(p, room)) for p in keys.placed(self._pages[self.page])) if self.page in self._pages else ()
            self._areas[self.page] = found
        return found

    def _draw_page(self, _page: str) -> InstructionGroup:
        group = InstructionGroup()
        painter = Painter(group)
        painter.fill(Area(round(self.x), round(self.y), round(self.width), round(self.height)), "line")
        for place, area in self._places():
            self._draw_key(painter, place.key, area)
        return group

    def _draw_key(self, painter: Painter, key: Key, area: Area, *, held: bool = False) -> None:
        gap = look().px(4)
        body = area.inset(gap, gap)
        ground, ink = "paper", "ink"
        if key.action == keys.ENTER:
            ground, ink = "action", "on_action"
        elif key.action and key.action != keys.SPACE:
            ground, ink = "action_soft", "action_deep"
        if key.action == keys.SHIFT and self.page in ("upper", "ACCENTS"):
            ground, ink = "action", "on_action"
        if held:
            ground, ink = "action_deep", "paper"
        painter.box(body, ground, look().px(12))
        if key.icon:
            painter.icon(body, key.icon, ink, 30)
            return
        if key.action:
            bold = Weight.BOLD if key.action == keys.ENTER else Weight.SEMIBOLD
            painter.text(body.inset(gap, 0), key.label, "mute" if key.action == keys.SPACE and not held else ink, 20, bold, align="center")
            return
        units = 32 if self.board == "number" else 26
        painter.text(body, key.text, ink, units, Weight.MEDIUM, align="center")
        if key.variants and body.width >= look().px(56):
            corner = body.inset(look().px(7), look().px(3))
            painter.text(corner.cut_top(look().font(16) * 1.2), key.variants[0], ink if held else "mute", 16, align="right")

    # -- fingers --------------------------------------------------------------------------------------------------------

    def _place_at(self, x: float, y: float) -> Placed | None:
        for place, area in self._places():
            if area.contains(x, y):
                return place
        return None

    def on_touch_down(self, touch: Any) -> bool:
        """A finger arrives: its key lights up."""
        if self.opacity <= 0:
            return False
        for character, area in self._popup:
            if area.contains(*touch.pos):
                self._close_popup()
                self._type(character)
                return True
        if not self.collide_point(*touch.pos):
            if self._popup:
                self._close_popup()
            return False
        if touch.is_mouse_scrolling:
            return True
        self._close_popup()
        touch.grab(self)
        finger = _Finger(self._place_at(*touch.pos))
        self._fingers[touch.uid] = finger
        self._arm(finger)
        self._light()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """A finger slides: the key under it is the one that will be typed."""
        finger = self._fingers.get(touch.uid)
        if finger is None or touch.grab_current is not self:
            return finger is not None
        place = self._place_at(*touch.pos)
        if place is not finger.place and not finger.acted:
            finger.place = place
            self._disarm(finger)
            self._arm(finger)
            self._light()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """A finger leaves: its key is typed."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        finger = self._fingers.pop(touch.uid, None)
        if finger is None:
            return True
        self._disarm(finger)
        self._light()
        if finger.acted:
            for character, area in self._popup:  # slid onto another letter: that one
                if area.contains(*touch.pos):
                    self._close_popup()
                    self._type(character)
                    break
        elif finger.place is not None:
            now = touch.time_end if touch.time_end > 0 else touch.time_update
            name = finger.place.key.name
            if self._last[0] == name and 0 <= now - self._last[1] < BOUNCE:
                return True
            self._last = (name, now)
            self._press(finger.place.key)
        return True

    def _arm(self, finger: _Finger) -> None:
        key = finger.place.key if finger.place else None
        if key is not None and (key.variants or key.action == keys.BACKSPACE):
            finger.event = Clock.schedule_once(lambda _dt: self._held(finger), HOLD)

    def _disarm(self, finger: _Finger) -> None:
        if finger.event is not None:
            finger.event.cancel()
            finger.event = None

    def _held(self, finger: _Finger) -> None:
        finger.acted = True
        if finger.place is None:
            return
        if finger.place.key.action == keys.BACKSPACE:
            self.dispatch("on_erase")
            finger.event = Clock.schedule_interval(lambda _dt: self.dispatch("on_erase"), REPEAT)
            return
        self._open_popup(finger.place)

    def release_all(self) -> None:
        """Forget every finger and close what is open: the visit is over, or the keyboard goes."""
        for finger in self._fingers.values():
            self._disarm(finger)
        self._fingers.clear()
        self._close_popup()
        self.page = "lower"

    # -- what keys do ---------------------------------------------------------------------------------------------------

    def _press(self, key: Key) -> None:
        if key.action == keys.SHIFT:
            self.page = {"lower": "upper", "upper": "lower", "accents": "ACCENTS", "ACCENTS": "accents"}.get(self.page, "lower")
        elif key.action in (keys.ACCENTS, keys.DIGITS):
            self.page = key.action
        elif key.action == keys.LETTERS:
            self.page = "lower"
        elif key.text:
            self._type(key.text)
        else:
            self._command(key.action)

    def _command(self, action: str) -> None:
        if action == keys.ORDER:
            self.abc = not self.abc
            self.dispatch("on_order")
            return
        self.dispatch({keys.BACKSPACE: "on_erase", keys.CLEAR: "on_clear", keys.ENTER: "on_enter", keys.HIDE: "on_close"}[action])

    def _type(self, character: str) -> None:
        self.dispatch("on_text", character)
        if self.page != "lower" and (self.page != "digits" or character == " "):
            self.page = "lower"  # one capital, one accent: then letters again

    # -- other letters of a key -----------------------------------------------------------------------------------------

    def _open_popup(self, place: Placed) -> None:
        area = next(a for p, a in self._places() if p is place)
        letters = place.key.variants
        wide = max(area.width, look().target)
        x = min(max(round(self.x), area.x + area.width // 2 - wide * len(letters) // 2), round(self.right) - wide * len(letters))
        self._popup = tuple((c, Area(x + n * wide, area.top, wide, area.height)) for n, c in enumerate(letters))
        self._light()

    def _close_popup(self) -> None:
        if self._popup:
            self._popup = ()
            self._light()

    def _light(self) -> None:
        self._over.clear()
        painter = Painter(self._over)
        held = [f.place for f in self._fingers.values() if f.place is not None]
        for place, area in self._places() if held else ():
            if any(place is h for h in held):
                self._draw_key(painter, place.key, area, held=True)
        if self._popup:
            first, last = self._popup[0][1], self._popup[-1][1]
            ground = Area(first.x, first.y, last.right - first.x, first.height)
            painter.shadow(ground, look().px(12), look().px(16), 0.3)
            painter.box(ground, "action_deep", look().px(14))
            for character, area in self._popup:
                painter.text(area, character, "paper", 28, Weight.SEMIBOLD, align="center")

    # -- focus ----------------------------------------------------------------------------------------------------------

    def stops(self) -> list[Stop]:
        """Every key, in reading order, with what a voice says of it."""
        if self._popup:
            return [Stop(self, window_area(self, a), c, lambda c=c: self._choose(c), "popup-" + c) for c, a in self._popup]  # type: ignore[misc]
        return [
            Stop(self, window_area(self, area), keys.spoken(p.key), lambda k=p.key: self._press(k), p.key.name)  # type: ignore[misc]
            for p, area in self._places()
        ]

    def _choose(self, character: str) -> None:
        self._close_popup()
        self._type(character)


def _area_of(place: Placed, room: Area) -> Area:
    left, right = round(room.x + place.x * room.width), round(room.x + (place.x + place.width) * room.width)
    top, bottom = round(room.top - place.y * room.height), round(room.top - (place.y + place.height) * room.height)
    return Area(left, bottom, right - left, top - bottom)
