"""OPDS 1.2: Atom feeds and entries to the domain.

Guarantees: an entry with an acquisition link, or with what only publications have, is a record; an entry that only leads
to other feeds is a place to look; an entry without a title is a `Rejected`.
Source: OPDS Catalog 1.2, RFC 4287; feeds of Library Simplified and Feedbooks.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from kiosk.domain import Audience, Contributor, Identifier, Link, LinkRel, Record, Role, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, names, opds, values
from kiosk.formats.oai import document
from kiosk.formats.opds import MAX_ENTRIES, Feed, absolute, rel_of
from kiosk.formats.outcome import Outcome, Rejected
from kiosk.formats.relators import role_of_codes
from kiosk.formats.text import clean, plain, trimmed
from kiosk.formats.xml import local

_NAVIGATION = ("subsection", "http://opds-spec.org/featured", "http://opds-spec.org/sort/new", "http://opds-spec.org/sort/popular", "start")
_SKIPPED = ("http://opds-spec.org/facet", "search", "self", "up", "http://opds-spec.org/shelf", "alternate", "related")


def parse(data: bytes, base: str, source: str) -> Feed:
    """Read a page found at `base`. Raises FormatError when it is not an Atom feed."""
    root = document(data)
    if local(root.tag) == "entry":
        root, wrapper = Element("feed"), root
        root.append(wrapper)
    if local(root.tag) != "feed":
        raise FormatError(f"ce n’est pas un flux OPDS (élément « {local(root.tag)} »)")
    feed = Feed(title=clean(_text(root, "title"), 200))
    for link in _children(root, "link"):
        _feed_link(feed, link, base)
    for child in root:
        if local(child.tag) == "totalResults" and (child.text or "").strip().isdigit():
            feed.total = int((child.text or "0").strip())
    for position, entry in enumerate(list(_children(root, "entry"))[:MAX_ENTRIES], 1):
        outcome = _entry(feed, entry, base, source, position)
        if outcome is not None:
            feed.outcomes.append(outcome)
    return feed


def _feed_link(feed: Feed, link: Element, base: str) -> None:
    rel, href = link.get("rel", ""), link.get("href", "")
    if rel not in ("next", "http://opds-spec.org/crawlable", *_NAVIGATION) or _is_other(link.get("type", "")):
        return
    url = absolute(base, href)
    if not url:
        feed.bad_links += 1
    elif rel == "next":
        feed.next = feed.next or url
    elif rel.endswith("/crawlable"):
        feed.crawlable = url
    elif rel != "start":
        feed.further.append(url)


def _is_other(media: str) -> bool:
    return bool(media) and "atom" not in media and "opds" not in media


def _entry(feed: Feed, entry: Element, base: str, source: str, position: int) -> Outcome | None:
    links = list(_children(entry, "link"))
    for link in links:  # groups: the lane an entry was taken from is worth a visit
        if link.get("rel") in ("collection", "http://opds-spec.org/group"):
            _further(feed, link, base)
    if not any(rel_of(link.get("rel", "")) is LinkRel.ACCESS for link in links):
        navigation = [k for k in links if _leads_to_a_feed(k)]
        if navigation:
            for link in navigation:
                _further(feed, link, base)
            return None
    ident = " ".join(_text(entry, "id").split())
    try:
        return _record(feed, entry, links, base, source, ident)
    except (FormatError, ValueError, TypeError) as e:
        reason = str(e) if isinstance(e, FormatError) else f"entrée illisible ({type(e).__name__})"
        return Rejected.of(position, reason, clean(" ".join(entry.itertext()), 200).encode(), ident[:200])


def _leads_to_a_feed(link: Element) -> bool:
    media, rel = link.get("type", ""), link.get("rel", "")
    return rel not in _SKIPPED and (
        ("profile=opds-catalog" in media and "type=entry" not in media) or rel in _NAVIGATION or not (media or rel)
    )


def _further(feed: Feed, link: Element, base: str) -> None:
    url = absolute(base, link.get("href", ""))
    if url:
        feed.further.append(url)
    else:
        feed.bad_links += 1


def _record(feed: Feed, entry: Element, links: list[Element], base: str, source: str, ident: str) -> Record:
    title = trimmed(_text(entry, "title"))
    if not title:
        raise FormatError("titre absent (atom:title)")
    if not ident:
        raise FormatError("entrée sans identifiant (atom:id)")
    media = " ".join(v for link in links for v in _media(link))
    age, audience, subjects = _categories(entry)
    series, volume = _series(entry)
    return Record(
        id=f"{source}:{ident}",
        title=title,
        kind=opds.kind_of(next((v for k, v in entry.attrib.items() if local(k) == "additionalType"), ""), media),
        subtitle=trimmed(_text(entry, "alternativeHeadline") or _text(entry, "subtitle")),
        contributors=_contributors(entry),
        publisher=trimmed(_text(entry, "publisherImprint") or _text(entry, "publisher")),
        year=values.year(_text(entry, "issued") or _text(entry, "published") or _text(entry, "date")),
        languages=values.languages([_text_of(c) for c in _children(entry, "language")]),
        summary=plain(_markup(entry)),
        audience=audience,
        age_min=age,
        subjects=subjects,
        series=series,
        volume=volume,
        extent=trimmed(_text(entry, "extent"), 120),
        identifiers=_identifiers(entry, ident),
        links=_links(feed, links, base),
        sources=(SourceRef(source, ident, _text(entry, "updated")[:40]),),
    )


def _contributors(entry: Element) -> tuple[Contributor, ...]:
    found: list[Contributor] = []
    for tag, role in (("author", Role.AUTHOR), ("contributor", Role.OTHER)):
        for person in _children(entry, tag):
            name = clean(_text(person, "name"), 200)
            code = next((v for k, v in person.attrib.items() if local(k) == "role"), "")
            given = role_of_codes([code], role) if code else role
            one = (names.heading(name, given) if ", " in name else names.direct(name, given)) if given is not None else None
            if one is not None:
                found.append(one)
    return names.unique(found)


def _categories(entry: Element) -> tuple[int | None, Audience | None, tuple[str, ...]]:
    age: int | None = None
    audience: Audience | None = None
    subjects: dict[str, None] = {}
    for category in list(_children(entry, "category"))[:60]:
        scheme, term = category.get("scheme", ""), category.get("term", "")
        if scheme.endswith(("audience", "typicalAgeRange")):
            found_age, found = opds.audience_of(scheme, term)
            age, audience = (found_age if found_age is not None else age), audience or found
        elif "/fiction/" not in scheme and "rating" not in scheme.lower():
            label = trimmed(category.get("label", "") or term, 120)
            if label and not label.startswith("http"):
                subjects[label] = None
    return age, audience, tuple(subjects)[:40]


def _series(entry: Element) -> tuple[str, str]:
    for child in entry:
        if local(child.tag).lower() == "series":
            position = next((v for k, v in child.attrib.items() if local(k) == "position"), "")
            return trimmed(child.get("name", "") or next((v for k, v in child.attrib.items() if local(k) == "name"), "")), position[:20]
    return "", ""


def _identifiers(entry: Element, ident: str) -> tuple[Identifier, ...]:
    found = [opds.platform_identifier(ident)]
    found += [identifiers.urn(_text_of(c)) for c in entry if local(c.tag) in ("identifier", "isbn", "source")]
    return tuple(dict.fromkeys(i for i in found if i is not None))


def _media(link: Element) -> Iterable[str]:
    if (link.get("rel") or "").startswith(opds.ACQUISITION):
        yield link.get("type", "")
        for below in link.iter():
            yield below.get("type", "")


def _links(feed: Feed, links: list[Element], base: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links[:60]:
        rel = rel_of(link.get("rel", ""))
        if rel is None:
            continue
        url = absolute(base, link.get("href", ""))
        if not url:
            feed.bad_links += 1
        elif url not in found:
            media = link.get("type", "").split(";")[0][:80]
            found[url] = Link(url, rel, "", "" if "atom" in media else media)
    return tuple(found.values())


def _markup(entry: Element) -> str:
    for tag in ("content", "summary", "description"):
        for child in _children(entry, tag):
            text = "".join(child.itertext()).strip()
            if text:
                return text
    return ""


def _children(element: Element, name: str) -> Iterable[Element]:
    return (child for child in element if local(child.tag) == name)


def _text_of(element: Element) -> str:
    return (element.text or "").strip()


def _text(element: Element, name: str) -> str:
    """Return the text of the first such child that has some, tags inside left out."""
    return next((text for child in _children(element, name) if (text := "".join(child.itertext()).strip())), "")
