"""The landscape of a cover, from the identity of a record. Pure: the same record always gives the same picture.

Guarantees: heights are shares of the cover's height, between the bounds asked; three ranges of Alpine ridges, far to
near, a sun or a moon that stands clear of the title; no clock, no state.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from random import Random

from kiosk.ui.theme import RUBRICS

Line = tuple[tuple[float, float], ...]  # (share of the width, share of the height), left to right


@dataclass(frozen=True, slots=True)
class Landscape:
    """What is behind the title: `colour` is a token; `sun` is (x, y, radius) in shares of the width and height."""

    colour: str
    other: str  # a token mixed in by `blend`, so that neighbours on a shelf seldom match
    blend: float
    ranges: tuple[Line, Line, Line]
    sun: tuple[float, float, float]
    halo: bool
    stars: tuple[tuple[float, float], ...]


def _range(random: Random, low: float, high: float, peaks: int, rough: float) -> Line:
    """A line of peaks between two heights: a steep side, a long side, shoulders on both."""
    points: list[tuple[float, float]] = []
    steps = peaks * 2
    offset = random.random() * 0.8
    for step in range(-1, steps + 2):
        at = (step + offset - 0.4) / steps
        summit = step % 2 == 0
        height = (high - (high - low) * random.random() * 0.55) if summit else (low + (high - low) * random.random() * 0.35)
        points.append((at + (random.random() - 0.5) * 0.5 / steps, height))
    line: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        line.append((x0, y0))
        for share in (0.3, 0.62) if rough else ():
            bump = (random.random() - 0.5) * rough * (high - low)
            line.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * (share + (random.random() - 0.5) * 0.22) + bump))
    line.append(points[-1])
    return _clip(tuple(sorted(line)), low, high)


def _clip(line: Line, low: float, high: float) -> Line:
    """Keep what lies between the left and right edges, and the heights within their bounds."""

    def at(x: float) -> float:
        for (x0, y0), (x1, y1) in itertools.pairwise(line):
            if x0 <= x <= x1 and x1 > x0:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return line[-1][1]

    inside = [(x, y) for x, y in line if 0.0 < x < 1.0]
    return tuple((x, min(max(y, low * 0.8), high)) for x, y in [(0.0, at(0.0)), *inside, (1.0, at(1.0))])


@lru_cache(maxsize=128)
def landscape(identity: str) -> Landscape:
    """Return the landscape of a record."""
    random = Random(int.from_bytes(blake2b(identity.encode(), digest_size=8).digest()))
    colour = random.choice(RUBRICS)
    other, blend = random.choice(RUBRICS), random.random() * 0.42
    ranges = (
        _range(random, 0.40, 0.66, random.choice((2, 2, 3)), 0.20),
        _range(random, 0.27, 0.47, random.choice((2, 3, 3)), 0.24),
        _range(random, 0.14, 0.26, random.choice((1, 2)), 0.12),
    )
    sun = (random.choice((0.2, 0.34, 0.66, 0.8)), random.uniform(0.54, 0.66), random.uniform(0.09, 0.14))
    halo, starry = random.random() < 0.5, random.random() < 0.35
    stars = tuple((random.uniform(0.06, 0.94), random.uniform(0.5, 0.74)) for _star in range(9)) if starry else ()
    return Landscape(colour, other, blend, ranges, sun, halo, stars)
