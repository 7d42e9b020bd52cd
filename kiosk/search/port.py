"""The search port: what a screen or a command may ask, and what every engine answers.

Guarantees asked of every implementation (held by tests/contract/search_engine.py):
- the hit set is exact, and so is every facet count, at any size;
- a query never raises on words a person or a machine may send; the work it causes is bounded;
- counts of a facet ignore that facet's own selection, so that a second value can be added; values within one facet
  are alternatives (OR), facets among themselves restrict (AND);
- `Answer.ids` is in display order and is the whole result, so that a list of 20,000 rows scrolls without asking again.

Engines number records by `docid`, the catalogue's integer row id. They are used from one thread at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from kiosk.domain import Record
from kiosk.search.fields import Document

FACETS = ("type", "platform", "audience", "language", "decade", "subject", "author", "library")


class Sort(StrEnum):
    """Orders a person may choose."""

    RELEVANCE = "relevance"
    TITLE = "title"
    YEAR = "year"  # latest publication first
    NEWEST = "newest"  # latest arrival in the catalogue first


@dataclass(frozen=True, slots=True)
class Query:
    """Words and restrictions. `facets` maps a name of `FACETS` to the values ticked; `here` keeps what that branch has on its shelves."""

    words: str = ""
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    here: str = ""


class FacetCount(NamedTuple):
    """One value of a facet and how many of the records found have it."""

    value: str
    count: int  # type: ignore[assignment]  # instead of tuple.count, which nobody asks for


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    `ids` are docids in display order (all of them); values of a facet are ordered by count, then value; `correction` is
    a whole query worth trying instead, or empty.
    """

    total: int
    ids: Sequence[int]
    facets: Mapping[str, tuple[FacetCount, ...]]
    ms: float
    correction: str = ""


class SuggestionKind(StrEnum):
    """What a suggestion names."""

    TITLE = "title"
    AUTHOR = "author"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what was typed so far."""

    text: str
    kind: SuggestionKind


class SearchEngine(Protocol):
    """An index over the cached catalogue."""

    def search(self, query: Query, facet_limit: int = 20) -> Answer:
        """Return every hit of `query` in order, with at most `facet_limit` values a facet (their counts stay exact)."""

    def suggest(self, words: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Return titles, authors and subjects that start with, or contain, what is being typed."""

    def similar(self, docid: int, limit: int = 6) -> tuple[int, ...]:
        """Return docids of records in the same spirit, best first, never `docid` itself."""

    def update(self, changed: Iterable[tuple[int, Record | Document]], removed: Iterable[int]) -> None:
        """Make `changed` (docid, record) searchable and forget `removed`. Part of the caller's transaction.

        A `Document` is a record already analysed (`fields.document`), elsewhere and earlier.
        """
