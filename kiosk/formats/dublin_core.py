"""Simple Dublin Core, as OAI-PMH carries it (oai_dc), to the domain.

Guarantees: every element is optional but a title; what French libraries put into one element is taken apart: "Titre /
statement", "Giono, Jean (1895-1970). Auteur du texte", "Gallimard (Paris)", "Notice du catalogue : address".
Source: Dublin Core Metadata Element Set 1.1; OAI-PMH 2.0, section 6 (oai_dc); answers of Gallica and of portals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element

from kiosk.domain import Audience, Contributor, Identifier, Kind, Link, LinkRel, Record, Role, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, kinds, names, values
from kiosk.formats.publication import bare_place, part
from kiosk.formats.text import LONG, clean, plain, trimmed, without_stop
from kiosk.formats.unimarc import link_rel
from kiosk.formats.xml import local

Elements = Mapping[str, Sequence[str]]
MAX_VALUES = 60  # of one element
_VOLUME = re.compile(r"(?i)[\s.,;]*\[?\(?\b(?:t(?:ome|\.)|vol(?:ume|\.)|n°|numéro)\s*(\d{1,4})\b[\])]?\s*$")
_PLACE = re.compile(r"^(.*?)\s*\(([^()]{2,60})\)\.?$")
_PAGES = re.compile(r"(?i)\b\d+ ?(?:p\.|pages|f\.|vol\.|min|h\b)|\b\d+ (?:disque|partition|carte|photogr|est\.)")
_URL = re.compile(r"https?://[^\s<>\"]{4,2000}")
_COLLECTION = re.compile(r"(?i)^(?:collection|coll\.|appartient à(?: l.ensemble documentaire)?|série)\s*:\s*(.+?)(?:\s*;\s*(.+))?$")
_ISSUE = re.compile(r"^\d{4}[\d/() ,A-Za-z.°-]{0,40}$")  # "1875 (T6)-1880.": which issue of a periodical this is
_CARRIER = re.compile(r"(?i)\s*[\[(]\[?(?:texte|images?|enregistrement|musique|document|ressource|reprod|multim)[^\])]{0,40}\]?[\])]")
_NOTES = re.compile(
    r"(?i)^(?:titre original|(?:autre titre|titre uniforme|référence biblio)|comprend|contient|date de l|format\s*:|collection\s*:"
    r"|appartient)"
)


def elements(dc: Element) -> dict[str, list[str]]:
    """Gather an oai_dc element's values by name; a description in French comes before the same one in English."""
    found: dict[str, list[tuple[bool, str]]] = {}
    for child in dc:
        text = "".join(child.itertext()).strip()
        if text:
            language = next((v for k, v in child.attrib.items() if local(k) == "lang"), "")
            found.setdefault(local(child.tag), []).append((language[:2] == "en", text))
    return {name: [text for _english, text in sorted(pairs, key=lambda p: p[0])][:MAX_VALUES] for name, pairs in found.items()}


def record(dc: Elements, source: str, source_id: str, datestamp: str = "") -> Record:
    """Build a record. Raises FormatError when there is no title."""
    titles = [clean(t) for t in dc.get("title", ()) if clean(t)]
    if not titles:
        raise FormatError("titre absent (dc:title)")
    title, subtitle, volume, statement = split_title(titles[0])
    links = _links(dc)
    kind = _kind(dc, online=any(link.rel is LinkRel.ACCESS for link in links))
    publisher, place = _publisher(dc)
    series, in_series = _series(dc)
    age, audience = _audience(dc)
    return Record(
        id=f"{source}:{source_id}",
        title=title,
        kind=kind,
        subtitle=subtitle,
        contributors=_contributors(dc, kind, statement),
        publisher=publisher,
        place=place,
        year=next((y for d in dc.get("date", ()) if (y := values.year(d)) is not None), None),
        languages=values.languages([v for text in dc.get("language", ()) for v in re.split(r"[;,/|]", text)]),
        summary=_summary(dc),
        audience=audience,
        age_min=age,
        subjects=_subjects(dc),
        series=series,
        volume=volume or {Kind.PRESS: _issue(dc), Kind.COMIC: in_series}.get(kind, ""),
        extent=next((trimmed(f, 120) for f in dc.get("format", ()) if _PAGES.search(f)), ""),
        identifiers=_identifiers(dc, kind),
        links=links,
        sources=(SourceRef(source, source_id, datestamp),),
    )


def split_title(text: str) -> tuple[str, str, str, str]:
    """Take an ISBD title apart: title, subtitle, volume, statement of responsibility."""
    proper, _, statement = _CARRIER.sub("", text).partition(" / ")
    main, _, rest = proper.partition(" : ")
    main, rest = trimmed(main), trimmed(rest)
    found = _VOLUME.search(rest or main)
    volume = found.group(1) if found is not None else ""
    if found is not None and rest:  # the number is part of what makes the title, wherever it was typed
        rest = rest[: found.start()]
        main = f"{main}. {volume}"
    return without_stop(main) or trimmed(text), without_stop(trimmed(rest)), volume, statement


def _contributors(dc: Elements, kind: Kind, statement: str) -> tuple[Contributor, ...]:
    main = {Kind.FILM: Role.DIRECTOR, Kind.SCORE: Role.COMPOSER, Kind.MUSIC: Role.PERFORMER}.get(kind, Role.AUTHOR)
    found: list[Contributor] = []
    for name, default in (("creator", main), ("contributor", Role.OTHER)):
        for text in dc.get(name, ()):
            contributor = names.heading(text)
            if contributor is None or contributor.name.lower() in ("anonyme", "inconnu", "unknown", "n/a"):
                continue
            if contributor.role is Role.AUTHOR and not re.search(r"(?i)\. auteur", text):
                contributor = Contributor(contributor.name, contributor.sort_name, default, contributor.dates)
            found.append(contributor)
    return names.unique(found or names.from_statement(statement, main))


def _publisher(dc: Elements) -> tuple[str, str]:
    for text in dc.get("publisher", ()):
        found = _PLACE.match(clean(text, 200))
        name, place = (found.group(1), found.group(2)) if found is not None else (text, "")
        if part(name) or part(place):
            return part(name), bare_place(part(place))
    return "", ""


def _kind(dc: Elements, *, online: bool) -> Kind:
    kind = kinds.of_words(*(clean(t, 80) for t in dc.get("type", ()))) or kinds.of_words(*(clean(f, 80) for f in dc.get("format", ())))
    if kind in (Kind.BOOK, None) and online:
        return Kind.EBOOK
    return kind or Kind.OTHER


def _issue(dc: Elements) -> str:
    """Which issue of a periodical this is, for its title is that of all the others."""
    return next((trimmed(d, 60).rstrip(".") for d in dc.get("description", ()) if _ISSUE.match(d.strip())), "")


def _summary(dc: Elements) -> str:
    parts = [plain(d) for d in dc.get("description", ()) if not _NOTES.match(d.strip()) and not _ISSUE.match(d.strip())]
    return clean(max(parts, key=len, default=""), LONG)


def _series(dc: Elements) -> tuple[str, str]:
    for text in (*dc.get("description", ()), *dc.get("relation", ())):
        found = _COLLECTION.match(clean(text))
        if found is not None and not _URL.search(text):
            number = re.fullmatch(r"\D{0,6}(\d{1,4})", found.group(2) or "")
            return trimmed(found.group(1), 200), number.group(1) if number else ""
    return "", ""


def _audience(dc: Elements) -> tuple[int | None, Audience | None]:
    for text in dc.get("audience", ()):  # qualified Dublin Core, where portals use it
        age = values.age(text)
        audience = values.audience_of_age(age) or values.audience(text)
        if audience is not None:
            return age, audience
    return None, None


def _subjects(dc: Elements) -> tuple[str, ...]:
    """Return subjects; "Histoire -- France -- 1789" gives three, as MARC's subdivisions do."""
    found: dict[str, None] = {}
    for text in dc.get("subject", ()):
        for piece in re.split(r"\s+--\s+|\s*;\s*", clean(text, 300)):
            value = without_stop(trimmed(piece, 120))
            if len(value) > 1 and not value.startswith("http"):
                found[value] = None
    return tuple(found)[:40]


def _identifiers(dc: Elements, kind: Kind) -> tuple[Identifier, ...]:
    found = [identifiers.urn(text) for text in dc.get("identifier", ())]
    if kind is not Kind.PRESS:  # the title's own number is on each of its issues
        found += [identifiers.ark(text) for text in dc.get("relation", ()) if "ark:/" in text]
    found += [identifiers.urn(text) for text in dc.get("source", ()) if re.match(r"(?i)\s*(?:urn:)?(?:isbn|ean)\b", text)]
    return tuple(dict.fromkeys(i for i in found if i is not None))


def _links(dc: Elements) -> tuple[Link, ...]:
    """Addresses among the identifiers lead to the thing; among the relations, to its notice, its cover."""
    found: list[Link] = []
    for text in dc.get("identifier", ()):
        for url in _URL.findall(text)[:1]:
            found.append(Link(url, link_rel(url, "")))
    for text in dc.get("relation", ()):
        for url in _URL.findall(text)[:1]:
            rel = link_rel(url, text.lower())
            if rel is not LinkRel.ACCESS:
                found.append(Link(url, rel))
    for text in (*dc.get("thumbnail", ()), *dc.get("cover", ())):
        found += [Link(url, LinkRel.THUMBNAIL) for url in _URL.findall(text)[:1]]
    return tuple(dict.fromkeys(found))
