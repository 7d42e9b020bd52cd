"""Guarantees: the facilitator's view follows tablets without asking; a bad or silent line is closed and costs the others nothing.

One thread runs the network; the `Room` is only changed there. `watch` is called on that thread after every change.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import threading
import time
from collections.abc import Callable

from mediation_apps.errors import SessionError
from mediation_apps.i18n import _
from mediation_apps.runtime.session.parcel import Parcel
from mediation_apps.runtime.session.room import Room
from mediation_apps.runtime.session.wire import (
    LONGEST,
    LONGEST_HELLO,
    Ack,
    Ask,
    Beat,
    Chunk,
    Hello,
    Lines,
    Message,
    Refusal,
    Report,
    Shown,
    Want,
    encode,
)

HELLO_WITHIN = 5.0  # seconds to say who one is
SILENT_FOR = 8.0  # seconds without a word before a line counts as gone; tablets say something every 2
MOST_LINES = 64
READ = 4_096  # bytes


class Leader:
    """Listens for tablets. Use as a context, or `start` and `stop`."""

    def __init__(
        self,
        room: Room,
        host: str = "0.0.0.0",
        port: int = 0,
        watch: Callable[[Room], None] = lambda _room: None,
        shown: Callable[[str, Shown], None] = lambda _token, _shown: None,
        parcel: Parcel | None = None,
    ) -> None:
        self.room, self.port = room, port
        self._host, self._watch, self._shown, self._parcel = host, watch, shown, parcel
        self._lines: dict[str, asyncio.StreamWriter] = {}
        self._open = 0
        self._asked: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="session leader", daemon=True)
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self._server: asyncio.Server | None = None

    def start(self) -> Leader:
        """Begin to listen; `SessionError` when the port is taken."""
        self._thread.start()
        self._ready.wait(10)
        if self._failed is not None:
            raise SessionError(_("La séance ne peut pas commencer : le réseau de cette tablette refuse.")) from self._failed
        return self

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Close every line and the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def order(self, phase: str, step: int = -1) -> None:
        """Tell everybody: running, frozen, ended; a page, or −1 for each at their own."""
        self._loop.call_soon_threadsafe(self._order, phase, step)

    def ask(self, token: str) -> None:
        """Ask one tablet for its page; `shown` is called with the answer."""
        self._loop.call_soon_threadsafe(self._ask, token)

    # ── on the network's thread ────────────────────────────────────────────────────────────────────────

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._server = self._loop.run_until_complete(asyncio.start_server(self._line, self._host, self.port, limit=READ * 4))
            self.port = self._server.sockets[0].getsockname()[1]
        except OSError as e:
            self._failed = e
            self._loop.close()
            self._ready.set()
            return
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        for writer in self._lines.values():
            writer.close()
        self._loop.run_until_complete(self._drained())
        self._loop.close()

    async def _drained(self) -> None:
        pending = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*pending, return_exceptions=True)

    def _ask(self, token: str) -> None:
        writer = self._lines.get(token)
        if writer is not None:
            self._asked.add(token)
            self._send(writer, Ask(self.room.order))

    def _order(self, phase: str, step: int) -> None:
        room, order = self.room.ordered(phase, step, time.monotonic())
        self._changed(room)
        for writer in list(self._lines.values()):
            self._send(writer, order)

    def _changed(self, room: Room) -> None:
        if room is not self.room:
            self.room = room
            self._watch(room)

    @staticmethod
    def _send(writer: asyncio.StreamWriter, message: Message) -> None:
        if not writer.is_closing() and writer.transport.get_write_buffer_size() < 64 * READ:
            writer.write(encode(message))

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        token = ""
        self._open += 1
        try:
            if self._open <= MOST_LINES:
                token = await self._converse(reader, writer)
        except (SessionError, OSError, TimeoutError, asyncio.CancelledError):
            pass  # a broken line, or the end of the session, is an everyday state: the room shows it
        finally:
            self._open -= 1
            token = token or next((known for known, line in self._lines.items() if line is writer), "")
            if self._lines.get(token) is writer:
                del self._lines[token]
                self._changed(self.room.dropped(token))
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        lines, token = Lines(LONGEST_HELLO), ""
        while True:
            data = await asyncio.wait_for(reader.read(READ), SILENT_FOR if token else HELLO_WITHIN)
            if not data:
                return token
            for message in lines.feed(data):
                if isinstance(message, Hello) and not token:
                    token = self._join(message, writer)
                    if not token:
                        await writer.drain()
                        return ""
                    lines.longest = LONGEST
                elif token:
                    self._said(token, message, writer)
                else:
                    return ""

    def _join(self, hello: Hello, writer: asyncio.StreamWriter) -> str:
        room, answer = self.room.join(hello, time.monotonic())
        self._send(writer, answer)
        self._changed(room)
        if isinstance(answer, Refusal):
            return ""
        older = self._lines.get(hello.tablet)
        self._lines[hello.tablet] = writer
        if older is not None:
            older.close()  # the tablet came back before its old line was known to be gone
        return hello.tablet

    def _hand_over(self, parcel: Parcel, want: Want, writer: asyncio.StreamWriter) -> None:
        """What a tablet lacks, a part at a time; a disk that fails is a part that does not come, and is asked for again."""
        if want.offset < 0:
            self._send(writer, parcel.offer)
        elif want.offset < parcel.offer.size:
            with contextlib.suppress(OSError):
                self._send(writer, Chunk(want.offset, base64.b64encode(parcel.chunk(want.offset)).decode()))

    def _said(self, token: str, message: Message, writer: asyncio.StreamWriter) -> None:
        now = time.monotonic()
        if isinstance(message, Report):
            room, ack = self.room.heard(token, message, now)
            self._changed(room)
            if isinstance(ack, Ack):
                self._send(writer, ack)
        elif isinstance(message, Shown) and token in self._asked:  # only what was asked for
            self._asked.discard(token)
            self._shown(token, message)
        elif isinstance(message, Want) and self._parcel is not None:
            self._hand_over(self._parcel, message, writer)
        elif isinstance(message, Beat):
            self._changed(self.room.beaten(token, message.battery, now))
            tablet = self.room.tablet(token)
            self._send(writer, Ack(tablet.seq if tablet else 0))  # so that the tablet knows that the line lives
