"""The calendar of loans: what collides, what is due, when a case is free. Pure.

Guarantees: a case is never promised twice on a day; the day it is expected back it may leave again; a loan that is out
lasts until somebody checks it in, so a late case is promised to nobody before tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from fleet.errors import Refused
from fleet.i18n import _
from fleet.model import Loan, LoanState
from fleet.words import LOCAL, day

PREPARE_DAYS = 2  # before the loan starts
LONGEST_DAYS = 366
FARTHEST_DAYS = 2 * 366
ACTIVE = frozenset({LoanState.RESERVED, LoanState.OUT})


class Phase(StrEnum):
    """A loan as the day's work sees it; late is only ever a date that has passed."""

    UPCOMING = "upcoming"
    TO_PREPARE = "to_prepare"  # from two days before it starts
    NOT_FETCHED = "not_fetched"  # should have left
    OUT = "out"
    DUE_TODAY = "due_today"
    LATE = "late"
    RETURNED = "returned"
    CANCELLED = "cancelled"


def local_day(moment: datetime) -> date:
    """The day it is for the people at the desk."""
    return moment.astimezone(LOCAL).date()


def phase(loan: Loan, today: date) -> Phase:
    """Where a loan stands today."""
    if loan.state is LoanState.RETURNED:
        return Phase.RETURNED
    if loan.state is LoanState.CANCELLED:
        return Phase.CANCELLED
    if loan.state is LoanState.OUT:
        return Phase.LATE if today > loan.ends else Phase.DUE_TODAY if today == loan.ends else Phase.OUT
    if today > loan.starts:
        return Phase.NOT_FETCHED
    return Phase.TO_PREPARE if today >= loan.starts - timedelta(days=PREPARE_DAYS) else Phase.UPCOMING


def collide(starts: date, ends: date, other_starts: date, other_ends: date) -> bool:
    """True when two loans need the case on the same day; the last day does not count, it is back by then."""
    return starts == other_starts or (starts < other_ends and other_starts < ends)


def busy_until(loan: Loan, today: date) -> date:
    """The day the case may leave again: the day it is expected, or tomorrow when it is late."""
    return today + timedelta(days=1) if phase(loan, today) is Phase.LATE else loan.ends


def conflict(starts: date, ends: date, loans: Iterable[Loan], today: date, but: str = "") -> Loan | None:
    """The first loan in the way; loan `but` is left out."""
    active = sorted((x for x in loans if x.state in ACTIVE and x.id != but), key=lambda x: (x.starts, x.id))
    return next((x for x in active if collide(starts, ends, x.starts, busy_until(x, today))), None)


def next_free(length: int, after: date, loans: Iterable[Loan], today: date, but: str = "") -> date:
    """The first day from `after` on from which the case is free for `length` days (0: there and back the same day)."""
    kept = list(loans)
    starts = max(after, today)
    while blocker := conflict(starts, starts + timedelta(days=length), kept, today, but):
        starts = max(starts + timedelta(days=1), busy_until(blocker, today))
    return starts


def check_days(starts: date, ends: date, today: date) -> None:
    """`Refused`, with the reason, for days that make no sense."""
    if ends < starts:
        raise Refused(_("Le retour ({day}) est avant le départ ({day2}).").format(day=day(ends), day2=day(starts)))
    if starts < today:
        raise Refused(_("Le départ ({day}) est déjà passé.").format(day=day(starts)))
    if (ends - starts).days > LONGEST_DAYS:
        raise Refused(_("Un prêt dure un an au plus."))
    if (starts - today).days > FARTHEST_DAYS:
        raise Refused(_("On réserve deux ans à l’avance au plus."))


def threatened(loans: Iterable[Loan], today: date) -> list[tuple[Loan, Loan]]:
    """Late loans with the reservation of the same case that waits for them, within the days of preparation."""
    kept = list(loans)
    soon = today + timedelta(days=PREPARE_DAYS)
    return [
        (late, waiting)
        for late in kept
        if phase(late, today) is Phase.LATE
        for waiting in kept
        if waiting.case_id == late.case_id and waiting.state is LoanState.RESERVED and waiting.starts <= soon
    ]
