"""Covers come from a hostile network: a real HTTP server on the loopback plays it."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.errors import DataError, FormatError, LinkError, StoreError
from kiosk.store import covers
from kiosk.store.covers import CoverCache, scaled


def picture(size: tuple[int, int] = (300, 450), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """A small picture with some content."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes whose header promises 60,000 × 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


class Site(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        if name == "inside":
            self.send_response(302)
            self.send_header("Location", "http://localhost:1/router")
            self.end_headers()
            return
        bodies = {"ok": picture(), "png": picture(kind="PNG", mode="RGBA"), "html": b"<html>no</html>", "bomb": bomb()}
        self.send_response({"missing": 404, "down": 503}.get(name, 200))
        self.end_headers()
        if name in ("huge", "drip"):
            try:
                for _ in range(400):
                    self.wfile.write(bytes(65_536 if name == "huge" else 10))
                    time.sleep(0 if name == "huge" else 0.05)
            except OSError:
                pass
            return
        self.wfile.write(bodies.get(name, picture()))

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CoverCache]:
    """An empty cache that may ask the loopback."""
    opened = CoverCache(tmp_path / "covers", allowed_hosts=("127.0.0.1",))
    yield opened
    opened.close()


def test_a_cover_is_fetched_once_and_shown_without_a_line(cache: CoverCache, site: str) -> None:
    """Fetched, scaled, kept; then read from the disk alone."""
    assert cache.load(f"{site}/ok") is None
    assert cache.wanted(f"{site}/ok")
    path = cache.fetch(f"{site}/ok")
    assert path.read_bytes()[:2] == b"\xff\xd8"
    assert not cache.wanted(f"{site}/ok")
    shown = cache.load(f"{site}/ok", (120, 180))
    assert shown is not None
    assert (shown.width, shown.height) == (120, 180)
    assert len(shown.rgb) == 120 * 180 * 3
    assert [p.suffix for p in cache.folder.rglob("*") if p.is_file()] == [".jpg"]


def test_transparency_becomes_paper(cache: CoverCache, site: str) -> None:
    """A PNG with alpha is laid on white."""
    cache.fetch(f"{site}/png")
    shown = cache.load(f"{site}/png")
    assert shown is not None


@pytest.mark.parametrize("name", ["html", "bomb", "huge", "missing", "loop", "inside"])
def test_what_is_no_cover_is_refused_and_not_asked_again_today(cache: CoverCache, site: str, name: str) -> None:
    """Pages, bombs, endless bodies, endless redirects, redirects into the local network: refused, remembered for a day."""
    url = f"{site}/{name}"
    with pytest.raises(DataError):
        cache.fetch(url)
    assert cache.load(url) is None
    assert not cache.wanted(url)
    later = CoverCache(cache.folder, now=lambda: time.time() + 90_000)
    assert later.wanted(url)
    later.close()


def test_a_line_that_is_down_is_not_held_against_the_cover(cache: CoverCache, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead server, an overloaded one, one that drips: asked again at the next occasion."""
    monkeypatch.setattr(covers, "MAX_SECONDS", 0.3)
    for url in ("http://127.0.0.1:9/x", f"{site}/down", f"{site}/drip"):
        with pytest.raises(LinkError):
            cache.fetch(url)
        assert cache.wanted(url)


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "http://192.168.1.1/reboot", "http://[::1]/", "http://169.254.169.254/", "http://10.0.0.1/"]
)
def test_no_record_makes_the_kiosk_talk_to_the_local_network(cache: CoverCache, url: str) -> None:
    """Addresses of the library's own network are refused before a byte is sent."""
    with pytest.raises(DataError, match="privé"):
        cache.fetch(url)


@pytest.mark.parametrize(
    "url", ["", "ftp://a/b", "file:///etc/passwd", "javascript:1", "http://" + "a" * 3000, "http://u:p@127.0.0.1/", "http://[", "//x"]
)
def test_odd_addresses_are_refused(cache: CoverCache, url: str) -> None:
    """Only plain addresses of web sites are asked."""
    with pytest.raises(DataError):
        cache.fetch(url)


def test_a_damaged_file_is_simply_missing(cache: CoverCache, site: str) -> None:
    """A file cut by a power failure is deleted and fetched anew."""
    path = cache.fetch(f"{site}/ok")
    path.write_bytes(path.read_bytes()[:50])
    assert cache.load(f"{site}/ok") is None
    assert cache.wanted(f"{site}/ok")


def test_the_folder_stays_under_its_cap_and_keeps_what_was_seen(cache: CoverCache, site: str) -> None:
    """Longest unseen first; what a power cut left half written goes too."""
    urls = [f"{site}/ok?{n}" for n in range(8)]
    size = 0
    for age, url in enumerate(urls):
        path = cache.fetch(url)
        size = path.stat().st_size
        past = time.time() - 10_000 * (age + 1)
        os.utime(path, (past, past))
    cache.load(urls[-1])  # the oldest was looked at just now
    leftover = cache.folder / "aa" / "x.123.456"
    leftover.parent.mkdir(parents=True, exist_ok=True)
    leftover.write_bytes(b"half")
    os.utime(leftover, (1, 1))
    cache.cap_bytes = size * 3 + 10
    cache.trim()
    assert not leftover.exists()
    assert [url for url in urls if cache.path(url).exists()] == [urls[0], urls[1], urls[-1]]


def test_a_read_only_disk_says_so(cache: CoverCache, site: str) -> None:
    """A disk that refuses is told apart from a bad picture; nothing half written stays."""
    cache.folder.parent.mkdir(parents=True, exist_ok=True)
    cache.folder.write_bytes(b"in the way")
    with pytest.raises(StoreError):
        cache.fetch(f"{site}/ok")
    assert cache.load(f"{site}/ok") is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_crash_the_decoder(data: st.DataObject) -> None:
    """Anything at all gives a small JPEG or a FormatError."""
    base = bytearray(data.draw(st.sampled_from([picture((40, 60), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")])))
    for _ in range(data.draw(st.integers(0, 6))):
        base[data.draw(st.integers(0, len(base) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(base[: data.draw(st.integers(0, len(base)))])
    with contextlib.suppress(FormatError):
        assert scaled(cut)[:2] == b"\xff\xd8"
