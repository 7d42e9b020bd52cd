"""The calendar's rules, as properties."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fleet.calendar import Phase, collide, conflict, next_free, phase, threatened
from fleet.model import Loan, LoanState

TODAY = date(2026, 11, 2)
DAYS = st.integers(0, 40).map(lambda n: TODAY + timedelta(days=n))
SPANS = st.tuples(DAYS, st.integers(0, 12)).map(lambda s: (s[0], s[0] + timedelta(days=s[1])))


def _loan(starts: date, ends: date, state: LoanState = LoanState.RESERVED, number: int = 1) -> Loan:
    return Loan(f"2026-{number:04d}", "valise-3", "allos", starts, ends, state)


@given(SPANS, SPANS)
def test_colliding_is_mutual(one: tuple[date, date], other: tuple[date, date]) -> None:
    """And the same as sharing a night, or a first day."""
    nights = [{s + timedelta(days=i) for i in range((e - s).days)} for s, e in (one, other)]
    shared = bool(nights[0] & nights[1]) or one[0] == other[0]
    inside = any(a[0] == a[1] and b[0] < a[0] < b[1] for a, b in ((one, other), (other, one)))
    assert collide(*one, *other) == collide(*other, *one) == (shared or inside)


@given(st.lists(SPANS, max_size=6), st.integers(0, 10), DAYS)
def test_the_next_free_day_is_free_and_the_first(spans: list[tuple[date, date]], length: int, after: date) -> None:
    """Nothing earlier would do."""
    loans = [_loan(*span, number=i) for i, span in enumerate(spans)]
    found = next_free(length, after, loans, TODAY)
    assert conflict(found, found + timedelta(days=length), loans, TODAY) is None
    day = after
    while day < found:
        assert conflict(day, day + timedelta(days=length), loans, TODAY) is not None
        day += timedelta(days=1)


def test_phases_follow_the_days_but_only_people_end_a_loan() -> None:
    """Each phase, once."""
    five = timedelta(days=5)
    cases = {
        Phase.UPCOMING: _loan(TODAY + timedelta(days=3), TODAY + five),
        Phase.TO_PREPARE: _loan(TODAY + timedelta(days=2), TODAY + five),
        Phase.NOT_FETCHED: _loan(TODAY - timedelta(days=1), TODAY + five),
        Phase.OUT: _loan(TODAY - five, TODAY + five, LoanState.OUT),
        Phase.DUE_TODAY: _loan(TODAY - five, TODAY, LoanState.OUT),
        Phase.LATE: _loan(TODAY - five, TODAY - timedelta(days=1), LoanState.OUT),
        Phase.RETURNED: _loan(TODAY - five, TODAY, LoanState.RETURNED),
        Phase.CANCELLED: _loan(TODAY - five, TODAY, LoanState.CANCELLED),
    }
    assert {expected: phase(loan, TODAY) for expected, loan in cases.items()} == {p: p for p in Phase}


def test_a_late_case_that_somebody_waits_for_is_told() -> None:
    """Within the days of preparation."""
    late = _loan(TODAY - timedelta(days=9), TODAY - timedelta(days=1), LoanState.OUT)
    soon, far = (
        _loan(TODAY + timedelta(days=2), TODAY + timedelta(days=4), number=2),
        _loan(TODAY + timedelta(days=8), TODAY + timedelta(days=9), number=3),
    )
    assert threatened([late, soon, far], TODAY) == [(late, soon)]
