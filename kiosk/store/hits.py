"""One line of a result list, read straight from the stored text of a record.

Guarantees: frozen; enough to draw a tile without asking again; made without building the whole record (10 µs instead of 40).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.domain import CREATORS, ItemStatus, Kind, LinkRel
from kiosk.search.fields import ON_SHELF

_CREATORS = frozenset(r.value for r in CREATORS)
_ON_SHELF = frozenset(s.value for s in ON_SHELF)
_SUMMARY_CHARS = 240


@dataclass(frozen=True, slots=True)
class Hit:
    """What a tile shows. `branches` have a copy on the shelf; `due` is the first day a copy comes back when none is."""

    docid: int
    id: str
    title: str
    subtitle: str = ""
    authors: str = ""
    year: int | None = None
    kind: Kind = Kind.OTHER
    summary: str = ""
    platforms: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    branches_any: tuple[str, ...] = ()
    online: bool = False
    cover_url: str = ""
    due: str = ""


def hit(docid: int, id: str, body: str) -> Hit:
    """Return the tile of a stored record."""
    row: dict[str, Any] = json.loads(body)
    people = row.get("c", ())
    creators = [p[0] for p in people if p[2] in _CREATORS] or [p[0] for p in people[:2]]
    access = [u for u in row.get("u", ()) if u[1] == LinkRel.ACCESS.value]
    images = {u[1]: u[0] for u in reversed(row.get("u", ()))}
    holdings = row.get("h", ())
    shelf = tuple(dict.fromkeys(b for b, items in holdings if any(_status(i) in _ON_SHELF for i in items)))
    due = "" if shelf else min((i[5] for _b, items in holdings for i in items if len(i) > 5 and i[5]), default="")
    return Hit(
        docid=docid,
        id=id,
        title=row.get("t", ""),
        subtitle=row.get("st", ""),
        authors=", ".join(dict.fromkeys(creators)),
        year=row.get("y"),
        kind=Kind(row["k"]) if row.get("k") in Kind._value2member_map_ else Kind.OTHER,
        summary=row.get("s", "").split("\n", 1)[0][:_SUMMARY_CHARS],
        platforms=tuple(dict.fromkeys(u[2] for u in access if u[2])),
        branches=shelf,
        branches_any=tuple(dict.fromkeys(b for b, _items in holdings)),
        online=bool(access),
        cover_url=images.get(LinkRel.THUMBNAIL.value) or images.get(LinkRel.COVER.value, ""),
        due=due,
    )


def works(hits: Iterable[Hit], most: int) -> tuple[Hit, ...]:
    """Return the first `most` works: of what is there as a book, read aloud and online, the first."""
    first: dict[tuple[str, str], Hit] = {}
    for one in hits:
        first.setdefault((one.title.casefold(), one.authors.casefold()), one)
    return tuple(first.values())[:most]


def _status(item: list[str]) -> str:
    return item[1] if len(item) > 1 else ItemStatus.UNKNOWN.value
