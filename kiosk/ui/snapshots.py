"""What screens show of a record, decided once, on the catalogue thread, as plain values.

Guarantees: no Kivy, no query: records and network in, words out; the own library comes first, then where a copy is on the
shelf, then the others by name; what cannot be known is not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from kiosk.domain import Author, Branch, Holding, ItemStatus, LinkRel, Record, Review
from kiosk.handover import Entry
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _, ngettext

_ORDER = (
    ItemStatus.AVAILABLE,
    ItemStatus.REFERENCE,
    ItemStatus.IN_TRANSIT,
    ItemStatus.ON_LOAN,
    ItemStatus.ON_HOLD,
    ItemStatus.UNKNOWN,
    ItemStatus.UNAVAILABLE,
)


class Tone(StrEnum):
    """How good the news is; always with a word and an icon beside the colour."""

    OK = "ok"
    WAIT = "warn"
    PLAIN = "mute"


@dataclass(frozen=True, slots=True)
class Where:
    """One library's line: its name, what is there ("En rayon ici"), the call number, how many copies."""

    branch: str
    name: str
    words: str
    call_number: str
    tone: Tone
    here: bool = False
    copies: int = 1

    @property
    def icon(self) -> str:
        """The picture beside the words."""
        return {Tone.OK: "map_marker" if self.here else "check", Tone.WAIT: "clock_outline", Tone.PLAIN: "information"}[self.tone]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Everything the notice shows."""

    record: Record
    wheres: tuple[Where, ...]
    authors: tuple[Author, ...]
    similar: tuple[Hit, ...]
    chip: str
    byline: str
    facts: tuple[tuple[str, str], ...]
    access_url: str
    cover_url: str

    @property
    def can_hold(self) -> bool:
        """Whether somewhere a copy may be lent."""
        return any(i.status not in (ItemStatus.REFERENCE, ItemStatus.UNAVAILABLE) for h in self.record.holdings for i in h.items)

    @property
    def biography(self) -> str:
        """What is known of its authors."""
        return "\n\n".join(a.biography for a in self.authors if a.biography)


def wheres(record: Record, branches: Iterable[Branch], own: str, today: date) -> tuple[Where, ...]:
    """One line a library, the own one first."""
    names = {b.code: b.name for b in branches}
    lines = [_where(h, names, own, today) for h in record.holdings if h.items]
    rank = {Tone.OK: 0, Tone.WAIT: 1, Tone.PLAIN: 2}
    return tuple(sorted(lines, key=lambda w: (not w.here, rank[w.tone], w.name)))


def _where(holding: Holding, names: dict[str, str], own: str, today: date) -> Where:
    best = min(holding.items, key=lambda i: (_ORDER.index(i.status), i.due or "9999"))
    here = bool(own) and holding.branch == own
    tone = Tone.OK if best.status in (ItemStatus.AVAILABLE, ItemStatus.REFERENCE) else Tone.WAIT
    if best.status in (ItemStatus.UNKNOWN, ItemStatus.UNAVAILABLE):
        tone = Tone.PLAIN
    call = best.call_number or next((i.call_number for i in holding.items if i.call_number), "")
    words = labels.item_words(best, today, here=here)
    return Where(holding.branch, names.get(holding.branch, holding.branch), words, call, tone, here, len(holding.items))


def access_url(record: Record) -> str:
    """The address of the resource online, only when it is one a phone may open."""
    for link in record.links:
        if link.rel is LinkRel.ACCESS and safe_url(link.url):
            return link.url
    return ""


def safe_url(url: str) -> bool:
    """Whether an address from outside is a plain web address."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and url.isprintable()
    except ValueError:
        return False


def cover_url(record: Record) -> str:
    """The address of its picture, or nothing."""
    by_rel = {link.rel: link.url for link in reversed(record.links)}
    return by_rel.get(LinkRel.COVER) or by_rel.get(LinkRel.THUMBNAIL) or ""


def byline(record: Record) -> str:
    """ "Frédéric Mistral · 1884"."""
    return " · ".join(part for part in (", ".join(record.authors), str(record.year) if record.year else "") if part)


def chip(record: Record) -> str:
    """ "Livre · dès 8 ans"."""
    return " · ".join(part for part in (labels.kind(record.kind), labels.for_whom(record)) if part)


def facts(record: Record) -> tuple[tuple[str, str], ...]:
    """The record in pairs of words, in the order librarians read it."""
    people = tuple((labels.role(c.role), f"{c.name} ({c.dates})" if c.dates else c.name) for c in record.contributors[:12])
    published = ", ".join(p for p in (record.place, record.publisher, str(record.year or "")) if p)
    isbn = next((i.value for i in record.identifiers if i.scheme == "isbn"), "")
    series = " ; ".join(p for p in (record.series, record.volume) if p)
    pairs = (
        *people,
        (_("Publication"), published),
        (_("Collection"), series),
        (_("Description"), record.extent),
        (ngettext("Langue", "Langues", len(record.languages)), ", ".join(labels.language(c) for c in record.languages)),
        (ngettext("Sujet", "Sujets", len(record.subjects)), " · ".join(record.subjects[:12])),
        (_("Genre"), " · ".join(record.genres[:6])),
        (_("Classement"), record.classification),
        ("ISBN", isbn),
    )
    merged: dict[str, list[str]] = {}
    for name, value in pairs:
        if value:
            merged.setdefault(name, []).append(value)
    return tuple((name, ", ".join(values)) for name, values in merged.items())


def notice(
    record: Record, branches: Sequence[Branch], authors: Sequence[Author], similar: Sequence[Hit], own: str, today: date
) -> NoticeView:
    """Decide everything the notice shows."""
    return NoticeView(
        record=record,
        wheres=wheres(record, branches, own, today),
        authors=tuple(authors),
        similar=tuple(similar),
        chip=chip(record),
        byline=byline(record),
        facts=facts(record),
        access_url=access_url(record),
        cover_url=cover_url(record),
    )


def handover_entry(record: Record, branches: Sequence[Branch], own: str, today: date) -> Entry:
    """A record as a phone's list shows it: at most three libraries, the own one first, with call numbers."""
    lines = [", ".join(p for p in (w.name, w.call_number) if p) for w in wheres(record, branches, own, today)[:3]]
    return Entry(record.title, ", ".join(record.authors[:2]), tuple(lines), "" if lines else access_url(record))


def stars(review: Review) -> str:
    """ "4 sur 5", or nothing."""
    return _("{rating} sur 5").format(rating=review.rating) if review.rating else ""
