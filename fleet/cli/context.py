"""What every command receives: the data folder, the console, the clock, the inventory opened on first use.

Folders under `data/fleet`: inventory.sqlite, backups/, photos/, journal/, keys/, attestations/, content/.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from fleet.cli.console import Console
from fleet.model import Person
from fleet.store.inventory import Inventory


def utc_now() -> datetime:
    """The clock of this computer, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class Context:
    """One run of one command."""

    data: Path
    console: Console
    operator: str = ""
    now: Callable[[], datetime] = utc_now
    _inventory: Inventory | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """The fleet's folder."""
        return self.data / "fleet"

    @property
    def inventory(self) -> Inventory:
        """The inventory; what must be forgotten by now is forgotten when it opens."""
        if self._inventory is None:
            self._inventory = Inventory(self.folder, self.now)
        return self._inventory

    @property
    def person(self) -> str:
        """Who runs the command: `--operator`, else the session's name."""
        try:
            return self.operator or getpass.getuser()
        except (KeyError, OSError):
            return ""

    @property
    def who(self) -> Person:
        """The same with title, organisation and place, as certificates name them (`fleet attest person`)."""
        known = self.inventory.person
        return replace(known, name=self.operator or known.name or self.person)

    def close(self) -> None:
        """Close what was opened."""
        if self._inventory is not None:
            self._inventory.close()
            self._inventory = None
