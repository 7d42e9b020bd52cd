"""Fetched covers as textures, for every screen: asked of the link thread, kept for a while, drawn when they come.

Guarantees: nobody waits; without a line only the disk is asked; at most `WAITING` questions wait at a time, the oldest forgotten
(a fling leaves no queue behind); textures are bounded, the least recently used dropped.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

KEPT = 96  # textures
WAITING = 12
SIDE = (200, 300)  # pixels: the largest tile of a shelf


class CoverPictures:
    """`desk` reaches the link thread. `get` returns a texture, or None and calls back when it has come."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._asked = 0

    def get(self, url: str, arrived: Callable[[], None]) -> Any:
        """Return the texture of `url` if it is here; otherwise ask for it, once, and call `arrived` when it comes."""
        if not url:
            return None
        if url in self._kept:
            self._kept.move_to_end(url)
            return self._kept[url]
        link = self._desk.pictures or self._desk.link
        if link is None:
            return None
        online = self._desk.home.online()  # without a line, those on the disk are still shown
        self._asked += 1
        lane = f"cover {self._asked % WAITING}"
        link.ask(
            lane, lambda service: service.cover(url, SIDE, fetch=online), lambda found: self._came(url, found, arrived), lambda _error: None
        )
        return None

    def _came(self, url: str, found: Any, arrived: Callable[[], None]) -> None:
        self._kept[url] = None if found is None else texture_of(found)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if found is not None:
            arrived()

    def forget(self) -> None:
        """Drop every texture."""
        self._kept.clear()


def texture_of(thumbnail: Any) -> Any:
    """Make a texture of decoded pixels; on the UI thread."""
    from kivy.graphics.texture import Texture

    texture = Texture.create(size=(thumbnail.width, thumbnail.height), colorfmt="rgb", mipmap=False)
    texture.blit_buffer(thumbnail.rgb, colorfmt="rgb", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
