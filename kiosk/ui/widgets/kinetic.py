"""How a list moves after the finger has left. Pure: positions in pixels, times in seconds.

Guarantees: the same moves give the same positions; the position stays within its bounds, a fling ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp

DECAY = 2.6  # per second: a fling of 2,000 px/s runs about 770 px
SLOWEST = 24.0  # px/s, under which it has stopped
FASTEST = 9_000.0
MEMORY = 0.10  # seconds of moves that make the speed


@dataclass(slots=True)
class Kinetic:
    """One axis: `at` grows towards the end of the content; `reach` is the largest value it may take."""

    at: float = 0.0
    reach: float = 0.0
    speed: float = 0.0
    _trail: list[tuple[float, float]] = field(default_factory=list)

    @property
    def moving(self) -> bool:
        """Tell whether it goes on by itself."""
        return self.speed != 0.0

    def bound(self, reach: float) -> None:
        """Set how far it may go."""
        self.reach = max(0.0, reach)
        self.at = min(max(self.at, 0.0), self.reach)

    def jump(self, at: float) -> None:
        """Go somewhere at once."""
        self.speed = 0.0
        self.at = min(max(at, 0.0), self.reach)

    def hold(self, now: float, finger: float) -> None:
        """A finger touches: everything stops under it."""
        self.speed = 0.0
        self._trail = [(now, finger)]

    def drag(self, now: float, finger: float) -> None:
        """The finger moved; the content follows it."""
        last = self._trail[-1][1] if self._trail else finger
        self.at = min(max(self.at - (finger - last), 0.0), self.reach)
        self._trail = [(t, f) for t, f in self._trail if now - t <= MEMORY][-16:]
        self._trail.append((now, finger))

    def release(self, now: float) -> None:
        """The finger left: go on at its speed of the last tenth of a second."""
        recent = [(t, f) for t, f in self._trail if now - t <= MEMORY]
        self._trail = []
        if len(recent) < 2 or recent[-1][0] - recent[0][0] < 0.004:
            return
        speed = -(recent[-1][1] - recent[0][1]) / (recent[-1][0] - recent[0][0])
        self.fling(speed)

    def fling(self, speed: float) -> None:
        """Set it going, px/s."""
        self.speed = 0.0 if abs(speed) < SLOWEST * 4 else min(max(speed, -FASTEST), FASTEST)

    def step(self, seconds: float) -> bool:
        """Let time pass; tell whether it still moves."""
        if not self.speed:
            return False
        left = exp(-DECAY * seconds)
        self.at += self.speed * (1 - left) / DECAY
        self.speed *= left
        if not 0.0 < self.at < self.reach:
            self.at = min(max(self.at, 0.0), self.reach)
            self.speed = 0.0
        elif abs(self.speed) < SLOWEST:
            self.speed = 0.0
        return self.speed != 0.0
