"""UNIMARC bibliographic records to the domain.

Guarantees: every field is optional but a title; what is missing in one field is looked for where cataloguers also put it
(200 $f when there is no 7XX, 461 $t when 200 is empty). Sources: UNIMARC Bibliographic, IFLA, 3rd ed. and updates; fields
met in real catalogues, docs/formats.md.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.domain import Audience, Contributor, Identifier, Kind, Link, LinkRel, Record, Role, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, items, kinds, names, values
from kiosk.formats.marc import Field, Marc, many, one
from kiosk.formats.outcome import Deleted
from kiosk.formats.publication import published
from kiosk.formats.relators import role_of_codes
from kiosk.formats.text import LONG, clean, heading, plain, trimmed, without_stop

_AUDIENCE = {  # 100 $a/17-19
    "a": Audience.CHILDREN,
    "b": Audience.EARLY,
    "c": Audience.CHILDREN,
    "d": Audience.CHILDREN,
    "e": Audience.TEENS,
    "k": Audience.ADULTS,
    "m": Audience.ADULTS,
}
_PUBLICATION = ("214", "210")
_SUBJECTS = ("600", "601", "602", "604", "605", "606", "607", "610")
_SERIES = {"461": "t", "225": "a", "410": "t"}
_NAMED = {"700": True, "701": True, "710": True, "711": True, "720": True, "702": False, "712": False}  # whether they made the thing
_BODIES = frozenset({"710", "711", "712"})
_NUMBERS = {"011": (identifiers.issn, 5), "071": (identifiers.publisher_number, 10)}
_VOLUME = re.compile(r"(?i)^(?:t(?:ome|\.)?|vol(?:ume|\.)?|n[°o.]|livre|épisode|partie|saison)?\s*\[?(\d{1,4})\]?\.?$")
_PAGES = re.compile(r"\d ?p\.|\bvol\.")
_YOUNG = re.compile(
    r"(?i)ouvrages? pour la jeunesse|livres? pour enfants|\balbums?\b|littérature (?:de|pour la) jeunesse"
    r"|premières lectures"
)


def record(marc: Marc, source: str, dialect: items.Dialect, fallback_id: str = "") -> Record | Deleted:
    """Read one record. Raises FormatError when there is no title or no number to know it by."""
    ident = marc.control("001").strip() or fallback_id
    if not ident:
        raise FormatError("ni numéro de notice ni titre" if not marc.get("200") else "notice sans numéro (001)")
    if marc.leader[5:6] == "d":
        return Deleted(ident)
    title, subtitle, volume = _title(marc)
    if not title:
        raise FormatError("titre absent (200 $a)")
    held = items.read(marc, dialect)
    genres = _genres(marc)
    kind = _kind(marc, genres, held.kind)
    publication = published([f for tag in marc.present(_PUBLICATION) for f in marc.get(tag)], marc.first("100", "a")[9:13])
    series, in_series = _series(marc, kind)
    age, audience = _audience(marc, genres, held.audience)
    return Record(
        id=f"{source}:{ident}",
        title=title,
        kind=kind,
        subtitle=subtitle,
        contributors=_contributors(marc, kind),
        publisher=publication.publisher,
        place=publication.place,
        year=publication.year,
        languages=values.languages(marc.all("101", "a")[:8]),
        summary=_summary(marc),
        audience=audience,
        age_min=age,
        subjects=_subjects(marc),
        genres=genres,
        classification=clean(marc.first("676", "a"), 40),
        series=series,
        volume=volume or in_series,
        extent=trimmed(marc.first("215", "a"), 120),
        identifiers=_identifiers(marc),
        links=read_links(marc),
        holdings=held.holdings,
        sources=(SourceRef(source, ident, datestamp(marc.control("005"))),),
    )


def datestamp(text: str) -> str:
    """Read field 005: 20240514053623.0 → 2024-05-14T05:36:23Z."""
    t = text.strip()
    return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:14]}Z" if len(t) >= 14 and t[:14].isdigit() else ""


def _title(marc: Marc) -> tuple[str, str, str]:
    """Return title, subtitle and volume. Parts ($h, $i) belong to the title; $b, a carrier, and $f, names, do not."""
    title = volume = ""
    subtitles: list[str] = []
    for _indicators, pairs in marc.get("200")[:1]:
        for code, value in pairs:
            if code == "a":
                text = without_stop(trimmed(value))
                title = f"{title} ; {text}" if title and text else title or text
            elif code == "h":
                part = trimmed(value, 200)
                volume = volume or volume_number(part)
                title = f"{title}. {part}" if title else part
            elif code == "i":
                title = f"{title}{', ' if volume and title.endswith(volume) else '. '}{trimmed(value)}" if title else trimmed(value)
            elif code == "e" and len(subtitles) < 4:
                subtitles.append(trimmed(value))
    if not title:
        title = trimmed(marc.first("461", "t") or marc.first("500", "a") or marc.first("225", "a"))
    return title, " : ".join(s for s in subtitles if s), volume


def volume_number(text: str) -> str:
    """Return the number in "Tome 3", "vol. 12", "3"; empty when there is more to it than a number."""
    found = _VOLUME.match(text)
    return found.group(1) if found else ""


def _series(marc: Marc, kind: Kind) -> tuple[str, str]:
    """Return the set it belongs to (461), else the collection it was published in (225, 410), and its volume.

    The number of a book in its publisher's collection is no volume of a work; that of a comic in its series is.
    """
    for tag in marc.present(_SERIES):
        for _indicators, pairs in marc.get(tag):
            name = trimmed(one(pairs, _SERIES[tag]), 200)
            if name:
                if tag == "461":
                    return name, trimmed(one(pairs, "v"), 20)
                return name, volume_number(clean(one(pairs, "v"), 20)) if kind is Kind.COMIC else ""
    return "", ""


def _kind(marc: Marc, genres: tuple[str, ...], given: Kind | None) -> Kind:
    kind = kinds.of_codes(marc.leader)
    if kind is Kind.BOOK:
        coded = marc.first("105", "a")
        if "t" in coded[4:8]:  # comic strips
            return Kind.COMIC
        if "135" in marc or marc.first("182", "c").strip() == "c":
            kind = Kind.GAME if marc.first("135", "a")[:1] == "g" else Kind.EBOOK
    elif kind is Kind.PRESS and marc.first("110", "a")[:1] == "b":  # a monographic series, not a periodical
        kind = Kind.BOOK
    elif kind is Kind.OTHER and marc.leader[6:7] == "l":
        kind = {"g": Kind.GAME, "d": Kind.EBOOK, "h": Kind.AUDIOBOOK}.get(marc.first("135", "a")[:1], Kind.OTHER)
    if kind is Kind.OTHER and _PAGES.search(marc.first("215", "a")):  # a book with its disc, coded as "multimedia"
        kind = Kind.BOOK
    carrier = clean(marc.first("200", "b"), 80)
    forms = " ".join([*genres, *[value for _i, pairs in marc.get("606")[:8] for code, value in pairs if code in "ax"]])
    return kinds.refined(kind, carrier, forms, given)


def _contributors(marc: Marc, kind: Kind) -> tuple[Contributor, ...]:
    found: list[Contributor] = []
    main, other = {
        Kind.FILM: (Role.DIRECTOR, Role.PERFORMER),
        Kind.MUSIC: (Role.PERFORMER, Role.PERFORMER),
        Kind.SCORE: (Role.COMPOSER, Role.OTHER),
    }.get(kind, (Role.AUTHOR, Role.OTHER))
    for tag in marc.present(_NAMED):
        for field in marc.get(tag)[:40]:
            contributor = _contributor(field, tag, main if _NAMED[tag] else other)
            if contributor is not None:
                found.append(contributor)
    if not found:
        return names.unique(names.from_statement(marc.first("200", "f"), main))
    return names.unique(found)


def _contributor(field: Field, tag: str, default: Role) -> Contributor | None:
    _indicators, pairs = field
    role = role_of_codes(many(pairs, "4"), default)
    if role is None:
        return None
    if tag in _BODIES:
        return names.body(one(pairs, "a"), *many(pairs, "b")[:3], role=role)
    parts = dict(reversed(pairs))  # the first of each code wins
    get = parts.get
    return names.person(get("a", ""), get("b", ""), get("d", ""), get("f", ""), role)


def _summary(marc: Marc) -> str:
    """Return the summary (330), else the contents (327): the songs of a disc, the tales of a volume."""
    text = " ".join(marc.all("330", "a"))
    if text:
        return plain(text)
    contents = [trimmed(part, 300) for part in marc.all("327", "a")[:80]]
    return clean(" · ".join(part for part in contents if part), LONG)


def _subjects(marc: Marc) -> tuple[str, ...]:
    """Return headings and their subdivisions as values of their own: a facet gathers them, a search finds each."""
    found: dict[str, None] = {}
    for tag in marc.present(_SUBJECTS):
        for _indicators, pairs in marc.get(tag)[:30]:
            if tag in ("600", "602"):
                who = names.person(one(pairs, "a"), one(pairs, "b"), one(pairs, "d"))
                parts = [who.name] if who else []
            elif tag == "604":
                parts = [one(pairs, "t")]
            else:
                parts = many(pairs, "a")
            for part in parts + many(pairs, "xyz"):
                if text := heading(part):
                    found[text] = None
    return tuple(found)[:40]


def _genres(marc: Marc) -> tuple[str, ...]:
    return tuple(dict.fromkeys([text for part in marc.all("608", "a")[:10] if (text := heading(part))]))


def _audience(marc: Marc, genres: tuple[str, ...], given: Audience | None) -> tuple[int | None, Audience | None]:
    """Return the youngest age and the audience: a stated age first, then the library's own code, then the coded field."""
    stated = marc.first("333", "a")
    age = values.age(stated) if stated else None
    audience = values.audience_of_age(age) or (values.audience(stated) if stated else None) or given
    if audience is None and any(map(_young, genres)):
        audience = Audience.CHILDREN
    if audience is None:
        audience = next((_AUDIENCE[c] for c in marc.first("100", "a")[17:20] if c in _AUDIENCE), None)
    return age, audience


@lru_cache(maxsize=4_096)
def _young(genre: str) -> bool:
    return _YOUNG.search(genre) is not None


def _identifiers(marc: Marc) -> tuple[Identifier, ...]:
    books = {v: identifiers.isbn(v) for v in marc.all("010", "a")[:20]}
    found: list[Identifier | None] = [*books.values()]
    found += [identifiers.ean(v) for v in marc.all("073", "a")[:20] if books.get(v) is None]  # mostly the ISBN again
    for tag in marc.present(_NUMBERS):
        read, most = _NUMBERS[tag]
        found += [read(v) for v in marc.all(tag, "a")[:most]]
    found += [identifiers.ark(v) for v in [*marc.all("033", "a")[:5], marc.control("003")] if "ark:" in v]
    return identifiers.unique(found)


def read_links(marc: Marc) -> tuple[Link, ...]:
    """Return what 856 points to, the same in both families, and the notice's own address when 003 is one."""
    if "856" not in marc and "003" not in marc:
        return ()
    found = []
    for _indicators, pairs in marc.get("856")[:20]:
        url = one(pairs, "u").strip()
        if url.startswith(("http://", "https://")) and len(url) <= 2000:
            words = " ".join(many(pairs, "23yz")).lower()
            found.append(Link(url, link_rel(url, words, one(pairs, "q"))))
    notice = marc.control("003").strip()
    if notice.startswith(("http://", "https://")) and len(notice) <= 500:
        found.append(Link(notice, LinkRel.RECORD))
    return tuple(dict.fromkeys(found))


def link_rel(url: str, words: str, media_type: str = "") -> LinkRel:
    """Tell a cover, an excerpt and a notice from the resource itself, by what the cataloguer wrote and by the address."""
    path = url.lower().split("?")[0]
    if any(word in words for word in ("couverture", "vignette", "cover", "jaquette", "pochette")) or media_type.startswith("image/"):
        return LinkRel.THUMBNAIL if "vignette" in words or "thumb" in words else LinkRel.COVER
    if any(word in words for word in ("extrait", "sommaire", "table des mati", "excerpt", "table of contents", "quatrième")):
        return LinkRel.EXCERPT
    if path.endswith((".jpg", ".jpeg", ".png", ".gif", ".webp")):
        return LinkRel.COVER
    if "notice" in words or "catalogue.bnf.fr/ark:" in path:
        return LinkRel.RECORD
    return LinkRel.ACCESS
