"""The values of facets, numbered: one number a value for ever, its text, and its place in the alphabet.

Guarantees: numbers start at 1 and are never reused; numbers given in a transaction that was rolled back are forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import numpy as np

from kiosk.search.index.build import COUNTED
from kiosk.search.index.segment import Array

SCHEMA = (
    "CREATE TABLE ix_value (facet INTEGER NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (facet, id)) WITHOUT ROWID;\n"
)
UNIQUE = "CREATE UNIQUE INDEX ix_value_text ON ix_value (facet, value);\n"
REMEMBERED = 256  # values asked for lately


class Values:
    """All values of one catalogue, for reading; extended when the table grew."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.texts: dict[str, list[str]] = {f: [""] for f in COUNTED}
        self._ranks: dict[str, Array] = {}
        self._asked: dict[tuple[str, str], int] = {}

    def refresh(self) -> None:
        """Read the values added since."""
        self._asked.clear()
        for place, facet in enumerate(COUNTED):
            texts = self.texts[facet]
            rows = self._connection.execute("SELECT value FROM ix_value WHERE facet = ? AND id >= ? ORDER BY id", (place, len(texts)))
            before = len(texts)
            texts += [r[0] for r in rows]
            if len(texts) != before or facet not in self._ranks:
                rank = np.empty(len(texts), dtype=np.int64)
                rank[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
                self._ranks[facet] = rank

    def rank(self, facet: str) -> Array:
        """Return the place of each value in alphabetical order."""
        return self._ranks[facet]

    def number(self, facet: str, value: str) -> int:
        """Return the number of a value, 0 when nobody has it; remembered until the next `refresh`: what is ticked stays ticked."""
        known = self._asked.get((facet, value))
        if known is None:
            if len(self._asked) >= REMEMBERED:
                self._asked.clear()
            known = self._asked[facet, value] = self._looked_up(facet, value)
        return known

    def _looked_up(self, facet: str, value: str) -> int:
        sql = "SELECT id FROM ix_value WHERE facet = ? AND value = ?"
        try:
            row = self._connection.execute(sql, (COUNTED.index(facet), value)).fetchone()
        except UnicodeEncodeError:  # a lone surrogate: no record can have it
            return 0
        return row[0] if row else 0


class Numbering:
    """Gives numbers to values while writing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str], tuple[int, int]] = {}  # the place of its facet, and its number
        self._last = [0] * len(COUNTED)
        for place, number, value in connection.execute("SELECT facet, id, value FROM ix_value"):
            self._known[COUNTED[place], value] = place, number
            self._last[place] = max(self._last[place], number)

    def numbers(self, pairs: Iterable[tuple[str, str]]) -> list[list[int]]:
        """Return the value numbers of a record by facet."""
        found: list[list[int]] = [[] for _ in COUNTED]
        known = self._known
        for pair in pairs:
            place, number = known.get(pair) or self._new(pair)
            found[place].append(number)
        return found

    def _new(self, pair: tuple[str, str]) -> tuple[int, int]:
        facet, value = pair
        place = _PLACE[facet]
        self._last[place] += 1
        self._connection.execute("INSERT INTO ix_value (facet, id, value) VALUES (?, ?, ?)", (place, self._last[place], value))
        told = self._known[pair] = place, self._last[place]
        return told


_PLACE = {facet: place for place, facet in enumerate(COUNTED)}
