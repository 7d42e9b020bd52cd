"""Whether the portal answers: what "Connecté" means, and nothing less.

Guarantees:
- "up" is said only when the portal (or, without one, the library system) answered within the last `FRESH` seconds; a default
  route alone proves nothing, and a login page in its place (a captive portal) is not an answer;
- one small request at a time, without a body, ended after `DEADLINE` seconds however slowly it drips; the next one waits a
  minute, up to ten after failures, so that a poor line is not nagged;
- nothing of a visit is in the request: no cookie, no name, no search.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from http.client import HTTPConnection  # loaded by the asking thread: the first picture does not wait for it

CONNECT: Final = 3.05  # seconds to reach the server: a village line that takes longer is down
DEADLINE: Final = 8.0  # seconds for the whole answer
EVERY: Final = 60.0  # seconds between two questions while the portal answers
LONGEST: Final = 600.0  # and at most, after it failed again and again
FRESH: Final = 150.0  # seconds an answer counts: one question may be lost without crying wolf
ROUTES: Final = Path("/proc/net/route")
ROUTES6: Final = Path("/proc/net/ipv6_route")


class Line(StrEnum):
    """What is known of the line."""

    UP = "up"  # the portal answered lately
    DOWN = "down"  # it did not, or there is no way out at all
    UNKNOWN = "unknown"  # there is a way out, and nobody to ask, or nobody asked yet


@dataclass(frozen=True, slots=True)
class Asked:
    """What the questions so far tell; times are seconds of a monotonic clock. A value: each answer makes a new one."""

    answered: float | None = None  # when the portal last answered
    failures: int = 0  # in a row, since then

    def answer(self, now: float, ok: bool) -> Asked:
        """Return what is known after one more question."""
        return Asked(now, 0) if ok else Asked(self.answered, self.failures + 1)

    def wait(self) -> float:
        """Return the seconds until the next question: a minute, doubled after each failure but the first."""
        return min(LONGEST, EVERY * (1 << min(max(self.failures - 1, 0), 10)))

    def line(self, now: float, way_out: bool) -> Line:
        """Return the state to show."""
        if not way_out:
            return Line.DOWN
        if self.answered is None and not self.failures:
            return Line.UNKNOWN
        late = self.answered is None or now - self.answered > FRESH
        return Line.DOWN if late or self.failures > 1 else Line.UP


def has_way_out(routes: Path = ROUTES, routes6: Path = ROUTES6) -> bool:
    """Tell whether this machine has a default route, by IPv4 or IPv6."""
    four = any(len(c) > 3 and c[1] == "00000000" and int(c[3], 16) & 1 for c in _cells(routes)[1:])
    return four or any(len(c) > 9 and c[0] == "0" * 32 and c[1] == "00" and c[9] != "lo" for c in _cells(routes6))


def _cells(table: Path) -> list[list[str]]:
    try:
        with table.open(encoding="ascii") as file:
            return [row.split() for row in file.read(65_536).splitlines()]
    except (OSError, UnicodeDecodeError):
        return []


def answers(url: str, connect: float = CONNECT, deadline: float = DEADLINE) -> bool:
    """Ask `url` for its headers; True when that very site answered. Blocks up to `deadline`: never on the UI thread."""
    from http.client import HTTPException

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    try:
        connection = _connection(parts.scheme, parts.hostname, parts.port, connect)
    except ValueError:
        return False
    late = threading.Event()
    watchdog = threading.Timer(deadline, _cut, (connection, late))
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("HEAD", parts.path or "/", headers={"User-Agent": "Colporteur", "Connection": "close"})
        with connection.getresponse() as response:
            return not late.is_set() and _is_answer(url, response.status, response.getheader("Location") or "")
    except (OSError, HTTPException, ValueError):
        return False
    finally:
        watchdog.cancel()
        connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    from http.client import HTTPConnection, HTTPSConnection

    if scheme == "https":
        import ssl

        return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=timeout)


def _cut(connection: HTTPConnection, late: threading.Event) -> None:
    """End a connection that drips; what it sent so far would look like a short answer."""
    import socket

    late.set()
    sock = connection.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _is_answer(url: str, status: int, location: str) -> bool:
    """A redirect to another site is a login page in the way; any other word but "server error" is the portal's own."""
    if 300 <= status < 400 and location:
        here, there = urlsplit(url).hostname or "", urlsplit(urljoin(url, location)).hostname or ""
        return here.removeprefix("www.") == there.removeprefix("www.")
    return status < 500


class LineWatch:
    """Asks in a thread of its own, so that a line that hangs delays nothing else. `changed` is called from that thread."""

    def __init__(
        self,
        url: str,
        changed: Callable[[], object] = lambda: None,
        *,
        ask: Callable[[str], bool] = answers,
        way_out: Callable[[], bool] = has_way_out,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.changed = changed
        self._url, self._ask, self._way_out, self._clock = url, ask, way_out, clock
        self._asked = Asked()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask; without an address there is nobody to ask, and no thread."""
        if self._url and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="line", daemon=True)
            self._thread.start()

    def close(self, longest: float = 2.0) -> None:
        """Stop asking; a question under way is not waited for longer than `longest` seconds."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(longest)

    def state(self) -> Line:
        """Return the state of the line now; cheap, for the UI thread."""
        return self._asked.line(self._clock(), self._way_out())

    def _run(self) -> None:
        told: Line | None = None
        while not self._ending.is_set():
            if self._way_out():
                ok = self._ask(self._url)
                self._asked = self._asked.answer(self._clock(), ok)
            state = self.state()
            if state is not told and not self._ending.is_set():
                told = state
                self.changed()
            self._ending.wait(self._asked.wait() if self._way_out() else EVERY / 4)
