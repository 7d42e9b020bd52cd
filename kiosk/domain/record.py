"""What the network holds: bibliographic records, holdings and items.

Guarantees: every value is frozen, hashable and made of the standard library only; nothing here reads or writes.
Names follow IFLA's LRM and UNIMARC where they have one. Codes (kinds, audiences, languages, roles) are stable
identifiers kept in files and databases; their French labels live with the screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a person would call the thing: the `type` facet."""

    BOOK = "book"
    COMIC = "comic"
    EBOOK = "ebook"
    AUDIOBOOK = "audiobook"
    FILM = "film"
    MUSIC = "music"
    PRESS = "press"
    COURSE = "course"
    GAME = "game"
    STORY = "story"  # animated or interactive story for children
    SCORE = "score"
    MAP = "map"
    IMAGE = "image"
    KIT = "kit"  # robots, board games, tools that are lent
    OTHER = "other"


class Audience(StrEnum):
    """Whom it is made for (UNIMARC 100 $a/17-19, MARC21 008/22)."""

    EARLY = "early"  # 0-5 years
    CHILDREN = "children"  # 6-11
    TEENS = "teens"  # 12-17
    ADULTS = "adults"
    ALL = "all"


class Role(StrEnum):
    """Why a contributor is named; the first group counts as author on screens."""

    AUTHOR = "author"
    DIRECTOR = "director"
    COMPOSER = "composer"
    ILLUSTRATOR = "illustrator"
    PERFORMER = "performer"
    TRANSLATOR = "translator"
    NARRATOR = "narrator"
    EDITOR = "editor"
    OTHER = "other"


CREATORS = frozenset({Role.AUTHOR, Role.DIRECTOR, Role.COMPOSER})


class ItemStatus(StrEnum):
    """Where one copy is, as far as the last harvest knew."""

    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    ON_HOLD = "on_hold"
    IN_TRANSIT = "in_transit"
    REFERENCE = "reference"  # on the shelf, not lent
    UNAVAILABLE = "unavailable"  # lost, archived, being catalogued
    UNKNOWN = "unknown"


class LinkRel(StrEnum):
    """What one finds behind a link."""

    ACCESS = "access"  # the resource itself, through the portal's redirect
    COVER = "cover"
    THUMBNAIL = "thumbnail"
    RECORD = "record"  # the notice on the source's own site
    EXCERPT = "excerpt"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or body named by a record: `name` as read aloud ("Jean Giono"), `sort_name` as filed ("Giono, Jean")."""

    name: str
    sort_name: str = ""
    role: Role = Role.AUTHOR
    dates: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A standard number, normalised (ISBN-13 without hyphens).

    `scheme` is one of isbn, issn, ean, ark, uri, publisher_no, platform:<code>.
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address, never followed without being checked. `platform` is a code of `kiosk.platforms`, or empty."""

    url: str
    rel: LinkRel = LinkRel.ACCESS
    platform: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One barcoded copy. `due` is an ISO date when it is out and the date is known."""

    barcode: str
    call_number: str = ""
    location: str = ""
    collection: str = ""
    status: ItemStatus = ItemStatus.UNKNOWN
    due: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """The copies of one record in one branch."""

    branch: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """An opinion published with the notice; `by` is a library or a first name, never an account."""

    text: str
    by: str = ""
    rating: int | None = None  # 1 to 5
    date: str = ""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a record, or a part of a merged one, was harvested."""

    source: str
    source_id: str
    datestamp: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One work as the public sees it ("notice" on screens), with every place and platform that has it.

    `languages` are ISO 639-2/B codes; `year` is the year of this publication; `popularity` counts loans or views and
    only orders results. `id` is stable from one harvest to the next.
    """

    id: str
    title: str
    kind: Kind = Kind.OTHER
    subtitle: str = ""
    contributors: tuple[Contributor, ...] = ()
    publisher: str = ""
    place: str = ""
    year: int | None = None
    languages: tuple[str, ...] = ()
    summary: str = ""
    audience: Audience | None = None
    age_min: int | None = None
    subjects: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    classification: str = ""  # Dewey
    series: str = ""
    volume: str = ""
    extent: str = ""  # "107 p.", "1 h 42 min"
    identifiers: tuple[Identifier, ...] = ()
    links: tuple[Link, ...] = ()
    holdings: tuple[Holding, ...] = ()
    reviews: tuple[Review, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    popularity: int = 0

    @property
    def authors(self) -> tuple[str, ...]:
        """Names shown under the title: creators, or whoever is named when no creator is."""
        names = tuple(c.name for c in self.contributors if c.role in CREATORS)
        return names or tuple(c.name for c in self.contributors[:2])

    @property
    def platforms(self) -> tuple[str, ...]:
        """Codes of the platforms that give access, in order, once each."""
        return tuple(dict.fromkeys(link.platform for link in self.links if link.platform and link.rel is LinkRel.ACCESS))

    @property
    def decade(self) -> int | None:
        """First year of the decade of publication: 1884 → 1880."""
        return None if self.year is None else self.year - self.year % 10

    @property
    def branches(self) -> tuple[str, ...]:
        """Codes of the branches that hold a copy."""
        return tuple(dict.fromkeys(h.branch for h in self.holdings))


@dataclass(frozen=True, slots=True)
class Author:
    """A person worth a page: `name` as in `Contributor.name`."""

    name: str
    sort_name: str = ""
    born: str = ""
    died: str = ""
    biography: str = ""
    identifiers: tuple[Identifier, ...] = ()
