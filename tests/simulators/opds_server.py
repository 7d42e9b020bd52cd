"""An OPDS catalogue over real HTTP: pages by path, in either version, sound or hostile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from xml.sax.saxutils import escape, quoteattr

from tests.simulators.http_faults import Answer, Server, serve

ATOM = "application/atom+xml;profile=opds-catalog;kind=acquisition"


def entry(number: int, title: str = "", href: str = "") -> str:
    """Write a publication."""
    address = href or f"/livres/{number}.epub"
    return (
        f"<entry><id>urn:essai:{number}</id><title>{escape(title or f'Livre {number}')}</title><updated>2026-01-01T00:00:00Z</updated>"
        f"<author><name>Anne Martel</name></author>"
        f'<link rel="http://opds-spec.org/acquisition/open-access" type="application/epub+zip" href={quoteattr(address)}/></entry>'
    )


def lane(title: str, href: str) -> str:
    """Write an entry that leads to another feed."""
    return f'<entry><id>lane:{title}</id><title>{title}</title><link rel="subsection" type="{ATOM}" href={quoteattr(href)}/></entry>'


def feed(*inside: str, links: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Write a page with links of its own: (rel, href)."""
    own = "".join(f'<link rel="{rel}" type="{ATOM}" href={quoteattr(href)}/>' for rel, href in links)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>Essai</title>{own}{"".join(inside)}</feed>'.encode()


@contextmanager
def catalogue(pages: dict[str, bytes]) -> Iterator[Server]:
    """Serve pages by path and query ("/a?page=2")."""
    held: list[Server] = []

    def respond(path: str, parameters: dict[str, str]) -> Answer:
        asked = held[0].asked[-1]
        body = pages.get(asked, pages.get(path))
        if body is None:
            return 404, "text/plain", b"?"
        media = "application/opds+json" if body[:1] == b"{" else "application/atom+xml"
        return 200, media, body

    with serve(respond) as server:
        held.append(server)
        yield server
