"""When harvested records are the same work, and what their union says."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.record import Record

_UNITING = frozenset({"isbn", "ean", "ark"})


def match_keys(record: Record) -> tuple[str, ...]:
    """Return the keys under which the same work is found in another source."""
    return tuple(f"{i.scheme}:{i.value}" for i in record.identifiers if i.scheme in _UNITING or i.scheme.startswith("platform:"))


def merge(parts: Sequence[Record]) -> Record:
    """Return one record for several harvested ones; the first is trusted most."""
    return parts[0]
