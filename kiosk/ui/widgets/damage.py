"""Which part of the window must be drawn again: its damage, as EGL_EXT_buffer_age and Wayland call it.

A letter that is typed changes the field, then the list, then the facets; the rest of the window stays as it is. What Kivy has marked
as changed is followed from the window down to patches: widgets that draw nothing beyond their rectangle (`patch`). Guarantees: a
change that is not inside a patch damages everything, and so does what was added, taken away, or hidden outside of patches, or a
buffer of unknown age; a patch that has moved damages where it was, too.
"""

from __future__ import annotations

from collections import deque
from typing import Any
from weakref import WeakValueDictionary

from kivy.graphics import Canvas, InstructionGroup
from kivy.graphics.instructions import CanvasBase

from kiosk.ui.widgets.area import Area

OLDEST = 3  # pictures a buffer may be old: what a window has at most
MOST = 0.85  # of the window: beyond, scissors save nothing

_patches: WeakValueDictionary[int, Any] = WeakValueDictionary()
_PLAIN = (Canvas, CanvasBase, InstructionGroup)  # no state of their own, unlike a picture (Fbo) or a shader (RenderContext)


def patch(widget: Any) -> None:
    """Trust a widget to draw inside its rectangle only, children included, with no picture of its own but those drawn ahead (`pane`)."""
    _patches[widget.canvas.uid] = widget.__self__  # what an id of a layout stands for


def _made_of(group: Any) -> tuple[Any, ...] | None:
    """What a group is made of, None when it draws something itself."""
    children = group.children
    if any(type(child) not in _PLAIN for child in children):
        return None
    return getattr(group, "opacity", 1.0), *[child.uid for child in children]


def _area(widget: Any) -> Area:
    parent = widget.parent
    x, y = parent.to_window(*widget.pos) if parent is not None else widget.pos
    return Area(round(x), round(y), round(widget.width), round(widget.height))


def union(areas: list[Area]) -> Area:
    """Return the least rectangle that holds all; empty ones hold nothing."""
    some = [area for area in areas if area.width > 0 and area.height > 0]
    if not some:
        return Area(0, 0, 0, 0)
    x, y = min(a.x for a in some), min(a.y for a in some)
    return Area(x, y, max(a.right for a in some) - x, max(a.top for a in some) - y)


class Damage:
    """What has changed in the window since it was drawn last. One for a window."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, ...]] = {}  # by group: what it was made of when it was drawn
        self._seen: dict[int, Area] = {}  # by patch: where it was drawn
        self._past: deque[Area | None] = deque(maxlen=OLDEST)
        self._size: tuple[int, int] = (0, 0)

    def next(self, root: Any, size: tuple[int, int], age: int) -> Area | None:
        """Return what the next picture must draw in a buffer `age` pictures old, None for everything. Ask once for each picture.

        `root` is the window's canvas, `size` the window's, pixels.
        """
        found: list[tuple[Any, Area]] = []
        area = None
        if size == self._size and root.needs_redraw and self._changed(root, found):
            area = union([*(now for _group, now in found), *(self._seen[g.uid] for g, _now in found if g.uid in self._seen)])
        if area is None or any(_made_of(group) is not None for group, _now in found):
            self._made.clear()
            self._seen.clear()
            self._learn(root)
        else:
            self._seen.update((group.uid, now) for group, now in found)
        self._size = size
        self._past.append(area)
        return self._since(age)

    def _since(self, age: int) -> Area | None:
        """What the last `age` pictures have changed."""
        past = list(self._past)[-age:] if 0 < age <= len(self._past) else []
        areas = [area for area in past if area is not None]
        if not past or len(areas) < len(past):
            return None
        whole, (width, height) = union(areas), self._size
        x, y = max(0, whole.x), max(0, whole.y)
        seen = Area(x, y, max(0, min(whole.right, width) - x), max(0, min(whole.top, height) - y))
        return seen if seen.width * seen.height <= MOST * width * height else None

    def _changed(self, group: Any, found: list[tuple[Any, Area]]) -> bool:
        """Add the patches that have changed in a group; tell whether nothing else has."""
        made = self._made.get(group.uid)
        if made is None or made != _made_of(group):
            return False
        inside = len(found)
        for child in group.children:
            if not child.needs_redraw:
                continue
            before = len(found)
            if not self._changed(child, found):  # else smaller patches in a patch tell more
                del found[before:]
                widget = _patches.get(child.uid)
                if widget is None:
                    return False
                found.append((child, _area(widget)))
        return len(found) > inside

    def _learn(self, group: Any) -> None:
        """Remember what a group is made of, and where the patches in it are."""
        made = _made_of(group)
        if made is None:
            return
        self._made[group.uid] = made
        for child in group.children:
            widget = _patches.get(child.uid)
            if widget is not None:
                self._seen[child.uid] = _area(widget)
            self._learn(child)
