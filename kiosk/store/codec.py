"""A `Record` as one compact JSON text and back.

Guarantees: `decode(encode(record)) == record`; fields at their default are left out, keys are one or two letters, so
that a catalogue of hundreds of thousands of records stays small; unknown keys of a later version are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kiosk.domain import (
    Audience,
    Contributor,
    Holding,
    Identifier,
    Item,
    ItemStatus,
    Kind,
    Link,
    LinkRel,
    Record,
    Review,
    Role,
    SourceRef,
)

_PLAIN = {
    "id": "i",
    "title": "t",
    "subtitle": "st",
    "publisher": "p",
    "place": "pl",
    "year": "y",
    "summary": "s",
    "age_min": "am",
    "classification": "cl",
    "series": "se",
    "volume": "v",
    "extent": "x",
    "popularity": "po",
}
_LISTS = {"languages": "l", "subjects": "su", "genres": "g"}
_KINDS = {k.value: k for k in Kind}
_ROLES = {r.value: r for r in Role}
_STATUSES = {s.value: s for s in ItemStatus}
_RELS = {r.value: r for r in LinkRel}
_dumps: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def _trim(values: list[Any]) -> list[Any]:
    while values and not values[-1]:
        values.pop()
    return values


def encode(record: Record) -> str:
    """Return the record as JSON."""
    row: dict[str, Any] = {}
    for name, key in _PLAIN.items():
        value = getattr(record, name)
        if value or (value == 0 and name in ("year", "age_min")):
            row[key] = value
    for name, key in _LISTS.items():
        value = getattr(record, name)
        if value:
            row[key] = value
    row["k"] = record.kind.value
    if record.audience is not None:
        row["a"] = record.audience.value
    if record.contributors:
        row["c"] = [[c.name, c.sort_name, c.role.value, c.dates] for c in record.contributors]
    if record.identifiers:
        row["n"] = [[i.scheme, i.value] for i in record.identifiers]
    if record.links:
        row["u"] = [[k.url, k.rel.value, k.platform, k.media_type] for k in record.links]
    if record.holdings:
        row["h"] = [
            [h.branch, [_trim([i.barcode, i.status.value, i.call_number, i.location, i.collection, i.due]) for i in h.items]]
            for h in record.holdings
        ]
    if record.reviews:
        row["r"] = [[r.text, r.by, r.rating, r.date] for r in record.reviews]
    if record.sources:
        row["o"] = [[s.source, s.source_id, s.datestamp] for s in record.sources]
    return _dumps(row)


def _item(barcode: str = "", status: str = "unknown", call: str = "", location: str = "", collection: str = "", due: str = "") -> Item:
    return Item(barcode, call, location, collection, _STATUSES.get(status, ItemStatus.UNKNOWN), due)


def decode(text: str, id: str = "") -> Record:
    """Return the record written by `encode`, with its stable `id` when it is given."""
    row: dict[str, Any] = json.loads(text)
    plain = {name: row[key] for name, key in _PLAIN.items() if key in row}
    lists: dict[str, Any] = {name: tuple(row[key]) for name, key in _LISTS.items() if key in row}
    plain["id"] = id or plain.get("id", "")
    plain.setdefault("title", "")
    return Record(
        **plain,
        **lists,
        kind=_KINDS.get(row.get("k", ""), Kind.OTHER),
        audience=Audience(row["a"]) if "a" in row else None,
        contributors=tuple(Contributor(n, s, _ROLES.get(r, Role.OTHER), d) for n, s, r, d in row.get("c", ())),
        identifiers=tuple(Identifier(s, v) for s, v in row.get("n", ())),
        links=tuple(Link(u, _RELS.get(r, LinkRel.RECORD), p, m) for u, r, p, m in row.get("u", ())),
        holdings=tuple(Holding(b, tuple(_item(*i) for i in items)) for b, items in row.get("h", ())),
        reviews=tuple(Review(*r) for r in row.get("r", ())),
        sources=tuple(SourceRef(*s) for s in row.get("o", ())),
    )
