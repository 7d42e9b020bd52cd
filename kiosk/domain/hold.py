"""Holds: what a patron asked for, and what became of it.

States of a hold in the outbox, and the only moves between them:

    waiting ──► sending ──► accepted          the library system said yes (queue position when it gives one)
       ▲           │  └───► refused           it said no: `reason` is its own sentence
       └───────────┘                          the link broke: asked again later, after asking what arrived
    waiting ──► cancelled                     by the patron during the same visit
    waiting ──► expired                       not delivered in time; the branch is told, the card number is erased

A hold is identified by `key`, drawn once when the patron confirms: sending it twice is one hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HoldState(StrEnum):
    """See the picture above."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FINAL = frozenset({HoldState.ACCEPTED, HoldState.REFUSED, HoldState.CANCELLED, HoldState.EXPIRED})


@dataclass(frozen=True, slots=True, repr=False)
class Patron:
    """Who is at the screen. Lives for one visit; its repr never shows who."""

    card: str
    name: str = ""
    home_branch: str = ""
    expires: str = ""
    entitled: bool = True

    def __repr__(self) -> str:
        return "Patron(…)"


@dataclass(frozen=True, slots=True)
class Hold:
    """A request for one record, to be fetched at `pickup`. Times are ISO 8601 UTC; the patron's card is kept apart from it."""

    key: str
    record_id: str
    title: str
    pickup: str
    placed_at: str
    state: HoldState = HoldState.WAITING
    reason: str = ""
    position: int | None = None
    tries: int = 0
