"""Real works of the public domain: one record a form (book, audiobook, film…), with the network's own summary.

Guarantees: titles, authors and dates come from data/works and nowhere else; a work that is printed and digital is one
record, on the shelf and online. `record_id` is the id under which the catalogue shows a work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from kiosk.demo import files
from kiosk.demo.reviews import Reviews, group
from kiosk.demo.shelves import Shelves, letters
from kiosk.domain import Audience, Author, Contributor, Identifier, Kind, Link, Record, Role, SourceRef
from kiosk.store.prepared import stable_id

SOURCE = "demo"
PORTAL = "https://portail.example/acces"  # RFC 2606: a name that never exists

_ROLES = {Kind.FILM: Role.DIRECTOR, Kind.MUSIC: Role.COMPOSER, Kind.SCORE: Role.COMPOSER}
_PLATFORM = {Kind.EBOOK: "livres-numeriques", Kind.AUDIOBOOK: "livres-numeriques", Kind.STORY: "storyplayr", Kind.MUSIC: "philharmonie"}
_SHELVES = {  # kind: call number before the author's letters, for adults and for the young
    Kind.BOOK: ("R", "J R"),
    Kind.COMIC: ("BD", "J BD"),
    Kind.AUDIOBOOK: ("LA", "J LA"),
    Kind.FILM: ("DVD", "J DVD"),
    Kind.MUSIC: ("CD 3", "J CD"),
    Kind.SCORE: ("PART", "J PART"),
    Kind.MAP: ("CARTE", "CARTE"),
    Kind.IMAGE: ("IMG", "IMG"),
}
_MAIN = ("DIGNE", "BARREME", "CASTELLANE")
_YOUNG = frozenset({"early", "children"})


def record_id(work: str, kind: Kind | str = "") -> str:
    """Return the catalogue's id of a work, in its first form or as `kind`."""
    return stable_id(SOURCE, source_id(work, kind or forms(_by_id()[work])[0]))


def source_id(work: str, kind: Kind | str) -> str:
    """Return the source's id of one form of a work."""
    return f"{work}/{kind}"


def forms(work: dict[str, Any]) -> list[str]:
    """Return the kinds of record a work gives: a book that is also digital is one."""
    kinds = list(work["forms"])
    if "ebook" in kinds and ("book" in kinds or "comic" in kinds):
        kinds.remove("ebook")
    return kinds


@cache
def works() -> tuple[dict[str, Any], ...]:
    """Return every work as it is written down."""
    return tuple(work for name in files.names("works") for work in files.lines(name))


@cache
def _by_id() -> dict[str, dict[str, Any]]:
    return {work["id"]: work for work in works()}


@cache
def authors() -> dict[str, Author]:
    """Return the pages about authors, by name."""
    rows = files.lines("authors")
    return {r["name"]: Author(r["name"], r["sort"], r.get("born", ""), r.get("died", ""), r["biography"]) for r in rows}


@cache
def _chosen() -> frozenset[str]:
    """Return the works that librarians chose: a patron who follows a selection finds them on a shelf not far away."""
    return frozenset(work.partition("/")[0] for row in files.table("selections")["selection"] for work in row["works"])


def records(shelves: Shelves, reviews: Reviews, random: Callable[[], float]) -> Iterator[Record]:
    """Yield the records of every work; what librarians chose is in demand, and the first form of a work the most."""
    for work in works():
        loans = 60 + 800 * random() ** 3
        if work["id"] in _chosen():
            loans = max(loans, 500 + 600 * random())
        for kind in forms(work):
            yield _record(work, Kind(kind), shelves, reviews, random, int(loans))
            loans *= 0.6


def _record(work: dict[str, Any], kind: Kind, shelves: Shelves, reviews: Reviews, random: Callable[[], float], popularity: int) -> Record:
    young = work["audience"] in _YOUNG
    contributors = _contributors(work, kind)
    printed = kind in _SHELVES and not (kind is Kind.AUDIOBOOK and random() < 0.4)
    call = f"{_call(work, kind, young)} {letters(contributors[0].sort_name)}"
    digital = _digital(work, kind, random)
    source = source_id(work["id"], kind)
    return Record(
        id=stable_id(SOURCE, source),
        title=work["title"],
        subtitle=work.get("subtitle", ""),
        kind=kind,
        contributors=contributors,
        year=work.get("year"),
        languages=() if kind in (Kind.IMAGE, Kind.MAP) or "language" not in work else (work["language"],),
        summary=work["summary"],
        audience=Audience(work["audience"]),
        age_min=work.get("age"),
        subjects=tuple(work["subjects"]),
        genres=tuple(_genres()[work["genre"]]["label"]),
        classification=_genres()[work["genre"]].get("dewey", ""),
        links=tuple(Link(f"{PORTAL}/{platform}/{work['id']}", platform=platform) for platform in digital),
        identifiers=tuple(Identifier(f"platform:{platform}", source) for platform in digital),
        holdings=shelves.holdings(
            call, "Jeunesse" if young else "Adultes", least=2 + int(random() * 5), also=_MAIN if work["id"] in _chosen() else ()
        )
        if printed
        else (),
        reviews=reviews.of(group(kind, young=young, documentary=call[:1].isdigit()), 1.0 if work["id"] in _chosen() else 0.5),
        sources=(SourceRef(SOURCE, source),),
        popularity=popularity,
    )


def _contributors(work: dict[str, Any], kind: Kind) -> tuple[Contributor, ...]:
    role = Role(work["role"]) if "role" in work else _ROLES.get(kind, Role.AUTHOR)
    found = []
    for name in work["by"]:
        author = authors().get(name)
        dates = f"{author.born[:4]}-{author.died[:4]}" if author and author.born and author.died else ""
        found.append(Contributor(name, author.sort_name if author else _filed(name), role, dates))
    return tuple(found)


def _filed(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else last


def _call(work: dict[str, Any], kind: Kind, young: bool) -> str:
    if kind is Kind.BOOK:
        shelf = str(_genres()[work["genre"]].get("call", "R"))
        return f"J {shelf}" if young and not shelf.startswith("J") else shelf
    return _SHELVES[kind][young] if kind in _SHELVES else "N"


def _digital(work: dict[str, Any], kind: Kind, random: Callable[[], float]) -> tuple[str, ...]:
    if kind is Kind.FILM:
        young = work["audience"] in _YOUNG or work.get("age", 18) <= 5
        documentary = work["genre"] == "documentaire"
        return ("ma-petite-mediatheque" if young else "yeuxdoc" if documentary else "mediatheque-numerique",)
    if kind is Kind.STORY:
        return ("storyplayr", "ma-petite-mediatheque") if random() < 0.3 else ("storyplayr",)
    if kind in (Kind.BOOK, Kind.COMIC):
        return ("livres-numeriques",) if "ebook" in work["forms"] else ()
    platform = _PLATFORM.get(kind)
    return (platform,) if platform else ()


@cache
def _genres() -> dict[str, Any]:
    genres: dict[str, Any] = files.table("genres")
    return genres
