"""Every error the kiosk raises, and the exit code a command ends with.

    KioskError
    ├── DataError            what was given is bad: the message says what to do          exit 3
    │   └── FormatError      bytes that are not what they claim to be
    ├── LinkError            the other side cannot be reached, or breaks off             exit 4
    │   └── ProtocolError    it answers, but not what the protocol says
    ├── StoreError           the disk or the catalogue file                              exit 5
    │   ├── DiskFull
    │   ├── DiskReadOnly
    │   └── Damaged          the file failed its check and was set aside
    │       └── DamagedIndex a part of the search index did; it is made again from the records
    ├── NotFound             no such record, branch, file                                exit 6
    └── Cancelled            the person stopped it                                       exit 130

Messages are for people: a French sentence (marked for gettext), never a card number, a query or a path of a visit.
"""

from __future__ import annotations


class KioskError(Exception):
    """Base of all errors raised on purpose by the kiosk."""

    exit_code = 1


class DataError(KioskError):
    """What was given is bad; the message says what to do."""

    exit_code = 3


class FormatError(DataError):
    """Bytes that are not what they claim to be."""


class LinkError(KioskError):
    """The other side cannot be reached, or the line broke."""

    exit_code = 4


class ProtocolError(LinkError):
    """The other side answers, but not what its protocol says."""


class StoreError(KioskError):
    """The disk or the catalogue file."""

    exit_code = 5


class DiskFull(StoreError):
    """No space left; nothing was lost."""


class DiskReadOnly(StoreError):
    """The disk accepts no writing; reading goes on."""


class Damaged(StoreError):
    """The catalogue file failed its check."""


class DamagedIndex(Damaged):
    """Segment `segment` of the search index failed its check."""

    def __init__(self, segment: int) -> None:
        super().__init__("L’index de recherche est abîmé et n’a pas pu être refait : moissonnez de nouveau vos sources.")
        self.segment = segment


class NotFound(KioskError):
    """No such record, branch or file."""

    exit_code = 6


class Cancelled(KioskError):
    """The person stopped it."""

    exit_code = 130
