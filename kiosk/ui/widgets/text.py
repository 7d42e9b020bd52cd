"""Texts measured, broken into lines and rendered once.

Guarantees:
- a text is never cut inside a letter: it is broken at spaces and hyphens (never at a no-break space, nor before "!" or
  after "«"), and what does not fit in the lines allowed ends with an ellipsis; a single word wider than the line is broken
  at a letter;
- every picture of a text is white on transparent, so that one texture serves every colour and theme;
- measuring and rendering are cached, both bounded; a texture leaves the cache least recently used first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock
from typing import Any

from kivy.core.image import ImageData
from kivy.core.text import Label as CoreLabel
from kivy.core.text._text_sdl2 import _SurfaceContainer
from kivy.graphics.texture import Texture

from kiosk.ui.theme import look
from kiosk.ui.widgets.fonts import FAMILIES, Weight, font_file
from kiosk.ui.widgets.icons import glyph, icon_font

CACHE_PIXELS = 6_000_000  # 24 MB of RGBA: some forty full screens of text
LONGEST = 4_000  # characters of one text; anything longer is cut before it is measured
ELLIPSIS = "…"
READY = 16  # lines written beforehand
NEVER_FIRST, NEVER_LAST = "!?:;»", "«"  # French sets a space before and after them, which ends no line
PEN = RLock()  # one thread writes at a time: a font is shared by all that write with it


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is written. `px` is the font's size in pixels, `leading` the height of a line in font sizes."""

    px: int
    weight: Weight = Weight.REGULAR
    leading: float = 1.25
    family: str = ""  # empty: the patron's choice; "icons": the icon font


@lru_cache(maxsize=256)
def _writer(file: str, px: int) -> Any:
    label = CoreLabel(font_name=file, font_size=px, font_hinting="light")
    label.resolve_font_name()
    return label


def _font_of(style: Style) -> tuple[str, int]:
    if style.family == "icons":
        return icon_font(), style.px
    name = style.family or look().family
    return font_file(name, style.weight), max(1, round(style.px * FAMILIES.get(name, FAMILIES["inter"]).grow))


def _extents(text: str, file: str, px: int) -> tuple[int, int]:
    """Measure as it will be written: Kivy opens a font, again when 64 others came since, without the hinting that writing sets."""
    writer = _writer(file, px)
    with PEN:
        _SurfaceContainer(1, 1).render(writer, "n", 0, 0)
        width, height = writer.get_extents(text)
    return int(width), int(height)


@lru_cache(maxsize=256)
def _font_height(file: str, px: int) -> int:
    return _extents("Éj", file, px)[1] if file else px


@lru_cache(maxsize=5_000)
def _width(text: str, file: str, px: int) -> int:
    return _extents(text, file, px)[0]


def width_of(text: str, style: Style) -> int:
    """Return the width in pixels of a text on one line."""
    return _width(text, *_font_of(style)) if text else 0


def line_height(style: Style) -> int:
    """Return the pixels from one line to the next: never less than the font's own height, which would eat descenders."""
    return max(round(style.px * style.leading), _font_height(*_font_of(style)))


def height_of(style: Style) -> int:
    """Return the height in pixels of one line as it is written."""
    return _font_height(*_font_of(style))


def belongs(paragraph: str, at: int) -> bool:
    """Tell whether the space at a place belongs to a mark before or after it."""
    after, before = paragraph[at + 1 : at + 2], paragraph[at - 1 : at] if at else ""
    return paragraph[at] == " " and bool((after and after in NEVER_FIRST) or (before and before in NEVER_LAST))


def _pieces(paragraph: str) -> list[str]:
    """Split where a line may end: after a space or a hyphen; the space stays with the word before it, and with a mark it belongs to."""
    pieces: list[str] = []
    start = 0
    for at, character in enumerate(paragraph):
        if character in " -/" and at + 1 > start and not belongs(paragraph, at):
            pieces.append(paragraph[start : at + 1])
            start = at + 1
    if start < len(paragraph):
        pieces.append(paragraph[start:])
    return pieces


def _fit(text: str, style: Style, width: int, tail: str = "") -> str:
    """Return the longest start of `text` that fits with `tail` after it."""
    if width_of(text + tail, style) <= width:
        return text + tail
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip() + tail, style) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip(" ,;:.·’'-") + tail if tail else text[: max(low, 1)]


def _break(paragraph: str, style: Style, width: int, most: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(paragraph):
        if width_of((line + piece).rstrip(" "), style) <= width:
            line += piece
            continue
        if line:
            lines.append(line.rstrip(" "))
            line = ""
        while width_of(piece.rstrip(" "), style) > width and len(lines) <= most:
            head = _fit(piece, style, width)
            lines.append(head.rstrip(" "))
            piece = piece[len(head) :]
        line = piece
        if len(lines) > most:
            break
    if line.strip(" "):
        lines.append(line.rstrip(" "))
    return lines


@lru_cache(maxsize=1_000)
def _wrap(text: str, style: Style, width: int, most: int, _family: str) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _break(" ".join(paragraph.split(" ")), style, width, most) or [""]
        if len(lines) > most:
            break
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _fit(lines[most - 1].rstrip(" "), style, width, ELLIPSIS))


def wrap(text: str, style: Style, width: int, most: int = 1) -> tuple[str, ...]:
    """Break `text` into at most `most` lines of `width` pixels; what is left out is told by an ellipsis."""
    if not text or width <= 0 or most < 1:
        return ()
    return _wrap(text[:LONGEST], style, int(width), most, look().family)


def widest(lines: tuple[str, ...], style: Style) -> int:
    """Return the width of the widest line."""
    return max((width_of(line, style) for line in lines), default=0)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture that is not yet with the graphics card: RGBA, straight alpha, the upper line first.

    `inked` are the rectangles that hold anything, as (x, y, width, height) from the upper left corner: a blended pixel costs the
    same whether it shows something or not.
    """

    width: int
    height: int
    data: bytes
    inked: tuple[tuple[int, int, int, int], ...] = ()


class _Pictures:
    """Textures of texts, the least recently used dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Any] = OrderedDict()
        self._pixels = 0

    def get(self, key: tuple[object, ...]) -> Any:
        texture = self._kept.get(key)
        if texture is not None:
            self._kept.move_to_end(key)
        return texture

    def put(self, key: tuple[object, ...], texture: Any) -> None:
        self._kept[key] = texture
        self._pixels += texture.width * texture.height
        while self._pixels > CACHE_PIXELS and len(self._kept) > 1:
            _key, old = self._kept.popitem(last=False)
            self._pixels -= old.width * old.height

    def clear(self) -> None:
        self._kept.clear()
        self._pixels = 0


_pictures = _Pictures()
_ready: dict[tuple[object, ...], Pixels] = {}


def forget_pictures() -> None:
    """Drop every texture and every measure: the look changed, or a visit is over and what was typed must not stay."""
    _pictures.clear()
    _ready.clear()
    _width.cache_clear()
    _wrap.cache_clear()


def render(lines: tuple[str, ...], file: str, px: int, step: int, align: str) -> tuple[int, int, Any]:
    """Write lines into pixels (white, straight alpha); return width, height and Kivy's image data."""
    writer = _writer(file, px)
    wides = [_width(line, file, px) if line else 0 for line in lines]
    # a letter may reach beyond its advance (italics, "f"): two pixels of room on each side
    width = max(wides) + 4
    height = _font_height(file, px) + step * (len(lines) - 1)
    with PEN:
        writer._size = (width, height)
        writer._render_begin()
        for number, (line, wide) in enumerate(zip(lines, wides, strict=True)):
            if line:
                room = width - 4 - wide
                x = {"left": 0, "center": room // 2, "right": room}[align]
                writer._render_text(line, 2 + x, number * step)
        return width, height, writer._render_end()


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a composition: where its left upper corner is, in pixels from the composition's, and its colour."""

    x: int
    y: int
    text: str
    style: Style
    colour: tuple[float, float, float, float]


@lru_cache(maxsize=256)
def _coloured(file: str, px: int, colour: tuple[float, float, float, float]) -> Any:
    """A writer of one colour, never changed after it is made: any thread may use it."""
    label = CoreLabel(font_name=file, font_size=px, font_hinting="light")
    label.resolve_font_name()
    label.options["color"] = colour
    return label


def pixels(parts: tuple[Part, ...], width: int = 0, height: int = 0) -> Pixels | None:
    """Write lines of several styles and colours into one picture, no larger than they need unless a size is given.

    Lines must not overlap (`line_height` keeps them apart). Needs no graphics: may be called on any thread. None when there is
    nothing to write.
    """
    parts = tuple(part for part in parts if part.text and _font_of(part.style)[0])
    if not parts:
        return None
    width = width or max(part.x + width_of(part.text, part.style) for part in parts) + 4
    height = height or max(part.y + _font_height(*_font_of(part.style)) for part in parts)
    surface = _SurfaceContainer(width, height)
    for part in parts:
        with PEN:
            surface.render(_coloured(*_font_of(part.style), part.colour), part.text, part.x + 2, part.y)
    data = surface.get_data()
    boxes = ((p.x, p.y, width_of(p.text, p.style) + 4, height_of(p.style)) for p in parts)
    inked = tuple((x, y, min(wide, width - x), min(tall, height - y)) for x, y, wide, tall in boxes)
    return Pixels(width, height, data.data if isinstance(data, ImageData) else data, inked)


def _texture(width: int, height: int, data: Any) -> Any:
    texture = Texture.create(size=(width, height), colorfmt="rgba", mipmap=False)
    texture.flip_vertical()
    texture.mag_filter = texture.min_filter = "nearest"  # drawn at whole pixels only
    texture.blit_buffer(data.data if isinstance(data, ImageData) else data, colorfmt="rgba", bufferfmt="ubyte")
    return texture


def picture(lines: tuple[str, ...], style: Style, align: str = "left") -> Any:
    """Return the texture of already broken lines; its text starts two pixels from its left edge. None for no text."""
    if not any(lines):
        return None
    file, px = _font_of(style)
    if not file:
        return None
    key = (lines, file, px, style.leading, align)
    texture = _pictures.get(key)
    if texture is None:
        ready = _ready.pop(key, None)
        if ready is None:
            width, height, data = render(lines, file, px, line_height(style), align)
            texture = _texture(width, height, data)
        else:
            texture = _texture(ready.width, ready.height, ready.data)
        _pictures.put(key, texture)
    return texture


def prepare(line: str, style: Style) -> None:
    """Write one line beforehand, on any thread: the next `picture` of it only copies."""
    file, px = _font_of(style)
    written = pixels((Part(0, 0, line, style, (1.0, 1.0, 1.0, 1.0)),))
    if written is not None:
        while len(_ready) >= READY:
            _ready.pop(next(iter(_ready), ()), None)
        _ready[((line,), file, px, style.leading, "left")] = written


def icon_picture(name: str, px: int) -> Any:
    """Return the texture of an icon, or None when the set has no such name."""
    character = glyph(name)
    return picture((character,), Style(px, family="icons", leading=1.0)) if character else None
