"""A board's picture with what stands on it: background, decor, and places in percent of it.

Guarantees: the proportions are the author's; pictures come from the decoder's thread; a text of the decor is written as large as its box
allows and never beyond it; what has no picture yet leaves its alternative text.
"""

from __future__ import annotations

from typing import Any

from kiosk.ui.theme import BODY, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap
from mediation_apps.runtime.model import Board, Box, Media
from mediation_apps.runtime.richtext import RichText
from mediation_apps.runtime.ui.host import Host

LEAST = 14  # units of the smallest text drawn on a picture
SIZES = (BODY, SMALL, 16, LEAST)


def fitted(words: str, width: int, height: int) -> tuple[Style, tuple[str, ...], bool]:
    """The largest style in which the words fit a box, their lines, and whether they fit at all."""
    style = Style(look().font(LEAST), Weight.SEMIBOLD, 1.15)
    lines: tuple[str, ...] = ()
    for units in SIZES:
        style = Style(look().font(units), Weight.SEMIBOLD, 1.15)
        lines = wrap(words, style, max(width, 20), 40)
        if len(lines) * line_height(style) <= height:
            return style, lines, True
    return style, lines, False


class Slot:
    """One picture of the stage, until and after it has come."""

    def __init__(self, media: Media, done: Any) -> None:
        self.media, self._done = media, done
        self.texture: Any = None

    def arrived(self, texture: Any) -> None:
        """Show it."""
        self.texture = texture
        self._done()


class Stage(Drawn):
    """The picture, as wide as it is given and at most `tallest` pixels high. `numbers` writes each zone's number into its corner."""

    def __init__(self, host: Host, board: Board, tallest: int, numbers: bool = False, **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, height=tallest, **kwargs)
        self._host, self.board, self._tallest, self._numbers = host, board, tallest, numbers
        self._background = Slot(board.background, self.redraw) if board.background is not None else None
        self._decor = [(box, Slot(thing, self.redraw) if isinstance(thing, Media) else thing) for box, thing in board.decor]
        self._asked = 0
        self.fbind("width", self._fit)
        self._fit()

    def _fit(self, *_: object) -> None:
        if self.width <= 100:
            return
        self.height = min(self._tallest, round(self.width / self.board.aspect))
        if self._asked != round(self.width):
            self._asked = round(self.width)
            ground = self.ground
            if self._background is not None:
                self._host.picture(self._background, self._background.media.path, ground.width, ground.height)
            for box, thing in self._decor:
                if isinstance(thing, Slot):
                    place = self.at(box)
                    self._host.picture(thing, thing.media.path, place.width, place.height)

    @property
    def ground(self) -> Area:
        """Where the board is, inside the widget."""
        wide = min(self.width, self.height * self.board.aspect)
        return self.area.middle(wide, wide / self.board.aspect)

    def at(self, box: Box | None, least: int = 1) -> Area:
        """A box of the board in pixels, inside the board, at least `least` both ways."""
        ground, box = self.ground, box or Box(0, 0, 100, 100)
        wide = min(max(round(box.width / 100 * ground.width), least), ground.width)
        tall = min(max(round(box.height / 100 * ground.height), least), ground.height)
        middle_x = ground.x + (box.x + box.width / 2) / 100 * ground.width
        middle_y = ground.top - (box.y + box.height / 2) / 100 * ground.height
        x = min(max(round(middle_x - wide / 2), ground.x), ground.right - wide)
        y = min(max(round(middle_y - tall / 2), ground.y), ground.top - tall)
        return Area(x, y, wide, tall)

    def draw(self, painter: Painter, area: Area) -> None:
        """From behind to before."""
        ground = self.ground
        painter.box(ground, "paper", look().px(8))
        if self._background is not None and self._background.texture is not None:
            painter.image(ground, self._background.texture)  # over the whole board, as its author placed the zones
        elif self._background is not None:
            self._slot(painter, ground, self._background)
        for box, thing in self._decor:
            if isinstance(thing, Slot):
                self._slot(painter, self.at(box), thing)
            elif isinstance(thing, RichText):
                place = self.at(box)
                style, lines, _fits = fitted(" ".join(thing.plain.split()), place.width, place.height)
                painter.lines(place, lines, style, "ink", align="center")
        painter.outline(ground, "line", look().px(8), look().px(2))
        if self._numbers:
            self._count(painter)

    @staticmethod
    def _slot(painter: Painter, place: Area, slot: Slot) -> None:
        if slot.texture is not None:
            wide, tall = slot.texture.size
            share = min(place.width / wide, place.height / tall)
            painter.image(place.middle(wide * share, tall * share), slot.texture)
        elif slot.media.alt:
            painter.text(place.inset(look().px(8)), slot.media.alt, "mute", SMALL, align="center", most=4)

    def _count(self, painter: Painter) -> None:
        for number, zone in enumerate(self.board.zones, 1):
            place = self.at(zone.box)
            edge(painter, place, look().px(8), open_=False)
            badge(painter, place, str(number))


def badge(painter: Painter, place: Area, words: str, paint: str = "action") -> None:
    """A number on a disc in the middle of a place."""
    x, y = place.center
    radius = look().tall(18)
    painter.disc(x, y, radius + look().px(3), "paper")
    painter.disc(x, y, radius, paint)
    spot = Area(round(x - radius), round(y - radius), 2 * radius, 2 * radius)
    painter.text(spot, words, "on_action", SMALL, Weight.BOLD, align="center")


def edge(painter: Painter, place: Area, radius: int, open_: bool) -> None:
    """An outline that is seen on any picture: light beside dark; thick while something can be put down there."""
    painter.box(place, look().colour("paper", 0.82 if open_ else 0.45), radius)
    painter.outline(place.inset(-look().px(2)), "paper", radius + look().px(2), look().px(3))
    painter.outline(place, "action" if open_ else "action_deep", radius, look().px(6 if open_ else 2))


def overlap(one: Area, other: Area) -> bool:
    """Whether two places share more than an edge."""
    return one.x < other.right - 4 and other.x < one.right - 4 and one.y < other.top - 4 and other.y < one.top - 4
