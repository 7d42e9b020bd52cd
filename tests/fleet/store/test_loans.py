"""Loans: what is promised is kept, and a refusal says why."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fleet.calendar import Phase, busy_until, collide, phase
from fleet.errors import FleetError, NotFound, Overlap, Refused
from fleet.model import CheckinException, Condition, DeviceState, ExceptionKind, Loan, LoanState
from fleet.signature import typed
from fleet.store.inventory import Inventory
from fleet.store.loans import Loans
from tests.fleet.world import World


def _in(world: World, days: int) -> date:
    return world.clock.today + timedelta(days=days)


def _out(world: World, start: int = 0, end: int = 7, borrower: str = "Jeanne Exemple") -> Loan:
    loan = world.loans.reserve("valise-3", "castellane", _in(world, start), _in(world, end), borrower)
    world.make_ready("valise-3")
    return world.loans.check_out(loan.id, typed(borrower))


def test_a_reservation_promises_every_lendable_device_of_the_case(world: World) -> None:
    """A device in repair is not promised; it joins again when it is repaired."""
    world.inventory.update_device("v3-tablette-2", condition=Condition.REPAIR)
    loan = world.loans.reserve("valise-3", "castellane", _in(world, 5), _in(world, 12))
    assert loan.device_ids == ("v3-tablette-1", "v3-tablette-3")
    world.inventory.update_device("v3-tablette-2", condition=Condition.GOOD)
    assert world.loans.get(loan.id).device_ids == ("v3-tablette-1", "v3-tablette-2", "v3-tablette-3")


def test_an_overlap_is_refused_and_the_reason_names_town_days_and_the_next_free_day(world: World) -> None:
    """The referent reads who has it and when it is free, and that day is indeed free."""
    world.loans.reserve("valise-3", "castellane", date(2026, 11, 10), date(2026, 11, 17))
    with pytest.raises(Overlap, match=r"Castellane du 10/11/2026 au 17/11/2026.*libre à partir du 17/11/2026"):
        world.loans.reserve("valise-3", "barreme", date(2026, 11, 16), date(2026, 11, 20))
    world.loans.reserve("valise-3", "barreme", date(2026, 11, 17), date(2026, 11, 21))


def test_the_day_it_comes_back_it_may_leave_again(world: World) -> None:
    """Back from Castellane in the morning, off to Barrême at four."""
    loan = _out(world, 0, 7)
    world.loans.reserve("valise-3", "barreme", _in(world, 7), _in(world, 14))
    world.clock.pass_days(7)
    assert phase(world.loans.get(loan.id), world.clock.today) is Phase.DUE_TODAY
    world.loans.check_in(loan.id)
    world.make_ready("valise-3")
    second = world.loans.next_of_case("valise-3")
    assert second is not None
    assert world.loans.check_out(second.id).state is LoanState.OUT


def test_a_loan_never_ends_by_a_date(world: World) -> None:
    """Three weeks late it is still out, promised to nobody before tomorrow, and the next one cannot leave."""
    loan = _out(world, 0, 7)
    waiting = world.loans.reserve("valise-3", "barreme", _in(world, 10), _in(world, 40))
    world.clock.pass_days(28)
    assert world.loans.get(loan.id).state is LoanState.OUT
    assert phase(world.loans.get(loan.id), world.clock.today) is Phase.LATE
    with pytest.raises(Overlap, match="n’est pas rentrée"):
        world.loans.check_out(waiting.id)
    with pytest.raises(Overlap, match="n’est pas rentrée : Castellane"):
        world.loans.reserve("valise-3", "allos", world.clock.today, world.clock.today)


def test_check_out_opens_two_days_before(world: World) -> None:
    """Not before; and leaving early moves the first day, unless somebody has it until then."""
    loan = world.loans.reserve("valise-3", "castellane", _in(world, 5), _in(world, 9))
    with pytest.raises(Refused, match="à partir du 05/11/2026"):
        world.loans.check_out(loan.id)
    world.clock.pass_days(3)
    assert phase(world.loans.get(loan.id), world.clock.today) is Phase.TO_PREPARE
    assert world.loans.check_out(loan.id).starts == world.clock.today


def test_what_is_not_proved_clean_leaves_only_with_a_reason(world: World) -> None:
    """A dirty tablet is left behind, or goes with a written reason."""
    loan = world.loans.reserve("valise-3", "castellane", _in(world, 0), _in(world, 5))
    world.inventory.set_state("v3-tablette-2", DeviceState.DIRTY)
    with pytest.raises(Refused, match="Tablette 2"):
        world.loans.check_out(loan.id)
    gone = world.loans.check_out(loan.id, without=("v3-tablette-2",))
    assert gone.device_ids == ("v3-tablette-1", "v3-tablette-3")
    assert world.inventory.device("v3-tablette-1").state is DeviceState.DIRTY


def test_checking_in_lists_the_exceptions_and_they_change_the_things(world: World) -> None:
    """Missing is not lendable any more; a broken one is told; counts of accessories follow."""
    loan = _out(world)
    faults = (
        CheckinException("v3-tablette-1", ExceptionKind.MISSING),
        CheckinException("v3-tablette-2", ExceptionKind.DAMAGED, note="écran fêlé, dit Jeanne"),
        CheckinException("v3-chargeurs", ExceptionKind.INCOMPLETE, 2),
    )
    back = world.loans.check_in(loan.id, faults)
    assert back.state is LoanState.RETURNED and len(back.exceptions) == 3
    assert world.inventory.device("v3-tablette-1").condition is Condition.LOST
    assert world.inventory.device("v3-tablette-2").reason == "Abîmé au retour du 02/11/2026 : écran fêlé, dit …."
    assert world.inventory.find_accessory("chargeurs", "valise-3").present == 2
    later = world.loans.reserve("valise-3", "allos", _in(world, 8), _in(world, 9))
    assert "v3-tablette-1" not in later.device_ids


def test_an_extension_is_refused_when_somebody_waits(world: World) -> None:
    """And accepted up to the day the next one starts."""
    loan = _out(world, 0, 7)
    world.loans.reserve("valise-3", "barreme", _in(world, 10), _in(world, 12))
    with pytest.raises(Overlap, match="promise à Barrême"):
        world.loans.extend(loan.id, _in(world, 11))
    assert world.loans.extend(loan.id, _in(world, 10)).extensions == 1


def test_two_windows_that_reserve_at_once_get_one_loan(world: World) -> None:
    """Whoever is second is told, whatever the race."""
    starts = _in(world, 5)
    results: list[str] = []
    barrier = threading.Barrier(4)

    def reserve(town: str) -> None:
        with Inventory(world.folder, world.clock) as mine:
            barrier.wait()
            try:
                Loans(mine).reserve("valise-3", town, starts, starts + timedelta(days=2))
                results.append("reserved")
            except Overlap:
                results.append("refused")

    threads = [threading.Thread(target=reserve, args=(town,)) for town in ("castellane", "barreme", "allos", "allos")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "refused", "refused", "reserved"]
    assert len(world.loans.active("valise-3")) == 1


def test_the_file_itself_refuses_a_second_promise(world: World) -> None:
    """Another program that writes into the file cannot promise a device twice, nor change a loan that ended."""
    loan = world.loans.reserve("valise-3", "castellane", _in(world, 5), _in(world, 9))
    gone = world.loans.reserve("valise-4", "castellane", _in(world, 5), _in(world, 9))
    with sqlite3.connect(world.folder / "inventory.sqlite") as other:
        with pytest.raises(sqlite3.IntegrityError, match="overlap"):
            other.execute("INSERT INTO loan_devices VALUES (?, 'v3-tablette-1')", (gone.id,))
        other.rollback()
        world.loans.cancel(loan.id)
        with pytest.raises(sqlite3.IntegrityError, match="ended"):
            other.execute("UPDATE loans SET state = 'reserved' WHERE id = ?", (loan.id,))
    other.close()


def test_a_device_that_is_out_does_not_change_case(world: World) -> None:
    """A loan keeps what left; a reservation follows the device to its new case."""
    loan = _out(world)
    with pytest.raises(Refused, match="est en prêt"):
        world.inventory.update_device("v3-tablette-1", case_id="valise-4")
    world.loans.check_in(loan.id)
    later = world.loans.reserve("valise-4", "allos", _in(world, 8), _in(world, 9))
    world.inventory.update_device("v3-tablette-1", case_id="valise-4")
    assert "v3-tablette-1" in world.loans.get(later.id).device_ids


def test_days_that_make_no_sense_are_refused(world: World) -> None:
    """Backwards, in the past, too long, too far."""
    for starts, ends in ((5, 4), (-1, 3), (0, 400), (800, 801)):
        with pytest.raises(Refused):
            world.loans.reserve("valise-3", "allos", _in(world, starts), _in(world, ends))
    with pytest.raises(NotFound):
        world.loans.reserve("valise-9", "allos", _in(world, 0), _in(world, 1))
    assert world.loans.all() == []


class Calendar(RuleBasedStateMachine):
    """Whatever is asked in whatever order, no device is promised to two loans on a day, nor out twice."""

    @initialize()
    def begin(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.world = World(Path(self.temporary.name), tablets=2)
        self.late_seen = False

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()
            self.temporary.cleanup()

    def _some(self, data: st.DataObject) -> str:
        loans = self.world.loans.active()
        return data.draw(st.sampled_from([loan.id for loan in loans])) if loans else "none"

    @rule(case=st.sampled_from(["valise-3", "valise-4"]), start=st.integers(-1, 12), length=st.integers(-1, 9))
    def reserve(self, case: str, start: int, length: int) -> None:
        starts = _in(self.world, start)
        self._try(lambda: self.world.loans.reserve(case, "allos", starts, starts + timedelta(days=length), "Jeanne Exemple"))

    @rule(data=st.data(), without=st.lists(st.sampled_from(["v3-tablette-1", "v4-tablette-2"]), max_size=1))
    def check_out(self, data: st.DataObject, without: list[str]) -> None:
        loan = self._some(data)
        self._try(lambda: self.world.loans.check_out(loan, without=without, anyway="essai"))

    @rule(data=st.data(), missing=st.booleans())
    def check_in(self, data: st.DataObject, missing: bool) -> None:
        loan = self._some(data)
        faults = [CheckinException("v3-tablette-1", ExceptionKind.MISSING)] if missing else []
        self._try(lambda: self.world.loans.check_in(loan, faults))

    @rule(data=st.data(), days=st.integers(0, 9))
    def extend(self, data: st.DataObject, days: int) -> None:
        loan = self._some(data)
        self._try(lambda: self.world.loans.extend(loan, _in(self.world, days)))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        loan = self._some(data)
        self._try(lambda: self.world.loans.cancel(loan))

    @rule(device=st.sampled_from(["v3-tablette-1", "v4-tablette-2"]), case=st.sampled_from(["valise-3", "valise-4", ""]))
    def move(self, device: str, case: str) -> None:
        self._try(lambda: self.world.inventory.update_device(device, case_id=case))

    @rule(device=st.sampled_from(["v3-tablette-1", "v4-tablette-2"]), condition=st.sampled_from(Condition))
    def judge(self, device: str, condition: Condition) -> None:
        self._try(lambda: self.world.inventory.update_device(device, condition=condition))

    @rule(days=st.integers(1, 5))
    def wait(self, days: int) -> None:
        self.world.clock.pass_days(days)

    def _try(self, action: object) -> None:
        try:
            action()  # type: ignore[operator]
        except FleetError:
            self.world.inventory.store.db.conn.execute("SELECT 1")
            assert not self.world.inventory.store.db.conn.in_transaction

    @invariant()
    def no_device_twice(self) -> None:
        if not hasattr(self, "world"):
            return
        loans = self.world.loans.active()
        for index, one in enumerate(loans):
            for other in loans[index + 1 :]:
                if set(one.device_ids) & set(other.device_ids) or one.case_id == other.case_id:
                    assert not collide(one.starts, one.ends, other.starts, other.ends)
                    assert not (one.state is other.state is LoanState.OUT)
            assert busy_until(one, self.world.clock.today) >= one.ends or one.state is LoanState.OUT


Calendar.TestCase.settings = settings(
    max_examples=18, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
TestCalendar = Calendar.TestCase
