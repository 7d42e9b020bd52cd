"""A walk through an OPDS catalogue that ends, whatever the feeds say.

Guarantees: each address is asked for once; the walk stays on the server it was sent to; it stops at `Caps`; a feed that is
broken is one reject and the others are read; after each page the catalogue holds what is left to visit, so a walk goes on
where it stopped.
Source: OPDS Catalog 1.2 (sections 2, 5, crawlable feeds), OPDS 2.0 (pagination, groups).
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from kiosk.errors import FormatError, LinkError, ProtocolError
from kiosk.formats import opds1, opds2
from kiosk.formats.opds import Feed
from kiosk.formats.sniff import Format, sniff
from kiosk.sources.http import Answer, Client, host
from kiosk.sources.options import Options
from kiosk.sources.seen import Seen, forget_the_others
from kiosk.sources.sink import Sink
from kiosk.sources.spec import Source

ACCEPT = "application/opds+json, application/atom+xml;profile=opds-catalog, application/atom+xml;q=0.9, application/json;q=0.8, */*;q=0.1"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Caps:
    """How far a walk may go."""

    pages: int = 20_000
    waiting: int = 5_000  # addresses known and not visited yet
    failures: int = 20  # pages in a row that cannot be had


class Crawler:
    """One harvest of one OPDS source. `left` in the state is what an interrupted walk had still to visit."""

    def __init__(self, client: Client, source: Source, options: Options, sink: Sink, caps: Caps | None = None) -> None:
        self.client = client
        self.source = source
        self.options = options
        self.sink = sink
        self.caps = caps or Caps()
        self.queue: deque[str] = deque()
        self.known: set[str] = set()
        self.away: set[str] = set()
        self.bad_links = 0
        self.pages = 0
        self._crawlable = False

    def run(self) -> None:
        """Walk to the end. Raises LinkError when the start, or too many pages in a row, cannot be had."""
        left = self._left()
        self.sink.seen = Seen() if self.options.full and not left else None
        start = left or [self.source.url]
        for url in start:
            self._push(url)
        failures = 0
        while self.queue and self.pages < self.caps.pages:
            url = self.queue.popleft()
            try:
                self._visit(url)
                failures = 0
            except (LinkError, FormatError) as e:
                failures += 1
                if self.pages == 0 or failures >= self.caps.failures:
                    self._remember([url, *self.queue] if not isinstance(e, FormatError) else [])
                    raise (
                        e if isinstance(e, LinkError) else ProtocolError(f"{host(self.source.url)} n’est pas un catalogue OPDS : {e}.")
                    ) from e
                self.sink.reject(_shown(url), str(e))
            self._remember(list(self.queue))
        self._remember([])
        self._conclude(whole=not left and not self.queue)

    def _left(self) -> list[str]:
        try:
            left = json.loads(self.sink.harvest.state.get("left", "[]"))
        except ValueError:
            return []
        return [url for url in left if isinstance(url, str) and self._at_home(url)][: self.caps.waiting]

    def _remember(self, left: list[str]) -> None:
        self.sink.harvest.set_state(left=json.dumps(left) if left else "")

    def _visit(self, url: str) -> None:
        answer = self.client.get(url, accept=ACCEPT)
        if not self._at_home(answer.url):
            raise ProtocolError(f"{host(url)} renvoie vers un autre serveur : page laissée de côté.")
        feed = parse(answer, self.source.name)
        self.pages += 1
        self.bad_links += feed.bad_links
        self.sink.report.step = f"page {self.pages}{f', encore {len(self.queue)}' if self.queue else ''}"
        self.sink.report.expected = max(self.sink.report.expected, feed.total)
        self.sink.pour(feed.outcomes, f"{_shown(url)} n° ")
        if feed.crawlable and not self._crawlable:  # everything is there: the lanes would only repeat it
            self._crawlable = True
            self.queue.clear()
            self._push(feed.crawlable)
            return
        if feed.next:
            self._push(feed.next, first=True)
        if not self._crawlable:
            for further in feed.further:
                self._push(further)

    def _push(self, url: str, *, first: bool = False) -> None:
        address = _canonical(url)
        if address in self.known:
            return
        if not self._at_home(url):
            self.away.add(address)
            return
        if len(self.queue) >= self.caps.waiting:
            return
        self.known.add(address)
        if first:
            self.queue.appendleft(url)
        else:
            self.queue.append(url)

    def _at_home(self, url: str) -> bool:
        """Same server as the source: a feed must not send the kiosk around the local network."""
        return _authority(url) == _authority(self.source.url) or (
            host(url) == host(self.source.url) and urlsplit(url).scheme == "https" and urlsplit(self.source.url).scheme == "http"
        )

    def _conclude(self, *, whole: bool) -> None:
        notes = self.sink.report.notes
        if self.away:
            notes.append(f"{len(self.away)} liens vers d’autres serveurs n’ont pas été suivis.")
        if self.bad_links:
            notes.append(f"{self.bad_links} liens mal écrits ont été laissés de côté.")
        if self.pages >= self.caps.pages:
            notes.append(f"Arrêt après {self.pages} pages.")
        elif whole and self.sink.seen is not None:
            forget_the_others(self.sink, self.sink.seen)


def parse(answer: Answer, source: str) -> Feed:
    """Read a page in either version, by its content. Raises FormatError."""
    if "json" in answer.media_type or sniff(answer.content) is Format.OPDS2 or answer.content.lstrip()[:1] == b"{":
        return opds2.parse(answer.content, answer.url, source)
    return opds1.parse(answer.content, answer.url, source)


def _authority(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0)


def _canonical(url: str) -> str:
    """One spelling for one page, so that a loop shows."""
    parts = urlsplit(url)
    query = "&".join(sorted(parts.query.split("&")))
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, ""))


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}{'?' + parts.query if parts.query else ''}"[:160]
