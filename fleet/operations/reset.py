"""`reset`: marks, key, cleaning, content, read-back over a fresh connection, attestation.

Guarantees: the key is destroyed first, then what is left is cleaned, then the content is made equal; the marks' token is in the
journal before the first mark is on the device, so that whatever happens they are searched for; the verdict rests on the last
read-back alone, never on what a step claimed; a device is attested whatever the verdict, and certified only when clean.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from fleet.attestation import document_of
from fleet.errors import DeviceError
from fleet.i18n import _
from fleet.model import MarkEvidence, SignedAttestation, Verdict
from fleet.operations.common import accounts_step, apps_step, clock_step, content_step
from fleet.operations.difference import difference, extras
from fleet.operations.engine import Data, Engine, Step
from fleet.operations.facts import Facts
from fleet.operations.judge import Evidence, judge
from fleet.operations.link import Planted, Searched, SecondOpinion
from fleet.operations.manifest import Entry, below, digest_of, outermost
from fleet.operations.outcome import OF_VERDICT, Outcome
from fleet.operations.proof import Proof, attestation_of, write_attestation
from fleet.operations.tools import Job, Tools

# File systems that keep what a person writes; the others are the kernel's own.
_HOLDING = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat", "exfat", "overlay", "tmpfs", "ramfs", "fuseblk", "ntfs3"})


@dataclass(slots=True)
class Reset:
    """The reset of one device."""

    engine: Engine
    started: float = field(default_factory=time.monotonic)
    found: dict[str, Entry] | None = None  # the manifest of the current connection
    proof: Proof | None = None
    signed: SignedAttestation | None = None

    @classmethod
    def of(cls, tools: Tools, job: Job) -> Reset:
        """Begin, or go on with what an earlier run left; one whose marks could not be planted proves nothing: it is begun again."""
        engine = Engine(tools, job, "reset")
        if engine.resumed is not None:
            again = engine.resumed.done.get("marks-again", {})
            if again.get("found", 0) != again.get("planted", 0):
                engine.begin_again()
        return cls(engine)

    def run(self) -> Outcome:
        """Reset the device; the errors of `Engine.execute` pass through."""
        engine = self.engine
        try:
            engine.execute(self.steps())
            assert self.signed is not None
            attestation = self.signed.attestation
            engine.finish(attestation.verdict.value)
            return Outcome(
                device_id=engine.job.device.id,
                end=OF_VERDICT[attestation.verdict],
                reasons=attestation.reasons,
                attestation=self.signed,
                changed=engine.changed,
                bytes=engine.link.traffic,
                seconds=time.monotonic() - self.started,
                resumed=engine.resumed is not None,
                battery=engine.facts.battery,
                image=attestation.image,
                where=(engine.link.target.address, engine.link.target.port),
            )
        finally:
            engine.link.close()

    def steps(self) -> list[Step]:
        """All steps, in order."""
        engine = self.engine
        return [
            clock_step(engine),
            Step("marks", self.prepare_marks, self.plant),
            Step("key", self.prepare_key, self.destroy),
            Step("clean", self.prepare_clean, self.clean),
            # A disk that was full took no marks: with room now, they are planted, and the same cleaning is done again.
            Step("marks-again", self.prepare_marks_again, self.plant),
            Step("clean-again", self.prepare_clean_again, self.clean),
            Step("free-space", self.prepare_fill, self.fill),
            accounts_step(engine),
            content_step(engine, lambda: self.exact, self.look),
            apps_step(engine),
            Step("read-back", dict, self.read_back),
            Step("attest", dict, self.attest),
        ]

    # where

    @property
    def places(self) -> tuple[str, ...]:
        """Where a borrower can leave traces on this device."""
        return self.engine.tools.driver.places(self.engine.facts, self.engine.job.profile, self.engine.job.target.user)

    @property
    def exact(self) -> tuple[str, ...]:
        """Folders where nothing may be but what is wanted."""
        return (*self.places, *self.engine.desired.exact)

    def look(self, salt: bytes = b"") -> dict[str, Entry]:
        """List the places and what the profile is about."""
        roots = outermost([*self.places, *self.engine.roots, *self.engine.job.profile.keys])
        return self.engine.link.manifest(roots, salt) if salt else self.engine.look(roots)

    @property
    def token(self) -> str:
        """This run's mark."""
        return str(self.engine.intent_of("marks").get("token", ""))

    # steps

    def prepare_marks(self) -> Data | None:
        """A new token, and who gets the marks."""
        facts = self.engine.facts
        return {"token": self.token or secrets.token_hex(16), "boot": facts.boot_id, "serial": facts.serial}

    def plant(self, intent: Data) -> Data:
        """Plant the marks and find them again."""
        token = self.token or str(intent["token"])
        planted = self.engine.link.plant(self.places, token)
        at = f"{self.engine.tools.now():%Y-%m-%dT%H:%M:%SZ}"
        rows = [[p.place, int(p.inside), int(p.found), p.error, p.at, at] for p in planted]
        return {"marks": rows, "planted": len(rows), "found": sum(p.found for p in planted)}

    def planted(self) -> list[tuple[Planted, str]]:
        """The marks of this run with when they were planted: the second planting counts where the first failed."""
        rows: dict[tuple[str, int], tuple[Planted, str]] = {}
        for step in ("marks", "marks-again"):
            for place, inside, held, code, instant, at in self.engine.report_of(step).get("marks", ()):
                mark = Planted(str(place), bool(inside), bool(held), int(code), int(instant))
                if step == "marks" or mark.found or (mark.place, inside) not in rows:
                    rows[mark.place, inside] = (mark, str(at))
        # A folder of the place that the first cleaning took away is not there any more for a second mark.
        whole = {p.place for p, _ in rows.values() if not p.inside and p.found}
        return [(p, at) for p, at in rows.values() if p.found or not (p.inside and p.place in whole)]

    def prepare_key(self) -> Data | None:
        """Nothing when the device has no key to destroy."""
        keys = self.engine.job.profile.keys
        present = len(self.engine.link.manifest(keys)) if keys else 0
        session = self.engine.tools.driver.session_command(self.engine.facts)
        return {"keys": present, "session": int(bool(session))} if present or session else None

    def destroy(self, intent: Data) -> Data:
        """Destroy the keys, then look at the session's key with the same salt."""
        facts = self.engine.facts
        session = self.engine.tools.driver.session_command(facts)
        destroyed, code, key = self.engine.link.destroy(self.engine.job.profile.keys, session, self.engine.tools.salt)
        if code > 0:
            raise DeviceError(
                _("{name} : l’espace de l’emprunteur ne se remet pas à zéro (code {code}).").format(
                    name=self.engine.job.device.name, code=code
                )
            )
        changed = bool(facts.session_key) and key not in ("", facts.session_key)
        self.engine.fresh()  # everything is mounted anew
        return {"keys": destroyed, "session": int(changed)}

    def todo(self) -> tuple[str, ...]:
        """What is in the places and must go."""
        engine, found = self.engine, self.look()
        wanted = engine.wanted(found)
        gone = extras(wanted, found, self.exact, engine.tools.driver.tolerated)
        if not engine.tools.driver.fills(engine.facts):
            return gone
        # What will be written anew goes too, before the free space is written over: a new file leaves the old one's bytes behind.
        other = difference(wanted, found, (), engine.facts).changes
        return (*gone, *(c.path for c in other if c.kind == "f" and c.path in found))

    def prepare_clean(self) -> Data | None:
        """Always: marks are there to be removed."""
        facts = self.engine.facts
        return {"overwrite": int(self.engine.tools.driver.overwrites(facts, self.places))}

    def clean(self, intent: Data) -> Data:
        """Stop what runs for the borrower, remove what must go."""
        paths = self.todo()
        people = [a.uid for a in self.engine.facts.people() if a.name != self.engine.job.target.user]
        removed, stopped = self.engine.link.clean(paths, people, bool(intent.get("overwrite")))
        self.engine.changed += removed
        return {"removed": removed, "stopped": stopped}

    def prepare_marks_again(self) -> Data | None:
        """Only when some mark could not be planted."""
        return {} if any(not p.found for p, _ in self.planted()) else None

    def prepare_clean_again(self) -> Data | None:
        """Only after marks were planted again."""
        return self.prepare_clean() if self.engine.report_of("marks-again") else None

    def prepare_fill(self) -> Data | None:
        """Only on disks where overwriting what no file uses reaches what removed files were."""
        return {} if self.engine.tools.driver.fills(self.engine.facts) else None

    def fill(self, _intent: Data) -> Data:
        """Overwrite the free space, before the content is written into it."""
        size, names = self.engine.link.fill()
        return {"bytes": size, "names": names}

    # proof

    def read_back(self, _intent: Data) -> Data:
        """Look at everything again over a fresh connection, with two instruments; judge."""
        engine = self.engine
        engine.fresh()
        found = self.look(engine.tools.salt)
        wrong = engine.compare(found, self.exact)
        if wrong.changes:  # a file with the right size and time and other bytes: sent again, and all is looked at afresh
            engine.repair(replace(wrong, remove=()), found)
            engine.fresh()
            found = self.look(engine.tools.salt)
        facts, places = engine.facts, self.places
        searched = self.search(facts, places)
        second = engine.link.second_opinion(places, self.token) if engine.tools.second_opinion else None
        evidence = self.evidence(found, searched, second)
        verdict, reasons = judge(evidence)
        plain = {p: e for p, e in found.items() if not engine.tools.driver.tolerated(p)}
        self.proof = Proof(verdict, reasons, evidence, facts, digest_of(plain), len(plain))
        return {"verdict": verdict.value, "files": len(plain), "hits": evidence.hits_first, "extras": evidence.extras}

    def serials(self) -> frozenset[str]:
        """Every serial number that stands for this device: the inventory's, the marked device's, and what each line told."""
        known = [self.engine.job.device.serial] if self.engine.job.device.serial else []
        return frozenset([*known, str(self.engine.intent_of("marks").get("serial", "")), *self.engine.serials])

    def search(self, facts: Facts, places: tuple[str, ...]) -> Searched:
        """Search the places whole, and what changed anywhere else since the marks were planted."""
        instants = [p.at for p, _ in self.planted() if p.at]
        since = min(instants, default=0)
        if since > facts.clock + 60:  # the clock went back: no date can be relied on
            since = 0
        elsewhere = outermost_mounts(facts)
        return self.engine.link.search(places, elsewhere, self.token, since)

    def evidence(self, found: Mapping[str, Entry], searched: Searched, second: SecondOpinion | None) -> Evidence:
        """Gather what the verdict rests on."""
        engine, places = self.engine, self.places
        tolerated = engine.tools.driver.tolerated
        left = engine.compare(found, self.exact)
        marks = [p for p, _ in self.planted()]
        everywhere = {p.place for p in marks}
        unseen = second.listed - found.keys() if second is not None else frozenset()
        unseen = frozenset(p for p in unseen if any(below(p, place) for place in places) and not tolerated(p))
        key, serials = engine.intent_of("key"), self.serials()
        asked, answers = engine.job.asked, engine.job.answers
        return Evidence(
            places=tuple(p for p in places if p in everywhere),  # the others did not exist: what is in them now is judged below
            marked=tuple(p for p in everywhere if all(m.found for m in marks if m.place == p)),
            hits_first=len(searched.hits),
            hits_second=len(second.hits) if second is not None else None,
            extras=len(left.remove),
            hidden=len(unseen),
            different=len(left.changes),
            keys_left=sum(k in found for k in engine.job.profile.keys),
            accounts_left=sum(engine.facts.account(n) is not None for n in engine.job.profile.accounts_absent),
            same_device=len(serials) == 1,
            serial_told="" not in serials,
            session_key_kept=bool(key.get("session")) and not engine.report_of("key").get("session"),
            searched_files=searched.files + len(found),
            person_no=tuple(i.text for i in asked if answers.get(i.id) is False),
            person_missing=tuple(i.text for i in asked if i.id not in answers),
            second_expected=engine.tools.second_opinion,
        )

    def attest(self, _intent: Data) -> Data:
        """Sign what was found, keep it, tell the inventory."""
        engine = self.engine
        if self.proof is None:  # another sitting read back: what it saw is not taken on trust
            self.read_back({})
        assert self.proof is not None
        marks = tuple(self.marks_after(self.proof))
        draft = attestation_of(engine, self.proof, self.places, marks, int(engine.report_of("key").get("session", 0)) == 1)
        self.signed = engine.tools.signer.sign(draft)
        document = document_of(self.signed)
        write_attestation(engine.tools.folder, draft.id, document)
        engine.tools.record(draft, document)
        return {"attestation": draft.id, "verdict": draft.verdict.value}

    def marks_after(self, proof: Proof) -> Iterable[MarkEvidence]:
        """Each mark with what became of it; not known when any was found, since paths are not told apart by then."""
        after: bool | None = False if proof.verdict is Verdict.CLEAN else None
        if proof.evidence.hits_first or proof.evidence.hits_second:
            after = True
        for number, (mark, at) in enumerate(self.planted(), 1):
            where = _("dans un dossier") if mark.inside else ""
            yield MarkEvidence(f"{self.token[:8]}-{number}", mark.place, "file", at, mark.found, after, where)


def outermost_mounts(facts: Facts) -> tuple[str, ...]:
    """Every mounted file system where something could have been written, each once."""
    return tuple(sorted({m.place for m in facts.mounts if m.kind in _HOLDING and not m.place.startswith(("/proc", "/sys"))}))
