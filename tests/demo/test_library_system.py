"""The demonstration's library system answers as a real one: who it knows, what it refuses, when it cannot be reached."""

from __future__ import annotations

import pytest

from kiosk.circulation.port import HoldRequest, Refused, SignInRefused
from kiosk.demo.library_system import CARD, PASSWORD, DemoLibrary
from kiosk.domain import SourceRef
from kiosk.errors import LinkError


def _request(number: int, card: str = CARD) -> HoldRequest:
    return HoldRequest(f"k{number}", card, (SourceRef("demo", str(number)),), "BARREME")


def test_one_card_and_its_password() -> None:
    """The right pair tells who it is; anything else is refused without showing the card."""
    library = DemoLibrary(home_branch="BARREME")
    assert library.sign_in(CARD, PASSWORD).home_branch == "BARREME"
    for card, password in ((CARD, "zola"), ("1234", PASSWORD)):
        with pytest.raises(SignInRefused) as refusal:
            library.sign_in(card, password)
        assert CARD not in str(refusal.value)


def test_holds_are_placed_once_limited_found_and_cancelled() -> None:
    """Twice the same is one; one too many is refused with a sentence; a cancelled one leaves room."""
    library = DemoLibrary(most=1)
    placed = library.place_hold(_request(1))
    assert library.place_hold(_request(1)) == placed == library.find_hold(_request(1))
    with pytest.raises(Refused, match="maximal"):
        library.place_hold(_request(2))
    library.cancel_hold(placed.remote_id)
    assert library.find_hold(_request(1)) is None
    library.place_hold(_request(2))
    with pytest.raises(Refused):
        library.place_hold(_request(3, "9999"))


def test_cut_off_it_is_a_link_error() -> None:
    """As for every adapter, a line that is down is no refusal."""
    library = DemoLibrary()
    library.answering = False
    with pytest.raises(LinkError):
        library.sign_in(CARD, PASSWORD)
    with pytest.raises(LinkError):
        library.place_hold(_request(1))
