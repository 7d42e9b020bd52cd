"""The one look of every screen: colours, sizes and comforts chosen by the patron.

Guarantees:
- imports neither Kivy nor the rest of the kiosk, so that the bench and the workshop apps share it;
- a `Look` is a value: a comfort changes by replacing the whole look, and every screen is drawn again from it;
- sizes are asked in units (one unit = one pixel at 1280×800) and come back as whole pixels;
- text pairs named here (`PAIRS`) hold 7:1 in every palette (WCAG 1.4.6), and every target holds 9 mm.

One look is in use at a time (`look()`, `use()`): kv rules and drawing read it, nothing else writes it than the
window of the application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

Colour = tuple[float, float, float, float]

TARGET_MM = 9.0  # smallest side of anything to be touched
TARGET = 64  # the same in units
TEXT_SCALES = (1.0, 1.3, 1.6)
LARGEST_MM = 4.3  # least capital at the largest scale: 0.7° at 350 mm (EN 301 549, 5.1.4)
CAPITAL = 0.727  # height of a capital of Inter, in font sizes
SPACES = (4, 8, 12, 16, 24, 32)
RADIUS_COVER, RADIUS_CARD = 12, 20
DISPLAY, TITLE, HEAD, BODY, SMALL, TINY = 40, 26, 22, 20, 18, 16  # text sizes, in units


def rgba(code: str, alpha: float = 1.0) -> Colour:
    """Turn "#RRGGBB" into components from 0 to 1."""
    return (int(code[1:3], 16) / 255, int(code[3:5], 16) / 255, int(code[5:7], 16) / 255, alpha)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: Colour) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


_LIMESTONE = {
    "ground": "#FAF7F1",  # limestone: what everything stands on
    "paper": "#FFFFFF",  # cards, fields
    "ink": "#1E2340",  # deep night: titles and text
    "mute": "#4A4F66",  # second line
    "line": "#DED8CB",
    "edge": "#8A8478",  # outline of something to be touched, 3:1 on paper
    "action": "#5B4A9E",  # lavender, the one action colour
    "action_deep": "#3C2F75",
    "action_soft": "#ECE8F7",
    "on_action": "#FFFFFF",
    "ok": "#1F5C45",  # pine: here, available, clean
    "ok_deep": "#174A37",
    "ok_soft": "#E2F0E9",
    "warn": "#8F4209",  # ochre: look here, waiting, not proved
    "warn_deep": "#7A3605",
    "warn_soft": "#FBEAD9",
    "signal": "#B4560F",  # ochre of dots and pictures, never of text
    "shade": "#1E2340",
    # rubrics and covers: dark enough for white text at 7:1
    "on_rubric": "#FFFFFF",
    "ochre": "#8F4209",
    "plum": "#8A2F4F",
    "pine": "#1F5C45",
    "blue": "#2A5B8C",
    "lavender": "#5B4A9E",
    "olive": "#5C5A1E",
    "teal": "#1F5E66",
    "night": "#3D4F8A",
}
_CONTRAST = _LIMESTONE | {
    "ground": "#FFFFFF",
    "ink": "#000000",
    "mute": "#1A1A1A",
    "line": "#000000",
    "edge": "#000000",
    "action": "#2B1C73",
    "action_deep": "#1B1050",
    "action_soft": "#F1EEFF",
    "ok": "#0B3D2A",
    "ok_deep": "#062B1D",
    "ok_soft": "#EAF7F0",
    "warn": "#5E2800",
    "warn_deep": "#4A1F00",
    "warn_soft": "#FFF1E2",
    "signal": "#5E2800",
    "shade": "#000000",
    "ochre": "#6B2F00",
    "plum": "#5E1733",
    "pine": "#0B3D2A",
    "blue": "#123B63",
    "lavender": "#2B1C73",
    "olive": "#3C3A08",
    "teal": "#0C4047",
    "night": "#1E2340",
}
_NIGHT = _LIMESTONE | {
    "ground": "#14172B",
    "paper": "#1F2340",
    "ink": "#F4F1EA",
    "mute": "#C3C7DA",
    "line": "#3A3F60",
    "edge": "#8E94B8",
    "action": "#C9BDF5",
    "action_deep": "#E2DAFF",
    "action_soft": "#332C5C",
    "on_action": "#1B1440",
    "ok": "#9CD8BC",
    "ok_deep": "#B6E6CF",
    "ok_soft": "#17392C",
    "warn": "#F3C393",
    "warn_deep": "#F8D3AE",
    "warn_soft": "#43260C",
    "signal": "#F0A45C",
    "shade": "#000000",
}

PAIRS = (
    ("ink", "ground"),
    ("ink", "paper"),
    ("mute", "ground"),
    ("mute", "paper"),
    ("action_deep", "action_soft"),
    ("on_action", "action"),
    ("ok_deep", "ok_soft"),
    ("ok_deep", "paper"),
    ("warn_deep", "warn_soft"),
    ("warn_deep", "paper"),
    ("ink", "ok_soft"),
    ("ink", "warn_soft"),
    ("ink", "action_soft"),
)
RUBRICS = ("ochre", "plum", "pine", "blue", "lavender", "olive", "teal", "night")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by token. An unknown token gives `lavender`, so that data can never break a screen."""

    name: str
    colours: MappingProxyType[str, Colour]

    def __getitem__(self, token: str) -> Colour:
        return self.colours.get(token) or self.colours["lavender"]


def _palette(name: str, codes: dict[str, str]) -> Palette:
    return Palette(name, MappingProxyType({token: rgba(code) for token, code in codes.items()}))


PALETTES = MappingProxyType(
    {
        "limestone": _palette("limestone", _LIMESTONE),
        "contrast": _palette("contrast", _CONTRAST),
        "night": _palette("night", _NIGHT),
    }
)


class Form(StrEnum):
    """Shape of the screen, from its size in units."""

    COMPACT = "compact"  # 800×480: a small panel, one column
    WIDE = "wide"  # 1280×800: the reference
    TALL = "tall"  # 1080×1920: a pillar, two thirds below the eyes


def unit_for(width: int, height: int) -> float:
    """Return the pixels of one unit: 1.0 at 1280×800, 0.75 at 800×480, 1.25 at 1080×1920."""
    if height > width:
        return max(0.5, width / 864)
    return max(0.5, min(width / 1280 if width >= 1000 else width / 1066, height / 640))


@dataclass(frozen=True, slots=True)
class Look:
    """Everything drawing depends on. `width_mm` is the visible width of the glass, 0 when the referent gave none."""

    width: int = 1280
    height: int = 800
    palette: Palette = field(default_factory=lambda: PALETTES["limestone"])
    text: float = 1.0
    family: str = "inter"
    reach: bool = False  # commands at the bottom of the screen
    motion: bool = True
    width_mm: float = 0.0

    @property
    def unit(self) -> float:
        """Pixels of one unit; grown when the glass is so dense that a target would be under 9 mm."""
        unit = unit_for(self.width, self.height)
        if self.width_mm > 0:
            unit = max(unit, TARGET_MM * self.width / self.width_mm / TARGET)
        return unit

    @property
    def form(self) -> Form:
        """The shape that layouts choose from."""
        if self.height > self.width:
            return Form.TALL
        return Form.COMPACT if self.height / self.unit < 700 or self.width / self.unit < 1100 else Form.WIDE

    def px(self, units: float) -> int:
        """Pixels of a distance that does not hold text."""
        return round(units * self.unit)

    def font(self, units: float) -> int:
        """Pixels of a text size; never under 16 units, larger when the patron asked for it (titles grow less)."""
        grown = units * self.text if units <= TITLE else units * (1 + (self.text - 1) * 0.5)
        return max(round(max(grown, TINY) * self.unit), 12, self._least_large if self.text >= TEXT_SCALES[-1] else 0)

    @property
    def _least_large(self) -> int:
        """Pixels of the smallest writing at the largest scale; a glass that was not measured is taken for a 10-inch one."""
        per_mm = self.width / self.width_mm if self.width_mm > 0 else self.unit * 1280 / 217
        return round(LARGEST_MM / CAPITAL * per_mm + 0.5)

    def tall(self, units: float) -> int:
        """Pixels of something that holds text: grows with it, by half of what the text grows."""
        return round(units * self.unit * (1 + (self.text - 1) * 0.55))

    @property
    def target(self) -> int:
        """Smallest height and width of anything to be touched."""
        return self.tall(TARGET)

    def colour(self, token: str, alpha: float = 1.0) -> Colour:
        """Return a token's colour."""
        red, green, blue, own = self.palette[token]
        return (red, green, blue, own * alpha)

    def with_palette(self, name: str) -> Look:
        """Return this look in another palette; an unknown name changes nothing."""
        return replace(self, palette=PALETTES.get(name, self.palette))

    def next_text(self) -> Look:
        """Return this look with the next text size, back to the first after the last."""
        at = TEXT_SCALES.index(self.text) if self.text in TEXT_SCALES else 0
        return replace(self, text=TEXT_SCALES[(at + 1) % len(TEXT_SCALES)])


_in_use = [Look()]
_watchers: list[Callable[[Look], None]] = []


def look() -> Look:
    """Return the look in use."""
    return _in_use[0]


def use(new: Look) -> None:
    """Put a look into use and tell who watches; the same look again costs nothing."""
    if new == _in_use[0]:
        return
    _in_use[0] = new
    for watcher in tuple(_watchers):
        watcher(new)


def watch(watcher: Callable[[Look], None]) -> Callable[[], None]:
    """Call `watcher` at each change of look; return what ends it."""
    _watchers.append(watcher)
    return lambda: _watchers.remove(watcher) if watcher in _watchers else None
