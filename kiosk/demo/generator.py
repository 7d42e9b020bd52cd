"""A plausible French catalogue of any size: first the real works of the public domain, then invented records.

Guarantees: the same (records, seed, today) give the same records, and a shorter catalogue is the beginning of a longer
one; memory stays flat; ids never repeat. Distributions are those of a small rural network: half of it books, a few
titles much in demand and a long tail, mostly French with some Provençal, English and Italian.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from kiosk.demo import works
from kiosk.demo.families import families
from kiosk.demo.invented import Inventor
from kiosk.demo.reviews import Reviews
from kiosk.demo.shelves import Shelves, spread
from kiosk.domain import Record

REFERENCE_DAY = date(2026, 1, 15)  # when nobody says which day it is
_TABLE = 4096


def generate(records: int, seed: int, today: date = REFERENCE_DAY) -> Iterator[Record]:
    """Yield `records` records; `today` dates the loans and the newest arrivals."""
    random = Random(seed).random
    shelves, reviews = Shelves(random, today), Reviews(random, today)
    left = records
    for record in works.records(shelves, reviews, random):
        if left <= 0:
            return
        left -= 1
        yield record
    inventors = [Inventor(family, place, shelves, reviews, random, today) for place, family in enumerate(families())]
    table = [inventors[place] for place in spread([i.family.weight for i in inventors], _TABLE)]
    size = len(table)
    for number in range(left):
        yield table[int(random() * size)].make(number)
