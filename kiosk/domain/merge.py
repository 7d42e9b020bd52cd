"""When harvested records are the same work, and what their union says.

Guarantees: pure and deterministic; a number alone never unites two records, because shared and mistyped numbers are
common: kind, volume and a word of the title must agree too (docs/adr/0002-one-work-several-sources.md). Nothing a
source said about where a work is held, or how to reach it, is lost in the union.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from kiosk.domain.record import Contributor, Holding, Identifier, Item, Kind, Record

MAX_NUMBERS = 3  # more ISBNs than that, and the record describes a set: its volumes are not the same work
MAX_SUBJECTS = 40
_FAMILIES = {  # an audiobook keeps the ISBN of its book more often than it should
    Kind.BOOK: "t",
    Kind.COMIC: "t",
    Kind.EBOOK: "t",
    Kind.STORY: "t",
    Kind.OTHER: "t",
    Kind.AUDIOBOOK: "a",
    Kind.MUSIC: "m",
    Kind.FILM: "f",
}
# The kind of the union is the first of these that a part has: what is on a shelf before its digital copy.
_PREFERRED = (Kind.COMIC, Kind.BOOK, Kind.AUDIOBOOK, Kind.EBOOK, Kind.STORY)
_STOP_WORDS = "le la les l un une des du de d au aux et a the an of el los las der die das il lo gli"
_STOP = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "'"})
_LIGATURE = re.compile("[œŒæÆß’]")
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")  # all of these are combining
_T = TypeVar("_T")


def match_keys(record: Record) -> tuple[str, ...]:
    """Return the keys under which the same work is found in another source: two records that share one are one work."""
    guards = _guards(record)
    keys: dict[str, None] = {}
    for identifier in _uniting(record):
        if identifier.scheme.startswith("platform:"):
            keys[f"{identifier.scheme}:{identifier.value}"] = None
        else:
            for guard in guards:
                keys[f"{identifier.scheme}:{identifier.value}{guard}"] = None
    return tuple(keys)


def _uniting(record: Record) -> Iterator[Identifier]:
    """Numbers that name one work: never an ISSN, nor what all issues of a magazine share (EAN 977…, the ark of the title)."""
    isbns = sum([i.scheme == "isbn" for i in record.identifiers])
    for identifier in record.identifiers:
        if identifier.scheme.startswith("platform:"):
            yield identifier
        elif record.kind is Kind.PRESS:
            continue
        elif (
            (identifier.scheme == "isbn" and isbns <= MAX_NUMBERS)
            or (identifier.scheme == "ean" and not identifier.value.startswith("977"))
            or identifier.scheme == "ark"
        ):
            yield identifier


def _guards(record: Record) -> tuple[str, ...]:
    """Return what must agree besides the number: family of kinds, volume, and the first or the last word of the title."""
    family = _FAMILIES.get(record.kind, record.kind.value)
    every = _words(record.title)
    words = [w for w in every if w not in _STOP] or every or [""]
    return tuple(dict.fromkeys(f"/{family}{record.volume}/{word}" for word in (words[0], words[-1])))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_fold(text)))


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(_LIGATURES) if _LIGATURE.search(text) else text))
    return (bare if bare.isascii() else "".join([c for c in bare if not unicodedata.combining(c)])).lower()


def merge(parts: Sequence[Record]) -> Record:
    """Return one record for several harvested ones; the fullest description speaks first, then the order given."""
    if len(parts) == 1:
        return parts[0]
    ranked = sorted(parts, key=lambda part: -_fullness(part))
    best = ranked[0]
    return replace(
        best,
        id=parts[0].id,
        kind=_kind(ranked),
        contributors=_contributors(ranked),
        publisher=_first(r.publisher for r in ranked),
        place=_first(r.place for r in ranked),
        year=next((r.year for r in ranked if r.year is not None), None),
        languages=next((r.languages for r in ranked if r.languages), ()),
        summary=best.summary or max((r.summary for r in ranked), key=len),
        audience=next((r.audience for r in ranked if r.audience is not None), None),
        age_min=next((r.age_min for r in ranked if r.age_min is not None), None),
        subjects=_folded(s for r in ranked for s in r.subjects)[:MAX_SUBJECTS],
        genres=_folded(g for r in ranked for g in r.genres),
        classification=_first(r.classification for r in ranked),
        series=_first(r.series for r in ranked),
        volume=_first(r.volume for r in ranked),
        extent=_first(r.extent for r in ranked),
        identifiers=_union(r.identifiers for r in ranked),
        links=_union(r.links for r in ranked),
        holdings=_holdings(parts),
        reviews=_union(r.reviews for r in ranked),
        sources=_union(r.sources for r in parts),
        popularity=sum(r.popularity for r in parts),
    )


def _fullness(record: Record) -> int:
    """Count what a reader would miss: a summary for three, authors for two, the rest for one."""
    return (
        3 * bool(record.summary)
        + 2 * bool(record.contributors)
        + sum(map(bool, (record.subtitle, record.year, record.publisher, record.subjects, record.audience, record.extent, record.series)))
    )


def _kind(ranked: Sequence[Record]) -> Kind:
    kinds = {r.kind for r in ranked}
    return next((kind for kind in _PREFERRED if kind in kinds), ranked[0].kind)


def _contributors(ranked: Sequence[Record]) -> tuple[Contributor, ...]:
    """Add the people only other sources name; one person in two spellings of a name counts once."""
    found: dict[tuple[frozenset[str], str], Contributor] = {}
    people: set[frozenset[str]] = set()
    for record in ranked:
        before = frozenset(people)
        for contributor in record.contributors:
            who = _who(contributor.name)
            if who not in before:
                people.add(who)
                found.setdefault((who, contributor.role.value), contributor)
    return tuple(found.values())


@lru_cache(maxsize=4096)
def _who(name: str) -> frozenset[str]:
    return frozenset(_words(name)) or frozenset({name})


def _holdings(parts: Sequence[Record]) -> tuple[Holding, ...]:
    """Gather copies by branch; one barcode is one copy, as the source with the latest date tells it."""
    branches: dict[str, dict[object, Item]] = {}
    for part in sorted(parts, key=lambda r: r.sources[0].datestamp if r.sources else ""):
        for holding in part.holdings:
            items = branches.setdefault(holding.branch, {})
            for place, item in enumerate(holding.items):
                items[item.barcode or (item.call_number, item.location, place)] = item
    return tuple(Holding(branch, tuple(items.values())) for branch, items in branches.items())


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _union(groups: Iterable[Iterable[_T]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))


def _folded(values: Iterable[str]) -> tuple[str, ...]:
    """Keep the first spelling of each heading."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(" ".join(_words(value)) or value, value)
    return tuple(found.values())
