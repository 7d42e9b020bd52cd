"""The digital referent's world as plain values: devices, cases, loans, profiles, attestations.

Guarantees: frozen values of the standard library only; nothing here reads or writes. Days are `date`, instants are aware
`datetime` in UTC, except in `Attestation`, which is made to be written as canonical JSON and holds ISO 8601 text.
Codes (enum values) are stable identifiers kept in files and databases; their French words live in `fleet.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fleet.codes import LENDABLE as LENDABLE
from fleet.codes import PAIRED as PAIRED
from fleet.codes import PLUGGED as PLUGGED
from fleet.codes import Condition as Condition
from fleet.codes import DeviceKind as DeviceKind
from fleet.codes import DeviceState as DeviceState
from fleet.codes import DriverName as DriverName
from fleet.codes import ExceptionKind as ExceptionKind
from fleet.codes import Level as Level
from fleet.codes import LoanState as LoanState
from fleet.codes import Method as Method
from fleet.codes import SignatureKind as SignatureKind
from fleet.codes import Verdict as Verdict


@dataclass(frozen=True, slots=True)
class Library:
    """A place that borrows. `id` is its stable code."""

    id: str
    name: str
    town: str = ""
    department: str = "04"
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a case is for: the profile each kind of device gets (kind → profile id)."""

    id: str
    label: str
    profiles: Mapping[DeviceKind, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One unit of specific devices and accessories ("valise" on screens)."""

    id: str
    name: str
    theme_id: str = ""
    note: str = ""
    photo: str = ""  # SHA-256 of a picture kept by the inventory


@dataclass(frozen=True, slots=True)
class Device:
    """One device, as the inventory knows it. `id` is printed on its label and never changes.

    `host_key` is "type base64" as in known_hosts, empty until paired; `address` is where it was last seen, a hint only.
    """

    id: str
    name: str
    kind: DeviceKind = DeviceKind.TABLET
    driver: DriverName = DriverName.LINUX_KIOSK
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    property_number: str = ""
    media_type: str = ""  # "eMMC 32 Go"
    case_id: str = ""
    host_key: str = ""
    address: str = ""
    port: int = 22
    user: str = "colporteur"
    condition: Condition = Condition.GOOD
    state: DeviceState = DeviceState.NEW
    reason: str = ""  # why it needs attention, a French sentence
    battery: int | None = None  # percent
    firmware: str = ""
    last_seen: datetime | None = None
    attestation_id: str = ""  # the last one
    profile_id: str = ""  # overrides the theme's
    note: str = ""


@dataclass(frozen=True, slots=True)
class Accessory:
    """Things counted in a case: chargers, headphones, cards, cables."""

    id: str
    case_id: str
    name: str
    count: int = 1
    present: int = 1  # counted at the last check-in
    photo: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckinException:
    """One thing that did not come back as it left; `item` is a device's or an accessory's id, or what was scanned."""

    item: str
    kind: ExceptionKind
    count: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """The borrower's hand: a typed name, or a stroke. Personal: erased with the borrower's name."""

    kind: SignatureKind
    data: bytes

    def __repr__(self) -> str:
        return f"Signature({self.kind}, …)"


@dataclass(frozen=True, slots=True)
class Loan:
    """A case promised to, or held by, a library from `starts` to `ends`, the day it is expected back.

    `device_ids` are the exact devices promised (reserved) or gone (out). `borrower` and `signature` are personal: empty
    once `erased_at` is set, four months after the return at the latest.
    """

    id: str
    case_id: str
    library_id: str
    starts: date
    ends: date
    state: LoanState = LoanState.RESERVED
    device_ids: tuple[str, ...] = ()
    reserved_at: datetime | None = None
    out_at: datetime | None = None
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    erased_at: datetime | None = None
    extensions: int = 0
    exceptions: tuple[CheckinException, ...] = ()
    note: str = ""
    borrower: str = field(default="", repr=False)
    signature: Signature | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pack:
    """A tree of files made equal on the device: modes too, extras removed when `exact`.

    `source` is a folder relative to the content folder of this computer, `target` an absolute path on the device.
    """

    id: str
    source: str
    target: str
    version: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class App:
    """A program that must be there. `package` is the name the device knows it by; `file` its installer, or empty when in the image."""

    id: str
    package: str
    version: str = ""
    file: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ManagedFile:
    """One file whose exact bytes and mode are part of the desired state: `content`, or the file `source` when not None."""

    target: str
    content: str = ""
    source: str | None = None
    mode: int = 0o644
    owner: str = "root"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value. `scope` is the driver’s: path of a KEY=value file (Linux), system, secure or global (Android), a section (e-readers)."""

    scope: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class CheckItem:
    """Something only a person can do or see."""

    id: str
    text: str
    proof: bool = False  # part of the proof that nothing of the borrower is left


@dataclass(frozen=True, slots=True)
class Profile:
    """Desired state of one kind of device for a theme, inheritance already resolved.

    `wipe` are absolute paths emptied at each reset (where a borrower can leave traces; marks are planted there); `keys` are
    files holding a key that is destroyed before anything else. `digest` is the SHA-256 of the resolved profile.
    """

    id: str
    label: str
    kind: DeviceKind = DeviceKind.TABLET
    driver: DriverName = DriverName.LINUX_KIOSK
    description: str = ""
    parents: tuple[str, ...] = ()
    image: str = ""  # system image version, empty: any
    battery_min: int = 0  # percent wanted before the device leaves; under it, it is told
    packs: tuple[Pack, ...] = ()
    apps: tuple[App, ...] = ()
    files: tuple[ManagedFile, ...] = ()
    settings: tuple[Setting, ...] = ()
    accounts_absent: tuple[str, ...] = ()
    wipe: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    checklist: tuple[CheckItem, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers for the sanitisation or its verification: library staff, never a borrower."""

    name: str = ""
    title: str = ""
    organisation: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class MarkEvidence:
    """One planted mark: where, whether it was found before the reset (the control), whether it is still there after (None: not known)."""

    id: str
    place: str  # path or database table, never what a borrower wrote
    kind: str  # "file", "history row", "account", "wifi profile", "raw disk", …
    planted_at: str
    found_before: bool
    found_after: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepEvidence:
    """What one step of the reset did. `outcome` is done, unchanged, failed, refused or skipped."""

    name: str
    outcome: str
    at: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a device reported after a reset: the fields of the sample certificate of NIST SP 800-88 Rev. 1, appendix G.

    Holds no data of a borrower and no loan. Instants are ISO 8601 UTC ("2026-11-22T15:30:00Z"). The signature is apart
    (`SignedAttestation`), over the canonical JSON of this value.
    """

    id: str
    # the medium
    device_id: str
    device_name: str
    manufacturer: str
    model: str
    serial: str
    property_number: str
    media_type: str
    source: str  # the case it came from
    pre_confidentiality: str  # "Données de visite d’un emprunteur, possibles"
    post_confidentiality: str
    destination: str  # "Réemploi interne : Valise 3"
    # what was done
    method: Method
    technique: str  # a sentence: which key, which folders, which read-back
    level: Level
    tool: str
    tool_version: str
    verification_method: str
    profile_id: str
    profile_digest: str
    image: str
    # what was found
    verdict: Verdict
    reasons: tuple[str, ...] = ()  # why it is not clean, or not known
    marks: tuple[MarkEvidence, ...] = ()
    steps: tuple[StepEvidence, ...] = ()
    manifest_sha256: str = ""  # of everything read back over a fresh connection
    files_read_back: int = 0
    boot_id_before: str = ""
    boot_id_after: str = ""
    journal_head: str = ""  # last hash of the operation's journal
    started_at: str = ""
    finished_at: str = ""
    performed_by: Person = field(default_factory=Person)
    verified_by: Person = field(default_factory=Person)
    format: int = 1


@dataclass(frozen=True, slots=True)
class SignedAttestation:
    """An attestation with its Ed25519 signature over its canonical JSON; both in base64."""

    attestation: Attestation
    public_key: str
    signature: str
