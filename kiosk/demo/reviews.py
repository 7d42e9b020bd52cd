"""Opinions ("avis") of libraries on what they lend.

Guarantees: signed by a library or a first name and a town, never by an account; dated before the day of the demo.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from kiosk.demo import files
from kiosk.domain import Kind, Review

_DAYS = 900


class Reviews:
    """Draws opinions. `random` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float], today: date) -> None:
        table = files.table("reviews")
        every = [(str(r["text"]), int(r["rating"])) for r in table["review"] if "kinds" not in r]
        own = {k: [(str(r["text"]), int(r["rating"])) for r in table["review"] if k in r.get("kinds", ())] for k in Kind}
        self._random = random
        self._texts = {k: tuple(own[k] + (every if k not in (Kind.PRESS,) else [])) for k in Kind}
        towns = [str(b["town"]) for b in files.table("branches")["branch"]]
        self._signed = tuple([f"Bibliothèque — {town}" for town in towns] + [f"{n}, {t}" for n in table["first_names"] for t in towns[:30]])
        self._dates = tuple((today - timedelta(days=n)).isoformat() for n in range(2, _DAYS))

    def of(self, kind: Kind, chance: float) -> tuple[Review, ...]:
        """Return no review, or one to three different ones."""
        random = self._random
        if random() >= chance:
            return ()
        texts = self._texts[kind]
        if not texts:
            return ()
        chosen = dict.fromkeys(texts[int(random() * len(texts))] for _ in range(1 + int(random() * 3)))
        return tuple(Review(text, self._pick(self._signed), rating, self._pick(self._dates)) for text, rating in chosen)

    def _pick(self, values: tuple[str, ...]) -> str:
        return values[int(self._random() * len(values))]
