"""A line to write in, by the keyboard of the screen or one plugged in.

Guarantees: keeps no history and no undo (nothing survives the visit); a pasted or scanned text is capped and stripped of
control characters; the caret is always seen: a text longer than the field shows the part around it, and its beginning once written.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui.theme import HEAD, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, width_of

LONGEST = 120  # characters


class Field(Pressable):
    """A line of text. `edit` is called when it wants the keyboard (`desk.edit`).

    Events: `on_text_changed(text)` at each change by a person, `on_enter(text)`.
    """

    text = StringProperty("")
    caret = NumericProperty(0)
    hint = StringProperty("")
    icon = StringProperty("")
    secret = BooleanProperty(False)
    active = BooleanProperty(False)
    units = NumericProperty(HEAD)
    longest = NumericProperty(LONGEST)

    grounded = True
    redraw_on: tuple[str, ...] = ("text", "caret", "hint", "icon", "secret", "active")
    __events__ = ("on_text_changed", "on_enter")

    def __init__(self, **kwargs: Any) -> None:
        self.edit = kwargs.pop("edit", lambda _field: None)
        kwargs.setdefault("size_hint_y", None)
        kwargs.setdefault("height", look().target)
        super().__init__(**kwargs)

    def on_text_changed(self, *_: object) -> None:
        """Somebody wrote."""

    def on_enter(self, *_: object) -> None:
        """Somebody finished."""

    def on_release(self, *_: object) -> None:
        """Ask for the keyboard."""
        self.edit(self)

    def label(self) -> str:
        """Say what it is for, then what it holds (never a secret)."""
        held = "" if self.secret else str(self.text)
        return " ".join(part for part in (str(self.spoken or self.hint), held) if part)

    def put(self, text: str) -> None:
        """Replace the text from the program: no event."""
        self.text = text[: int(self.longest)]
        self.caret = len(self.text)

    def insert(self, text: str) -> None:
        """Write at the caret."""
        clean = "".join(c for c in text if c.isprintable())[: max(0, int(self.longest) - len(self.text))]
        if clean:
            at = int(self.caret)
            self.text = self.text[:at] + clean + self.text[at:]
            self.caret = at + len(clean)
            self.dispatch("on_text_changed", self.text)

    def erase(self) -> None:
        """Delete the character before the caret."""
        at = int(self.caret)
        if at:
            self.text = self.text[: at - 1] + self.text[at:]
            self.caret = at - 1
            self.dispatch("on_text_changed", self.text)

    def erase_after(self) -> None:
        """Delete the character after the caret."""
        at = int(self.caret)
        if at < len(self.text):
            self.text = self.text[:at] + self.text[at + 1 :]
            self.dispatch("on_text_changed", self.text)

    def clear(self) -> None:
        """Empty it."""
        if self.text:
            self.put("")
            self.dispatch("on_text_changed", "")

    def move(self, step: int) -> None:
        """Move the caret."""
        self.caret = min(max(0, int(self.caret) + step), len(self.text))

    def enter(self) -> None:
        """Finish."""
        self.dispatch("on_enter", self.text)

    def shown(self) -> str:
        """What is seen: dots for a secret."""
        return "•" * len(self.text) if self.secret else str(self.text)

    def style(self) -> Style:
        """How it is written."""
        return Style(look().font(self.units))

    def inner(self, area: Area) -> Area:
        """Where the text goes."""
        row = area.inset(look().px(20), 0)
        if self.icon:
            row.cut_left(look().font(self.units) * 1.4, look().px(12))
        return row

    def on_touch_up(self, touch: Any) -> bool:
        """Put the caret where it was touched."""
        if touch.grab_current is self and self.active:
            shown, x = self.shown(), touch.x - self.inner(self.area).x
            offsets = [abs(width_of(shown[:n], self.style()) - x) for n in range(len(shown) + 1)]
            self.caret = offsets.index(min(offsets))
        return bool(super().on_touch_up(touch))

    def draw(self, painter: Painter, area: Area) -> None:
        """A pill with a frame; thicker when it is being written in."""
        radius = area.height // 2
        painter.ground(area, "paper", radius)
        painter.outline(area, "action", radius, look().px(4 if self.active else 3))
        if self.icon:
            size = round(look().font(self.units) * 1.35)
            painter.icon(area.inset(look().px(20), 0).cut_left(size), self.icon, "action", px=size)
        self.draw_text(painter, self.inner(area))

    def draw_text(self, painter: Painter, row: Area) -> None:
        """The text and its caret, or what to write."""
        style, shown, at = self.style(), self.shown(), int(self.caret)
        if not shown and not self.active:
            painter.text(row, self.hint, "mute", self.units)
            return
        if not self.active:
            painter.text(row, shown, "ink", self.units)
            return
        start = 0
        while width_of(shown[start:at], style) > row.width - look().px(8) and start < at:
            start += 1
        end = len(shown)
        while width_of(shown[start:end], style) > row.width and end > start:
            end -= 1
        painter.lines(row, (shown[start:end],), style, "ink")
        x = row.x + width_of(shown[start:at], style)
        tall = round(style.px * 1.25)
        painter.fill(Area(x, row.y + (row.height - tall) // 2, max(2, look().px(3)), tall), "action")
