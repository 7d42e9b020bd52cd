"""What an OPDS feed says, in 1.2 or 2.0: its publications, and where else to look.

Guarantees: pure; addresses are absolute, http or https, and written as a URL must be, whatever the feed wrote ("+" and
accents unencoded, spaces, relative ones); an address that cannot be made so is left out and counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from kiosk.domain import Audience, Identifier, Kind, LinkRel
from kiosk.formats import identifiers, values
from kiosk.formats.outcome import Outcome

ACQUISITION = "http://opds-spec.org/acquisition"
MAX_ENTRIES = 5_000  # of one page
_TEMPLATE = re.compile(r"\{[^{}]{0,200}\}")


@dataclass(slots=True)
class Feed:
    """One page. `further` are feeds below or beside this one; facets (other orders of the same entries) are left out."""

    title: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    next: str = ""
    crawlable: str = ""  # one flat feed of everything, when the server has one
    further: list[str] = field(default_factory=list)
    bad_links: int = 0
    total: int = 0


def absolute(base: str, href: str) -> str:
    """Return an absolute address, percent-encoded (RFC 3986), or an empty string when it cannot be one."""
    href = _TEMPLATE.sub("", href.strip())
    if not href or len(href) > 2000:
        return ""
    try:
        parts = urlsplit(urljoin(base, href))
        port = f":{parts.port}" if parts.port else ""
        host = (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname or ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9._\-\[\]:]+", host):
        return ""
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((parts.scheme, f"[{host}]{port}" if ":" in host else f"{host}{port}", path, query, ""))


def rel_of(rel: str) -> LinkRel | None:
    """Tell what an OPDS link relation leads to; None for links that are not about the thing itself."""
    if rel.startswith(ACQUISITION):
        return LinkRel.EXCERPT if rel.endswith(("/sample", "/preview")) else LinkRel.ACCESS
    if rel in ("http://opds-spec.org/image", "http://opds-spec.org/cover", "x-stanza-cover-image"):
        return LinkRel.COVER
    if rel in ("http://opds-spec.org/image/thumbnail", "http://opds-spec.org/thumbnail", "x-stanza-cover-image-thumbnail"):
        return LinkRel.THUMBNAIL
    if rel in ("preview", "sample"):
        return LinkRel.EXCERPT
    return None


def kind_of(type_: str, media: str) -> Kind:
    """Return the kind of a publication by its schema.org type, then by the media it is delivered in."""
    name = type_.rpartition("/")[2].lower()
    found = {
        "audiobook": Kind.AUDIOBOOK,
        "periodical": Kind.PRESS,
        "newspaper": Kind.PRESS,
        "publicationissue": Kind.PRESS,
        "comicstory": Kind.COMIC,
        "comicissue": Kind.COMIC,
        "movie": Kind.FILM,
        "videoobject": Kind.FILM,
        "musicalbum": Kind.MUSIC,
        "musicrecording": Kind.MUSIC,
        "sheetmusic": Kind.SCORE,
        "course": Kind.COURSE,
        "videogame": Kind.GAME,
        "map": Kind.MAP,
    }.get(name)
    if found is not None:
        return found
    if "audiobook" in media or "audio/" in media:
        return Kind.AUDIOBOOK
    if "comicbook" in media or "cbz" in media or "divina" in media:
        return Kind.COMIC
    return Kind.FILM if "video/" in media else Kind.EBOOK


def audience_of(scheme: str, term: str) -> tuple[int | None, Audience | None]:
    """Read one category or subject that names an audience or an age range."""
    if scheme.endswith("typicalAgeRange"):
        age = values.age(term)
        return (age, values.audience_of_age(age)) if age is not None and age < 18 else (None, Audience.ADULTS if age else None)
    if scheme.endswith("audience"):
        return None, values.audience(term)
    return None, None


def platform_identifier(ident: str) -> Identifier | None:
    """Read the identifier of an entry: a standard number, else its own URI."""
    standard = identifiers.urn(ident)
    if standard is not None:
        return standard
    return Identifier("uri", ident[:400]) if re.match(r"(?:urn:|https?://|tag:)\S+$", ident) else None
