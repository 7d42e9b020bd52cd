"""What differs from one kind of device to another, for the devices that a program can talk to.

Guarantees: drivers are data and pure decisions; they neither connect nor write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fleet.model import Level, Profile, Setting
from fleet.operations.desired import Wanted
from fleet.operations.facts import Facts
from fleet.operations.manifest import Manifest


class Driver(Protocol):
    """Decisions about one kind of device."""

    def places(self, facts: Facts, profile: Profile, user: str) -> tuple[str, ...]:
        """Where a borrower can leave traces: marked before a reset, emptied by it, searched after it."""

    def tolerated(self, path: str) -> bool:
        """True for what the system itself puts back in such a place; marks are searched for there all the same."""

    def session_command(self, facts: Facts) -> tuple[str, ...]:
        """The command that destroys the key of the session volume and opens an empty one; empty when there is none."""

    def level(self, facts: Facts, places: tuple[str, ...], key_changed: bool, overwritten: bool) -> Level:
        """What a reset reached on this device's disks: the weakest of all places."""

    def fills(self, facts: Facts) -> bool:
        """True when the free space of the disk is to be overwritten after the cleaning, and can be."""

    def setting_files(self, settings: tuple[Setting, ...]) -> tuple[str, ...]:
        """The files that hold these settings, to be read first."""

    def settings(self, settings: tuple[Setting, ...], files: Mapping[str, str], found: Manifest) -> dict[str, Wanted]:
        """These files as they must be, from what they hold (`files`) and what they are (`found`)."""

    def overwrites(self, facts: Facts, places: tuple[str, ...]) -> bool:
        """True when overwriting files before removing them reaches the place where they were."""
