"""Guarantees: a participant's tablet joins, drops and comes back by itself; nothing done meanwhile is lost; the screen never waits for it.

One thread runs the network; `heard` is called on it with each order and each change of state. What the line is doing is a stored state
(`searching`, `joined`, `refused:<why>`), which a screen can show at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from mediation_apps.errors import SessionError, WorkshopError
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.fetching import Fetch
from mediation_apps.runtime.session.outbox import Outbox
from mediation_apps.runtime.session.parcel import Inbox
from mediation_apps.runtime.session.wire import (
    VERSION,
    Ack,
    Ask,
    Beat,
    Chunk,
    Hello,
    Lines,
    Message,
    Offer,
    Order,
    Refusal,
    Shown,
    Welcome,
    encode,
)

BEAT = 2.0  # seconds
ANSWER_WITHIN = 5.0
SILENT_FOR = 8.0  # seconds without a word of the facilitator's tablet, which answers each beat
AGAIN = (0.3, 0.6, 1.0, 2.0, 3.0)  # seconds before each new try; the last one from then on
READ = 4_096
SEARCHING, JOINED, REFUSED = "searching", "joined", "refused"


@dataclass(frozen=True, slots=True)
class Coming:
    """The workshop is on its way: `share` of it is here."""

    share: float


@dataclass(frozen=True, slots=True)
class Arrived:
    """The workshop is here, checked."""

    pack: Pack


@dataclass(frozen=True, slots=True)
class Failed:
    """The workshop could not be had, and why."""

    sentence: str


Told: TypeAlias = Welcome | Order | Ask | Coming | Arrived | Failed | str


class Follower:
    """One participant's line to the facilitator."""

    def __init__(
        self,
        host: str,
        port: int,
        code: str,
        heard: Callable[[Told], None],
        battery: Callable[[], int] = lambda: -1,
        inbox: Inbox | None = None,
        key: str = "",
    ) -> None:
        self.address, self.code = (host, port), code
        self._inbox, self._key_begins, self._key = inbox, key.lower(), ""
        self._fetch: Fetch | None = None
        self.token = secrets.token_hex(8)
        self.state = SEARCHING
        self.outbox = Outbox()
        self.order = 0
        self._heard, self._battery = heard, battery
        self._loop = asyncio.new_event_loop()
        self._writer: asyncio.StreamWriter | None = None
        self._main: asyncio.Task[None] | None = None
        self._left = False  # a cancellation that meets the end of a line is swallowed there: this is not
        self._thread = threading.Thread(target=self._work, name="session follower", daemon=True)

    def start(self) -> Follower:
        """Begin to look for the facilitator."""
        self._thread.start()
        return self

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave; the thread is gone when this returns."""
        self._left = True
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # its loop has just ended by itself
                self._loop.call_soon_threadsafe(lambda: self._main.cancel() if self._main else None)
            self._thread.join(10)

    def report(self, at: int, page: int, points: int, maximum: int, done: bool) -> None:
        """Tell how a page stands; returns at once."""
        self._loop.call_soon_threadsafe(self._report, at, page, points, maximum, done)

    def show(self, page: int, log: str) -> None:
        """Answer a facilitator who asked to see the page."""
        message = encode(Shown(page, log))
        self._loop.call_soon_threadsafe(lambda: self._writer.write(message) if self._writer else None)

    def fetch(self, welcome: Welcome) -> None:
        """Ask for the workshop of the session; `Coming`, then `Arrived` or `Failed` are heard."""
        self._loop.call_soon_threadsafe(self._begin_fetch, welcome)

    def drop(self) -> None:
        """Cut the line as a Wi-Fi does (for tests and the demonstration); the next try follows by itself."""
        self._loop.call_soon_threadsafe(lambda: self._writer.transport.abort() if self._writer else None)

    # ── on the network's thread ────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._main = self._loop.create_task(self._live())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._main)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _become(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._heard(state)

    def _report(self, at: int, page: int, points: int, maximum: int, done: bool) -> None:
        online = self.state == JOINED and self._writer is not None and not self._writer.is_closing()
        self.outbox = self.outbox.add(at, page, points, maximum, done, self._battery(), online=online)
        if online and self._writer is not None:
            self._writer.write(encode(self.outbox.waiting[-1]))

    def _begin_fetch(self, welcome: Welcome) -> None:
        if self._inbox is not None and self._fetch is None:
            self._fetch = Fetch(self._inbox, welcome.pack, welcome.digest, self._key)
            self._write(self._fetch.begin())

    def _fetched(self, message: Offer | Chunk) -> None:
        if self._fetch is None:
            return
        before = self._fetch.share
        try:
            self._write(self._fetch.told(message))
        except WorkshopError as e:
            self._fetch = None
            self._heard(Failed(str(e)))
            return
        if self._fetch.pack is not None:
            pack, self._fetch = self._fetch.pack, None
            self._heard(Arrived(pack))
        elif int(self._fetch.share * 50) != int(before * 50):
            self._heard(Coming(self._fetch.share))

    def _write(self, messages: list[Message]) -> None:
        for message in messages:
            if self._writer is not None and not self._writer.is_closing():
                self._writer.write(encode(message))

    async def _live(self) -> None:
        tries = 0
        while not self._left:
            try:
                reader, writer = await asyncio.wait_for(asyncio.open_connection(*self.address), ANSWER_WITHIN)
            except (OSError, TimeoutError):
                tries += 1
            else:
                joined = await self._line(reader, writer)
                tries = 0 if joined else tries + 1
            if self._left or self.state.startswith(REFUSED):
                return
            self._become(SEARCHING)
            await asyncio.sleep(AGAIN[min(tries, len(AGAIN) - 1)])

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Live on one line until it goes; whether it was joined."""
        self._writer, beating, lines, joined = writer, None, Lines(), False
        try:
            writer.write(encode(Hello(VERSION, self.token, self.code)))
            while not self._left:
                data = await asyncio.wait_for(reader.read(READ), SILENT_FOR if joined else ANSWER_WITHIN)
                if not data:
                    return joined
                for message in lines.feed(data):
                    if isinstance(message, Welcome):
                        if not self._same_key(message.key):
                            self._become(f"{REFUSED}:key")
                            return False
                        joined = True
                        self._welcomed(message, writer)
                        beating = asyncio.ensure_future(self._beat(writer))
                    elif isinstance(message, Refusal):
                        self._become(f"{REFUSED}:{message.reason}")
                        return False
                    elif isinstance(message, Ack):
                        self.outbox = self.outbox.acked(message.seq)
                    elif isinstance(message, Order) and joined and message.number > self.order:
                        self.order = message.number
                        self._heard(message)
                    elif isinstance(message, Ask) and joined:
                        self._heard(message)
                    elif isinstance(message, Offer | Chunk) and joined:
                        self._fetched(message)
            return joined
        except (OSError, TimeoutError, SessionError):
            return joined
        finally:
            self._writer = None
            if beating is not None:
                beating.cancel()
            writer.close()
            with contextlib.suppress(OSError):
                await asyncio.wait_for(writer.wait_closed(), 1)

    def _same_key(self, key: str) -> bool:
        """The key of a session is the one of its code, and stays the same from one line to the next."""
        good = key.startswith(self._key_begins) and self._key in ("", key)
        self._key = key if good else self._key
        return good

    def _welcomed(self, welcome: Welcome, writer: asyncio.StreamWriter) -> None:
        self.outbox = self.outbox.resumed(welcome.acked)
        self._become(JOINED)
        self._heard(welcome)
        if welcome.order > self.order:  # an order given while the line was gone
            self.order = welcome.order
            self._heard(Order(welcome.order, welcome.phase, welcome.step))
        for report in self.outbox.waiting:
            writer.write(encode(report))
        if self._fetch is not None:
            self._write(self._fetch.begin())

    async def _beat(self, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            await asyncio.sleep(BEAT)
            writer.write(encode(Beat(self._battery())))
            if self._fetch is not None:
                self._write(self._fetch.beat())
