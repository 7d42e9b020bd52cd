"""Buttons, pills, chips and badges.

Guarantees: a label is never cut: it takes a second line, then an ellipsis; the height is never under the look's target,
a pill is drawn smaller than the area that answers to the finger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kivy.factory import Factory
from kivy.properties import BooleanProperty, NumericProperty, OptionProperty, StringProperty

from kiosk.ui.theme import BODY, RADIUS_CARD, SMALL, TINY, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, width_of, wrap


@dataclass(frozen=True, slots=True)
class Dress:
    """Colours and shape of a kind of button; sizes in units, radius 0 for a pill."""

    ground: str
    ink: str
    held: str
    radius: int = RADIUS_CARD
    units: float = BODY
    pad: int = 24
    drawn: int = 64  # height drawn; the widget itself is never under the target
    weight: Weight = Weight.SEMIBOLD
    edge: str = ""


DRESSES: Mapping[str, Dress] = {
    "primary": Dress("action", "on_action", "action_deep", weight=Weight.BOLD),
    "quiet": Dress("action_soft", "action_deep", "line"),
    "plain": Dress("", "action_deep", "action_soft"),
    "paper": Dress("paper", "ink", "action_soft", edge="line"),
    "ok": Dress("ok", "paper", "ok_deep", weight=Weight.BOLD),
    "warn": Dress("warn_soft", "warn_deep", "line"),
    "pill": Dress("action_soft", "action_deep", "line", 0, SMALL, 18, 50),
    "pill_on": Dress("action", "on_action", "action_deep", 0, SMALL, 18, 50),
    "pill_warn": Dress("warn_soft", "warn_deep", "line", 0, SMALL, 18, 50),
    "pill_primary": Dress("action", "on_action", "action_deep", 0, SMALL, 28, 48, Weight.BOLD),
}


def style_of(kind: str, units: float = 0) -> Style:
    """How the text of a kind of button is written."""
    dress = DRESSES[kind]
    return Style(look().font(units or dress.units), dress.weight, 1.15)


def plain_width(text: str, kind: str) -> int:
    """Return the width of a button with one line of text and nothing beside it."""
    return width_of(text, style_of(kind)) + 2 * look().px(DRESSES[kind].pad)


class Button(Pressable):
    """A verb, with an icon before it when there is one.

    `kind` is one of `DRESSES`; `hug` gives the width that the label needs; `badge` is a count shown at the end
    ("3"); `trail` an icon at the end; `align` the place of the content.
    """

    text = StringProperty("")
    icon = StringProperty("")
    trail = StringProperty("")
    badge = StringProperty("")
    kind = OptionProperty("quiet", options=list(DRESSES))
    align = OptionProperty("center", options=["center", "left"])
    hug = BooleanProperty(True)
    selected = BooleanProperty(False)
    lines = NumericProperty(1)
    units = NumericProperty(0)

    redraw_on = ("text", "icon", "trail", "badge", "kind", "align", "selected", "lines")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint", (kwargs.pop("size_hint_x", None), kwargs.pop("size_hint_y", None)))
        super().__init__(**kwargs)
        for name in ("text", "icon", "trail", "badge", "kind", "hug"):
            self.fbind(name, self._hug)
        self._hug()

    @property
    def dress(self) -> Dress:
        """How this kind looks now."""
        return DRESSES["pill_on" if self.selected and self.kind == "pill" else self.kind]

    def label(self) -> str:
        """Say the text, and the count beside it."""
        return str(self.spoken or " ".join(part for part in (self.text, self.badge) if part))

    def _style(self) -> Style:
        return style_of("pill_on" if self.selected and self.kind == "pill" else self.kind, self.units)

    def _extras(self) -> int:
        """Pixels that icons and badge take on both sides of the text."""
        gap = look().px(12)
        taken = 0
        if self.icon:
            taken += self._icon_px() + (gap if self.text else 0)
        if self.trail:
            taken += round(self._icon_px() * 0.8) + gap
        if self.badge:
            taken += self._badge_width() + gap
        return taken

    def _icon_px(self) -> int:
        return round(look().font(self.units or self.dress.units) * 1.35)

    def _badge_width(self) -> int:
        style = Style(look().font(TINY), Weight.BOLD)
        return max(width_of(self.badge, style) + look().px(18), look().tall(26))

    def natural_width(self) -> int:
        """Width that shows everything on one line; square when there is only an icon."""
        if not self.text and not self.badge:
            return look().target
        return width_of(self.text, self._style()) + self._extras() + 2 * look().px(self.dress.pad)

    def _hug(self, *_: object) -> None:
        if self.size_hint_y is None:
            self.height = look().target
        if self.hug and self.size_hint_x is None:
            self.width = max(self.natural_width(), look().target)

    def draw(self, painter: Painter, area: Area) -> None:
        """Ground, then icon, text, badge in a row."""
        dress = self.dress
        body = area.middle(area.width, min(area.height, look().tall(dress.drawn)) if dress.radius == 0 else area.height)
        radius = body.height // 2 if dress.radius == 0 else look().px(dress.radius)
        ground = dress.held if self.pressed else dress.ground
        if ground:
            painter.box(body, ground, radius)
        if dress.edge:
            painter.outline(body, dress.edge, radius, look().px(2))
        ink = dress.ink if self.enabled else "mute"
        self._content(painter, body, "ink" if self.pressed and ink != "on_action" and ink != "on_rubric" else ink)

    def _content(self, painter: Painter, body: Area, ink: str) -> None:
        pad = look().px(self.dress.pad) if self.text or self.badge else 0
        inner = body.inset(min(pad, body.width // 6), 0)
        style = self._style()
        room = inner.width - self._extras()
        lines = wrap(self.text, style, room, max(int(self.lines), 2 if body.height >= 2 * line_height(style) + 4 else 1))
        used = min(inner.width, max((width_of(line, style) for line in lines), default=0) + self._extras())
        row = inner if self.align == "left" else inner.middle(used, inner.height)
        gap = look().px(12)
        if self.icon:
            size = self._icon_px()
            painter.icon(row.cut_left(size, gap if self.text else 0), self.icon, ink, px=size)
        if self.badge:
            self._badge(painter, row.cut_right(self._badge_width(), gap))
        if self.trail:
            size = round(self._icon_px() * 0.8)
            painter.icon(row.cut_right(size, gap), self.trail, ink, px=size)
        painter.lines(row, lines, style, ink, align="left")

    def _badge(self, painter: Painter, area: Area) -> None:
        pill = area.middle(area.width, min(area.height, look().tall(28)))
        painter.box(pill, "warn", pill.height)
        painter.text(pill, self.badge, "paper", TINY, Weight.BOLD, align="center")


class IconButton(Button):
    """A square with a picture only: `spoken` is what it is called, and is required."""

    def natural_width(self) -> int:
        """A square."""
        return look().target


class Chip(Button):
    """An active restriction: pressing it takes it away."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("kind", "pill")
        kwargs.setdefault("trail", "close")
        super().__init__(**kwargs)


Factory.unregister("Button")  # in kv, Button is ours: Kivy ignores a second class of a name it knows
Factory.register("Button", cls=Button)
