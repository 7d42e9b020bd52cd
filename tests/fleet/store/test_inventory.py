"""The inventory: what is typed or scanned finds its thing, and nothing is lost whatever happens to the computer."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fleet.errors import Busy, DataError, NotFound, Refused, StoreError
from fleet.model import Case, Device, DeviceKind, DeviceState, Theme, Verdict
from fleet.store import database
from fleet.store.inventory import Inventory
from tests.fleet.world import Clock, World, attestation

ROOT = Path(__file__).resolve().parents[3]


def test_a_device_is_found_by_label_identifier_numbers_or_name(world: World) -> None:
    """In any case, with or without accents, through a reader set for another keyboard; two with one name ask for more."""
    for text in ("CPD-V3-TABLETTE-2", "v3-tablette-2", "040032", "s32", 'cpd)v")tqblette)é', 'CPD)V")TQBLETTE)é'):
        assert world.inventory.find_device(text).id == "v3-tablette-2", text
    assert world.inventory.find_device("tablette 2", "valise-3").id == "v3-tablette-2"
    with pytest.raises(Refused, match="v3-tablette-2, v4-tablette-2"):
        world.inventory.find_device("Tablette 2")
    with pytest.raises(NotFound):
        world.inventory.find_device("=cmd|' /C calc'!A0")


def test_two_devices_never_share_a_number_or_a_key(world: World) -> None:
    """And the sentence says who has it."""
    other = world.inventory.device("v3-tablette-1")
    for change, words in (({"serial": "S32"}, "numéro de série"), ({"property_number": "040032"}, "numéro d’inventaire")):
        with pytest.raises(DataError, match=f"Tablette 2 .*{words}"):
            world.inventory.save_device(replace(other, **change))  # type: ignore[arg-type]
    assert world.inventory.device("v3-tablette-1") == other


def test_every_field_of_a_device_comes_back(world: World) -> None:
    """What was saved is what is read, instants included."""
    device = Device(
        "x-1", "Casque", DeviceKind.HEADSET, serial="Ω", media_type="128 Go", case_id="valise-4", host_key="ssh-ed25519 AAAA", port=2222,
        state=DeviceState.ATTENTION, reason="« à voir »", battery=0, last_seen=world.clock(), profile_id="robot", note="a\nb",
    )  # fmt: skip
    world.inventory.save_device(device)
    assert world.inventory.device("x-1") == device
    assert world.inventory.seen("x-1", battery=80, address="10.0.0.9").battery == 80


def test_the_profile_is_the_devices_own_else_its_themes(world: World) -> None:
    """A tablet in an « Info ou intox » case gets that profile."""
    world.inventory.save_theme(Theme("mien", "Mien", {DeviceKind.TABLET: "premiers-gestes"}))
    world.inventory.save_case(Case("valise-3", "Valise 3", "mien"))
    device = world.inventory.device("v3-tablette-1")
    assert world.inventory.profile_id(device) == "premiers-gestes"
    assert world.inventory.profile_id(replace(device, profile_id="robot")) == "robot"
    assert world.inventory.profile_id(world.inventory.device("v4-tablette-1")) == ""


def test_attestations_stay_for_ever_and_move_the_state(world: World) -> None:
    """Clean makes ready; anything else asks for a person; no program can change one afterwards."""
    assert world.inventory.record_attestation(attestation(), "{}").state is DeviceState.READY
    bad = attestation(Verdict.UNKNOWN, id="a-0002", reasons=("Injoignable à la relecture.",))
    device = world.inventory.record_attestation(bad, "{}")
    assert (device.state, device.reason) == (DeviceState.ATTENTION, "Injoignable à la relecture.")
    with pytest.raises(StoreError), world.inventory.store.transaction() as db:
        db.conn.execute("UPDATE attestations SET verdict = 'clean'")
    with pytest.raises(StoreError), world.inventory.store.transaction() as db:
        db.conn.execute("DELETE FROM attestations")
    assert [row["id"] for row in world.inventory.attestations("v3-tablette-1")] == ["a-0001", "a-0002"]


def test_twenty_threads_write_at_once(world: World) -> None:
    """One a device, as a reset does; every fact is there afterwards."""
    devices = [world.inventory.device(f"v{n}-tablette-{i}") for n in (3, 4) for i in (1, 2, 3)]

    def work(device: Device) -> None:
        for battery in range(20):
            world.inventory.seen(device.id, battery=battery)
        world.inventory.set_state(device.id, DeviceState.READY)

    threads = [threading.Thread(target=work, args=(device,)) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(d.battery, d.state) for d in world.inventory.devices()} == {(19, DeviceState.READY)}


def test_a_damaged_file_is_set_aside_and_the_last_good_copy_takes_its_place(tmp_path: Path) -> None:
    """Nothing is thrown away, and the person is told."""
    world = World(tmp_path / "fleet")
    world.clock.pass_days(1)
    world.reopen()
    world.close()
    path = tmp_path / "fleet" / "inventory.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:20000] = os.urandom(20000 - 4096)
    path.write_bytes(data)
    with Inventory(tmp_path / "fleet", world.clock) as again:
        assert again.store.recovered
        assert len(again.devices()) == 6
    assert list((tmp_path / "fleet").glob("inventory.damaged-*.sqlite"))


def test_a_file_deleted_by_mistake_comes_back(world: World) -> None:
    """From today's copy, with what was written before the last close."""
    world.inventory.update_device("v3-tablette-1", note="écrit aujourd’hui")
    world.close()
    for path in world.folder.glob("inventory.sqlite*"):
        path.unlink()
    with Inventory(world.folder, world.clock) as again:
        assert again.store.recovered and again.device("v3-tablette-1").note == "écrit aujourd’hui"


def test_a_damaged_inventory_never_overwrites_a_good_copy(world: World) -> None:
    """The copy is checked before it takes the place of the one before."""
    world.close()
    path = world.folder / "inventory.sqlite"
    data = bytearray(path.read_bytes())
    data[8192:30000] = os.urandom(30000 - 8192)
    path.write_bytes(data)
    copy = world.folder / "backups" / "inventory-2026-11-02.sqlite"
    good = copy.read_bytes()
    with pytest.raises(StoreError):
        database.copy_database(path, copy)
    assert copy.read_bytes() == good and list(copy.parent.iterdir()) == [copy]


def test_daily_copies_are_kept_for_two_weeks_of_use(world: World) -> None:
    """One a day, fourteen of them, none half written."""
    for _ in range(20):
        world.clock.pass_days(1)
        world.reopen()
    copies = world.inventory.store.dated_copies()
    assert len(copies) == database.COPIES_KEPT
    with sqlite3.connect(copies[-1]) as copy:
        assert copy.execute("SELECT count(*) FROM devices").fetchone() == (6,)
    copy.close()


def test_another_window_that_writes_is_waited_for_then_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that cannot start changes nothing and says so."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    world.reopen()
    other = sqlite3.connect(world.folder / "inventory.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="autre fenêtre"):
        world.inventory.set_state("v3-tablette-1", DeviceState.DIRTY)
    other.rollback()
    other.close()
    world.inventory.set_state("v3-tablette-1", DeviceState.DIRTY)


def test_an_inventory_of_a_newer_version_is_refused_not_guessed(world: World) -> None:
    """A code that is not known here."""
    with world.inventory.store.transaction() as db:
        db.conn.execute("UPDATE devices SET kind = 'hologram' WHERE id = 'v3-tablette-1'")
    with pytest.raises(DataError, match="plus récente"):
        world.inventory.devices()


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.fleet.world import Clock
from fleet.store.inventory import Inventory
from fleet.store.loans import Loans
from datetime import timedelta
clock = Clock()
inventory = Inventory(Path(sys.argv[1]), clock)
loans = Loans(inventory)
print("ready", flush=True)
n = 0
while True:
    n += 1
    clock.pass_days(1)
    loan = loans.reserve("valise-3", "castellane", clock.today, clock.today + timedelta(days=1), f"Nom {n}")
    loans.check_out(loan.id, anyway="essai")
    loans.check_in(loan.id)
    print(loan.id, flush=True)
"""


@pytest.mark.parametrize("seed", range(5))
def test_a_kill_at_any_moment_loses_nothing_that_was_said_done(tmp_path: Path, seed: int) -> None:
    """The process is killed at random while it lends and takes back; every loan it announced is there, whole, none in between twice."""
    folder = tmp_path / "fleet"
    World(folder).close()
    script = tmp_path / "lend.py"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen([sys.executable, str(script), str(folder), str(ROOT)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0.02, 0.35))
    process.send_signal(signal.SIGKILL)
    announced = process.stdout.read().split()
    process.stdout.close()
    process.wait()
    with Inventory(folder, Clock()) as inventory:
        from fleet.store.loans import Loans

        assert not inventory.store.recovered
        known = {loan.id: loan for loan in Loans(inventory).all()}
        assert set(announced) <= set(known)
        assert all(known[loan_id].returned_at for loan_id in announced)
        assert len(known) - len(announced) <= 1
        assert inventory.store.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert len(inventory.devices()) == 6
