"""OAI-PMH harvesting that ends, whatever the server does.

Guarantees: after each page the catalogue holds the resumption token that follows it, so a harvest goes on where it
stopped; a token that expired or that comes back restarts its window of dates, cut in two so that the next try gets
further; a first harvest passes over deletions of what it never had; where deletions are not kept by the server, records
that are no longer listed are removed from time to time.
Source: OAI-PMH 2.0, sections 2.5.1 (deletions), 3.5 (flow control), 3.6 (errors).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

from sickle import Sickle, oaiexceptions
from sickle.iterator import OAIResponseIterator

from kiosk.errors import FormatError, LinkError, ProtocolError
from kiosk.formats import oai
from kiosk.formats.outcome import Deleted
from kiosk.formats.xml import local
from kiosk.sources import windows
from kiosk.sources.http import Answer, Client, host
from kiosk.sources.options import Options
from kiosk.sources.seen import Seen, forget_the_others
from kiosk.sources.sink import Sink
from kiosk.sources.spec import Source
from kiosk.sources.windows import Window

PREFIXES = ("unimarc", "oai_unimarc", "marcxchange", "marcxml", "marc21", "oai_marc21", "oai_dc")  # richest first
RESTARTS = 60  # of windows in one harvest, before the server is given up
TRIES = 3  # of one page that comes back broken
RECONCILE = timedelta(days=30)


class _Page:
    """One answer, with the `xml` that sickle looks for."""

    def __init__(self, root: Element, bad: list[bytes]) -> None:
        self.xml = root
        self.bad = bad

    @property
    def date(self) -> str:
        """The server's responseDate."""
        return oai.text(self.xml, "responseDate")

    @property
    def items(self) -> list[Element]:
        """Records or headers listed."""
        listing = next((c for c in self.xml if local(c.tag).startswith("List")), None)
        return [] if listing is None else [c for c in listing if local(c.tag) in ("record", "header")]


class _Server(Sickle):  # type: ignore[misc]
    """sickle's requests and errors over our own transport and parser: capped, timed, and strict about cut answers."""

    def __init__(self, url: str, client: Client) -> None:
        super().__init__(url)
        self._client = client

    def harvest(self, **kwargs: str) -> _Page:
        """Ask for one page, again when what comes back is broken."""
        for attempt in range(1, TRIES + 1):
            answer = self._client.get(self.endpoint, {k: v for k, v in kwargs.items() if v}, "text/xml, application/xml")
            try:
                return _page(answer)
            except FormatError as e:
                if attempt == TRIES:
                    raise ProtocolError(f"{host(self.endpoint)} ne répond pas comme un entrepôt OAI-PMH : {e}.") from e
        raise AssertionError  # pragma: no cover


def _page(answer: Answer) -> _Page:
    try:
        page = _Page(oai.document(answer.content), [])
    except FormatError as e:
        if "entités" in str(e):
            raise
        page = _Page(*oai.salvaged(answer.content))
    if local(page.xml.tag) != "OAI-PMH":
        raise FormatError(f"élément « {local(page.xml.tag)} » au lieu de « OAI-PMH »")
    return page


class Harvester:
    """One harvest of one OAI-PMH source. The state it keeps in the catalogue:

    windows, token   what is left to do: spans of dates, the first of them under way at this token
    begun            date of this harvest's first answer, becoming `since` at its end
    prefix           metadataPrefix agreed on
    reconciled       when removed records were last looked for
    """

    def __init__(self, client: Client, source: Source, options: Options, sink: Sink) -> None:
        self.source = source
        self.options = options
        self.sink = sink
        self.state = sink.harvest.state
        self.server = _Server(source.url, client)
        self.reader = oai.RecordReader(source.name, options.dialect, options.flavour)
        self.granularity = windows.DAY
        self.earliest = ""
        self.keeps_deletions = False
        self._restarts = 0
        self._ignored = 0

    def run(self) -> None:
        """Harvest to the end. Raises LinkError; what was stored stays, and the next run goes on."""
        self._identify()
        self._set(prefix=self.source.prefix or self.state.get("prefix", "") or self._negotiate())
        left = windows.load(self.state.get("windows", "")) or [self._first_window()]
        first_time = not self.state.get("since") or self.options.full
        while left:
            self._set(windows=windows.dump(left))
            if self._window(left[0], first_time):
                left.pop(0)
            else:
                left[:1] = windows.halves(left[0], self.earliest, self.state.get("begun", ""), self.granularity)
        self._set(since=self.state.get("begun", "") or self.state.get("since", ""), begun="", windows="", token="")
        self._reconcile()
        if self._ignored:
            self.sink.report.notes.append(f"{self._ignored} suppressions de notices jamais moissonnées, passées sans effet.")

    def _set(self, **values: str) -> None:
        self.sink.harvest.set_state(**values)
        self.state = self.sink.harvest.state

    def _first_window(self) -> Window:
        since = self.state.get("since", "")
        return Window() if not since or self.options.full else windows.following(since, self.granularity)

    def _identify(self) -> None:
        """Learn how the server writes dates and whether it remembers deletions; a server that will not say has the defaults."""
        page, _token = self._ask({"verb": "Identify"})
        identify = next((c for c in page.xml if local(c.tag) == "Identify"), None)
        self.granularity = windows.SECOND if oai.text(identify, "granularity") == windows.SECOND else windows.DAY
        self.earliest = oai.text(identify, "earliestDatestamp")
        self.keeps_deletions = oai.text(identify, "deletedRecord") == "persistent"

    def _negotiate(self) -> str:
        """Choose the richest format that the server has and we read."""
        try:
            page, _token = self._ask({"verb": "ListMetadataFormats"})
        except ProtocolError:
            return "oai_dc"
        offered = {(e.text or "").strip() for e in page.xml.iter() if local(e.tag) == "metadataPrefix"}
        by_name = {prefix.lower(): prefix for prefix in sorted(offered)}
        return next((by_name[prefix] for prefix in PREFIXES if prefix in by_name), "oai_dc")

    def _ask(self, parameters: dict[str, str]) -> tuple[_Page, Any]:
        """Ask for one page; OAI errors other than an expired token and an empty list are the server's last word."""
        try:
            pages = OAIResponseIterator(self.server, parameters)
        except (oaiexceptions.BadResumptionToken, oaiexceptions.NoRecordsMatch):
            raise
        except oaiexceptions.CannotDisseminateFormat as e:
            raise ProtocolError(f"{host(self.source.url)} n’a pas le format « {parameters.get('metadataPrefix', '')} ».") from e
        except oaiexceptions.NoSetHierarchy as e:
            raise ProtocolError(f"{host(self.source.url)} n’a pas d’ensembles (set).") from e
        except (oaiexceptions.OAIError, oaiexceptions.BadArgument, oaiexceptions.BadVerb, oaiexceptions.NoMetadataFormat) as e:
            raise ProtocolError(f"{host(self.source.url)} refuse la demande : {' '.join(str(e).split())[:200] or type(e).__name__}.") from e
        except (oaiexceptions.IdDoesNotExist, IndexError, TypeError, AttributeError) as e:
            raise ProtocolError(f"{host(self.source.url)} répond par une erreur illisible.") from e
        return pages.oai_response, pages.resumption_token

    def _window(self, window: Window, first_time: bool) -> bool:
        """Harvest one window; False when its token expired, or came back, and it must be started again."""
        tokens: set[bytes] = set()
        last_items = b""
        token = self.state.get("token", "")
        while True:
            try:
                page, following = self._ask(self._parameters("ListRecords", window, token))
            except oaiexceptions.NoRecordsMatch:
                break
            except oaiexceptions.BadResumptionToken:
                return self._restart("a expiré", token)
            if not self.state.get("begun"):
                self._set(begun=page.date or windows.stamp(datetime.now(UTC), windows.SECOND))
            items = _fingerprint(page)
            self._pour(page, first_time)
            token = ((following.token if following is not None else "") or "").strip()
            self._expect(following)
            self._set(token=token)
            if not token:
                break
            if _digest(token) in tokens or (items and items == last_items):
                return self._restart("tourne en rond", token)
            tokens.add(_digest(token))
            last_items = items
        self._set(token="")
        return True

    def _restart(self, why: str, token: str) -> bool:
        """Give the window up for now; give the server up when it never gets further."""
        self._set(token="")
        self._restarts += 1
        if self._restarts > RESTARTS or not token:
            raise ProtocolError(f"{host(self.source.url)} {why} sans fin : la moisson s’arrête là.")
        self.sink.report.step = f"le serveur {why}, reprise par dates"
        self.sink.show(now=True)
        return False

    def _parameters(self, verb: str, window: Window, token: str) -> dict[str, str]:
        """A request that goes on carries its token and nothing else."""
        if token:
            return {"verb": verb, "resumptionToken": token}
        parameters = {"verb": verb, "metadataPrefix": self.state.get("prefix", "oai_dc")}
        optional = {"set": self.source.set, "from": window.start, "until": window.end}
        return parameters | {key: value for key, value in optional.items() if value}

    def _pour(self, page: _Page, first_time: bool) -> None:
        where = f"{page.date} "
        outcomes = list(self.reader.outcomes(page.items))
        kept = [o for o in outcomes if not (first_time and isinstance(o, Deleted))]
        self._ignored += len(outcomes) - len(kept)
        self.sink.pour(kept, where)
        for raw in page.bad:
            self.sink.reject(f"{where}page", "XML de la notice illisible", raw)

    def _expect(self, token: Any) -> None:
        size = getattr(token, "complete_list_size", None) or ""
        if size.isdigit():
            self.sink.report.expected = min(int(size), 100_000_000)

    def _reconcile(self) -> None:
        """Remove what the server no longer lists, when it does not say so itself."""
        last = windows.moment(self.state.get("reconciled", ""))
        now = datetime.now(UTC)
        due = not self.keeps_deletions and last is not None and now - last > RECONCILE
        if last is None:
            self._set(reconciled=windows.stamp(now, windows.SECOND))
        if not (due or self.options.full):
            return
        seen = Seen()
        tokens: set[bytes] = set()
        token = ""
        while True:
            self.sink.report.step = f"vérification de ce qui a disparu : {len(seen)} notices"
            self.sink.show()
            try:
                page, following = self._ask(self._parameters("ListIdentifiers", Window(), token))
            except (oaiexceptions.NoRecordsMatch, oaiexceptions.BadResumptionToken) as e:
                raise LinkError(f"{host(self.source.url)} : la liste des notices n’a pas pu être lue en entier.") from e
            seen.add(oai.text(h, "identifier") for h in page.items if h.get("status") != "deleted")
            token = ((following.token if following is not None else "") or "").strip()
            if not token:
                break
            if _digest(token) in tokens:
                raise ProtocolError(f"{host(self.source.url)} tourne en rond en listant ses notices.")
            tokens.add(_digest(token))
        forget_the_others(self.sink, seen)
        self._set(reconciled=windows.stamp(now, windows.SECOND))


def _digest(token: str) -> bytes:
    return hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _fingerprint(page: _Page) -> bytes:
    """Tell a page that is served again under another token."""
    headers = [oai.child(item, "header") for item in page.items]
    return _digest("\0".join(oai.text(header, "identifier") for header in headers if header is not None)) if headers else b""
