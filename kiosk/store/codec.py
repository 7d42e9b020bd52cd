"""A `Record` as one compact JSON text and back.

Guarantees: `decode(encode(record)) == record`; fields at their default are left out, keys are one or two letters, so
that a catalogue of hundreds of thousands of records stays small; unknown keys of a later version are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import attrgetter
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
_NUMBERS = frozenset({"year", "age_min", "popularity"})
_ZEROS = frozenset({"year", "age_min"})  # there, 0 says something
_LISTS = {"languages": "l", "subjects": "su", "genres": "g"}
_KINDS = {k.value: k for k in Kind}
_ROLES = {r.value: r for r in Role}
_STATUSES = {s.value: s for s in ItemStatus}
_RELS = {r.value: r for r in LinkRel}
_quoted: Callable[[str], str] = json.encoder.encode_basestring  # as JSON, accents left as they are
# How the plain fields and the lists are written, and all their values at once.
_WAYS = [(f'"{key}":', str if name in _NUMBERS else _quoted, name in _ZEROS) for name, key in _PLAIN.items()]
_LIST_WAYS = [f'"{key}":[' for key in _LISTS.values()]
_plain, _lists = attrgetter(*_PLAIN), attrgetter(*_LISTS)


def encode(record: Record) -> str:
    """Return the record as JSON, written by hand: half of a harvest's writing was `json` looking at what each thing is."""
    q = _quoted
    row = [head + write(value) for (head, write, zero), value in zip(_WAYS, _plain(record), strict=True) if value or (zero and value == 0)]
    row += [f"{head}{','.join(map(q, texts))}]" for head, texts in zip(_LIST_WAYS, _lists(record), strict=True) if texts]
    row.append(f'"k":{q(record.kind)}')  # codes are texts themselves
    if record.audience is not None:
        row.append(f'"a":{q(record.audience)}')
    if record.contributors:
        texts = [f"[{q(c.name)},{q(c.sort_name)},{q(c.role)},{q(c.dates)}]" for c in record.contributors]
        row.append(f'"c":[{",".join(texts)}]')
    if record.identifiers:
        row.append(f'"n":[{",".join([f"[{q(i.scheme)},{q(i.value)}]" for i in record.identifiers])}]')
    if record.links:
        texts = [f"[{q(k.url)},{q(k.rel)},{q(k.platform)},{q(k.media_type)}]" for k in record.links]
        row.append(f'"u":[{",".join(texts)}]')
    if record.holdings:
        texts = [f"[{q(h.branch)},[{','.join(map(_held, h.items))}]]" for h in record.holdings]
        row.append(f'"h":[{",".join(texts)}]')
    if record.reviews:
        row.append(f'"r":[{",".join(map(_review, record.reviews))}]')
    if record.sources:
        row.append(f'"o":[{",".join([f"[{q(s.source)},{q(s.source_id)},{q(s.datestamp)}]" for s in record.sources])}]')
    return f"{{{','.join(row)}}}"


def _held(item: Item) -> str:
    """Write a copy; what is empty at its end is left out."""
    texts = [item.barcode, item.status, item.call_number, item.location, item.collection, item.due]
    while not texts[-1]:  # a status is never empty
        texts.pop()
    return f"[{','.join(map(_quoted, texts))}]"


def _review(review: Review) -> str:
    rating = "null" if review.rating is None else review.rating
    return f"[{_quoted(review.text)},{_quoted(review.by)},{rating},{_quoted(review.date)}]"


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
