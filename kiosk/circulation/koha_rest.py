"""Koha's REST interface (22.05 and later, /api/v1), with HTTP basic authentication of the kiosk's own account.

Guarantees: those of `port`. Card numbers travel in a header or a body, never in an address, which servers log. Redirects
are not followed: a captive portal must not receive a card number.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from kiosk.circulation.port import ANSWER_BYTES, CONNECT, DEADLINE, CopyState, HoldRequest, NotSent, PlacedHold, Refused, SignInRefused
from kiosk.domain import ItemStatus, Patron, SourceRef
from kiosk.errors import LinkError, ProtocolError
from kiosk.i18n import _

READ = 8.0  # seconds without a byte
_BIBLIO = re.compile(r"(?:^|[:/._-])0*(\d{1,12})$")
_REASON = re.compile(r"^Hold cannot be placed\. Reason: ")


def biblio_id(sources: Sequence[SourceRef], source: str = "") -> int | None:
    """Return Koha's number of the record: the digits that end its identifier in the harvest (OAI "…:123" or field 001)."""
    for ref in sources:
        match = _BIBLIO.search(ref.source_id) if not source or ref.source == source else None
        if match:
            return int(match.group(1))
    return None


def status_of(item: Mapping[str, Any]) -> ItemStatus:
    """Read the state of one item of `GET /biblios/{id}/items`."""
    if any(item.get(k) for k in ("lost_status", "withdrawn", "damaged_status")):
        return ItemStatus.UNAVAILABLE
    if item.get("checked_out_date"):
        return ItemStatus.ON_LOAN
    if item.get("not_for_loan_status"):
        return ItemStatus.REFERENCE
    return ItemStatus.AVAILABLE


class KohaRest:
    """One Koha. `source` restricts its records to one harvested source; empty: any. Use from one thread."""

    def __init__(self, url: str, user: str, password: str, source: str = "") -> None:
        self._base = url.rstrip("/") + ("" if url.rstrip("/").endswith("/api/v1") else "/api/v1")
        self._source = source
        self._session = requests.Session()
        self._session.auth = (user, password)
        self._session.headers["Accept"] = "application/json"
        self._session.trust_env = False  # no proxy, no .netrc picked up by chance

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def sign_in(self, card: str, password: str) -> Patron:
        """Check card and password, then read the subscription."""
        code, answer = self._call("POST", "/auth/password/validation", body={"identifier": card, "password": password})
        if code in (400, 401, 403, 404):
            raise SignInRefused(_("Carte ou mot de passe inconnus."))
        patron_id = _number(_expect(code, answer, 201).get("patron_id"))
        code, answer = self._call("GET", f"/patrons/{patron_id}")
        who = _expect(code, answer, 200)
        name = f"{who.get('firstname') or ''} {who.get('surname') or ''}".strip()
        expires = str(who.get("expiry_date") or "")
        blocked = bool(who.get("restricted") or who.get("expired"))
        return Patron(str(who.get("cardnumber") or card), name, str(who.get("library_id") or ""), expires, not blocked)

    def place_hold(self, request: HoldRequest) -> PlacedHold:
        """POST /holds."""
        try:
            patron = self._patron(request.card)
        except ProtocolError:
            raise
        except LinkError as error:
            raise NotSent(str(error)) from error
        body = {"patron_id": patron, "biblio_id": self._biblio(request), "pickup_library_id": request.pickup}
        code, answer = self._call("POST", "/holds", body=body)
        if code in (400, 403, 404, 409):
            raise Refused(_reason(answer))
        return _placed(_expect(code, answer, 201))

    def find_hold(self, request: HoldRequest) -> PlacedHold | None:
        """Look among the patron's holds."""
        wanted = {"patron_id": self._patron(request.card), "biblio_id": self._biblio(request)}
        code, answer = self._call("GET", "/holds", query=wanted)
        holds = [h for h in _expect_list(code, answer) if h.get("biblio_id") == wanted["biblio_id"]]
        return _placed(holds[0]) if holds else None

    def cancel_hold(self, remote_id: str) -> None:
        """DELETE /holds/{id}."""
        code, answer = self._call("DELETE", f"/holds/{_number(remote_id)}")
        if code == 403:
            raise Refused(_reason(answer))
        if code not in (200, 202, 204, 404):
            raise _unexpected(code)

    def availability(self, sources: Sequence[SourceRef]) -> tuple[CopyState, ...]:
        """GET /biblios/{id}/items."""
        number = biblio_id(sources, self._source)
        if number is None:
            return ()
        code, answer = self._call("GET", f"/biblios/{number}/items")
        if code == 404:
            return ()
        return tuple(
            CopyState(
                barcode=str(item.get("external_id") or ""),
                branch=str(item.get("holding_library_id") or item.get("home_library_id") or ""),
                status=status_of(item),
                due=str(item.get("checked_out_date") or "")[:10],
            )
            for item in _expect_list(code, answer)
        )

    # -- inside -------------------------------------------------------------------------------------------------------

    def _patron(self, card: str) -> int:
        code, answer = self._call("GET", "/patrons", query={"cardnumber": card})
        found = [p for p in _expect_list(code, answer) if p.get("cardnumber") == card]
        if not found:
            raise Refused(_("La bibliothèque ne connaît pas cette carte."))
        return _number(found[0].get("patron_id"))

    def _biblio(self, request: HoldRequest) -> int:
        number = biblio_id(request.sources, self._source)
        if number is None:
            raise Refused(_("Ce document ne se réserve pas auprès de cette bibliothèque."))
        return number

    def _call(self, method: str, path: str, *, body: object = None, query: object = None) -> tuple[int, Any]:
        """Send one request; return its status and its JSON (None when there is none)."""
        headers = {"x-koha-query": json.dumps(query)} if query is not None else None
        end = time.monotonic() + DEADLINE
        try:
            with self._session.request(
                method, self._base + path, json=body, headers=headers, timeout=(CONNECT, READ), stream=True, allow_redirects=False
            ) as response:
                code = response.status_code
                content = b"" if code == 204 else _read(response, end)
        except (requests.RequestException, OSError) as error:
            kind = NotSent if _never_reached(error) else LinkError
            raise kind(_("La bibliothèque ne répond pas : nouvelle tentative plus tard.")) from error
        if code in (401, 429) and path != "/auth/password/validation":
            raise ProtocolError(_("Le système de la bibliothèque refuse ce poste : vérifiez son compte dans kiosk.toml."))
        if code >= 500 or 300 <= code < 400:
            raise _unexpected(code)
        return code, _json(content)


def _never_reached(error: Exception) -> bool:
    """Tell whether no byte of the request can have left: no address, no connection, no handshake."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _read(response: requests.Response, end: float) -> bytes:
    """Read a capped answer before the deadline, however slowly it drips."""
    content = bytearray()
    for chunk in response.iter_content(16384):
        content += chunk
        if len(content) > ANSWER_BYTES:
            raise ProtocolError(_("Réponse trop longue du système de la bibliothèque."))
        if time.monotonic() > end:
            raise LinkError(_("La bibliothèque répond trop lentement : nouvelle tentative plus tard."))
    return bytes(content)


def _json(content: bytes) -> Any:
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(_("Le système de la bibliothèque a répondu autre chose que du JSON.")) from error


def _unexpected(code: int) -> ProtocolError:
    return ProtocolError(_("Réponse inattendue du système de la bibliothèque ({code}).").format(code=code))


def _expect(code: int, answer: Any, wanted: int) -> dict[str, Any]:
    if code not in (200, wanted) or not isinstance(answer, dict):
        raise _unexpected(code)
    return answer


def _expect_list(code: int, answer: Any) -> list[dict[str, Any]]:
    if code != 200 or not isinstance(answer, list):
        raise _unexpected(code)
    return [a for a in answer if isinstance(a, dict)]


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError as error:
        raise _unexpected(200) from error


def _placed(hold: Mapping[str, Any]) -> PlacedHold:
    position = hold.get("priority")
    return PlacedHold(str(_number(hold.get("hold_id"))), position if isinstance(position, int) and position > 0 else None)


def _reason(answer: Any) -> str:
    text = str(answer.get("error") or "") if isinstance(answer, dict) else ""
    return _REASON.sub("", text) or _("La bibliothèque a refusé la réservation sans dire pourquoi.")
