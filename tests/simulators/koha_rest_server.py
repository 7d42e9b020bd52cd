"""A library system for tests: Koha's REST interface over real HTTP, with the faults of real lines and servers.

Faults are queued and each meets one request that changes something (or any request, with `everywhere`):
    cut_before   the connection closes before anything is done
    cut_after    the work is done, the answer never leaves
    slow         the answer comes after `delay` seconds
    busy         503
    garbage      a captive portal's page
    huge         an answer without end
    refuse:WHY   403 with Koha's sentence
"""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT = ("kiosque", "secret")


@dataclass
class Library:
    """What the library system knows. `holds` grows only by accepted requests."""

    patrons: dict[str, dict[str, Any]] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    items: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    holds: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    everywhere: bool = False
    delay: float = 0.0
    refuse_doubles: bool = True
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_hold: int = 1

    def enrol(self, card: str, password: str = "1234", **more: Any) -> int:
        """Add a patron; return its number."""
        number = len(self.patrons) + 1
        patron = {"patron_id": number, "cardnumber": card, "firstname": "Ada", "surname": "Test", "library_id": "DIG"}
        self.patrons[card] = patron | {"expiry_date": "2030-01-01", "expired": False, "restricted": False} | more
        self.passwords[card] = password
        return number

    def place(self, body: dict[str, Any]) -> tuple[int, object]:
        """POST /holds as Koha does it."""
        patron, biblio = body.get("patron_id"), body.get("biblio_id")
        if patron not in [p["patron_id"] for p in self.patrons.values()]:
            return 404, {"error": "Patron not found"}
        with self.lock:
            held = [h for h in self.holds.values() if h["patron_id"] == patron and h["biblio_id"] == biblio]
            if held and self.refuse_doubles:
                return 403, {"error": "Hold cannot be placed. Reason: itemAlreadyOnHold"}
            priority = 1 + sum(h["biblio_id"] == biblio for h in self.holds.values())
            hold = body | {"hold_id": self.next_hold, "priority": priority}
            self.holds[self.next_hold] = hold
            self.next_hold += 1
        return 201, hold

    def take_fault(self, changing: bool) -> str:
        """Return the fault this request meets."""
        with self.lock:
            return self.faults.pop(0) if self.faults and (changing or self.everywhere) else ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    library: Library
    open_connections: set[socket.socket]

    def setup(self) -> None:
        super().setup()
        self.open_connections.add(self.connection)

    def do_GET(self) -> None:
        self._serve(changing=False)

    def do_POST(self) -> None:
        self._serve(changing=self.path.endswith("/holds"))

    def do_DELETE(self) -> None:
        self._serve(changing=True)

    def log_message(self, format: str, *args: object) -> None:
        self.library.seen.append(format % args)

    def _serve(self, changing: bool) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.library.take_fault(changing)
        if fault == "cut_before":
            return self._cut()
        if fault == "busy":
            return self._answer(503, {"error": "Service Unavailable"})
        if fault == "garbage":
            return self._answer(200, None, b"<html><title>Bienvenue sur le wifi</title></html>")
        if fault == "huge":
            return self._answer(200, None, b"[" + b'"x",' * 2_000_000 + b'""]')
        if fault.startswith("refuse:"):
            return self._answer(403, {"error": f"Hold cannot be placed. Reason: {fault[7:]}"})
        code, answer = self._work(json.loads(body or b"{}"))
        if fault == "cut_after":
            return self._cut()
        if fault == "slow":
            time.sleep(self.library.delay)
        return self._answer(code, answer)

    def _work(self, body: dict[str, Any]) -> tuple[int, object]:
        library, path = self.library, self.path.removeprefix("/api/v1")
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        if b64decode(given).decode() != ":".join(ACCOUNT):
            return 401, {"error": "Authentication failure."}
        query = json.loads(self.headers.get("x-koha-query") or "{}")
        matches = lambda row: all(row.get(k) == v for k, v in query.items())  # noqa: E731
        match self.command, path.split("/")[1:]:
            case "POST", ["auth", "password", "validation"]:
                patron = library.patrons.get(body["identifier"])
                if patron is None or library.passwords[body["identifier"]] != body["password"]:
                    return 400, {"error": "Validation failed"}
                return 201, {"patron_id": patron["patron_id"], "cardnumber": patron["cardnumber"]}
            case "GET", ["patrons"]:
                return 200, [p for p in library.patrons.values() if matches(p)]
            case "GET", ["patrons", number]:
                found = [p for p in library.patrons.values() if str(p["patron_id"]) == number]
                return (200, found[0]) if found else (404, {"error": "Patron not found."})
            case "GET", ["holds"]:
                return 200, [h for h in library.holds.values() if matches(h)]
            case "POST", ["holds"]:
                return library.place(body)
            case "DELETE", ["holds", number]:
                return (204, None) if library.holds.pop(int(number), None) else (404, {"error": "Hold not found"})
            case "GET", ["biblios", number, "items"]:
                items = library.items.get(int(number))
                return (200, items) if items is not None else (404, {"error": "Biblio not found"})
        return 404, {"error": "Not found"}

    def _answer(self, code: int, answer: object, raw: bytes | None = None) -> None:
        content = raw if raw is not None else b"" if answer is None else json.dumps(answer).encode()
        try:
            self.send_response(code)
            self.send_header("Content-Type", "application/json" if raw is None else "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no error of the server."""


@contextmanager
def koha(library: Library) -> Iterator[str]:
    """Serve `library` on a free port; yield its address."""
    handler = type("Handler", (_Handler,), {"library": library, "open_connections": set()})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="koha")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        for connection in handler.open_connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
