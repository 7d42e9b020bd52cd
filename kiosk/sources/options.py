"""How to harvest, and what came of it.

Guarantees: plain values; a report can be shown after any failure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.formats.csv_mapping import CsvMapping
from kiosk.formats.items import Dialect
from kiosk.formats.marc import Flavour


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose.

    `dialect`: of items, None for the usual one; `flavour`: None to let the file tell; `platform`: code given to links;
    `base`: where a feed saved to a file came from; `full`: what the source no longer has is removed; `workers`: processes
    that read large files (0: none, read here).
    """

    dialect: Dialect | None = None
    flavour: Flavour | None = None
    mapping: CsvMapping | None = None
    platform: str = ""
    base: str = ""
    full: bool = False
    workers: int = 0


@dataclass(slots=True)
class Report:
    """What one harvest did so far. `complete` is False while it runs and after a broken line."""

    source: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    stored_seconds: float = 0.0  # until everything was stored and found; what follows tidies the index
    complete: bool = False
    expected: int = 0  # how many the source announced, 0 when it did not
    step: str = ""  # what is being read: a file, a page
    notes: list[str] = field(default_factory=list)
    error: KioskError | None = None

    @property
    def rejected(self) -> int:
        """How many records were set aside."""
        return self.reasons.total()

    @property
    def read(self) -> int:
        """How many records were read, whatever became of them."""
        return self.added + self.updated + self.unchanged + self.rejected


Progress = Callable[[Report], None]


def silent(_report: Report) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to be read: where it is, and its name inside the source."""

    path: Path
    name: str
