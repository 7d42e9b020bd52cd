"""What the home screen shows, decided on the catalogue thread, kept on the disk for the next start.

Guarantees: no Kivy; a value that says everything, so that the home is drawn before the catalogue is open; the file kept
beside the catalogue is written atomically, capped when read, and a damaged one is the same as none; nothing personal
is in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from kiosk.domain import Branch, Event, Rubric, Selection
from kiosk.errors import NotFound
from kiosk.line import Line
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _, month, spoken, weekday

FILE = "home.json"
MAX_BYTES = 512 * 1024
MOST_COVERS, MOST_SHELVES, MOST_RUBRICS = 14, 3, 8
VERSION = 1


class Reads(Protocol):
    """What the home asks of the catalogue."""

    def rubrics(self) -> tuple[Rubric, ...]: ...  # noqa: D102
    def selections(self) -> tuple[Selection, ...]: ...  # noqa: D102
    def events(self, after: str = "") -> tuple[Event, ...]: ...  # noqa: D102
    def branches(self) -> tuple[Branch, ...]: ...  # noqa: D102
    def docid(self, record_id: str) -> int: ...  # noqa: D102
    def hits(self, docids: Sequence[int]) -> list[Hit]: ...  # noqa: D102
    def updated_at(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Tile:
    """One cover of a shelf."""

    record_id: str
    title: str
    author: str
    icon: str
    cover_url: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """A rubric: a coloured door onto a search."""

    label: str
    icon: str
    colour: str
    words: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A selection of the librarians."""

    id: str
    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class News:
    """The next meeting."""

    title: str
    where: str
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything the home shows. `updated_at` is the ISO time of the last harvest, `branch` the library's name."""

    doors: tuple[Door, ...] = ()
    shelves: tuple[Shelf, ...] = ()
    news: News | None = None
    updated_at: str = ""
    branch: str = ""
    records: int = 0


DOORS = (
    Door("Jeunesse", "teddy_bear", "ochre", facets={"audience": ("early", "children")}),
    Door("Cinéma", "movie_open", "plum", facets={"type": ("film",)}),
    Door("Livres", "book", "pine", facets={"type": ("book", "comic", "ebook")}),
    Door("Presse", "newspaper_variant", "blue", facets={"type": ("press",)}),
    Door("Musique", "music", "lavender", facets={"type": ("music", "score")}),
    Door("Apprendre", "school", "olive", facets={"type": ("course",)}),
    Door("Jeux", "gamepad_variant", "night", facets={"type": ("game", "kit")}),
    Door("Écouter", "headphones", "teal", facets={"type": ("audiobook",)}),
)


def home_view(catalogue: Reads, branch: str, department: str, branch_name: str, now: datetime) -> HomeView:
    """Read everything the home shows. `branch` is the kiosk's own library's code."""
    names = {b.code: b.name for b in catalogue.branches()}
    doors = tuple(Door(r.label, r.icon, r.colour, r.words, dict(r.facets)) for r in catalogue.rubrics() if r.department in ("", department))
    chosen = [s for s in catalogue.selections() if s.department in ("", department)]
    chosen.sort(key=lambda s: s.department == "")  # what is of here comes first: one catalogue, two entries
    shelves = tuple(shelf for s in chosen if (shelf := _shelf(catalogue, s)).tiles)[:MOST_SHELVES]
    return HomeView(
        doors=doors[:MOST_RUBRICS] or DOORS,
        shelves=shelves,
        news=_news(catalogue.events(now.isoformat(timespec="minutes")), names, branch, now.date()),
        updated_at=catalogue.updated_at(),
        branch=branch_name or names.get(branch, ""),
        records=1 if catalogue.updated_at() else 0,
    )


def _shelf(catalogue: Reads, selection: Selection) -> Shelf:
    docids = []
    for record_id in selection.record_ids[: MOST_COVERS * 2]:
        try:
            docids.append(catalogue.docid(record_id))
        except NotFound:
            continue
    return Shelf(selection.id, selection.title, tuple(tile(hit) for hit in catalogue.hits(docids[:MOST_COVERS])))


def tile(hit: Hit) -> Tile:
    """Return the cover of a hit."""
    return Tile(hit.id, hit.title, hit.authors, labels.kind_icon(hit.kind), hit.cover_url)


def _news(events: Sequence[Event], names: Mapping[str, str], branch: str, today: date) -> News | None:
    """The next event here, else the next one anywhere."""
    event = next((e for e in events if e.branch == branch), events[0] if events else None)
    if event is None:
        return None
    when = " ".join(part for part in (_when(event.starts, today), labels.hours(event.starts)) if part)
    where = " · ".join(part for part in (event.place or names.get(event.branch, event.branch), event.audience) if part)
    return News(" · ".join(part for part in (when, event.title) if part), where, event.id)


def _when(iso: str, today: date) -> str:
    """ "Aujourd’hui", "Demain", "Mercredi", or "Mercredi 9 décembre" beyond six days."""
    try:
        day = datetime.fromisoformat(iso).date()
    except ValueError:
        return ""
    ahead = (day - today).days
    if ahead in (0, 1):
        return _("Aujourd’hui") if ahead == 0 else _("Demain")
    name = weekday(day.weekday()).capitalize()
    return name if 0 < ahead < 7 else f"{name} {labels.day(iso, today)}"


def freshness(updated_at: str, now: datetime) -> str:
    """Tell in a person's words how old the catalogue is: "catalogue d’hier soir". `now` is local, with its zone."""
    try:
        when = datetime.fromisoformat(updated_at).astimezone(now.tzinfo)
    except ValueError:
        return _("catalogue vide") if not updated_at else ""
    age = (now.date() - when.date()).days
    if age == 0:
        return (
            _("catalogue de ce matin")
            if when.hour < 12
            else _("catalogue de cet après-midi")
            if when.hour < 18
            else _("catalogue de ce soir")
        )
    if age == 1:
        return _("catalogue d’hier soir") if when.hour >= 17 else _("catalogue d’hier")
    if 0 < age < 7:
        return _("catalogue de {weekday} dernier").format(weekday=weekday(when.weekday()))
    first = _("1er") if when.day == 1 and spoken() == "fr" else str(when.day)
    words = f"{first} {month(when.month)}" + ("" if abs(now.date() - when.date()) < timedelta(days=300) else f" {when.year}")
    return _("catalogue du {day}").format(day=words)


def keep(view: HomeView, data: Path) -> None:
    """Write the view for the next start; a disk that refuses is no reason to fail."""
    temporary = data / f".{FILE}.{os.getpid()}"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump({"version": VERSION, "view": asdict(view)}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(data / FILE)
    except OSError:
        temporary.unlink(missing_ok=True)


def kept(data: Path) -> HomeView | None:
    """Return the view of last time, or None; a file that is not what was written is ignored."""
    try:
        with (data / FILE).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            return None
        stored = json.loads(content)
        return _view(stored["view"]) if stored["version"] == VERSION else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _view(value: dict[str, Any]) -> HomeView:
    doors = tuple(Door(**{**d, "facets": {k: tuple(v) for k, v in d["facets"].items()}}) for d in value["doors"])
    shelves = tuple(Shelf(s["id"], s["title"], tuple(Tile(**t) for t in s["tiles"])) for s in value["shelves"])
    news = News(**value["news"]) if value["news"] else None
    return HomeView(doors, shelves, news, str(value["updated_at"]), str(value["branch"]), int(value["records"]))


def line_words(line: Line, updated_at: str, now: datetime) -> str:
    """Tell the state of the line and the age of the catalogue; what is not known is not said."""
    fresh = freshness(updated_at, now)
    state = {Line.UP: _("Connecté"), Line.DOWN: _("Hors connexion")}.get(line, "")
    return " · ".join(part for part in (state, fresh) if part) if state else fresh[:1].upper() + fresh[1:]
