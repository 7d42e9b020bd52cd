"""The loop that all operations run in: intent, act, done; wait when the line breaks; go on at the step after any cut.

Guarantees: an intent is on this computer's disk before its step begins; a step that was done in an earlier run is not done again;
a line that breaks is waited for as long as `Patience` says and the step is done again, since every step can be; a device that
answers with an error stops its own operation only, and the journal stays open for the next run.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fleet.errors import Cancelled, DeviceError, LinkError, Refused, Unreachable
from fleet.i18n import _
from fleet.journal import Event, Journal, Kind, OpenRun
from fleet.model import StepEvidence
from fleet.operations.desired import Desired, Wanted
from fleet.operations.difference import Difference, difference, doubtful
from fleet.operations.facts import Facts
from fleet.operations.link import DeviceLink
from fleet.operations.manifest import Entry
from fleet.operations.outcome import Progress
from fleet.operations.tools import Job, Tools, behind_salt

Data = Mapping[str, Any]


class LineLost(LinkError):
    """The line broke and did not come back in time; `begun` says whether something was done before, in an earlier run too."""

    def __init__(self, message: str, begun: bool) -> None:
        super().__init__(message)
        self.begun = begun


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `prepare` returns what the journal is told before, None when there is nothing to do; `act` what it is told after."""

    name: str
    prepare: Callable[[], Data | None]
    act: Callable[[Data], Data]
    must: bool = True  # False: its failure on the device is noted, and the rest goes on


@dataclass(slots=True)
class Engine:
    """One device's operation under way."""

    tools: Tools
    job: Job
    operation: str
    count: int = 0
    journal: Journal = field(init=False)
    link: DeviceLink = field(init=False)
    run_id: str = ""
    resumed: OpenRun | None = None
    step: str = "connect"
    index: int = 0
    total: int = 0
    contact: bool = False
    changed: int = 0
    serials: list[str] = field(default_factory=list)  # what was told on each line of this sitting, empty where nothing was
    _facts: Facts | None = None
    _given_up: float = 0.0

    def __post_init__(self) -> None:
        self.journal = Journal(self.tools.folder / "journal", self.job.device.id, self.tools.now)
        self.link = DeviceLink(
            self.tools.transport, self.job.target, self._tick, self.job.where, self.tools.known_keys, self.tools.read_line, self._greet
        )
        found = self.journal.open_run()
        if found is not None and found.operation == self.operation and found.data.get("profile") == self.job.profile.digest:
            self.resumed, self.run_id = found, found.id
        elif found is not None and self.operation == "reset":
            self.journal.append(found.id, Kind.END, data={"end": "superseded"})

    # what every step may ask

    @property
    def facts(self) -> Facts:
        """Facts of the current connection."""
        if self._facts is None:
            self.link.open()  # asks for them when the line is new
        if self._facts is None:
            self._greet()
        assert self._facts is not None
        return self._facts

    def _greet(self) -> None:
        """Ask a line who is there, before anything else of it: whatever answers later answers for that device."""
        scopes = self.tools.driver.setting_files(self.job.profile.settings)
        packages = ["/var/lib/dpkg/status"] if self.job.profile.apps else []
        self._facts = None  # never those of another device, should it be refused
        facts = self.link.facts([*scopes, *packages], self.tools.salt)
        self.contact = True
        self._same_device(facts.serial)
        self.serials.append(facts.serial)
        self._facts = facts

    def _same_device(self, told: str) -> None:
        name, known = self.job.device.name, self.job.device.serial
        if known and told and told != known:
            raise Refused(
                _(
                    "{name} dit avoir le numéro de série {serial} et non {known} : ce n’est pas lui, ou l’inventaire se trompe. "
                    "Il n’a pas été touché."
                ).format(name=name, serial=told, known=known)
            )
        begun = str(self.resumed.data.get("told", "")) if self.resumed is not None else ""
        earlier = next((s for s in (begun, *self.serials) if s), "")
        if earlier and told and told != earlier:
            raise Refused(
                _(
                    "{name} : le numéro de série {serial} répond maintenant à cette adresse, le travail avait commencé sur {earlier}. "
                    "L’appareil {serial} n’a pas été touché. Éteignez-le, puis relancez la même commande."
                ).format(name=name, serial=told, earlier=earlier)
            )

    @property
    def desired(self) -> Desired:
        """What the profile asks for, the same for all devices."""
        return self.tools.desired(self.job.profile)

    def wanted(self, found: Mapping[str, Entry], salted: bool = False) -> dict[str, Wanted]:
        """What is wanted on this very device: the profile's files, and its settings put into the files it has."""
        settings = self.tools.driver.settings(self.job.profile.settings, self.facts.files, found)
        if salted:
            return {**self.tools.desired_salted(self.desired), **behind_salt(settings, self.tools.salt)}
        return {**self.desired.wanted, **settings}

    def look(self, roots: Sequence[str]) -> dict[str, Entry]:
        """List the roots; only files whose size and time leave a doubt are hashed. The salted read-back hashes them all."""
        found = self.link.manifest(roots, quick=True)
        if paths := doubtful(self.wanted(found), found):
            for path, digest in zip(paths, self.link.hashes(paths), strict=True):
                found[path] = replace(found[path], digest=digest)
        return found

    def compare(self, found: Mapping[str, Entry], exact: Sequence[str]) -> Difference:
        """What a read-back behind the run's salt shows to be wrong."""
        return difference(self.wanted(found, salted=True), found, tuple(exact), self.facts, self.tools.driver.tolerated)

    def repair(self, left: Difference, found: Mapping[str, Entry]) -> None:
        """Send again what a read-back showed to be wrong: a file can have the right size and time, and other bytes."""
        wanted = self.wanted(found)
        changes = [replace(c, wanted=wanted[c.path], start=0) for c in left.changes]
        self.link.apply(left.remove, changes, self.tools.compressor)
        self.changed += len(left.remove) + len(changes)

    @property
    def roots(self) -> list[str]:
        """What the profile is about on a disk."""
        return [*self.desired.roots, *self.tools.driver.setting_files(self.job.profile.settings)]

    # the loop

    def fresh(self) -> None:
        """Hang up; the next question opens a new line and new facts."""
        self.link.close()
        self._facts = None

    def ask_again(self) -> None:
        """Forget the facts, keep the line."""
        self._facts = None

    def execute(self, steps: Sequence[Step]) -> None:
        """Do the steps in order; LineLost, DeviceError, HostKeyChanged or Refused when one cannot be done."""
        self.count = len(steps)
        self.say()
        done = self.resumed.done if self.resumed is not None else {}
        for self.index, step in enumerate(steps, 1):
            if step.name not in done:
                self.total = 0
                self._until_done(step)

    def _until_done(self, step: Step) -> None:
        pause = self.tools.patience.pause
        self._given_up = 0.0
        while True:
            try:
                return self._once(step)
            except DeviceError as e:
                self.note(Kind.FAILED, step.name, {"reason": str(e)})
                if step.must:
                    raise
                return None
            except LinkError as e:
                self.fresh()
                self._wait(e, pause)
                pause = min(2 * pause, self.tools.patience.longest_pause)

    def _once(self, step: Step) -> None:
        if self.tools.stop.is_set():
            raise Cancelled(_("Arrêté. Rien n’est perdu : relancez la même commande pour continuer."))
        earlier = self.resumed.intents.get(step.name) if self.resumed is not None else None
        intent = earlier if earlier is not None else step.prepare()
        if intent is None:
            return
        self.step = step.name
        self.say()
        self.note(Kind.INTENT, step.name, intent)
        report = step.act(intent)
        # The next intent, or the end, puts this line on the disk with its own; if it is lost the step is only done again.
        self.note(Kind.DONE, step.name, report, sync=False)

    def _wait(self, error: LinkError, pause: float) -> None:
        begun = self.contact or bool(self.run_id)
        patience = self.tools.patience.interrupted if begun else self.tools.patience.unreachable
        now = time.monotonic()
        self._given_up = self._given_up or now + patience
        if now + pause > self._given_up:
            raise LineLost(str(error), begun or not isinstance(error, Unreachable)) from error
        self.say(note=str(error))
        if self.tools.stop.wait(pause):
            raise Cancelled(_("Arrêté. Rien n’est perdu : relancez la même commande pour continuer.")) from error

    # the journal

    def note(self, kind: Kind, step: str = "", data: Data | None = None, sync: bool = True) -> None:
        """Write one line, beginning the run when it is the first."""
        if not self.run_id:
            self.run_id = secrets.token_hex(8)
            first = {"operation": self.operation, "profile": self.job.profile.digest, "serial": self.job.device.serial}
            first["told"] = next((s for s in self.serials if s), "")
            self.journal.append(self.run_id, Kind.START, data=first, sync=False)  # the line below puts both on the disk
        self.journal.append(self.run_id, kind, step, data, sync)

    def begin_again(self) -> None:
        """Give up the run that was left open; the next step begins another."""
        self.finish("superseded")
        self.resumed, self.run_id = None, ""

    def finish(self, end: str) -> None:
        """Close the run, if it was begun."""
        if self.run_id:
            self.note(Kind.END, data={"end": end})

    def events(self) -> list[Event]:
        """The lines of this run, of earlier sittings too."""
        return [e for e in self.journal.events if e.run == self.run_id]

    def report_of(self, step: str) -> Data:
        """What the journal says a step did; empty when it was not needed."""
        return next((e.data for e in reversed(self.events()) if e.step == step and e.kind is Kind.DONE), {})

    def intent_of(self, step: str) -> Data:
        """What the journal was told before a step."""
        return next((e.data for e in reversed(self.events()) if e.step == step and e.kind is Kind.INTENT), {})

    def evidence(self, steps: Sequence[str]) -> tuple[StepEvidence, ...]:
        """What each step did, for the attestation."""
        outcomes = {Kind.DONE: "done", Kind.FAILED: "failed"}
        last = {e.step: e for e in self.events() if e.kind in outcomes}
        result = []
        for name in steps:
            event = last.get(name)
            if event is None:
                result.append(StepEvidence(name, "unchanged", ""))
            else:
                counts = " ".join(f"{k}={v}" for k, v in sorted(event.data.items()) if isinstance(v, int))
                result.append(StepEvidence(name, outcomes[event.kind], event.at, counts))
        return tuple(result)

    # progress

    def say(self, done: int = 0, note: str = "") -> None:
        """Tell whoever looks where this device is."""
        step = "waiting" if note else self.step
        self.tools.report(Progress(self.job.device.id, step, self.index, self.count, done, self.total, note))

    def _tick(self, done: int) -> None:
        self.say(done)
