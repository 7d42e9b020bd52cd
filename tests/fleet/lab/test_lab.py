"""Test devices start, break, mend and go away without a trace; without root they say so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fleet.discovery import Discovery
from fleet.errors import DataError, NeedsRoot
from fleet.lab import devices as lab
from fleet.lab.base import closure, parse_packages
from fleet.lab.faults import Fault, break_device, faults_of, mend, parse_device
from fleet.lab.lock import lab_lock
from fleet.lab.names import ROOT, LabDevice
from tests.fleet.lab_world import devices

LISTING = (
    "sshd\t1\tno\tlibc (>= 2), perl | busybox\t\tinstalled\n"
    "libc\t2\tyes\t\t\tinstalled\n"
    "busybox\t1\tno\tvirtual\t\tinstalled\n"
    "real\t1\tno\t\tvirtual (= 1)\tinstalled\n"
    "gone\t1\tno\t\t\tconfig-files\n"
)


def test_the_base_holds_what_is_needed_and_no_more() -> None:
    """Choices take what is installed, virtual names their provider; what was removed is not there."""
    packages = parse_packages(LISTING)
    assert closure(packages, ["sshd"]) == ["busybox", "libc", "real", "sshd"]
    assert closure(packages, []) == ["libc"]
    with pytest.raises(DataError, match="apt-get install gone"):
        closure(packages, ["gone"])


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In French, with what to type."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NeedsRoot, match="sudo"):
        lab.up(1)


def test_devices_are_named_as_people_type_them() -> None:
    """Number, name or serial."""
    there = [LabDevice(3)]
    assert parse_device("3", there) == parse_device("valise-03", there) == parse_device("LAB0003", there) == LabDevice(3)
    for text in ("4", "x", "", "3; rm"):
        with pytest.raises(DataError):
            parse_device(text, there)


@pytest.mark.root
def test_they_announce_themselves_and_share_a_name_when_told_to() -> None:
    """Real avahi: the second of one name is renamed on the network, and both are heard with their own addresses."""
    for found in devices(2):
        with Discovery() as discovery:
            heard = discovery.wait(lambda s: len({x.serial for x in s}) == 2, 20)
            assert {(s.name, s.address, s.serial) for s in heard} == {(d.name, d.address, d.serial) for d in found}
        break_device(Fault.SAME_SERIAL, found[1])
        with Discovery() as discovery:
            serial = found[0].serial
            heard = discovery.wait(lambda s, serial=serial: [x.serial for x in s].count(serial) == 2, 20)  # type: ignore[misc]
            assert len({s.address for s in heard if s.serial == serial}) == 2
        mend(found[1])
        assert faults_of(found[1]) == []


@pytest.mark.root
def test_a_killed_start_is_cleaned_up() -> None:
    """`down` finds everything by name, whenever `up` was killed."""
    for _found in devices(1):
        lab.down()
        root = Path(__file__).resolve().parents[3]
        for delay in (0.3, 0.6):
            code = "from fleet.lab.devices import up; up(6, disk_mb=32)"
            process = subprocess.Popen([sys.executable, "-c", code], cwd=root, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.kill()
            process.wait()
            lab.down()
            assert not ROOT.exists()
            assert "colplab" not in subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
            assert not list(Path("/run/netns").glob("colplab*"))


@pytest.mark.root
def test_a_device_cannot_touch_this_computers_clock() -> None:
    """The kernel is shared: setting the time is refused inside."""
    for found in devices(1):
        pid = str(lab.server(found[0]))
        assert "CapBnd" in Path(f"/proc/{pid}/status").read_text()
        bounding = int(Path(f"/proc/{pid}/status").read_text().split("CapBnd:")[1].split()[0], 16)
        assert not bounding & (1 << 25)  # CAP_SYS_TIME


def test_the_lock_is_one_for_all() -> None:
    """Two that want the laboratory take turns."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    with lab_lock():
        code = "import fcntl,sys; fcntl.flock(open('/run/colporteur-lab.lock','w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode != 0
