"""Borrowers are forgotten: no byte of their name is left in any file, and nothing else is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.model import CheckinException, ExceptionKind, LoanState
from fleet.signature import typed
from fleet.store.purge import forgotten_on, months_before
from tests.fleet.world import World, attestation

NAME = "Zéphirine Taillefer-Inoubliable"
NEEDLES = (b"Taillefer", "Zéphirine".encode(), b"Inoubliable")


def _lent_and_returned(world: World) -> str:
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today, today + timedelta(days=7), NAME, note=f"clé chez {NAME}")
    world.loans.check_out(loan.id, typed(NAME))
    world.clock.pass_days(7)
    world.reopen()  # a daily copy is made while the case is out: it holds the name too
    told = CheckinException("v3-tablette-2", ExceptionKind.DAMAGED, note="rayé, a dit Mme Taillefer")
    world.loans.check_in(loan.id, [told])
    return loan.id


def test_four_months_after_the_return_no_byte_of_the_borrower_is_left(world: World) -> None:
    """Name, signature and notes are gone from the file, its log and its daily copies; the loan and the attestation stay."""
    loan_id = _lent_and_returned(world)
    world.inventory.record_attestation(attestation(), '{"attestation": "…"}')
    assert all(needle in world.bytes_on_disk() for needle in NEEDLES)
    world.clock.pass_days(119)
    world.reopen()
    assert world.loans.get(loan_id).borrower == NAME, "3 months and 29 days: not yet"
    world.clock.pass_days(2)
    world.reopen()
    loan = world.loans.get(loan_id)
    assert (loan.borrower, loan.signature, loan.note) == ("", None, "")
    assert loan.erased_at is not None and loan.state is LoanState.RETURNED
    assert [e.kind for e in loan.exceptions] == [ExceptionKind.DAMAGED]
    left = world.bytes_on_disk()
    assert not [needle for needle in NEEDLES if needle in left]
    assert world.inventory.attestation("a-0001") == '{"attestation": "…"}'


def test_what_was_told_of_a_device_is_forgotten_where_it_needs_attention_too(world: World) -> None:
    """Free text names people other than the borrower; that the device is damaged, and since when, stays."""
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today, today + timedelta(days=7), NAME)
    world.loans.check_out(loan.id, typed(NAME))
    world.loans.check_in(loan.id, [CheckinException("v3-tablette-2", ExceptionKind.DAMAGED, note="rayé par Hildegarde")])
    assert "rayé par Hildegarde" in world.inventory.device("v3-tablette-2").reason
    world.clock.pass_days(123)
    world.reopen()
    assert world.inventory.device("v3-tablette-2").reason == f"Abîmé au retour du {today:%d/%m/%Y}."
    assert b"Hildegarde" not in world.bytes_on_disk()


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_the_day_of_forgetting_is_the_first_one(returned: datetime) -> None:
    """The day that `fleet loan show` tells is the first whose four months go back to the return."""
    day = forgotten_on(returned)
    first = next(d for d in (returned + timedelta(days=n) for n in range(115, 130)) if months_before(d, 4) >= returned)
    assert first.date() == day


def test_a_cancelled_reservation_forgets_at_once(world: World) -> None:
    """Nobody needs the name of a person who did not come; the daily copies forget at the next start."""
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today, today + timedelta(days=7), NAME)
    world.clock.pass_days(1)
    world.reopen()
    world.loans.cancel(loan.id)
    world.reopen()
    assert world.loans.get(loan.id).borrower == ""
    assert not [needle for needle in NEEDLES if needle in world.bytes_on_disk()]


def test_a_case_that_is_out_keeps_its_borrower_however_late(world: World) -> None:
    """The four months start at the return."""
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today, today + timedelta(days=7), NAME)
    world.loans.check_out(loan.id)
    world.clock.pass_days(300)
    world.reopen()
    assert world.loans.get(loan.id).borrower == NAME


def test_a_name_never_shows_in_a_repr(world: World) -> None:
    """Loans end up in logs and tracebacks."""
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today, today, NAME)
    world.loans.check_out(loan.id, typed(NAME))
    assert "Taillefer" not in repr(world.loans.get(loan.id))


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (datetime(2026, 7, 31, tzinfo=UTC), 1, datetime(2026, 6, 30, tzinfo=UTC)),
        (datetime(2026, 3, 1, tzinfo=UTC), 4, datetime(2025, 11, 1, tzinfo=UTC)),
        (datetime(2024, 6, 30, tzinfo=UTC), 4, datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(moment: datetime, months: int, expected: datetime) -> None:
    """The last day of a shorter month stands for the days it does not have."""
    assert months_before(moment, months) == expected


@given(st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(0, 24))
def test_months_before_is_never_later_and_never_far_off(moment: datetime, months: int) -> None:
    """Between 27 and 31 days a month."""
    gone = moment - months_before(moment, months)
    assert timedelta(days=28 * months - 3) <= gone <= timedelta(days=31 * months)
