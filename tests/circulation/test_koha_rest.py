"""The Koha adapter against a real HTTP server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from kiosk.circulation import koha_rest
from kiosk.circulation.koha_rest import KohaRest, biblio_id
from kiosk.circulation.port import CopyState, Refused
from kiosk.domain import ItemStatus, SourceRef
from kiosk.errors import LinkError, ProtocolError
from tests.contract.hold_service import CARD, PASSWORD, HoldServiceContract, request
from tests.simulators.koha_rest_server import ACCOUNT, Library, koha


class KohaSystem:
    def __init__(self, library: Library, url: str) -> None:
        self.library, self.url = library, url
        self.service = KohaRest(url, *ACCOUNT)

    def fault(self, name: str) -> None:
        self.library.faults.append(name)

    def count(self) -> int:
        return len(self.library.holds)


@pytest.fixture
def system() -> Iterator[KohaSystem]:
    library = Library()
    library.enrol(CARD, PASSWORD)
    with koha(library) as url:
        made = KohaSystem(library, url)
        yield made
        made.service.close()


class TestKohaRest(HoldServiceContract):
    @pytest.fixture
    def system(self) -> Iterator[KohaSystem]:
        library = Library()
        library.enrol(CARD, PASSWORD)
        with koha(library) as url:
            made = KohaSystem(library, url)
            yield made
            made.service.close()


def test_cards_never_travel_in_an_address(system: KohaSystem) -> None:
    """What servers log holds no card and no password."""
    system.service.sign_in(CARD, PASSWORD)
    system.service.place_hold(request())
    system.service.find_hold(request())
    assert len(system.library.seen) >= 5
    assert not any(CARD in line for line in system.library.seen)


def test_a_slow_server_ends_in_time(system: KohaSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps silent is given up."""
    monkeypatch.setattr(koha_rest, "READ", 0.2)
    system.library.delay = 0.6
    system.fault("slow")
    start = time.monotonic()
    with pytest.raises(LinkError):
        system.service.place_hold(request())
    assert time.monotonic() - start < 0.6


def test_nobody_there() -> None:
    """A closed port is a broken line, at once."""
    with pytest.raises(LinkError):
        KohaRest("http://127.0.0.1:9", *ACCOUNT).sign_in(CARD, PASSWORD)


def test_a_wrong_account_is_the_kiosks_fault_not_the_patrons(system: KohaSystem) -> None:
    """When Koha refuses the kiosk itself, no hold is called refused."""
    stranger = KohaRest(system.url, "kiosque", "wrong")
    with pytest.raises(ProtocolError, match=r"kiosk\.toml"):
        stranger.place_hold(request())
    stranger.close()


def test_expired_and_restricted_patrons_are_not_entitled(system: KohaSystem) -> None:
    """The subscription is read at sign-in."""
    system.library.enrol("2", expired=True, expiry_date="2020-01-01")
    patron = system.service.sign_in("2", "1234")
    assert (patron.entitled, patron.expires) == (False, "2020-01-01")


def test_availability(system: KohaSystem) -> None:
    """Copies come with branch, state and the day they are due."""
    system.library.items[7] = [
        {"external_id": "a", "holding_library_id": "DIG"},
        {"external_id": "b", "home_library_id": "MAN", "checked_out_date": "2026-12-24"},
        {"external_id": "c", "holding_library_id": "MAN", "lost_status": 1},
        {"external_id": "d", "holding_library_id": "MAN", "not_for_loan_status": 1},
    ]
    assert system.service.availability((SourceRef("koha", "7"),)) == (
        CopyState("a", "DIG", ItemStatus.AVAILABLE),
        CopyState("b", "MAN", ItemStatus.ON_LOAN, "2026-12-24"),
        CopyState("c", "MAN", ItemStatus.UNAVAILABLE),
        CopyState("d", "MAN", ItemStatus.REFERENCE),
    )
    assert system.service.availability((SourceRef("koha", "8"),)) == ()
    assert system.service.availability((SourceRef("koha", "no number"),)) == ()


@pytest.mark.parametrize(
    ("source_id", "expected"),
    [("123", 123), ("oai:koha.example:42", 42), ("KOHA-OAI:007", 7), ("ark:/12148/cb1234x", None), ("frOr0000000012", None), ("", None)],
)
def test_biblio_id(source_id: str, expected: int | None) -> None:
    """Koha's number is the digits after the last separator."""
    assert biblio_id((SourceRef("s", source_id),)) == expected
    assert biblio_id((SourceRef("s", source_id),), source="other") is None


def test_a_record_of_another_source_cannot_be_reserved(system: KohaSystem) -> None:
    """Without a number in this Koha the patron is told so, and nothing is sent."""
    with pytest.raises(Refused):
        system.service.place_hold(request(biblio="x"))  # type: ignore[arg-type]
    assert system.count() == 0
