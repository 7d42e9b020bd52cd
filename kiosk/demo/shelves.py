"""Copies on shelves: which libraries hold a record, under which call number, and where each copy is today.

Guarantees: everything follows from the random numbers given, in order; barcodes never repeat within one `Shelves`;
dates are relative to `today`, and a copy that is out has one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from kiosk.demo import files
from kiosk.domain import Holding, Item, ItemStatus

_TABLE = 1024
_COPIES = (1,) * 44 + (2,) * 20 + (3,) * 12 + (4,) * 8 + (5,) * 5 + (6,) * 4 + (8,) * 3 + (10,) * 2 + (14,) + (20,)
_STATUSES = (
    (ItemStatus.AVAILABLE,) * 72
    + (ItemStatus.ON_LOAN,) * 17
    + (ItemStatus.ON_HOLD,) * 3
    + (ItemStatus.IN_TRANSIT,) * 3
    + (ItemStatus.REFERENCE,) * 2
    + (ItemStatus.UNAVAILABLE,) * 2
    + (ItemStatus.UNKNOWN,)
)
_LOAN_DAYS = 28
_LATE = -4  # days: a few copies that are out should be back already
_ONE_COPY = 0.93  # of the libraries that hold a record


def spread(weights: list[float], size: int = _TABLE) -> tuple[int, ...]:
    """Return a table of `size` places in which each index is found in proportion to its weight, at least once."""
    total = sum(weights)
    places = [i for i, weight in enumerate(weights) for _ in range(max(1, round(weight / total * size)))]
    return tuple(places)


@lru_cache(maxsize=1 << 16)
def letters(name: str) -> str:
    """Return the three letters a library files a name under: "Aubanel, Théodore" → "AUB"."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name.replace("œ", "oe").replace("Œ", "Oe")) if c.isalpha() and c.isascii())
    return plain[:3].upper()


class Shelves:
    """The network's shelves on the day `today`. `random` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float], today: date) -> None:
        rows = files.table("branches")["branch"]
        self._random = random
        self._codes = [str(row["code"]) for row in rows]
        self._spread = spread([float(row.get("weight", 1)) for row in rows])
        self._due = [(today + timedelta(days=n)).isoformat() for n in (*range(1, _LOAN_DAYS), *range(1, _LOAN_DAYS), _LATE)]
        self._barcode = 0

    def holdings(self, call_number: str, location: str, least: int = 1, also: tuple[str, ...] = ()) -> tuple[Holding, ...]:
        """Return copies in at least `least` libraries, more often than not in one or two, and always in those of `also`."""
        random, table = self._random, self._spread
        wanted = max(least, _COPIES[int(random() * len(_COPIES))])
        if wanted == 1 and not also:
            return (Holding(self._codes[table[int(random() * len(table))]], self._items(call_number, location)),)
        places = {table[int(random() * len(table))] for _ in range(wanted)} | {self._codes.index(code) for code in also}
        return tuple([Holding(self._codes[place], self._items(call_number, location)) for place in sorted(places)])

    def _items(self, call_number: str, location: str) -> tuple[Item, ...]:
        if self._random() < _ONE_COPY:
            return (self._item(call_number, location),)
        return (self._item(call_number, location), self._item(call_number, location))

    def _item(self, call_number: str, location: str) -> Item:
        self._barcode += 1
        status = _STATUSES[int(self._random() * 100)]
        due = self._due[int(self._random() * len(self._due))] if status is ItemStatus.ON_LOAN else ""
        return Item(f"04{self._barcode:09d}", call_number, location, "", status, due)
