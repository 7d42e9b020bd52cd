"""Covers on real screens, from a real server on the loopback that is quick, slow, huge, lying, then dead: nothing waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.domain import Kind, Link, LinkRel, Patron, Record, Selection, SourceRef
from kiosk.link import Link as LinkThread
from kiosk.link import Pictures
from kiosk.settings import KioskSettings
from kiosk.store.catalogue import Catalogue
from tests.ui.stage import NO_LINE, kiosk

NAMES = ("good", "slow", "huge", "lies")


class Site:
    """A server of covers; `slow` answers when `go` is set."""

    def __init__(self) -> None:
        out = BytesIO()
        Image.linear_gradient("L").resize((300, 450)).convert("RGB").save(out, "JPEG")
        self.go, self.asked = threading.Event(), []  # type: tuple[threading.Event, list[str]]
        site, body = self, out.getvalue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.strip("/").removesuffix(".jpg")
                site.asked.append(name)
                if name == "slow":
                    site.go.wait(20)
                content = {"huge": bytes(30_000_000), "lies": b"<script>no picture</script>" * 100}.get(name, body)
                self.send_response(200)
                self.send_header("Content-Type", "image/jpeg")
                self.end_headers()
                try:
                    self.wfile.write(content)
                except OSError:
                    return

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.start()
        self._open = True

    def close(self) -> None:
        if self._open:
            self._open = False
            self.go.set()
            self.server.shutdown()
            self._thread.join()
            self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A server, closed at the end if it still lives."""
    made = Site()
    yield made
    made.close()


def _catalogue(data: Path, site: Site) -> dict[str, str]:
    records = [
        Record(
            f"r{n}",
            f"Couverture {name}",
            kind=Kind.BOOK,
            sources=(SourceRef("test", f"s{n}"),),
            links=(Link(f"{site.url}/{name}.jpg", LinkRel.COVER),),
        )
        for n, name in enumerate(NAMES)
    ]
    with Catalogue.open(data) as catalogue:
        with catalogue.harvest("test") as harvest:
            harvest.add(records)
        ids = {hit.title.split()[-1]: hit.id for hit in catalogue.hits(range(1, len(records) + 1))}
        catalogue.put_network(selections=(Selection("s", "Sélection", tuple(ids[n] for n in ("slow", "huge", "lies", "good"))),))
    return ids


def _covers(driver: Any) -> dict[str, Any]:
    from kiosk.ui.widgets.covers import Cover

    def under(widget: Any) -> Iterator[Any]:
        yield widget
        for child in widget.children:
            yield from under(child)

    found = [w for w in under(driver.app.parts.navigator.screen) if isinstance(w, Cover)]
    return {cover.title.split()[-1]: cover.picture for cover in found}


def _until(driver: Any, come: Callable[[], bool]) -> None:
    """Draw frames until it has come. Frames move the kiosk's clock: they leave the other threads time, or the visit would be over."""
    end = time.monotonic() + 30
    while not come():
        assert time.monotonic() < end
        driver.frame()
        time.sleep(0.01)


def test_real_covers_appear_and_nothing_waits_for_a_slow_site(tmp_path: Path, site: Site) -> None:
    """While one cover hangs, frames and a hold go on; then good ones are pictures, the others stay drawn; dead, the kept ones stay."""
    data = tmp_path / "data"
    ids = _catalogue(data, site)
    settings = KioskSettings(portal_url=site.url)
    threads: dict[str, Any] = {"link": lambda: LinkThread.open(data, settings), "pictures": lambda: Pictures.open(data, settings)}
    with kiosk(data, start="help", online=True, koha=NO_LINE, **threads) as driver:
        parts = driver.app.parts
        parts.desk.go("selection", selection_id="s")
        _until(driver, lambda: "slow" in site.asked)
        held: list[Any] = []
        record = Record("r9", "Regain", sources=(SourceRef("test", "s9"),))
        parts.desk.link.ask("hold", lambda line: line._outbox.place(Patron("27006000123456"), record, "BAR", "k"), held.append)
        _until(driver, lambda: bool(held))
        assert not site.go.is_set(), "the hold was kept while the cover was still hanging"
        assert set(_covers(driver)) == set(NAMES)
        assert not any(_covers(driver).values())
        site.go.set()
        driver.settle()
        shown = {name for name, picture in _covers(driver).items() if picture is not None}
        assert shown == {"good", "slow"}
        site.close()
        parts.desk.covers.forget()
        parts.desk.go("notice", record_id=ids["good"])
        driver.settle()
        assert _covers(driver)["good"] is not None, "kept on the disk, shown without the site"
        parts.desk.go("notice", record_id=ids["lies"])
        driver.settle()
        assert _covers(driver)["lies"] is None
