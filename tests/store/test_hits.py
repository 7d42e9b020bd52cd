"""Tiles of records."""

from __future__ import annotations

from kiosk.domain import Kind
from kiosk.store.hits import Hit, works


def test_a_work_in_several_forms_is_offered_once() -> None:
    """The first form stays, in its place; another author's work of the same title is another work."""
    book = Hit(1, "a", "Le Secret de maître Cornille", authors="Alphonse Daudet", kind=Kind.BOOK)
    read = Hit(2, "b", "Le secret de maître Cornille", authors="Alphonse Daudet", kind=Kind.AUDIOBOOK)
    other = Hit(3, "c", "Le Secret de maître Cornille", authors="Une troupe")
    last = Hit(4, "d", "Port-Tarascon", authors="Alphonse Daudet")
    assert works([book, read, other, last], 3) == (book, other, last)
    assert works([book, read, other, last], 2) == (book, other)
    assert works([], 2) == ()
