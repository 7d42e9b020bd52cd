"""A page of words written into one texture: each word, or each letter, where the layout put it.

Guarantees: a page of one colour costs one texture, made when the page changes; letters keep the shapes that they were measured with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kivy.core.image import ImageData
from kivy.core.text import Label as CoreLabel
from kivy.core.text._text_sdl2 import _SurfaceContainer
from kivy.graphics.texture import Texture

from kiosk.ui.widgets.fonts import FAMILIES, font_file
from kiosk.ui.widgets.text import Style

BLEED = 3  # pixels that a letter may reach beyond its advance, to the left


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Letters in a row: where their left upper corner is, in pixels from the page's."""

    x: int
    y: int
    text: str
    style: Style


@lru_cache(maxsize=64)
def _writer(file: str, px: int) -> Any:
    label = CoreLabel(font_name=file, font_size=px, font_hinting="light")
    label.resolve_font_name()
    return label


def _writer_of(style: Style) -> Any:
    family = FAMILIES.get(style.family, FAMILIES["inter"])
    return _writer(font_file(style.family, style.weight), max(1, round(style.px * family.grow)))


def written(parts: tuple[Glyphs, ...], width: int, height: int) -> Any:
    """The texture, white on transparent, `BLEED` pixels wider on its left than the page; None without a word."""
    if not parts or width < 1 or height < 1:
        return None
    surface = _SurfaceContainer(width + 2 * BLEED, height)
    for part in parts:
        surface.render(_writer_of(part.style), part.text, part.x + BLEED, part.y)
    data = surface.get_data()
    texture = Texture.create(size=(width + 2 * BLEED, height), colorfmt="rgba", mipmap=False)
    texture.flip_vertical()
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_data(data if isinstance(data, ImageData) else ImageData(width + 2 * BLEED, height, "rgba", data))
    return texture
