"""Whatever breaks, at whatever step: the next run ends right, nothing is certified that is not clean, the others are not delayed."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from fleet.lab import devices as lab
from fleet.lab.faults import LIARS, Fault, break_device
from fleet.lab.names import LabDevice
from fleet.operations.outcome import GOOD, End
from fleet.operations.provision import Provision
from fleet.operations.reset import Reset
from fleet.operations.verify import Verify
from tests.fleet.lab_world import Bench, Saboteur, build_package, impatient

pytestmark = pytest.mark.root

STEPS = {
    "reset": [
        *("clock", "marks", "key", "clean", "marks-again", "clean-again", "free-space"),
        *("accounts", "content", "apps", "read-back", "attest"),
    ],
    "provision": ["clock", "accounts", "content", "apps", "read-back"],
    "verify": ["read-back"],
}
NEVER_HERE = {"free-space"}  # a step of plugged-in disks: tests/fleet/operations/test_volumes.py
TABLE = [(o, s) for o, steps in STEPS.items() for s in ["connect", *steps] if s not in NEVER_HERE]
EVERY_DAY = [("reset", "clean"), ("reset", "content"), ("provision", "content")]
slow = pytest.mark.slow


def params() -> list[object]:
    """Every step of every operation; a few of them every day."""
    return [pytest.param(o, s, marks=() if (o, s) in EVERY_DAY else slow, id=f"{o}-{s}") for o, s in TABLE]


def test_the_table_has_every_step(bench: Bench) -> None:
    """A step that is added to an operation is broken too."""
    job, tools = bench.job(bench.devices[0]), bench.tools()
    found = {"reset": Reset.of(tools, job).steps(), "provision": Provision.of(tools, job).steps(), "verify": Verify.of(tools, job).steps()}
    assert {name: [step.name for step in steps] for name, steps in found.items()} == STEPS


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application to install."""
    return build_package(tmp_path_factory.mktemp("package"))


@pytest.mark.parametrize(("operation", "step"), params())
def test_every_fault_at_a_step(bench: Bench, package: Path, operation: str, step: str) -> None:
    """Twelve devices, twelve faults at one step: each ends in a state of its own, and well once it is mended."""
    if step == "apps":
        bench.want(package)
    plans: dict[LabDevice, tuple[str, Fault]] = {d: (step, f) for d, f in zip(bench.devices, Fault, strict=True)}
    for device in bench.devices:
        bench.lend(device)
        bench.make_due(device, step)
    saboteur = Saboteur(bench, plans, mend_after=0.5)
    first = bench.run(operation, report=saboteur)
    saboteur.wait()
    assert saboteur.done == {d.name for d in bench.devices}
    for device, outcome in first.items():
        fault = plans[device][1]
        if operation == "reset" and fault in LIARS and step in ("connect", "clock", "marks", "key"):
            assert outcome.end is not End.CLEAN, f"{device.name} lied and was believed"
        if fault is Fault.REBOOT:
            assert outcome.end in GOOD | {End.DIFFERENT}, outcome.reasons
    for device in bench.devices:
        bench.mend(device)
    second = bench.run("reset")
    assert {d.name: (o.end, o.reasons) for d, o in second.items() if o.end is not End.CLEAN} == {}
    for device in bench.devices:
        assert bench.traces(device) == []
    assert {o.end for o in bench.run("verify").values()} == {End.EQUAL}


def test_a_cut_run_goes_on_at_its_step(bench: Bench) -> None:
    """The steps that were done before the cable was pulled are not done again."""
    device = bench.devices[0]
    bench.lend(device)
    cut = impatient(bench).run("reset", [device], Saboteur(bench, {device: ("content", Fault.CABLE)}))[device]
    assert cut.end is End.INTERRUPTED
    bench.mend(device)
    steps: list[str] = []
    again = bench.run("reset", [device], lambda progress: steps.append(progress.step))[device]
    assert (again.end, again.resumed) == (End.CLEAN, True)
    assert not {"marks", "key", "clean"} & set(steps)


def test_nobody_there_is_not_a_failure(bench: Bench) -> None:
    """A device that is off is not found, its journal stays empty, and the others are not held up."""
    off, *others = bench.devices[:4]
    lab.power_cut(off)
    impatient(bench)
    ends: dict[str, float] = {}

    def note(progress: object) -> None:
        if getattr(progress, "step", "") == "end":
            ends[getattr(progress, "device_id", "")] = time.monotonic()

    outcomes = bench.run("reset", [off, *others], note)
    assert outcomes[off].end is End.UNREACHABLE
    assert all(outcomes[d].end is End.CLEAN for d in others)
    assert not (bench.folder / f"fleet/journal/{off.name}.jsonl").exists()
    assert set(ends) == {d.name for d in [off, *others]}


def test_another_host_key_stops_that_device_only(bench: Bench) -> None:
    """It is not touched: what the borrower left is still there, and the sentence says what to do."""
    changed, other = bench.devices[:2]
    bench.lend(changed)
    break_device(Fault.HOST_KEY, changed)
    outcomes = bench.run("reset", [changed, other])
    assert outcomes[changed].end is End.STOPPED and "fleet pair" in outcomes[changed].reasons[0]
    assert outcomes[other].end is End.CLEAN
    assert bench.traces(changed)


@pytest.mark.parametrize("fault", LIARS)
def test_a_liar_is_caught(bench: Bench, fault: Fault) -> None:
    """A device that reports success without erasing is said to be not clean."""
    device = bench.devices[0]
    bench.lend(device)
    break_device(fault, device)
    outcome = bench.run("reset", [device])[device]
    assert outcome.end is End.NOT_CLEAN, outcome.reasons


def test_a_full_disk_is_emptied_and_proved(bench: Bench) -> None:
    """A borrower who filled the disk left no room for marks: they are planted after a first cleaning, and all is cleaned again."""
    device = bench.devices[0]
    bench.run("reset", [device])
    bench.lend(device)
    (lab.inside(device) / "home/lecteur/video.mp4").write_bytes(bytes(9_000_000))
    break_device(Fault.FULL_DISK, device)
    outcome = bench.run("reset", [device])[device]
    assert outcome.end is End.CLEAN, outcome.reasons
    assert outcome.attestation is not None
    steps = {s.name: s.outcome for s in outcome.attestation.attestation.steps}
    assert steps["marks-again"] == steps["clean-again"] == "done"


def test_a_read_only_disk_is_never_certified(bench: Bench) -> None:
    """Nothing can be erased there: the device is said to be broken, with the reason."""
    device = bench.devices[0]
    bench.lend(device)
    break_device(Fault.READ_ONLY, device)
    outcome = bench.run("reset", [device])[device]
    assert outcome.end in (End.FAILED, End.NOT_CLEAN, End.UNKNOWN)
    assert not [a for a in bench.attested if a.verdict == "clean"]


WORKER = """
import sys
from pathlib import Path
from fleet.lab.devices import existing
from tests.fleet.lab_world import Bench
import tests.fleet.lab_world as world
Bench.__post_init__ = lambda self: None
folder = Path(sys.argv[1])
bench = Bench([d for d in existing() if d.number == 1], folder)
import pickle
bench.profile, bench.keys = pickle.loads((folder / "spec").read_bytes())
bench.run("reset")
"""


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=slow) for n in range(1, 20))])
def test_a_killed_laptop_goes_on(bench: Bench, number: int) -> None:
    """Kill -9 of this computer's program at any moment; the next one ends right, and the journal holds."""
    device = bench.devices[0]
    bench.lend(device)
    (bench.folder / "spec").write_bytes(pickle.dumps((bench.profile, bench.keys)))
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen([sys.executable, "-c", WORKER, str(bench.folder)], cwd=root, stderr=subprocess.DEVNULL)
    time.sleep(0.5 + random.Random(number).random() * 0.7)
    process.kill()
    process.wait()
    assert bench.run("reset", [device])[device].end is End.CLEAN
    assert bench.traces(device) == []


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=slow) for n in range(1, 17))])
def test_random_cuts(bench: Bench, number: int) -> None:
    """Twelve devices cut at twelve random moments in one of three ways: all end clean, in this run or the next."""
    chance = random.Random(number)
    for device in bench.devices:
        bench.lend(device)

    def cut(device: LabDevice, fault: Fault) -> None:
        break_device(fault, device)
        time.sleep(chance.random() * 0.4)
        bench.mend(device)

    timers = [
        threading.Timer(chance.random() * 2.5, cut, [device, chance.choice([Fault.CABLE, Fault.POWER, Fault.REBOOT])])
        for device in bench.devices
    ]
    for timer in timers:
        timer.start()
    bench.run("reset")
    for timer in timers:
        timer.join()
    again = bench.run("reset")
    assert {d.name: (o.end, o.reasons) for d, o in again.items() if o.end is not End.CLEAN} == {}
    for device in bench.devices:
        assert bench.traces(device) == []
