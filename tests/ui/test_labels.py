"""Words for where a copy is and what one does online."""

from __future__ import annotations

from datetime import date

from kiosk.domain import Item, ItemStatus, Kind
from kiosk.ui import labels

TODAY = date(2026, 11, 22)


def test_a_late_copy_promises_nothing() -> None:
    """A copy is out until a day to come; a day that is past, or unknown, is not said."""

    def words(due: str) -> str:
        return labels.item_words(Item("1", status=ItemStatus.ON_LOAN, due=due), TODAY)

    assert words("2026-12-03") == "Emprunté jusqu’au 3 décembre"
    assert words("2026-11-22") == "Emprunté jusqu’au 22 novembre"
    assert words("2026-11-21") == words("") == "Emprunté"


def test_a_printed_book_that_is_online_is_read() -> None:
    """The verb is the platform's own, and a book has one."""
    assert labels.access(Kind.BOOK, "livres-numeriques")[0] == "Lire en ligne"
    assert labels.access(Kind.STORY, "storyplayr")[0] == "Lire et écouter en ligne"
    assert labels.access(Kind.GAME)[0] == "Jouer"
    assert labels.access(Kind.KIT)[0] == "Voir en ligne"
