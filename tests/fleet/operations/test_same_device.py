"""The device that is read back is the one that was erased: its serial number is asked on every line, the last too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from fleet.lab import devices as lab
from fleet.lab.faults import Fault, break_device, mend
from fleet.lab.names import BRIDGE, LabDevice
from fleet.model import Verdict
from fleet.operations.outcome import End, Outcome, Progress
from fleet.operations.proof import WITHOUT_SERIAL
from fleet.operations.reset import Reset
from fleet.operations.scheduler import run_all
from tests.fleet.lab_world import Bench

pytestmark = pytest.mark.root


def reset_unnumbered(bench: Bench, device: LabDevice, report: object = None) -> Outcome:
    """Reset a device whose serial number the inventory does not know."""
    job = bench.job(device)
    return run_all([replace(job, device=replace(job.device, serial=""))], Reset.of, bench.tools(report))[0]


@contextmanager
def copied_card(device: LabDevice, copy: LabDevice) -> Iterator[None]:
    """`copy` has the host key of `device`, as after copying a memory card, and gets one of its own afterwards."""
    lab.power_cut(copy)
    for name in ("ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"):
        shutil.copy(device.written / "etc/ssh" / name, copy.written / "etc/ssh" / name)
    lab.power_on(copy)
    lab.wait_ready([copy])
    try:
        yield
    finally:
        lab.run("ip", "-n", copy.namespace, "addr", "del", f"{device.address}/24", "dev", "eth0", check=False)
        lab.run("ip", "neigh", "flush", "dev", BRIDGE)
        break_device(Fault.HOST_KEY, copy)


def takes_its_address(copy: LabDevice, device: LabDevice) -> None:
    """The address of `device` is answered by `copy` from now on."""
    break_device(Fault.CABLE, device)
    lab.run("ip", "-n", copy.namespace, "addr", "add", f"{device.address}/24", "dev", "eth0")
    lab.run("ip", "neigh", "flush", "dev", BRIDGE)


@pytest.mark.parametrize("step", ["clean", "read-back"])
def test_a_copy_that_answers_at_the_same_address_is_noticed_and_left_alone(bench: Bench, step: str) -> None:
    """Same address, same host key, another serial number: nothing is attested, nor done to it; the run goes on once it is gone."""
    device, copy = bench.devices[:2]
    bench.lend(device)
    bench.lend(copy)
    before = sorted(bench.traces(copy))
    seen: list[str] = []

    def swap(progress: Progress) -> None:
        if progress.step == step and not seen:
            seen.append(step)
            takes_its_address(copy, device)

    with copied_card(device, copy):
        outcome = reset_unnumbered(bench, device, swap)
        assert (outcome.end, outcome.attestation) == (End.FAILED, None)
        assert copy.serial in outcome.reasons[0] and device.serial in outcome.reasons[0]
        assert [path for path in before if path not in bench.traces(copy) and "/proc/" not in path] == []
    mend(device)
    after = reset_unnumbered(bench, device)
    assert (after.end, after.resumed) == (End.CLEAN, True)
    bench.mend(copy)
    bench.run("reset", [copy])


def test_the_same_serial_on_every_line_is_evidence(bench: Bench) -> None:
    """Told with the marks and over the fresh line of the read-back: both are in what the verdict rests on."""
    device = bench.devices[0]
    operation = Reset.of(bench.tools(), bench.job(device))
    assert operation.run().end is End.CLEAN
    assert operation.proof is not None
    assert (operation.proof.evidence.same_device, operation.proof.evidence.serial_told) == (True, True)
    assert operation.serials() == {device.serial} and len(operation.engine.serials) >= 2


def test_a_device_without_a_serial_says_so_in_its_attestation(bench: Bench) -> None:
    """What it rests on then is named; a device that should have one and tells none is not certified."""
    device = bench.devices[0]
    path = lab.inside(device) / "etc/colporteur/serial"
    path.write_text("")
    try:
        outcome = reset_unnumbered(bench, device)
        assert outcome.end is End.CLEAN and outcome.attestation is not None
        assert WITHOUT_SERIAL in outcome.attestation.attestation.verification_method
        silent = bench.run("reset", [device])[device]
        assert silent.attestation is not None
        assert silent.attestation.attestation.verdict is Verdict.UNKNOWN
        assert "numéro de série" in silent.reasons[0]
    finally:
        path.write_text(device.serial + "\n")
