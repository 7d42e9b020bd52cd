"""From the outbox to the library system, whenever there is a line.

Guarantees: a hold is sent once. Before the first byte leaves, the outbox notes `sending`; whatever happens then (a kill, a
cut, an answer lost on the way), the next attempt first asks the library system whether the hold arrived. One delivery
runs at a time on a device. Never call it on the UI thread.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.circulation.port import HoldRequest, HoldService, NotSent, PlacedHold, Refused
from kiosk.domain import Hold, HoldState
from kiosk.errors import DataError, LinkError, ProtocolError
from kiosk.store.outbox import Outbox, Parcel

FIRST_RETRY = timedelta(seconds=30)  # longer than any server works on a request whose client is gone
LAST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    """What one delivery did: holds that became final, and whether the line was up to its end."""

    settled: tuple[Hold, ...] = ()
    line_up: bool = True


def retry_in(tries: int) -> timedelta:
    """Return how long to wait after so many attempts: 30 s, doubled each time, an hour at most."""
    doublings = min(max(tries - 1, 0), 12)
    return min(LAST_RETRY, FIRST_RETRY * (1 << doublings))


def deliver(outbox: Outbox, service: HoldService, data: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Round:
    """Send every hold that is due. A line that is down ends the round at once; the rest waits for the next."""
    with (data / ".delivery.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return Round()
        settled = []
        for parcel in outbox.due(now()):
            try:
                settled.append(_send(outbox, service, parcel, now))
            except DataError:
                continue  # taken back or given up a moment ago
            except LinkError as error:
                unsent = isinstance(error, NotSent) and parcel.hold.state is HoldState.WAITING
                outbox.mark(parcel.hold.key, HoldState.WAITING, retry_in=retry_in(parcel.hold.tries + 1), now=now(), unsent=unsent)
                if not isinstance(error, ProtocolError):
                    return Round(tuple(settled), line_up=False)
        return Round(tuple(settled))


def _send(outbox: Outbox, service: HoldService, parcel: Parcel, now: Callable[[], datetime]) -> Hold:
    hold = parcel.hold
    request = HoldRequest(hold.key, parcel.card, parcel.sources, hold.pickup)
    if hold.state is HoldState.WAITING:
        outbox.mark(hold.key, HoldState.SENDING, retry_in=FIRST_RETRY, now=now())
    try:
        placed = _earlier(service, request) if hold.tries else None  # an earlier attempt may have arrived
        placed = placed or service.place_hold(request)
    except Refused as refusal:
        placed = _despite(service, request)
        if placed is None:
            return outbox.mark(hold.key, HoldState.REFUSED, refusal.reason)
    return _accept(outbox, hold.key, placed)


def _earlier(service: HoldService, request: HoldRequest) -> PlacedHold | None:
    """A question that is cut off has placed nothing."""
    try:
        return service.find_hold(request)
    except ProtocolError:
        raise
    except LinkError as error:
        raise NotSent(str(error)) from error


def _despite(service: HoldService, request: HoldRequest) -> PlacedHold | None:
    """A refusal because the hold is there already is a success."""
    try:
        return service.find_hold(request)
    except Refused:
        return None


def _accept(outbox: Outbox, key: str, placed: PlacedHold) -> Hold:
    return outbox.mark(key, HoldState.ACCEPTED, position=placed.position, remote_id=placed.remote_id)
