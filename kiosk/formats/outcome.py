"""What a parser says about each record it met: here it is, it is gone, or it is unreadable and why.

Guarantees: a `Rejected` never holds more than `EXCERPT` bytes of what it refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import Record

EXCERPT = 240  # bytes kept of a refused record: enough to find it again in its file


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record set aside. `position` counts records from 1; `ident` is its own number when it could be read."""

    position: int
    reason: str
    ident: str = ""
    excerpt: bytes = b""

    @classmethod
    def of(cls, position: int, reason: str, raw: bytes = b"", ident: str = "") -> Rejected:
        """Build one from the whole of the refused bytes, of which the start is kept."""
        return cls(position, reason, ident, bytes(raw[:EXCERPT]))


@dataclass(frozen=True, slots=True)
class Deleted:
    """The source says that it no longer has this record."""

    source_id: str
    datestamp: str = ""


Outcome = Record | Rejected | Deleted
