"""Blocks of text and pictures that stand by themselves.

Guarantees: a block's height follows its text and width (`fit`), so that nothing below is overlapped; long texts are kept
as paragraphs, each one texture, so that none exceeds what a graphics card takes.
"""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty

from kiosk.ui.theme import BODY, RADIUS_CARD, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap

UNLIMITED = 400  # lines
CHUNK = 24  # lines of one texture


class Text(Drawn):
    """Words in at most `most` lines (0: as many as needed); `fit` sets the height from the width."""

    words = StringProperty("")
    units = NumericProperty(BODY)
    weight = OptionProperty("regular", options=[w.value for w in Weight])
    paint = StringProperty("ink")
    align = OptionProperty("left", options=["left", "center", "right"])
    valign = OptionProperty("middle", options=["top", "middle", "bottom"])
    most = NumericProperty(0)
    leading = NumericProperty(1.3)
    fit = BooleanProperty(True)

    redraw_on = ("words", "units", "weight", "paint", "align", "valign", "most", "leading")

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get("fit", True):
            kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        for name in ("width", "words", "units", "weight", "most", "leading", "fit"):
            self.fbind(name, self._measure)
        self._measure()

    def style(self) -> Style:
        """How it is written now."""
        return Style(look().font(self.units), Weight(self.weight), self.leading)

    def broken(self) -> tuple[str, ...]:
        """Return the lines at the present width."""
        return wrap(self.words, self.style(), int(self.width), int(self.most) or UNLIMITED)

    def _measure(self, *_: object) -> None:
        if self.fit and self.size_hint_y is None:
            lines = self.broken()
            self.height = line_height(self.style()) * len(lines) + (look().px(4) if lines else 0)

    def draw(self, painter: Painter, area: Area) -> None:
        """Write the lines, in several textures when there are many."""
        lines, style = self.broken(), self.style()
        if len(lines) <= CHUNK:
            painter.lines(area, lines, style, self.paint, align=self.align, valign=self.valign)
            return
        rest = area.copy()
        for at in range(0, len(lines), CHUNK):
            part = lines[at : at + CHUNK]
            painter.lines(rest.cut_top(line_height(style) * len(part)), part, style, self.paint, align=self.align, valign="top")


class Icon(Drawn):
    """A picture from the icon font."""

    name = StringProperty("")
    units = NumericProperty(28)
    paint = StringProperty("ink")

    redraw_on = ("name", "units", "paint")

    def draw(self, painter: Painter, area: Area) -> None:
        """Draw it in the middle."""
        painter.icon(area, self.name, self.paint, self.units)


class Panel(Drawn):
    """A ground for other widgets: `ground` and `edge` are tokens, empty for none; use it as the first child or a base class."""

    ground = StringProperty("paper")
    edge = StringProperty("")
    radius = NumericProperty(RADIUS_CARD)

    redraw_on = ("ground", "edge", "radius")
    grounded = True

    def draw(self, painter: Painter, area: Area) -> None:
        """Draw the box and its outline."""
        radius = look().px(self.radius)
        if self.ground:
            painter.ground(area, self.ground, radius)
        if self.edge:
            painter.outline(area, self.edge, radius, look().px(2))


class Progress(Drawn):
    """A bar from 0 to 1; it never pretends: unknown progress is told in words beside it."""

    value = NumericProperty(0.0)

    redraw_on = ("value",)

    def draw(self, painter: Painter, area: Area) -> None:
        """A pale groove, filled from the left."""
        groove = area.middle(area.width, min(area.height, look().px(12)))
        painter.box(groove, "action_soft", groove.height)
        wide = round(groove.width * min(1.0, max(0.0, self.value)))
        if wide >= groove.height:
            painter.box(Area(groove.x, groove.y, wide, groove.height), "action", groove.height)
