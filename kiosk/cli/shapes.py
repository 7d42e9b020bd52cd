"""Values of the domain as JSON, for `--json`.

Guarantees: keys are those of docs/commands and of the domain; absent values are left out of records, never of hits.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from kiosk.domain import Record
from kiosk.search.port import Answer
from kiosk.sources.options import Report
from kiosk.store.catalogue import Stats
from kiosk.store.hits import Hit


def hit(value: Hit) -> dict[str, Any]:
    """One result."""
    return {
        "id": value.id,
        "title": value.title,
        "subtitle": value.subtitle,
        "authors": value.authors,
        "year": value.year,
        "type": value.kind.value,
        "platforms": list(value.platforms),
        "available_at": list(value.branches),
        "held_at": list(value.branches_any),
        "online": value.online,
        "due": value.due,
        "cover": value.cover_url,
    }


def answer(found: Answer, hits: list[Hit]) -> dict[str, Any]:
    """A whole answer of search."""
    return {
        "total": found.total,
        "hits": [hit(h) for h in hits],
        "facets": {name: [{"value": c.value, "count": c.count} for c in counts] for name, counts in found.facets.items()},
        "ms": round(found.ms, 3),
        "correction": found.correction,
    }


def record(value: Record) -> dict[str, Any]:
    """A whole record: every field that says something, `kind` under the name of its facet."""
    shape: dict[str, Any] = _plain(value)
    shape["type"] = shape.pop("kind", "other")
    return shape | {"authors": list(value.authors)}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        pairs = ((f.name, _plain(getattr(value, f.name))) for f in fields(value))
        return {name: plain for name, plain in pairs if plain not in ("", None, [])}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


def stats(value: Stats) -> dict[str, Any]:
    """What a catalogue holds."""
    return {
        "records": value.records,
        "by_type": dict(value.by_type),
        "by_source": dict(value.by_source),
        "rejects": {source: dict(reasons) for source, reasons in value.rejects.items()},
        "size": value.size,
        "updated_at": value.updated_at,
    }


def report(value: Report) -> dict[str, Any]:
    """What one harvest did."""
    return {
        "source": value.source,
        "complete": value.complete,
        "read": value.read,
        "added": value.added,
        "updated": value.updated,
        "unchanged": value.unchanged,
        "deleted": value.deleted,
        "rejected": value.rejected,
        "reasons": dict(value.reasons.most_common()),
        "seconds": round(value.seconds, 3),
        "notes": list(value.notes),
        "error": str(value.error) if value.error else "",
    }
