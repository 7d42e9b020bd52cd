"""Guarantees: "pour aller plus loin" always opens something: the notice that the pack carries, and what this device's own catalogue adds.

A pack carries a few lines of each notice it links (`[[notices]]` of its manifest), so that a tablet without catalogue shows them. Where
the catalogue is on the device, its command answers (`catalogue show ID --json`); what it prints is capped and checked like any input.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass, replace
from typing import Any, Protocol

from mediation_apps.runtime.archive import Files
from mediation_apps.runtime.model import Media
from mediation_apps.runtime.native.activities import optional_picture
from mediation_apps.runtime.native.source import Table

IDENTIFIER = re.compile(r"[\w.:/#+-]{1,200}", re.ASCII)  # of a catalogue record; never begins an option: see `find`
MOST = 12  # notices of one page
LONGEST = 2_000  # signs of a summary
ANSWER = 256 * 1024  # bytes a catalogue may answer
WITHIN = 10.0  # seconds
KEYS = ("record", "title", "author", "year", "call_number", "summary", "picture", "alt")


@dataclass(frozen=True, slots=True)
class Notice:
    """A book, film or game of the library, as much as a participant wants to know of it."""

    record: str
    title: str
    author: str = ""
    year: str = ""
    call_number: str = ""
    summary: str = ""
    cover: Media | None = None
    libraries: int = 0  # how many hold it; 0 = not known here


class Notices(Protocol):
    """Where notices come from."""

    def find(self, record: str) -> Notice | None:
        """The notice of a record, or None; never an error. May take seconds: not for the UI thread."""
        ...


def read_notice(table: Table, files: Files) -> Notice:
    """One `[[notices]]` of a manifest; `ActivityError` names its line."""
    table.know(*KEYS)
    year = table.values.get("year", "")
    return Notice(
        table.text("record"),
        table.text("title"),
        table.text("author", ""),
        str(year) if isinstance(year, int | str) else "",
        table.text("call_number", ""),
        table.text("summary", ""),
        optional_picture(table, files, "picture", "alt"),
    )


def from_catalogue(answer: bytes) -> Notice | None:
    """The notice in what the catalogue's command printed; None when it is none."""
    try:
        found = json.loads(answer[:ANSWER])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not _text(found, "id") or not _text(found, "title"):
        return None
    authors, holdings = found.get("authors"), found.get("holdings")
    names = [name for name in authors if isinstance(name, str)] if isinstance(authors, list) else []
    places = [place for place in holdings if isinstance(place, dict)] if isinstance(holdings, list) else []
    title = ": ".join(part for part in (_text(found, "title"), _text(found, "subtitle")) if part)
    year = found.get("year")
    return Notice(
        _text(found, "id"),
        title[:300],
        ", ".join(names[:3])[:200],
        str(year) if isinstance(year, int) else "",
        _call_number(places),
        _text(found, "summary"),
        libraries=len({_text(place, "branch") for place in places}),
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    return value[:LONGEST] if isinstance(value, str) else ""


def _call_number(places: list[dict[str, Any]]) -> str:
    for place in places:
        items = place.get("items")
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and _text(item, "call_number"):
                return _text(item, "call_number")[:60]
    return ""


class Carried:
    """The notices of a pack."""

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        self._notices = {notice.record: notice for notice in notices}

    def find(self, record: str) -> Notice | None:
        """What the pack carries."""
        return self._notices.get(record)


class CatalogueCommand:
    """Asks the catalogue of this device by its command; a device without one has no notices."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command

    def find(self, record: str) -> Notice | None:
        """What the catalogue says; None without an answer in time."""
        if not self._command or not IDENTIFIER.fullmatch(record) or record.startswith("-"):
            return None
        try:
            done = subprocess.run((*self._command, record), stdin=subprocess.DEVNULL, capture_output=True, timeout=WITHIN, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return from_catalogue(done.stdout) if done.returncode == 0 and len(done.stdout) <= ANSWER else None


def joined(carried: Notice | None, found: Notice | None) -> Notice | None:
    """One notice of two: the author's words first, then what the catalogue knows better (call number, libraries)."""
    if carried is None or found is None:
        return carried or found
    return replace(
        carried,
        author=carried.author or found.author,
        year=carried.year or found.year,
        call_number=found.call_number or carried.call_number,
        summary=carried.summary or found.summary,
        libraries=found.libraries,
    )
