"""OPDS 2.0 (`application/opds+json`) to the domain.

Guarantees: every value is checked for its type, since JSON promises none; nesting and size are capped; a publication
without a title is a `Rejected`. An authentication document raises `FormatError` saying that a sign-in is wanted.
Source: OPDS 2.0 (drafts.opds.io), Readium Web Publication Manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kiosk.domain import Audience, Contributor, Identifier, Link, LinkRel, Record, Role, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, names, opds, values
from kiosk.formats.opds import MAX_ENTRIES, Feed, absolute, rel_of
from kiosk.formats.outcome import Outcome, Rejected
from kiosk.formats.text import clean, plain, trimmed

_ROLES = (
    ("author", Role.AUTHOR),
    ("director", Role.DIRECTOR),
    ("composer", Role.COMPOSER),
    ("artist", Role.ILLUSTRATOR),
    ("illustrator", Role.ILLUSTRATOR),
    ("penciler", Role.ILLUSTRATOR),
    ("translator", Role.TRANSLATOR),
    ("narrator", Role.NARRATOR),
    ("editor", Role.EDITOR),
    ("contributor", Role.OTHER),
)
Json = dict[str, Any]


def parse(data: bytes, base: str, source: str) -> Feed:
    """Read a page found at `base`. Raises FormatError."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise FormatError("JSON illisible") from e
    if not isinstance(root, dict):
        raise FormatError("ce n’est pas un flux OPDS 2.0")
    if "authentication" in root:
        raise FormatError("ce catalogue demande de s’identifier : le kiosque ne moissonne que ce qui est public")
    feed = Feed(title=clean(_string(_dict(root, "metadata").get("title")), 200))
    number = _dict(root, "metadata").get("numberOfItems")
    feed.total = number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else 0
    if not any(key in root for key in ("publications", "navigation", "groups", "links", "metadata")):
        raise FormatError("ce n’est pas un flux OPDS 2.0")
    _collection(feed, root, base, source)
    for group in _dicts(root.get("groups"))[:200]:
        _collection(feed, group, base, source)
    return feed


def _collection(feed: Feed, part: Json, base: str, source: str) -> None:
    """Take the links, the navigation and the publications of a feed or of one of its groups."""
    for link in _dicts(part.get("links")):
        rels = _strings(link.get("rel"))
        if "next" in rels or "http://opds-spec.org/crawlable" in rels:
            url = _url(feed, link, base)
            feed.next = feed.next or (url if "next" in rels else "")
            feed.crawlable = feed.crawlable or ("" if "next" in rels else url)
        elif "self" in rels and part.get("publications") and feed.title != _string(_dict(part, "metadata").get("title")):
            _further(feed, link, base)  # the whole of a group of which the page shows the beginning
    for link in _dicts(part.get("navigation"))[:500]:
        _further(feed, link, base)
    for position, publication in enumerate(_dicts(part.get("publications"))[:MAX_ENTRIES], len(feed.outcomes) + 1):
        feed.outcomes.append(_publication(feed, publication, base, source, position))


def _further(feed: Feed, link: Json, base: str) -> None:
    media = _string(link.get("type"))
    if not media or "opds" in media:
        url = _url(feed, link, base)
        if url:
            feed.further.append(url)


def _url(feed: Feed, link: Json, base: str) -> str:
    url = absolute(base, _string(link.get("href")))
    feed.bad_links += not url
    return url


def _publication(feed: Feed, publication: Json, base: str, source: str, position: int) -> Outcome:
    metadata = _dict(publication, "metadata")
    ident = _string(metadata.get("identifier"))[:400]
    try:
        return _record(feed, publication, metadata, ident or _self(publication, base), base, source)
    except (FormatError, ValueError, TypeError) as e:
        reason = str(e) if isinstance(e, FormatError) else f"publication illisible ({type(e).__name__})"
        return Rejected.of(position, reason, json.dumps(metadata, ensure_ascii=False).encode("utf-8", "replace"), ident)


def _self(publication: Json, base: str) -> str:
    return next((absolute(base, _string(k.get("href"))) for k in _dicts(publication.get("links")) if "self" in _strings(k.get("rel"))), "")


def _record(feed: Feed, publication: Json, metadata: Json, ident: str, base: str, source: str) -> Record:
    title = trimmed(_translated(metadata.get("title")))
    if not title:
        raise FormatError("titre absent (metadata.title)")
    if not ident:
        raise FormatError("publication sans identifiant")
    links = _dicts(publication.get("links"))[:60]
    age, audience, subjects = _subjects(metadata)
    series, volume = _series(metadata)
    return Record(
        id=f"{source}:{ident}",
        title=title,
        kind=opds.kind_of(_string(metadata.get("@type")), " ".join(m for link in links for m in _media(link))),
        subtitle=trimmed(_translated(metadata.get("subtitle"))),
        contributors=_contributors(metadata),
        publisher=next((trimmed(name) for name, _sort in _people(metadata.get("imprint"))), "")
        or next((trimmed(name) for name, _sort in _people(metadata.get("publisher"))), ""),
        year=values.year(_string(metadata.get("published"))),
        languages=values.languages(_strings(metadata.get("language"))[:10]),
        summary=plain(_translated(metadata.get("description"))),
        audience=audience,
        age_min=age,
        subjects=subjects,
        series=series,
        volume=volume,
        extent=_extent(metadata),
        identifiers=_identifiers(metadata, ident),
        links=_links(feed, publication, links, base),
        sources=(SourceRef(source, ident, _string(metadata.get("modified"))[:40]),),
    )


def _extent(metadata: Json) -> str:
    seconds, pages = metadata.get("duration"), metadata.get("numberOfPages")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < 10_000_000:
        return values.duration(seconds)
    return f"{pages} p." if isinstance(pages, int) and not isinstance(pages, bool) and 0 < pages < 100_000 else ""


def _contributors(metadata: Json) -> tuple[Contributor, ...]:
    found: list[Contributor] = []
    for key, role in _ROLES:
        for name, sort_name in _people(metadata.get(key)):
            one = names.direct(name, role)
            if one is not None:
                found.append(Contributor(one.name, clean(sort_name, 200), role))
    return names.unique(found)


def _people(value: object) -> Iterator[tuple[str, str]]:
    """Names come as a string, an object with a name, or a list of either."""
    for one in value[:40] if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one, ""
        elif isinstance(one, dict):
            yield _translated(one.get("name")), _string(one.get("sortAs"))


def _subjects(metadata: Json) -> tuple[int | None, Audience | None, tuple[str, ...]]:
    age: int | None = None
    audience: Audience | None = None
    found: dict[str, None] = {}
    value = metadata.get("subject")
    for one in value[:60] if isinstance(value, list) else [value]:
        scheme = _string(one.get("scheme")) if isinstance(one, dict) else ""
        name = _translated(one.get("name")) or _string(one.get("code")) if isinstance(one, dict) else _string(one)
        if scheme.endswith(("audience", "typicalAgeRange")):
            found_age, who = opds.audience_of(scheme, name)
            age, audience = (found_age if found_age is not None else age), audience or who
        elif name and "/fiction/" not in scheme:
            found[trimmed(name, 120)] = None
    return age, audience, tuple(text for text in found if text)[:40]


def _series(metadata: Json) -> tuple[str, str]:
    value = _dict(metadata, "belongsTo").get("series")
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, str):
        return trimmed(first, 200), ""
    if isinstance(first, dict):
        position = first.get("position")
        return trimmed(_translated(first.get("name")), 200), f"{position:g}" if isinstance(position, int | float) else ""
    return "", ""


def _identifiers(metadata: Json, ident: str) -> tuple[Identifier, ...]:
    found = [opds.platform_identifier(ident)]
    found += [
        identifiers.urn(_string(alt.get("value")) if isinstance(alt, dict) else _string(alt)) for alt in _list(metadata, "altIdentifier")
    ]
    return tuple(dict.fromkeys(i for i in found if i is not None))


def _links(feed: Feed, publication: Json, links: list[Json], base: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in links:
        rel = next((r for text in _strings(link.get("rel")) if (r := rel_of(text)) is not None), None)
        if rel is not None and (url := _url(feed, link, base)):
            found.setdefault(url, Link(url, rel, "", _string(link.get("type")).split(";")[0][:80]))
    pictures = [i for i in _dicts(publication.get("images"))[:20] if _string(i.get("type")) != "image/svg+xml"]
    for rel, picture in _pictures(pictures):
        url = _url(feed, picture, base)
        if url:
            found.setdefault(url, Link(url, rel, "", _string(picture.get("type"))[:80]))
    return tuple(found.values())


def _pictures(pictures: list[Json]) -> Iterator[tuple[LinkRel, Json]]:
    """Choose the largest picture as cover, and the smallest of at least 200 pixels as thumbnail."""
    if not pictures:
        return
    ordered = sorted(pictures, key=_height)
    yield LinkRel.COVER, ordered[-1]
    small = next((p for p in ordered if _height(p) >= 200), None)
    if small is not None and small is not ordered[-1]:
        yield LinkRel.THUMBNAIL, small


def _height(picture: Json) -> int:
    value = picture.get("height")
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _media(link: Json) -> Iterator[str]:
    if any(rel.startswith(opds.ACQUISITION) for rel in _strings(link.get("rel"))):
        yield _string(link.get("type"))
        for below in _list(_dict(link, "properties"), "indirectAcquisition")[:20]:
            yield from _media_below(below, 4)


def _media_below(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, dict) and depth:
        yield _string(value.get("type"))
        for child in _list(value, "child")[:20]:
            yield from _media_below(child, depth - 1)


def _translated(value: object) -> str:
    """Text, or a map of languages: French first."""
    if isinstance(value, dict):
        return _string(value.get("fr") or value.get("fre") or next(iter(value.values()), ""))
    return _string(value)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else [value] if isinstance(value, str) else []


def _dict(value: Json, key: str) -> Json:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: Json, key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _dicts(value: object) -> list[Json]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
