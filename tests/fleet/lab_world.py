"""Test devices as a fixture: real OpenSSH servers in namespaces, a fleet that works on them, and a witness outside them.

The witness reads what a device ever wrote from this computer's side of its disk: it depends on nothing that Fleet says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fleet.attestation import Signer, verify
from fleet.errors import FleetError
from fleet.journal import Kind, check_journal
from fleet.lab import devices as lab
from fleet.lab.faults import Fault, break_device, faults_of, mend
from fleet.lab.lock import lab_lock
from fleet.lab.names import LabDevice
from fleet.model import App, Attestation, Device, ManagedFile, Pack, Profile, Setting, Verdict
from fleet.operations.outcome import Outcome, Progress
from fleet.operations.provision import Provision
from fleet.operations.reset import Reset
from fleet.operations.scheduler import run_all
from fleet.operations.tools import Job, Patience, Tools
from fleet.operations.verify import Verify
from fleet.transport.port import Target
from fleet.transport.ssh import SshTransport, Timeouts

SECRET = b"SECRET-EMPRUNTEUR"
PACKAGE = "outil-essai"
OPERATIONS = {"reset": Reset.of, "provision": Provision.of, "verify": Verify.of}
QUICK = Timeouts(connect=1.0, handshake=8.0, silence=4.0)
PATIENT = Patience(unreachable=20.0, interrupted=20.0, pause=0.1, longest_pause=0.5)


def devices(count: int) -> Iterator[list[LabDevice]]:
    """Hold the laboratory with `count` devices; skip with the reason where it cannot be."""
    try:
        lab.need_root()
    except FleetError as error:
        pytest.skip(str(error))
    with lab_lock():
        lab.down()
        try:
            found = lab.up(count, disk_mb=64)
        except FleetError as error:
            lab.down()
            pytest.skip(f"no namespaces here: {error}")
        try:
            yield found
        finally:
            lab.down()


@dataclass
class Bench:
    """A fleet at work on test devices."""

    devices: list[LabDevice]
    folder: Path
    profile: Profile = field(init=False)
    patience: Patience = PATIENT
    attested: list[Attestation] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        pack = self.folder / "content" / "pack"
        (pack / "pages").mkdir(parents=True)
        for number in range(12):
            (pack / "pages" / f"{number}.html").write_text(f"<p>page {number}</p>\n" * 400)
        (pack / "son.ogg").write_bytes(os.urandom(700_000))
        self.profile = Profile(
            id="essai",
            label="Essai",
            packs=(Pack("pack", "pack", "/srv/pack"),),
            files=(ManagedFile("/home/lecteur/LISEZMOI.txt", "Bonjour.\n", owner="lecteur"),),
            settings=(Setting("/etc/colporteur/appareil.conf", "ATELIER", "essai"),),
            accounts_absent=("invite",),
            wipe=("/home/lecteur",),
            keys=("/var/lib/colporteur/session.key",),
            digest="essai-1",
        )
        self.keys = {d: self.host_key(d) for d in self.devices}

    @staticmethod
    def host_key(device: LabDevice) -> str:
        """The key on the device's own disk."""
        return " ".join((device.written / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2])

    def target(self, device: LabDevice) -> Target:
        """Where the device is, with the key pinned when the bench was made."""
        return Target(device.address, host_key=self.keys[device], label=device.name)

    def tools(self, report: object = None) -> Tools:
        """Tools for one run."""
        tools = Tools(
            transport=SshTransport(lab.private_key(), QUICK),
            folder=self.folder / "fleet",
            content=self.folder / "content",
            signer=Signer.load(self.folder / "keys"),
            now=lambda: datetime.now(UTC),
            record=self.record,
            patience=self.patience,
        )
        if callable(report):
            tools.report = report
        return tools

    def job(self, device: LabDevice) -> Job:
        """The device's part of a run."""
        known = Device(device.name, device.name, serial=device.serial, host_key=self.keys[device])
        return Job(known, self.profile, self.target(device), "Valise d’essai")

    def run(self, operation: str, chosen: Sequence[LabDevice] | None = None, report: object = None) -> dict[LabDevice, Outcome]:
        """Run an operation on devices (all by default)."""
        wanted = list(self.devices if chosen is None else chosen)
        outcomes = run_all([self.job(d) for d in wanted], OPERATIONS[operation], self.tools(report))
        return dict(zip(wanted, outcomes, strict=True))

    def record(self, attestation: Attestation, document: str) -> None:
        """The moment a device is attested is the moment the witness looks."""
        device = next(d for d in self.devices if d.name == attestation.device_id)
        left = self.traces(device)
        with self._lock:
            assert verify(document) == attestation
            self.attested.append(attestation)
            if attestation.verdict is Verdict.CLEAN and left:
                self.violations.append(f"{device.name} attested clean with {left[:3]}")

    def lend(self, device: LabDevice) -> None:
        """Leave a borrower's traces in many places, and the key of a session."""
        root = lab.inside(device)
        texts = {
            "home/lecteur/Documents/lettre.txt": SECRET * 30,
            "home/lecteur/.cache/navigateur/histoire.sqlite": SECRET,
            "home/lecteur/.bash_history": SECRET,
            "var/tmp/brouillon.odt": SECRET,
            "tmp/telechargement.pdf": SECRET,
            "dev/shm/memoire": SECRET,
        }
        for name, data in texts.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for path in [root / "home/lecteur", *(root / "home/lecteur").rglob("*")]:
            os.chown(path, 1000, 1000)
        link = root / "home/lecteur/lien"
        link.unlink(missing_ok=True)
        link.symlink_to("/etc")
        (root / "var/lib/colporteur").mkdir(parents=True, exist_ok=True)
        (root / "var/lib/colporteur/session.key").write_bytes(SECRET)
        (root / "srv/pack/pages").mkdir(parents=True, exist_ok=True)
        (root / "srv/pack/pages/3.html").write_text("changed")
        (root / "srv/pack/ajout.txt").write_bytes(SECRET)

    def want(self, package: Path) -> None:
        """Ask for an application."""
        shutil.copyfile(package, self.folder / "content/outil.deb")
        app = App("outil", PACKAGE, "1.0", "outil.deb", hashlib.sha256(package.read_bytes()).hexdigest())
        self.profile = replace(self.profile, apps=(app,), digest="essai-2")

    def make_due(self, device: LabDevice, step: str) -> None:
        """Make `step` have something to do on a device."""
        root = lab.inside(device)
        if step == "clock":
            break_device(Fault.CLOCK, device)
        elif step == "accounts":
            add_account(root)
        elif step == "apps":
            inside(device, "dpkg", "--force-all", "--purge", PACKAGE)
        elif step in ("marks-again", "clean-again"):
            (root / "home/lecteur/video.mp4").write_bytes(SECRET * 400_000)
            break_device(Fault.FULL_DISK, device)

    def traces(self, device: LabDevice) -> list[str]:
        """Files that hold a borrower's secret or one of our marks, seen from outside: the disk, and memory when it runs."""
        roots = [device.written]
        with suppress(FleetError):
            running = lab.inside(device)
            roots += [running / name for name in ("tmp", "dev/shm", "home", "var/tmp")]
        found = []
        for root in roots:
            for path in root.rglob("*"):
                if path.is_file() and not path.is_symlink() and "lab-prelude" not in path.name:
                    with suppress(OSError):
                        data = path.read_bytes()
                        if SECRET in data or b"COLPORTEUR-MARK " in data:
                            found.append(str(path))
        return found

    def mend(self, device: LabDevice) -> None:
        """Put everything right again; a new host key is accepted, as a person would by pairing."""
        if faults_of(device) or not lab.processes(device):
            mend(device)
        self.keys[device] = self.host_key(device)

    def check_journals(self) -> None:
        """Every journal verifies, and has an intent before everything that was done."""
        for path in (self.folder / "fleet/journal").glob("*.jsonl"):
            intents: set[tuple[str, str]] = set()
            for event in check_journal(path):
                if event.kind is Kind.INTENT:
                    intents.add((event.run, event.step))
                assert event.kind is not Kind.DONE or (event.run, event.step) in intents
                assert SECRET.decode() not in repr(event)
        assert not list((self.folder / "fleet/journal").glob("*.damaged-*"))


def add_account(root: Path) -> None:
    """Give a device an account that must not exist, with a home."""
    (root / "etc/passwd").write_text((root / "etc/passwd").read_text() + "invite:x:1007:1007::/home/invite:/bin/bash\n")
    (root / "etc/shadow").write_text((root / "etc/shadow").read_text() + "invite:*:19700:0:99999:7:::\n")
    (root / "home/invite").mkdir(exist_ok=True)
    (root / "home/invite/note.txt").write_bytes(SECRET)


def inside(device: LabDevice, *command: str) -> None:
    """Run a command on a device, from outside its SSH."""
    lab.run("nsenter", "-t", str(lab.server(device)), "-m", "-p", "-u", "-r", "--", *command, check=False)


def build_package(folder: Path) -> Path:
    """Make a Debian package of one file."""
    tree = folder / "outil"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "opt/outil").mkdir(parents=True)
    (tree / "opt/outil/lisez-moi").write_text("Bonjour.\n")
    control = f"Package: {PACKAGE}\nVersion: 1.0\nArchitecture: all\nMaintainer: Essai <essai@example.org>\nDescription: essai\n"
    (tree / "DEBIAN/control").write_text(control)
    target = folder / "outil.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", str(tree), str(target)], check=True, capture_output=True, timeout=60)
    return target


class Saboteur:
    """Breaks each device once, when it begins a step; mends it later when told to."""

    def __init__(self, bench: Bench, plans: dict[LabDevice, tuple[str, Fault]], mend_after: float = 0.0) -> None:
        self.bench, self.plans, self.mend_after = bench, plans, mend_after
        self.names = {d.name: d for d in plans}
        self.done: set[str] = set()
        self._timers: list[threading.Timer] = []

    def __call__(self, progress: Progress) -> None:
        """Called in the device's own thread, between the intent's decision and the step."""
        device = self.names.get(progress.device_id)
        if device is None or device.name in self.done or progress.step != self.plans[device][0]:
            return
        self.done.add(device.name)
        fault = self.plans[device][1]
        break_device(fault, device)
        if self.mend_after and fault in (Fault.CABLE, Fault.POWER):
            timer = threading.Timer(self.mend_after, mend, [device])
            self._timers.append(timer)
            timer.start()

    def wait(self) -> None:
        """Wait for the mending that is under way."""
        for timer in self._timers:
            timer.join()


def impatient(bench: Bench) -> Bench:
    """A bench that gives up at once, so that a second run has to go on."""
    bench.patience = replace(PATIENT, unreachable=0.0, interrupted=0.0)
    return bench
