"""Issues of invented periodicals, the last one dated of the day of the demo.

Guarantees: an issue's number follows from its date, so that the same issue is never made twice before a periodical has
gone back to its first number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
_WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_SEASONS = ("hiver", "printemps", "été", "automne")


class Issue(NamedTuple):
    """One issue: `dated` is what its cover says; the last one is the most asked for."""

    title: str
    number: int
    dated: str
    year: int
    loans: int


class Issues:
    """The issues of several periodicals of one rhythm: "daily", "weekly", "monthly" or "quarterly"."""

    def __init__(self, periodical: Mapping[str, Any], today: date) -> None:
        self._titles: tuple[str, ...] = tuple(periodical["titles"])
        self._rhythm: str = periodical["rhythm"]
        self._newest = {"daily": 11_400, "weekly": 2_310, "monthly": 486, "quarterly": 164}[self._rhythm]
        self._today = today

    def issue(self, number: int) -> Issue:
        """Return the n-th issue: each periodical in turn, from the newest backwards."""
        back, place = divmod(number, len(self._titles))
        newest = self._newest - self._newest * place // (2 * len(self._titles))
        back %= newest
        day = self._day(back)
        loans = int((15 + place * 37 % 30) / (1 + back) ** 1.5)
        return Issue(self._titles[place], newest - back, self._dated(day), day.year, loans)

    def _day(self, back: int) -> date:
        if self._rhythm == "daily":
            return self._today - timedelta(days=back)
        if self._rhythm == "weekly":
            return self._today - timedelta(days=self._today.weekday() + 7 * back)
        months = self._today.year * 12 + self._today.month - 1 - back * (1 if self._rhythm == "monthly" else 3)
        return date(max(1, months // 12), months % 12 + 1, 1)

    def _dated(self, day: date) -> str:
        month = _MONTHS[day.month - 1]
        if self._rhythm == "daily":
            return f"{_WEEKDAYS[day.weekday()]} {_first(day.day)} {month} {day.year}"
        if self._rhythm == "weekly":
            return f"semaine du {_first(day.day)} {month} {day.year}"
        if self._rhythm == "monthly":
            return f"{month} {day.year}"
        return f"{_SEASONS[day.month % 12 // 3]} {day.year}"


def _first(day: int) -> str:
    return "1er" if day == 1 else str(day)
