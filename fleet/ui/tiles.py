"""The tiles of the bench: one a device, drawn from a value.

Guarantees: nothing of a tile is cut inside a letter nor leaves it; the battery never takes the place of the name; a tile is made
anew only when its value changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from fleet.ui.snapshot import Tile, Tone
from kiosk.ui.theme import BODY, RADIUS_CARD, SMALL, TINY, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, width_of

WIDE, TALL, GAP = 214, 118, 14  # units
# ground, outline, picture, word
DRESS: dict[Tone, tuple[str, str, str, str]] = {
    Tone.GOOD: ("paper", "ok", "ok", "ok"),
    Tone.BUSY: ("paper", "action", "action", "action_deep"),
    Tone.LOOK: ("warn_soft", "warn", "warn_deep", "warn_deep"),
    Tone.CALM: ("paper", "line", "mute", "mute"),
}


def fitting_name(name: str, room: int) -> tuple[str, int]:
    """The name and its size in units: smaller when it must, then cut before its last word, which tells one from another."""
    for units in (BODY, SMALL, TINY):
        style = Style(look().font(units), Weight.BOLD)
        if width_of(name, style) <= room:
            return name, units
    head, _space, last = name.rpartition(" ")
    while head and width_of(f"{head}…\u00a0{last}", style) > room:
        head = head[:-1].rstrip()
    return (f"{head}…\u00a0{last}" if head else name), TINY


class DeviceTile(Pressable):
    """One device; touching it tells all that is known in words."""

    tile = ObjectProperty(None)

    redraw_on = ("tile",)

    def label(self) -> str:
        """Name, word and battery."""
        return ", ".join(part for part in (self.tile.name, self.tile.word, self.tile.battery) if part)

    def draw(self, painter: Painter, area: Area) -> None:
        """Picture, name, battery on a line; the word; a bar while it works."""
        ground, edge, picture, word = DRESS[self.tile.tone]
        radius = look().px(RADIUS_CARD)
        painter.box(area, "action_soft" if self.pressed else ground, radius)
        painter.outline(area, edge, radius, look().px(3))
        inside = area.inset(look().px(15), look().px(14))
        top = inside.cut_top(look().tall(32), look().px(4))
        painter.icon(top.cut_left(look().px(28), look().px(8)), self.tile.icon, picture, 28)
        if self.tile.battery:
            style = Style(look().font(TINY), Weight.SEMIBOLD)
            room = top.cut_right(width_of(self.tile.battery, style) + 2, look().px(6))
            painter.text(room, self.tile.battery, "mute", TINY, Weight.SEMIBOLD)
        name, units = fitting_name(self.tile.name, top.width)
        painter.text(top, name, "ink", units, Weight.BOLD)
        if self.tile.share is not None:
            self._bar(painter, inside.cut_bottom(look().px(12), look().px(4)))
        painter.text(inside, self.tile.word, word, SMALL, Weight.SEMIBOLD, most=2, valign="top", leading=1.15)

    def _bar(self, painter: Painter, groove: Area) -> None:
        painter.box(groove, "action_soft", groove.height)
        wide = round(groove.width * min(1.0, max(0.0, self.tile.share)))
        if wide >= groove.height:
            painter.box(Area(groove.x, groove.y, wide, groove.height), "action", groove.height)


class TileGrid(Widget):
    """Tiles in as many equal columns as fit; as tall as its rows."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.touched: Callable[[Tile], None] = lambda _tile: None
        self._place_later = Clock.create_trigger(self.place, -1)
        self.fbind("pos", self._place_later)
        self.fbind("width", self._place_later)

    def show(self, tiles: Sequence[Tile]) -> None:
        """Show these; a tile that stays keeps its widget."""
        known = {child.tile.device_id: child for child in self.children}
        wanted = [tile.device_id for tile in tiles]
        if wanted != [child.tile.device_id for child in reversed(self.children)]:
            self.clear_widgets()
            for tile in tiles:
                self.add_widget(known.get(tile.device_id) or self._made(tile))
        for child, tile in zip(reversed(self.children), tiles, strict=True):
            if child.tile != tile:
                child.tile = tile
        self._place_later()

    def _made(self, tile: Tile) -> DeviceTile:
        widget = DeviceTile(tile=tile)
        widget.bind(on_release=lambda pressed: self.touched(pressed.tile))
        return widget

    def place(self, *_: object) -> None:
        """Give every tile its place."""
        gap, tall = look().px(GAP), look().tall(TALL)
        columns = max(1, int((self.width + gap) // (look().tall(WIDE) + gap)))
        rows = -(-len(self.children) // columns)
        self.height = max(0, rows * (tall + gap) - gap)
        wide = (self.width - gap * (columns - 1)) / columns
        for index, child in enumerate(reversed(self.children)):
            row, column = divmod(index, columns)
            left, right = round(column * (wide + gap)), round(column * (wide + gap) + wide)
            child.pos = (round(self.x) + left, round(self.top) - row * (tall + gap) - tall)
            child.size = (right - left, tall)
