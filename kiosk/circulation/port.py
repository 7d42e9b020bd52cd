"""What the kiosk asks of a library system, whichever it is.

Guarantees asked of every adapter (held by tests/contract/hold_service.py): each call ends within `DEADLINE` seconds, reads a
capped answer, and either returns, raises `Refused` with the system's own sentence, or raises `LinkError`. No exception
or log ever carries a card number or a password.

    KioskError
    ├── CirculationError
    │   └── Refused           the library system said no; `reason` is its sentence
    │       └── SignInRefused  unknown card or wrong password
    └── LinkError             unreachable, cut or slow: what was asked may or may not have been done
        ├── NotSent           nothing was asked for certain: it was never reached, or only questions were cut off
        └── ProtocolError     it answered something else
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain import ItemStatus, Patron, SourceRef
from kiosk.errors import KioskError, LinkError

DEADLINE = 20.0  # seconds for one whole call
CONNECT = 3.05  # seconds to reach the server: a village line that takes longer is down
ANSWER_BYTES = 1 << 20
REASON_CHARS = 300


class CirculationError(KioskError):
    """Base of what a library system refuses."""

    exit_code = 7


class Refused(CirculationError):
    """The library system said no. The message is its own sentence, cut to `REASON_CHARS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(" ".join(reason.split())[:REASON_CHARS])

    @property
    def reason(self) -> str:
        """Why, for the patron."""
        return str(self)


class SignInRefused(Refused):
    """Unknown card or wrong password."""


class NotSent(LinkError):
    """What was to be changed was certainly not asked: it may still be taken back."""


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """A hold as it is sent: `sources` say how the library system knows the record. The card never shows in a repr."""

    key: str
    card: str = field(repr=False)
    sources: tuple[SourceRef, ...]
    pickup: str


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """What the library system answered: its own id of the hold, and the place in the queue when it says so."""

    remote_id: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class CopyState:
    """One copy as the library system knows it now."""

    barcode: str
    branch: str
    status: ItemStatus
    due: str = ""


class HoldService(Protocol):
    """A library system that answers now, or not."""

    def sign_in(self, card: str, password: str) -> Patron:
        """Return who it is; raises SignInRefused."""

    def place_hold(self, request: HoldRequest) -> PlacedHold:
        """Place a hold; raises Refused. After a LinkError that is no NotSent it may have been placed: ask `find_hold`."""

    def find_hold(self, request: HoldRequest) -> PlacedHold | None:
        """Return the patron's hold on this record, if there is one."""

    def cancel_hold(self, remote_id: str) -> None:
        """Cancel a hold; one that is gone already is no error."""

    def availability(self, sources: Sequence[SourceRef]) -> tuple[CopyState, ...]:
        """Return the copies of a record."""
