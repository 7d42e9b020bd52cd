"""What of a record is searched and counted: its texts by field, its facet values, its orders.

Guarantees: pure; every engine and every reference in the tests takes its input from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import CREATORS, ItemStatus, Record
from kiosk.search import analysis

SHELF = "here"  # a hidden facet behind Query.here: branches with a copy on the shelf
ON_SHELF = frozenset({ItemStatus.AVAILABLE, ItemStatus.REFERENCE})
_NUMBER_SCHEMES = frozenset({"isbn", "ean", "issn"})


@dataclass(frozen=True, slots=True)
class Texts:
    """Terms of a record by weight: title first. Each is a string of terms separated by spaces."""

    title: str
    author: str
    subject: str
    other: str


@dataclass(frozen=True, slots=True)
class Document:
    """All that an index takes from a record: made where there is time, in the process that reads a file."""

    title: str
    title_key: str
    year: int
    popularity: int
    texts: Texts
    facets: tuple[tuple[str, str], ...]


def document(record: Record) -> Document:
    """Return what an index takes from a record."""
    return Document(
        title=record.title,
        title_key=analysis.title_key(record.title),
        year=record.year or 0,
        popularity=record.popularity,
        texts=texts(record),
        facets=tuple(facet_values(record)),
    )


def texts(record: Record) -> Texts:
    """Return the analysed texts of a record."""
    terms = analysis.name_terms
    names = " ".join([f"{c.name} ; {c.sort_name}" if c.sort_name and c.sort_name != c.name else c.name for c in record.contributors])
    numbers = [n for i in record.identifiers if i.scheme in _NUMBER_SCHEMES for n in number_terms(i.value)]
    return Texts(
        title=terms(f"{record.title} ; {record.subtitle}" if record.subtitle else record.title),
        author=terms(names),
        subject=terms(" ; ".join([*record.subjects, *record.genres, record.series, record.volume])),
        other=" ".join([analysis.text_terms(f"{record.summary} ; {record.publisher}"), *numbers]),
    )


def number_terms(value: str) -> tuple[str, ...]:
    """Return the terms under which a standard number is found, with or without hyphens."""
    if len(value) == 13 and value.isascii() and value.isdigit():
        return (value,)
    bare = analysis.clean(analysis.fold(value))[: analysis.MAX_TERM_CHARS]
    thirteen = analysis.isbn13(bare)
    return tuple(dict.fromkeys(n for n in (bare, thirteen) if n))


def facet_values(record: Record) -> list[tuple[str, str]]:
    """Return the (facet, value) pairs of a record, each once, the hidden shelf facet included."""
    pairs = [("type", record.kind.value)]
    if record.links:
        pairs += [("platform", p) for p in record.platforms]
    if record.audience is not None:
        pairs.append(("audience", record.audience.value))
    pairs += [("language", v) for v in record.languages]
    if (decade := record.decade) is not None:
        pairs.append(("decade", str(decade)))
    pairs += [("subject", v) for v in record.subjects + record.genres]
    pairs += [("author", c.name) for c in record.contributors if c.role in CREATORS]
    pairs += [("library", h.branch) for h in record.holdings]
    pairs += [(SHELF, branch) for branch in shelf_branches(record)]
    return [p for p in dict.fromkeys(pairs) if p[1]]


def shelf_branches(record: Record) -> tuple[str, ...]:
    """Return the branches that had a copy on the shelf at the last harvest."""
    return tuple([h.branch for h in record.holdings if not ON_SHELF.isdisjoint([i.status for i in h.items])])
