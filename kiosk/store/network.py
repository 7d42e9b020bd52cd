"""Branches, rubrics, selections, agenda and authors in the catalogue file.

Guarantees: what is put replaces what was there of its kind, whole, in one transaction; it comes back in the same order.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from kiosk.domain import Author, Branch, Event, Identifier, Rubric, Selection

T = TypeVar("T")


def put(connection: sqlite3.Connection, kind: str, values: Sequence[tuple[str, Any]]) -> None:
    """Replace everything of one kind by these (id, value) pairs."""
    connection.execute("DELETE FROM network WHERE kind = ?", (kind,))
    rows = [(kind, id, place, _json(value)) for place, (id, value) in enumerate(values)]
    connection.executemany("INSERT OR REPLACE INTO network (kind, id, place, body) VALUES (?, ?, ?, ?)", rows)


def put_authors(connection: sqlite3.Connection, authors: Sequence[Author]) -> None:
    """Replace the pages about authors."""
    connection.execute("DELETE FROM author")
    connection.executemany("INSERT OR REPLACE INTO author (name, body) VALUES (?, ?)", [(a.name, _json(a)) for a in authors])


def read(connection: sqlite3.Connection, kind: str, make: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    """Return everything of one kind."""
    rows = connection.execute("SELECT body FROM network WHERE kind = ? ORDER BY place", (kind,))
    return tuple(make(json.loads(body)) for (body,) in rows)


def read_author(connection: sqlite3.Connection, name: str) -> Author | None:
    """Return the page about one author."""
    row = connection.execute("SELECT body FROM author WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    value = json.loads(row[0])
    value["identifiers"] = tuple(Identifier(**i) for i in value.get("identifiers", ()))
    return Author(**value)


def branch(value: dict[str, Any]) -> Branch:
    """Make a branch from its stored form."""
    return Branch(**value)


def rubric(value: dict[str, Any]) -> Rubric:
    """Make a rubric from its stored form."""
    return Rubric(**{**value, "facets": {k: tuple(v) for k, v in value.get("facets", {}).items()}})


def selection(value: dict[str, Any]) -> Selection:
    """Make a selection from its stored form."""
    return Selection(**{**value, "record_ids": tuple(value["record_ids"])})


def event(value: dict[str, Any]) -> Event:
    """Make an event from its stored form."""
    return Event(**{**value, "record_ids": tuple(value.get("record_ids", ()))})


def _json(value: Any) -> str:
    return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":"))
