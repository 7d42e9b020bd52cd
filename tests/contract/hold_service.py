"""What every adapter to a library system must do. A test module subclasses `HoldServiceContract` and brings a simulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from kiosk.circulation.port import HoldRequest, HoldService, Refused, SignInRefused
from kiosk.domain import SourceRef
from kiosk.errors import LinkError

CARD, PASSWORD = "21003000123456", "1234"


class System(Protocol):
    """A simulated library system that knows CARD/PASSWORD and records 1 to 9, with `fault` for its next change."""

    service: HoldService

    def fault(self, name: str) -> None: ...

    def count(self) -> int: ...


def request(biblio: int = 7, card: str = CARD, key: str = "k1") -> HoldRequest:
    return HoldRequest(key, card, (SourceRef("koha", str(biblio)),), "DIG")


class HoldServiceContract:
    """Subclasses define `system`."""

    @pytest.fixture
    def system(self) -> Iterator[System]:
        raise NotImplementedError

    def test_sign_in(self, system: System) -> None:
        """The right password tells who it is; a wrong one or an unknown card is refused, and nothing shows the card."""
        patron = system.service.sign_in(CARD, PASSWORD)
        assert (patron.card, patron.name, patron.home_branch, patron.entitled) == (CARD, "Ada Test", "DIG", True)
        for card, password in ((CARD, "wrong"), ("999", PASSWORD), ("", "")):
            with pytest.raises(SignInRefused) as refusal:
                system.service.sign_in(card, password)
            assert CARD not in str(refusal.value)

    def test_place_find_cancel(self, system: System) -> None:
        """A hold is placed once, found, cancelled, and cancelling twice is no error."""
        assert system.service.find_hold(request()) is None
        placed = system.service.place_hold(request())
        assert placed.position == 1
        assert system.service.find_hold(request()) == placed
        assert system.service.find_hold(request(biblio=8)) is None
        system.service.cancel_hold(placed.remote_id)
        system.service.cancel_hold(placed.remote_id)
        assert system.count() == 0

    def test_a_refusal_carries_the_systems_own_reason(self, system: System) -> None:
        """The patron reads what the library system said."""
        system.fault("refuse:tooManyReserves")
        with pytest.raises(Refused, match=r"^tooManyReserves$"):
            system.service.place_hold(request())
        with pytest.raises(Refused):
            system.service.place_hold(request(card="999"))

    @pytest.mark.parametrize(("fault", "arrived"), [("cut_before", 0), ("cut_after", 1), ("busy", 0), ("garbage", 0), ("huge", 0)])
    def test_a_broken_line_is_a_link_error(self, system: System, fault: str, arrived: int) -> None:
        """Cuts, a busy server and a captive portal are told apart from refusals, and no message carries the card."""
        system.fault(fault)
        with pytest.raises(LinkError) as error:
            system.service.place_hold(request())
        seen: BaseException | None = error.value
        while seen:
            assert CARD not in repr(seen)
            seen = seen.__cause__ or seen.__context__
        assert system.count() == arrived
        assert (system.service.find_hold(request()) is not None) == bool(arrived)
