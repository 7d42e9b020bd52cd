"""Covers beside or under each other, and one cover in a room of any shape.

Guarantees: covers keep their shape (3:4 upright, 5:3 lying); a row is one line that a scroller may carry sideways or a
wrapping field; nothing here knows the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.theme import look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.covers import RATIO, Cover
from kiosk.ui.widgets.layouts import Flow


def cover_of(hit: Hit, chosen: Callable[[str], None], covers: Any = None, **kwargs: Any) -> Cover:
    """A cover that leads to its record; `covers` (`desk.covers`) brings its picture when there is one."""
    cover = Cover(identity=hit.id, title=hit.title, author=hit.authors, icon=labels.kind_icon(hit.kind), size_hint=(None, None), **kwargs)
    cover.spoken = ", ".join(part for part in (labels.kind(hit.kind), hit.title, hit.authors) if part)
    cover.bind(on_release=lambda *_a: chosen(hit.id))
    if covers is not None and hit.cover_url:

        def arrived() -> None:
            cover.picture = covers.get(hit.cover_url, lambda: None)

        cover.picture = covers.get(hit.cover_url, arrived)
    return cover


class CoverRoom(Widget):
    """Holds one cover, as large as the room allows, at its top."""

    widest = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "children"):
            self.fbind(name, self.place)

    def place(self, *_: object) -> None:
        """Give the cover its shape."""
        if not self.children:
            return
        wide = min(self.width, self.height / RATIO, self.widest or self.width)
        self.children[0].opacity = 1 if wide >= look().px(60) else 0  # a stamp would say nothing
        tall = round(wide * RATIO)
        self.children[0].size = (round(wide), tall)
        self.children[0].pos = (round(self.x + (self.width - wide) / 2), round(self.top - tall))


class Shelf(Flow):
    """Covers side by side, on as many lines as needed. `least` is the width of one, in units; they grow to fill the line."""

    least = NumericProperty(150)

    def fill(self, hits: Sequence[Hit], chosen: Callable[[str], None], covers: Any = None) -> None:
        """Show these records."""
        self.clear_widgets()
        for hit in hits:
            self.add_widget(cover_of(hit, chosen, covers))
        self._fit()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("gap", 16)
        super().__init__(**kwargs)
        self.fbind("width", self._fit)

    def _fit(self, *_: object) -> None:
        gap, least = look().px(self.gap), look().tall(self.least)
        if self.width <= least or not self.children:
            return
        many = max(1, int((self.width + gap) // (least + gap)))
        wide = int((self.width - gap * (many - 1)) // many)
        for child in self.children:
            child.size = (wide, round(wide * RATIO))
        self._later()


class Lying(Widget):
    """At most `most` lying covers under each other, filling the height: the column "in the same spirit"."""

    most = NumericProperty(3)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("pos", "size", "children"):
            self.fbind(name, self.place)

    def fill(self, hits: Sequence[Hit], chosen: Callable[[str], None], covers: Any = None) -> None:
        """Show these records."""
        self.clear_widgets()
        for hit in hits[: int(self.most)]:
            self.add_widget(cover_of(hit, chosen, covers))

    def place(self, *_: object) -> None:
        """Each the same height, at most 3:5 of its width."""
        rest = Area(round(self.x), round(self.y), round(self.width), round(self.height))
        gap = look().px(16)
        tall = min((self.height - gap * (self.most - 1)) / max(1, self.most), self.width * 0.6)
        for child in reversed(self.children):
            area = rest.cut_top(tall, gap)
            child.pos, child.size = area.pos, area.size
