"""Rectangles that a layout cuts pieces from. Pure; pixels, y upwards as in Kivy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Area:
    """A rectangle. The `cut_…` methods take a piece off it and return the piece: what remains is for the next one."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Right edge."""
        return self.x + self.width

    @property
    def top(self) -> int:
        """Upper edge."""
        return self.y + self.height

    @property
    def pos(self) -> tuple[int, int]:
        """Lower left corner."""
        return self.x, self.y

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    @property
    def center(self) -> tuple[float, float]:
        """Middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def contains(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return self.x <= x < self.right and self.y <= y < self.top

    def cut_left(self, width: float, gap: float = 0) -> Area:
        """Take a piece off the left, and a gap after it."""
        piece = Area(self.x, self.y, min(round(width), self.width), self.height)
        gone = min(piece.width + round(gap), self.width)
        self.x += gone
        self.width -= gone
        return piece

    def cut_right(self, width: float, gap: float = 0) -> Area:
        """Take a piece off the right, and a gap before it."""
        wide = min(round(width), self.width)
        piece = Area(self.right - wide, self.y, wide, self.height)
        self.width = max(0, self.width - wide - round(gap))
        return piece

    def cut_top(self, height: float, gap: float = 0) -> Area:
        """Take a piece off the top, and a gap under it."""
        tall = min(round(height), self.height)
        piece = Area(self.x, self.top - tall, self.width, tall)
        self.height = max(0, self.height - tall - round(gap))
        return piece

    def cut_bottom(self, height: float, gap: float = 0) -> Area:
        """Take a piece off the bottom, and a gap above it."""
        tall = min(round(height), self.height)
        piece = Area(self.x, self.y, self.width, tall)
        gone = min(tall + round(gap), self.height)
        self.y += gone
        self.height -= gone
        return piece

    def inset(self, x: float, y: float | None = None) -> Area:
        """Return this rectangle without a margin."""
        dx, dy = round(x), round(x if y is None else y)
        return Area(self.x + dx, self.y + dy, max(0, self.width - 2 * dx), max(0, self.height - 2 * dy))

    def middle(self, width: float, height: float) -> Area:
        """Return a rectangle of that size in the middle."""
        wide, tall = round(width), round(height)
        return Area(self.x + (self.width - wide) // 2, self.y + (self.height - tall) // 2, wide, tall)

    def copy(self) -> Area:
        """Return one to cut from without touching this one."""
        return Area(self.x, self.y, self.width, self.height)
