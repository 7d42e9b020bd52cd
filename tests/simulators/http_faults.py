"""A real HTTP server for tests, whose answers a queue of faults can spoil.

Faults are taken one a request, in order; "" is a sound answer:
    busy:SECONDS   503 with Retry-After
    down           500
    cut            the connection closes in the middle of the body
    refuse         the connection closes before an answer
    slow:SECONDS   the answer comes late
    garbage        200 and a captive portal's page
    half           a 200 whose body stops half-way, with its own length
    huge           a 200 that does not end
    away:URL       302 to URL
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, str, bytes]  # status, media type, body


@dataclass
class Server:
    """What answers: `respond(path, parameters)`. `asked` keeps every request's path and query."""

    respond: Callable[[str, dict[str, str]], Answer]
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self) -> tuple[str, str]:
        with self.lock:
            name, _, value = (self.faults.pop(0) if self.faults else "").partition(":")
            return name, value


class _Handler(BaseHTTPRequestHandler):
    timeout = 5  # seconds: a line that a client forgot in a traceback does not hold the end of the test up
    protocol_version = "HTTP/1.1"
    served: Server

    def log_message(self, *_: object) -> None:
        """Keep tests silent."""

    def do_GET(self) -> None:
        server = self.served
        server.asked.append(self.path)
        name, value = server.fault()
        if name == "refuse":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if name == "slow":
            time.sleep(float(value))
        parts = urlsplit(self.path)
        status, media, body = server.respond(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        if name == "garbage":
            status, media, body = 200, "text/html", b"<html><body>Bienvenue sur le wifi<br>connectez-vous</body></html>"
        elif name == "half":
            body = body[: len(body) // 2]
        elif name == "busy":
            status, body = 503, b""
        elif name == "down":
            status, body = 500, b""
        elif name == "away":
            status, body = 302, b""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(status, media, body, name, value)

    def _send(self, status: int, media: str, body: bytes, name: str, value: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        if name == "busy" and value:
            self.send_header("Retry-After", value)
        if name == "away":
            self.send_header("Location", value)
        if name == "huge":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            block = b"10000\r\n" + b"<" * 0x10000 + b"\r\n"
            for _ in range(4096):
                self.wfile.write(block)
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if name == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(body)


@contextmanager
def serve(respond: Callable[[str, dict[str, str]], Answer]) -> Iterator[Server]:
    """Run a server on a free port; it is gone, with its threads, when the test ends."""
    server = Server(respond)
    handler = type("Handler", (_Handler,), {"served": server})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = False
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
