"""The search field of every screen: a line to write in, a cross to empty it, and the verb."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty

from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.fields import Field
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, width_of


class SearchField(Field):
    """A field with its button inside. `verb` is the button's text, `clear_label` what the cross is called."""

    verb = StringProperty("")
    clear_label = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("icon", "magnify")
        self.redraw_on = (*self.redraw_on, "verb")
        super().__init__(**kwargs)

    def _button(self, area: Area) -> Area:
        margin = look().px(8)
        wide = width_of(self.verb, Style(look().font(SMALL + 2), Weight.BOLD)) + look().px(56)
        if wide > area.width * 0.36:
            wide = area.height + look().px(8)
        return Area(area.right - margin - wide, area.y + margin, wide, area.height - 2 * margin)

    def _cross(self, area: Area) -> Area:
        button = self._button(area)
        return Area(button.x - area.height, area.y, area.height, area.height)

    def inner(self, area: Area) -> Area:
        """Where the text goes: up to the cross or the button."""
        row = super().inner(area)
        until = self._cross(area).x if self.text else self._button(area).x - look().px(12)
        row.width = max(0, until - row.x)
        return row

    def stops(self) -> list[Stop]:
        """The line, the cross when there is something to empty, the verb."""
        area = self.area
        found = [Stop(self, window_area(self), self.label(), self.press, "line", 32)]
        if self.text:
            found.append(Stop(self, window_area(self, self._cross(area)), self.clear_label, self.clear, "cross", 32))
        verb = Area(self._button(area).x, area.y, area.right - self._button(area).x, area.height)  # all that answers to the finger
        return [*found, Stop(self, window_area(self, verb), self.verb, self.enter, "verb", 32)]

    def on_touch_up(self, touch: Any) -> bool:
        """The verb, the cross, or the line."""
        if touch.grab_current is self:
            area = self.area
            on_verb = touch.x >= self._button(area).x
            on_cross = bool(self.text) and self._cross(area).contains(*touch.pos)
            if on_verb or on_cross:
                touch.ungrab(self)
                self.pressed = False
                if self.collide_point(*touch.pos):
                    self.enter() if on_verb else self.clear()
                return True
        return super().on_touch_up(touch)

    def draw(self, painter: Painter, area: Area) -> None:
        """The line, then the verb on its lavender pill."""
        super().draw(painter, area)
        if self.text:
            painter.icon(self._cross(area), "close", "mute", 26)
        button = self._button(area)
        painter.box(button, "action", button.height)
        if button.width > area.height + look().px(8):
            painter.text(button, self.verb, "on_action", SMALL + 2, Weight.BOLD, align="center")
        else:
            painter.icon(button, "magnify", "on_action", 26)
