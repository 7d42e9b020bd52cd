"""Opinions ("avis") of libraries on what they lend.

Guarantees: signed by a library or a first name and a town, never by an account; dated before the day of the demo.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from kiosk.demo import files
from kiosk.domain import Kind, Review

DOCUMENTARY, YOUNG = "documentary", "young"
_READ = frozenset({Kind.BOOK, Kind.EBOOK})
_DAYS = 900


def group(kind: Kind, *, young: bool, documentary: bool) -> str:
    """Return which opinions fit: those on a kind, or on books to learn from, or on books for children."""
    if kind not in _READ:
        return kind
    return DOCUMENTARY if documentary else YOUNG if young else kind


class Reviews:
    """Draws opinions. `random` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float], today: date) -> None:
        table = files.table("reviews")
        groups = (*Kind, DOCUMENTARY, YOUNG)
        self._random = random
        self._texts = {g: tuple((str(r["text"]), int(r["rating"])) for r in table["review"] if g in r["kinds"]) for g in groups}
        towns = [str(b["town"]) for b in files.table("branches")["branch"]]
        self._signed = tuple([f"Bibliothèque — {town}" for town in towns] + [f"{n}, {t}" for n in table["first_names"] for t in towns[:30]])
        self._dates = tuple((today - timedelta(days=n)).isoformat() for n in range(2, _DAYS))

    def of(self, group: str, chance: float) -> tuple[Review, ...]:
        """Return no review, or one to three different ones, on what is of a kind or of a group above."""
        random = self._random
        if random() >= chance:
            return ()
        texts = self._texts[group]
        if not texts:
            return ()
        chosen = dict.fromkeys(texts[int(random() * len(texts))] for _ in range(1 + int(random() * 3)))
        return tuple(Review(text, self._pick(self._signed), rating, self._pick(self._dates)) for text, rating in chosen)

    def _pick(self, values: tuple[str, ...]) -> str:
        return values[int(self._random() * len(values))]
