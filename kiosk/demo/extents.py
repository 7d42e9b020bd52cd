"""How long invented things are: pages, hours and minutes, as a notice says them.

Guarantees: pure; what is made for the young is shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kiosk.domain import Audience, Kind

_COMIC_PAGES = (46, 48, 48, 54, 62, 96, 128, 184)
_MINUTES = {  # shortest and longest, for adults then for the young
    Kind.AUDIOBOOK: ((150, 800), (35, 120)),
    Kind.FILM: ((58, 138), (24, 84)),
    Kind.MUSIC: ((28, 76), (24, 58)),
    Kind.STORY: ((4, 16), (4, 16)),
    Kind.COURSE: ((20, 240), (10, 60)),
}
_STEPS = 256


@cache
def extents(audience: Audience) -> Mapping[Kind, tuple[str, ...]]:
    """Return the lengths of each kind, evenly likely; an empty one for kinds that have none."""
    young = audience in (Audience.EARLY, Audience.CHILDREN)
    pages = tuple(f"{_pages(audience, n)} p." for n in range(_STEPS))
    tables: dict[Kind, tuple[str, ...]] = dict.fromkeys(Kind, ("",))
    tables |= {kind: tuple(_duration(*spans[young], n) for n in range(_STEPS)) for kind, spans in _MINUTES.items()}
    return tables | {Kind.BOOK: pages, Kind.EBOOK: pages, Kind.COMIC: tuple(f"{p} p." for p in _COMIC_PAGES)}


def _pages(audience: Audience, step: int) -> int:
    if audience is Audience.EARLY:
        return 16 + step // 8
    if audience is Audience.CHILDREN:
        return 24 + step // 2
    return int(90 + 400 * (step / _STEPS) ** 1.4)


def _duration(shortest: int, longest: int, step: int) -> str:
    hours, rest = divmod(shortest + (longest - shortest) * step // _STEPS, 60)
    return f"{hours}\u00a0h\u00a0{rest:02d}\u00a0min" if hours else f"{rest}\u00a0min"
