"""Every error the workshops raise, and the exit code a command ends with.

    WorkshopError
    ├── PackError            a pack is bad: the message says what to do           exit 3
    │   ├── HostilePack      it tries to leave its folder, to swell, to run code
    │   └── ActivityError    one activity is bad: names the file and the line
    ├── SessionError         the facilitator's tablet cannot be reached           exit 4
    ├── PackStoreError       the disk: nothing was changed                        exit 5
    └── NotFound             no such pack, app or file                            exit 6

Messages are French sentences for a librarian; they never carry what a participant typed.
"""

from __future__ import annotations


class WorkshopError(Exception):
    """Base of all errors raised on purpose by the workshops."""

    exit_code = 1


class PackError(WorkshopError):
    """A pack that cannot be used; the message says what to do."""

    exit_code = 3


class HostilePack(PackError):
    """A pack that tries to leave its folder, to swell, or to run code."""


class ActivityError(PackError):
    """One activity is bad; the message starts with its file and line."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        self.file = file
        self.line = line
        self.sentence = sentence
        super().__init__(f"{file}, ligne {line} : {sentence}")


class SessionError(WorkshopError):
    """The facilitator's tablet cannot be reached, or speaks another language."""

    exit_code = 4


class PackStoreError(WorkshopError):
    """The disk refused; nothing was changed."""

    exit_code = 5


class NotFound(WorkshopError):
    """No such pack, app or file."""

    exit_code = 6
