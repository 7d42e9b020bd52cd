"""Invented authors: rare surnames and plain first names, in pools by language, none of them an author of a real work.

Guarantees: the k-th author of a pool is always the same person; the first ones of a pool write most (Zipf), as in any
library.
"""

from __future__ import annotations

from functools import cache
from math import gcd

from kiosk.demo import files
from kiosk.domain import Contributor, Role

POOL = 900  # authors a family draws from
FOREIGN = "foreign"  # all tongues mixed, for what is translated
_SKEW = 2.6


@cache
def pool(name: str) -> tuple[tuple[str, str], ...]:
    """Return (name, name as filed) of every author of a pool, in an order where neighbours share nothing."""
    every = files.table("people")
    if name == FOREIGN:
        tongues = [pool(part)[:90] for part in ("english", "nordic", "italian", "spanish", "german")]
        return tuple(person for five in zip(*tongues, strict=True) for person in five)
    firsts, lasts, group = every[name]["first"], every[name]["last"], every[name].get("group", False)
    count = len(firsts) * len(lasts)
    step = _coprime(int(count * 0.381966), count)
    people = []
    for number in range(count):
        first, last = divmod((number * step) % count, len(lasts))
        read = f"{firsts[first]} {lasts[last]}"
        people.append((read, read if group else f"{lasts[last]}, {firsts[first]}"))
    return tuple(people)


class Writers:
    """The authors of one family, most of its records by a few of them."""

    def __init__(self, name: str, family: int, role: str) -> None:
        people = pool(name)
        start = (family * 7919) % len(people)
        chosen = [people[(start + n) % len(people)] for n in range(min(POOL, len(people)))]
        self._contributors = tuple(Contributor(n, s, Role(role)) for n, s in chosen)

    def draw(self, u: float) -> Contributor:
        """Return an author for a number drawn from 0 to 1."""
        return self._contributors[int(u**_SKEW * len(self._contributors))]


def _coprime(step: int, count: int) -> int:
    while gcd(step, count) != 1:
        step += 1
    return step
