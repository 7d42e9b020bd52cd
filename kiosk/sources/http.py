"""Answers from servers that may be slow, broken or hostile.

Guarantees: only http and https, redirects included; an answer is never larger than asked for, even unfolded, and never
takes longer than `Limits.whole` in all; 429 and 503 are waited for as the server asks, up to `Limits.patience`; every
failure is a `LinkError`, or a `ProtocolError` when the server answered and the answer cannot be right. No password and no
query of an address ever appears in a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import requests

from kiosk.errors import LinkError, ProtocolError

AGENT = "Colporteur/0.1 (catalogue de bibliothèque hors ligne)"
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. `patience` is the longest that a server may ask to wait, all waits of one request together."""

    connect: float = 15.0
    read: float = 60.0
    whole: float = 600.0
    size: int = 64_000_000
    tries: int = 4
    patience: float = 900.0
    pause: float = 2.0  # before the second try, twice that before the third…
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `url` is where it was found in the end."""

    url: str
    content: bytes
    media_type: str
    status: int


class _Again(Exception):
    """The request may be tried again after `wait` seconds (None: after the usual pause)."""

    def __init__(self, error: LinkError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait


class Client:
    """Asks servers.

    `sleep` is replaced in tests; `waiting` is told how long a wait will be.

    `stay_on`: the only server that redirections may lead to; empty for any.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        waiting: Callable[[float], None] | None = None,
        stay_on: str = "",
    ) -> None:
        self.limits = limits or Limits()
        self._sleep = sleep
        self._waiting = waiting
        self._stay_on = stay_on
        self._session = requests.Session()
        self._session.max_redirects = self.limits.redirects
        self._session.headers.update({"User-Agent": AGENT.encode("ascii", "ignore").decode(), "Accept-Encoding": "gzip, deflate"})
        self._session.hooks["response"].append(self._check_redirect)

    def _check_redirect(self, response: requests.Response, **_options: object) -> None:
        """Refuse to be sent to another server before anything is asked of it."""
        if self._stay_on and response.is_redirect:
            target = host(urljoin(response.url, response.headers.get("Location", "")))
            if target != self._stay_on:
                raise ProtocolError(f"{self._stay_on} renvoie vers un autre serveur ({target[:80]}) : pas suivi.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def get(self, url: str, parameters: Mapping[str, str] | None = None, accept: str = "*/*") -> Answer:
        """Ask, again when it is worth it. Raises LinkError."""
        limits, waited = self.limits, 0.0
        for attempt in range(1, limits.tries + 1):
            try:
                return self._once(url, parameters or {}, accept)
            except _Again as again:
                wait = limits.pause * 2 ** (attempt - 1) if again.wait is None else again.wait
                if attempt == limits.tries or waited + wait > limits.patience:
                    raise again.error from again.__cause__
                waited += wait
                if self._waiting is not None:
                    self._waiting(wait)
                self._sleep(wait)
        raise LinkError(f"{host(url)} ne répond pas.")  # pragma: no cover  (tries is at least 1)

    def _once(self, url: str, parameters: Mapping[str, str], accept: str) -> Answer:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ProtocolError(f"Adresse refusée : {host(url)} n’est pas en http ni https.")
        start = time.monotonic()
        timeout = (self.limits.connect, self.limits.read)
        try:
            with self._session.get(url, params=parameters, headers={"Accept": accept}, timeout=timeout, stream=True) as response:
                self._check(response, url)
                content = self._body(response, url, start)
                media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                return Answer(response.url, content, media_type, response.status_code)
        except requests.TooManyRedirects as e:
            raise ProtocolError(f"{host(url)} renvoie d’adresse en adresse sans fin.") from e
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema, UnicodeError) as e:
            raise ProtocolError(f"{host(url)} renvoie vers une adresse qui n’en est pas une.") from e
        except requests.Timeout as e:
            raise _Again(LinkError(f"{host(url)} est trop lent : pas de réponse en {self.limits.read:.0f} s.")) from e
        except requests.exceptions.SSLError as e:
            raise LinkError(f"{host(url)} : la connexion n’est pas sûre (certificat refusé).") from e
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as e:
            raise _Again(LinkError(f"{host(url)} : la réponse s’est interrompue.")) from e
        except (requests.RequestException, OSError) as e:
            raise _Again(LinkError(f"{host(url)} est injoignable. Vérifiez la ligne, ou réessayez plus tard.")) from e

    def _check(self, response: requests.Response, url: str) -> None:
        status = response.status_code
        if status < 400:
            return
        if status in (429, 503):
            raise _Again(LinkError(f"{host(url)} demande de revenir plus tard."), _retry_after(response.headers.get("Retry-After", "")))
        if status >= 500:
            raise _Again(LinkError(f"{host(url)} est en panne (erreur {status})."))
        if status in (401, 403):
            raise LinkError(f"{host(url)} refuse l’accès (erreur {status}) : ce catalogue n’est pas public.")
        raise ProtocolError(f"{host(url)} : il n’y a pas de catalogue à cette adresse (erreur {status}).")

    def _body(self, response: requests.Response, url: str, start: float) -> bytes:
        """Read the body up to the limits; its announced length must be kept."""
        pieces: list[bytes] = []
        total = 0
        for piece in response.iter_content(PIECE):
            total += len(piece)
            if total > self.limits.size:
                raise ProtocolError(f"{host(url)} : réponse démesurée, lecture arrêtée à {self.limits.size // 1_000_000} Mo.")
            if time.monotonic() - start > self.limits.whole:
                raise _Again(LinkError(f"{host(url)} est trop lent : réponse inachevée après {self.limits.whole:.0f} s."))
            pieces.append(piece)
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and not response.headers.get("Content-Encoding") and total < int(announced):
            raise _Again(LinkError(f"{host(url)} : la réponse s’est interrompue."))
        return b"".join(pieces)


def _retry_after(text: str) -> float | None:
    """Read Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    text = text.strip()
    if text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def host(url: str) -> str:
    """Return the server's name, for messages: never a path, a query or a password."""
    try:
        return urlsplit(url).hostname or "Le serveur"
    except ValueError:
        return "Le serveur"
