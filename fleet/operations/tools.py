"""What all devices of one run share: the way to them, the state wanted, the signing key, the folders.

Guarantees: safe from as many threads as there are devices; whatever is costly (hashing the content behind the run's salt,
compressing it) is done once a run.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from fleet.attestation import Signer
from fleet.drivers.linux_kiosk import LinuxKiosk
from fleet.drivers.port import Driver
from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import App, Attestation, CheckItem, Device, Person, Profile
from fleet.operations.desired import Compressor, Desired, Wanted, desired_state, file_at, salted
from fleet.operations.manifest import LineReader, line_reader
from fleet.operations.outcome import Progress
from fleet.transport.port import Target, Transport

Report = Callable[[Progress], None]
Record = Callable[[Attestation, str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One device's part of a run."""

    device: Device
    profile: Profile
    target: Target
    source: str = ""  # the case it came from
    destination: str = ""
    where: Callable[[], Sequence[Target]] | None = None  # where to try it now, best first; None: at `target` only
    asked: tuple[CheckItem, ...] = ()  # points of the proof that only a person sees on this kind of device
    answers: Mapping[str, bool] = field(default_factory=dict)  # by point; a point that is left out was not looked at


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a device is waited for, in seconds."""

    unreachable: float = 0.0  # that never answered in this run
    interrupted: float = 60.0  # that answered, then broke off: a cable is put back, a device restarts
    pause: float = 0.5  # before the first new attempt, then doubled
    longest_pause: float = 5.0


def _ignore(_progress: Progress) -> None:
    """Progress nobody looks at."""


def _forget(_attestation: Attestation, _document: str) -> None:
    """An attestation kept as a file only."""


@dataclass(slots=True)
class Tools:
    """The tools of one run."""

    transport: Transport
    folder: Path  # journals and attestations are kept below
    content: Path
    signer: Signer
    now: Callable[[], datetime]
    report: Report = _ignore
    record: Record = _forget
    driver: Driver = field(default_factory=LinuxKiosk)
    person: Person = field(default_factory=Person)
    patience: Patience = field(default_factory=Patience)
    stop: threading.Event = field(default_factory=threading.Event)
    compressor: Compressor = field(default_factory=Compressor)
    salt: bytes = field(default_factory=lambda: os.urandom(16))
    known_keys: frozenset[str] = frozenset()  # pinned to some device of the fleet
    read_line: LineReader = field(default_factory=line_reader)
    second_opinion: bool = True  # False for a plugged-in disk, which has no shell of its own
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _desired: dict[str, Desired] = field(default_factory=dict)
    _salted: dict[str, Mapping[str, Wanted]] = field(default_factory=dict)

    def desired(self, profile: Profile) -> Desired:
        """The state a profile asks for, read once."""
        with self._lock:
            key = profile.digest or profile.id
            if key not in self._desired:
                self._desired[key] = desired_state(profile, self.content)
            return self._desired[key]

    def installer(self, app: App) -> Wanted:
        """The installer of an application; DataError when it is not there or not the one that was meant."""
        path = self.content / app.file
        if not path.is_file():
            raise DataError(_("L’installeur « {file} » n’est pas dans {content}.").format(file=app.file, content=self.content))
        wanted = file_at(path)
        if app.sha256 and wanted.sha != app.sha256:
            raise DataError(_("L’installeur « {file} » n’est pas celui du profil : son empreinte diffère.").format(file=app.file))
        return wanted

    def desired_salted(self, desired: Desired) -> Mapping[str, Wanted]:
        """The same with the digests that a read-back must give."""
        with self._lock:
            key = desired.profile.digest or desired.profile.id
            if key not in self._salted:
                self._salted[key] = behind_salt(desired.wanted, self.salt)
            return self._salted[key]


def behind_salt(wanted: Mapping[str, Wanted], salt: bytes) -> dict[str, Wanted]:
    """Wanted things whose digests are those behind `salt`."""
    digests = salted(wanted, salt)
    return {p: replace(w, entry=replace(w.entry, digest=digests[p])) for p, w in wanted.items()}
