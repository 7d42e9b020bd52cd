"""An OAI-PMH 2.0 repository over real HTTP, with what real ones do: small pages, tokens that expire or come back, deletions.

It speaks Identify, ListMetadataFormats, ListRecords and ListIdentifiers, with sets and dates. See `http_faults` for what may
happen to an answer on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.simulators.http_faults import Answer, Server, serve

OPENING = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'


@dataclass
class Entry:
    """One record of the repository; `metadata` is put as it is, broken or not."""

    ident: str
    stamp: str
    metadata: str = ""
    deleted: bool = False
    sets: tuple[str, ...] = ()


def dublin_core(title: str, *pairs: tuple[str, str]) -> str:
    """Write an oai_dc element."""
    inside = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in (("title", title), *pairs))
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{inside}</oai_dc:dc>"
    )


@dataclass
class Repository:
    """What the server holds and how it behaves.

    `expire_after`: a token older than that many requests is refused; `loop`: every token leads to the first page;
    `stuck`: tokens change and the page does not.
    """

    entries: list[Entry] = field(default_factory=list)
    page: int = 10
    now: str = "2026-03-01T12:00:00Z"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    deleted_record: str = "persistent"
    formats: tuple[str, ...] = ("oai_dc",)
    expire_after: int = 0
    expire_next: int = 0  # so many tokens are refused, whatever their age
    loop: bool = False
    stuck: bool = False
    raw: dict[str, bytes] = field(default_factory=dict)  # whole answers by verb, sent as they are
    served: int = 0

    def respond(self, _path: str, parameters: dict[str, str]) -> Answer:
        """Answer one request."""
        self.served += 1
        verb = parameters.get("verb", "")
        if verb in self.raw and "resumptionToken" not in parameters:
            return 200, "text/xml", self.raw[verb]
        inside = {
            "Identify": self._identify,
            "ListMetadataFormats": self._formats,
            "ListRecords": lambda: self._list(parameters, whole=True),
            "ListIdentifiers": lambda: self._list(parameters, whole=False),
        }.get(verb, lambda: '<error code="badVerb">?</error>')()
        body = f"{OPENING}<responseDate>{self.now}</responseDate><request>http://simulator/</request>{inside}</OAI-PMH>"
        return 200, "text/xml;charset=UTF-8", body.encode()

    def _identify(self) -> str:
        earliest = min((e.stamp for e in self.entries), default="2000-01-01")
        return (
            f"<Identify><repositoryName>Essai</repositoryName><earliestDatestamp>{earliest}</earliestDatestamp>"
            f"<deletedRecord>{self.deleted_record}</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
        )

    def _formats(self) -> str:
        each = "".join(f"<metadataFormat><metadataPrefix>{p}</metadataPrefix></metadataFormat>" for p in self.formats)
        return f"<ListMetadataFormats>{each}</ListMetadataFormats>"

    def _list(self, parameters: dict[str, str], *, whole: bool) -> str:
        token = parameters.get("resumptionToken", "")
        if token:
            if len(parameters) != 2:
                return '<error code="badArgument">resumptionToken is exclusive</error>'
            born, offset, start, end, set_, prefix = token.split("!")
            if self.expire_next or (self.expire_after and self.served - int(born) > self.expire_after):
                self.expire_next = max(0, self.expire_next - 1)
                return '<error code="badResumptionToken">expired</error>'
        else:
            offset, start, end = "0", parameters.get("from", ""), parameters.get("until", "")
            set_, prefix = parameters.get("set", ""), parameters.get("metadataPrefix", "")
        if prefix not in self.formats:
            return '<error code="cannotDisseminateFormat">no</error>'
        found = [e for e in self.entries if start <= e.stamp and (not end or e.stamp[: len(end)] <= end) and (not set_ or set_ in e.sets)]
        if not found:
            return '<error code="noRecordsMatch">none</error>'
        at = int(offset)
        shown = found[: self.page] if self.stuck or self.loop else found[at : at + self.page]
        verb = "ListRecords" if whole else "ListIdentifiers"
        body = "".join(self._record(e) if whole else self._header(e) for e in shown)
        more = at + self.page < len(found) or self.loop or self.stuck
        following = 0 if self.loop else at + self.page
        born_now = 0 if self.loop else self.served
        value = f"{born_now}!{following}!{start}!{end}!{set_}!{prefix}" if more else ""
        tail = f'<resumptionToken completeListSize="{len(found)}" cursor="{at}">{value}</resumptionToken>' if more or token else ""
        return f"<{verb}>{body}{tail}</{verb}>"

    def _header(self, entry: Entry) -> str:
        status = ' status="deleted"' if entry.deleted else ""
        sets = "".join(f"<setSpec>{s}</setSpec>" for s in entry.sets)
        return f"<header{status}><identifier>{entry.ident}</identifier><datestamp>{entry.stamp}</datestamp>{sets}</header>"

    def _record(self, entry: Entry) -> str:
        metadata = "" if entry.deleted else f"<metadata>{entry.metadata}</metadata>"
        return f"<record>{self._header(entry)}{metadata}</record>"


@contextmanager
def repository(**how: object) -> Iterator[tuple[Repository, Server]]:
    """Run a repository."""
    held = Repository(**how)  # type: ignore[arg-type]
    with serve(held.respond) as server:
        yield held, server
