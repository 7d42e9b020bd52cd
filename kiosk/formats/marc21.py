"""MARC21 bibliographic records to the domain.

Guarantees: the punctuation that MARC21 keeps at the end of its subfields (" :", " /", ",") never reaches a screen; every
field is optional but a title. Source: MARC 21 Format for Bibliographic Data, Library of Congress.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain import Audience, Contributor, Identifier, Kind, Record, Role, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, items, kinds, names, values
from kiosk.formats.marc import Field, Marc, many, one
from kiosk.formats.outcome import Deleted
from kiosk.formats.publication import published
from kiosk.formats.relators import role_of_codes
from kiosk.formats.text import LONG, clean, plain, trimmed, without_stop
from kiosk.formats.unimarc import datestamp, read_links, volume_number

_AUDIENCE = {  # 008/22
    "a": Audience.EARLY,
    "b": Audience.EARLY,
    "c": Audience.CHILDREN,
    "d": Audience.TEENS,
    "e": Audience.ADULTS,
    "g": Audience.ALL,
    "j": Audience.CHILDREN,
}
_SUBJECTS = ("600", "610", "611", "630", "650", "651", "653")


def record(marc: Marc, source: str, dialect: items.Dialect, fallback_id: str = "") -> Record | Deleted:
    """Read one record. Raises FormatError when there is no title or no number to know it by."""
    ident = marc.control("001").strip() or _own_number(marc) or fallback_id
    if not ident:
        raise FormatError("notice sans numéro (001)")
    if marc.leader[5:6] == "d":
        return Deleted(ident)
    title, subtitle, volume = _title(marc)
    if not title:
        raise FormatError("titre absent (245 $a)")
    coded = marc.control("008")
    held = items.read(marc, dialect)
    genres = tuple(dict.fromkeys(text for part in marc.all("655", "a")[:10] if (text := without_stop(trimmed(part, 120)))))
    kind = _kind(marc, coded, genres, held.kind)
    publication = published([*marc.get("264"), *marc.get("260")], coded[7:11], ("a", "b", "c"))
    series, in_series = _series(marc, kind)
    age, audience = _audience(marc, coded, held.audience)
    return Record(
        id=f"{source}:{ident}",
        title=title,
        kind=kind,
        subtitle=subtitle,
        contributors=_contributors(marc, kind),
        publisher=publication.publisher,
        place=publication.place,
        year=publication.year,
        languages=values.languages([coded[35:38], *_translated(marc)]),
        summary=_summary(marc),
        audience=audience,
        age_min=age,
        subjects=_subjects(marc),
        genres=genres,
        classification=clean(marc.first("082", "a"), 40).replace("/", ""),
        series=series,
        volume=volume or in_series,
        extent=trimmed(marc.first("300", "a"), 120),
        identifiers=_identifiers(marc),
        links=read_links(marc),
        holdings=held.holdings,
        sources=(SourceRef(source, ident, datestamp(marc.control("005"))),),
    )


def _own_number(marc: Marc) -> str:
    return clean(marc.first("035", "a"), 80)


def _title(marc: Marc) -> tuple[str, str, str]:
    """Return title, subtitle and volume from 245; $c, the statement of responsibility, is left out."""
    title = subtitle = volume = ""
    for _indicators, pairs in marc.get("245")[:1]:
        for code, value in pairs:
            text = without_stop(trimmed(value))
            if code in ("a", "k") and not title:
                title = text
            elif code in ("n", "p") and text:
                volume = volume or (volume_number(text) if code == "n" else "")
                title = f"{title}. {text}" if title else text
            elif code == "b" and not subtitle:
                subtitle = text
    return title, subtitle, volume


def _translated(marc: Marc) -> list[str]:
    """Languages of the text (041 $a, $d), which may be three-letter codes run together ("freeng")."""
    found = []
    for value in (v for _i, pairs in marc.get("041") for v in many(pairs, "ad")):
        found += [value[i : i + 3] for i in range(0, min(len(value), 18), 3)]
    return found


def _series(marc: Marc, kind: Kind) -> tuple[str, str]:
    for tag, code in (("773", "t"), ("490", "a"), ("440", "a"), ("830", "a")):
        for _indicators, pairs in marc.get(tag):
            name = without_stop(trimmed(one(pairs, code), 200))
            if name:
                return name, volume_number(trimmed(one(pairs, "v"), 20)) if kind is Kind.COMIC or tag == "773" else ""
    return "", ""


def _kind(marc: Marc, coded: str, genres: tuple[str, ...], given: Kind | None) -> Kind:
    kind = kinds.of_codes(marc.leader)
    type_ = marc.leader[6:7]
    if kind is Kind.BOOK:
        if "6" in coded[24:28]:  # comics and graphic novels
            return Kind.COMIC
        if coded[23:24] in ("o", "q", "s") or marc.first("337", "b").strip() == "c":
            kind = Kind.EBOOK
    elif type_ == "m":  # computer file: 008/26
        kind = {"g": Kind.GAME, "d": Kind.EBOOK, "h": Kind.AUDIOBOOK}.get(coded[26:27], Kind.OTHER)
    elif type_ == "g" and coded[33:34] == "g":
        kind = Kind.GAME
    elif type_ == "r" and coded[33:34] == "g":
        kind = Kind.KIT
    carrier = clean(marc.first("245", "h"), 80)
    forms = " ".join((*genres, *many([p for _i, pairs in marc.get("650")[:8] for p in pairs], "av")))
    return kinds.refined(kind, carrier, forms, given)


def _contributors(marc: Marc, kind: Kind) -> tuple[Contributor, ...]:
    main = {Kind.FILM: Role.DIRECTOR, Kind.MUSIC: Role.PERFORMER, Kind.SCORE: Role.COMPOSER}.get(kind, Role.AUTHOR)
    other = {Kind.FILM: Role.PERFORMER, Kind.MUSIC: Role.PERFORMER}.get(kind, Role.OTHER)
    found: list[Contributor] = []
    for tag in ("100", "110", "111", "700", "710", "711"):
        for field in marc.get(tag)[:40]:
            contributor = _contributor(field, tag, main if tag.startswith("1") else other)
            if contributor is not None:
                found.append(contributor)
    if not found:
        return names.unique(names.from_statement(marc.first("245", "c"), main))
    return names.unique(found)


def _contributor(field: Field, tag: str, default: Role) -> Contributor | None:
    indicators, pairs = field
    role = role_of_codes(many(pairs, "4"), default)
    if role is default:
        role = names.spelt_role(" ".join(many(pairs, "e"))) or default
    if role is None or one(pairs, "t"):  # with $t the field names a work
        return None
    if tag[1:] in ("10", "11"):
        return names.body(one(pairs, "a"), *many(pairs, "b")[:3], role=role)
    dates = one(pairs, "d")
    entry = trimmed(one(pairs, "a"), 200)
    if indicators[:1] == "0":  # entry under a forename: "Jeanne, d'Arc, sainte"
        return names.person(entry.replace(",", ""), numeration=one(pairs, "b").strip(" ,."), dates=dates or "-", role=role)
    found = names.heading(without_stop(entry), role)  # "Baraude, Henri." ends with a full stop, "Pagnol, M." keeps its own
    return found if found is None or found.dates else replace(found, dates=clean(dates).strip(" .,"))


def _summary(marc: Marc) -> str:
    text = " ".join(marc.all("520", "a"))
    if text:
        return plain(text)
    contents = [trimmed(part, 2000) for part in marc.all("505", "a")[:20]]
    return clean(" · ".join(part for part in contents if part).replace(" -- ", " · "), LONG)


def _subjects(marc: Marc) -> tuple[str, ...]:
    """Return headings and subdivisions as values of their own, as for UNIMARC."""
    found: dict[str, None] = {}
    for tag in _SUBJECTS:
        for _indicators, pairs in marc.get(tag)[:30]:
            parts = [person.name] if tag == "600" and (person := names.heading(one(pairs, "a"), Role.OTHER)) else many(pairs, "a")
            for part in (*parts, *many(pairs, "xyzv")):
                text = without_stop(trimmed(part, 120))
                if text:
                    found[text] = None
    return tuple(found)[:40]


def _audience(marc: Marc, coded: str, given: Audience | None) -> tuple[int | None, Audience | None]:
    stated = marc.first("521", "a")
    age = values.age(stated) if stated else None
    audience = values.audience_of_age(age) or (values.audience(stated) if stated else None) or given
    return age, audience or _AUDIENCE.get(coded[22:23])


def _identifiers(marc: Marc) -> tuple[Identifier, ...]:
    found: list[Identifier | None] = [identifiers.isbn(v) for v in marc.all("020", "a")[:20]]
    found += [identifiers.issn(v) for v in marc.all("022", "a")[:5]]
    for indicators, pairs in marc.get("024")[:20]:
        value = one(pairs, "a")
        found.append(identifiers.ark(value) if "ark:/" in value else identifiers.ean(value) if indicators[:1] in ("1", "3") else None)
    found += [identifiers.publisher_number(v) for v in marc.all("028", "a")[:10]]
    return tuple(dict.fromkeys(i for i in found if i is not None))
