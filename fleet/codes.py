"""The codes of the fleet's world: stable identifiers kept in files and databases. Their French words live in `fleet.words`."""

from __future__ import annotations

from enum import StrEnum


class DeviceKind(StrEnum):
    """What a person would call the thing."""

    TABLET = "tablet"
    EREADER = "ereader"
    COMPUTER = "computer"
    HEADSET = "headset"
    MICROBIT = "microbit"
    ROBOT = "robot"
    AUDIO = "audio"
    KIOSK = "kiosk"
    OTHER = "other"


class DriverName(StrEnum):
    """Which driver of `fleet.drivers` speaks to the device."""

    LINUX_KIOSK = "linux_kiosk"
    ANDROID = "android"
    KOBO = "kobo"
    POCKETBOOK = "pocketbook"
    MICROBIT = "microbit"
    CHECKLIST = "checklist"


PAIRED = frozenset({DriverName.LINUX_KIOSK})  # reached by a program, once paired; the others are done by hand
PLUGGED = frozenset({DriverName.KOBO})  # reached by a program while plugged in by USB, by hand otherwise


class Condition(StrEnum):
    """The thing itself, as a person sees it."""

    GOOD = "good"
    WORN = "worn"  # works, shows its age
    DAMAGED = "damaged"  # works in part: lent with a word
    REPAIR = "repair"  # away or waiting for repair: never lent
    LOST = "lost"
    RETIRED = "retired"


LENDABLE = frozenset({Condition.GOOD, Condition.WORN, Condition.DAMAGED})


class DeviceState(StrEnum):
    """What is known of what is on it.

    new ──► dirty ──► working ──► ready            proved clean, by the attestation named in the inventory
              ▲          └──────► attention        refused, not clean, unknown, key changed: a person must look
              └── ready, when it leaves on a loan: from then on it counts as dirty
    """

    NEW = "new"  # entered, never paired
    DIRTY = "dirty"
    WORKING = "working"  # an operation is under way, or was cut and will resume
    READY = "ready"
    ATTENTION = "attention"


class LoanState(StrEnum):
    """reserved ──► out ──► returned, by check-out and check-in only; reserved ──► cancelled. Late is a date, not a state."""

    RESERVED = "reserved"
    OUT = "out"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Verdict(StrEnum):
    """Clean only when every planted mark was found before and is proved absent after; unknown never certifies."""

    CLEAN = "clean"
    NOT_CLEAN = "not_clean"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """What was really reached, strongest first (NIST SP 800-88 Rev. 1, 2.5 and appendix A)."""

    CRYPTOGRAPHIC_ERASE = "cryptographic_erase"
    OVERWRITE = "overwrite"
    DELETE = "delete"
    CHECKED_BY_PERSON = "checked_by_person"
    NONE = "none"


class Method(StrEnum):
    """NIST SP 800-88 Rev. 1, 2.5: the category a technique belongs to on this medium."""

    CLEAR = "clear"
    PURGE = "purge"
    NONE = "none"


class ExceptionKind(StrEnum):
    """What is wrong with one thing when a case comes back."""

    MISSING = "missing"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"  # fewer accessories than left
    UNEXPECTED = "unexpected"  # belongs to another case
    OTHER = "other"


class SignatureKind(StrEnum):
    """How the borrower signed."""

    TYPED = "typed"
    SVG = "svg"
    PNG = "png"
