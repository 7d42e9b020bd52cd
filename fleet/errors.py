"""Every error the fleet raises, and the exit code a command ends with (docs/errors-fleet.md).

    FleetError                                                                        exit 1
    ├── DataError            what was given is bad: the message says what to do       exit 3
    │   ├── ProfileError     a profile's TOML: file, line, column
    │   └── CsvError         rows of a CSV file; the good rows are kept
    ├── LinkError            the device cannot be reached, or the line broke          exit 4
    │   ├── Unreachable      nobody answers: a state of every day, not a failure
    │   └── DeviceError      it answers, but a command on it failed
    ├── StoreError           the disk of this computer or the inventory               exit 5
    │   ├── DiskFull
    │   ├── DiskReadOnly
    │   ├── Busy             another window is writing
    │   └── Damaged          the file failed its check and was set aside
    ├── NotFound             no such device, case, loan, profile, file                exit 6
    ├── Refused              a rule says no, and which one                            exit 7
    │   └── Overlap          the case or the device is promised to somebody else
    ├── NotProved            at least one device is not clean, or not proved clean    exit 8
    ├── HostKeyChanged       the device is not the one that was paired: stopped       exit 9
    ├── SignatureInvalid     an attestation was altered, or signed by a stranger      exit 10
    ├── NeedsRoot            test devices need the rights of root                     exit 11
    └── Cancelled            the person stopped it                                    exit 130

Exit code 2 is argparse's: the command was mistyped. Messages are French sentences for people; they never hold the
name of a borrower.
"""

from __future__ import annotations


class FleetError(Exception):
    """Base of all errors raised on purpose by the fleet."""

    exit_code = 1


class DataError(FleetError):
    """What was given is bad; the message says what to do."""

    exit_code = 3


class ProfileError(DataError):
    """A profile that cannot be used; `file`, `line` and `column` say where (1-based, 0 when unknown)."""

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        self.reason, self.file, self.line, self.column = message, file, line, column
        place = file
        if line:
            place = f"{file}, ligne {line}" if file else f"ligne {line}"
        super().__init__(f"{place} : {message}" if place else message)


class CsvError(DataError):
    """A CSV file that cannot be read at all (a bad row is reported, not raised)."""


class LinkError(FleetError):
    """The device cannot be reached, or the line broke."""

    exit_code = 4


class Unreachable(LinkError):
    """Nobody answers at the device's address."""


class DeviceError(LinkError):
    """The device answers, but a command on it failed."""


class StoreError(FleetError):
    """The disk of this computer, or the inventory's file."""

    exit_code = 5


class DiskFull(StoreError):
    """No space left; nothing was lost."""


class DiskReadOnly(StoreError):
    """The disk accepts no writing; reading goes on."""


class Busy(StoreError):
    """Another window is writing and did not finish in time."""


class Damaged(StoreError):
    """The inventory failed its check and was set aside."""


class NotFound(FleetError):
    """No such device, case, loan, profile or file."""

    exit_code = 6


class Refused(FleetError):
    """A rule says no; the message says which."""

    exit_code = 7


class Overlap(Refused):
    """The case or one of its devices is promised to somebody else on those days."""


class NotProved(FleetError):
    """At least one device is not clean, or could not be proved clean."""

    exit_code = 8


class HostKeyChanged(FleetError):
    """The device shows another host key than the one pinned when it was paired."""

    exit_code = 9


class SignatureInvalid(FleetError):
    """The attestation was altered, or signed by a key that is not known here."""

    exit_code = 10


class NeedsRoot(FleetError):
    """Network namespaces need the rights of root."""

    exit_code = 11


class Cancelled(FleetError):
    """The person stopped it."""

    exit_code = 130
