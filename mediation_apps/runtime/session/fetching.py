"""Guarantees: a workshop that is lacking is asked for until it is whole, in order, a few parts at a time; nothing else changes it.

Messages in, messages out, on the network's thread; files are the inbox's business. A lost part is asked for again at the next beat.
"""

from __future__ import annotations

import base64
import binascii

from mediation_apps.errors import PackError
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.parcel import Inbox, Incoming, vouched
from mediation_apps.runtime.session.wire import CHUNK, Chunk, Message, Offer, Want

AHEAD = 4  # parts asked for before the first has come: the line is never idle
TRIES = 2  # a file that is not what was signed is asked for once more


class Fetch:
    """One workshop wanted from the session whose key is `key`."""

    def __init__(self, inbox: Inbox, identifier: str, digest: str, key: str) -> None:
        self._inbox, self._identifier, self._digest, self._key = inbox, identifier, digest, key
        self._incoming: Incoming | None = None
        self._asked = 0  # bytes asked for so far
        self._moved = False
        self._tries = 0
        self.pack: Pack | None = None

    @property
    def share(self) -> float:
        """How much is here, 0 to 1."""
        return self._incoming.at / self._incoming.offer.size if self._incoming is not None else 0.0

    def begin(self) -> list[Message]:
        """On a new line: ask what is offered."""
        self._incoming = None
        return [Want(-1)]

    def told(self, message: Message) -> list[Message]:
        """What to send after a message; `WorkshopError` when the workshop cannot be had. `pack` is set when it is whole."""
        if isinstance(message, Offer) and self._incoming is None:
            vouched(message, self._key, self._identifier, self._digest)
            self._incoming = self._inbox.begin(message)
            self._asked = self._incoming.at
            return self._finish() if self._incoming.whole else self._wants()
        if isinstance(message, Chunk) and self._incoming is not None:
            return self._took(message, self._incoming)
        return []

    def _took(self, chunk: Chunk, incoming: Incoming) -> list[Message]:
        try:
            data = base64.b64decode(chunk.data, validate=True)
        except (ValueError, binascii.Error):
            return []
        after = self._inbox.take(incoming, chunk.offset, data)
        if after is incoming:
            return []
        self._incoming, self._moved = after, True
        return self._finish() if after.whole else self._wants()

    def _finish(self) -> list[Message]:
        assert self._incoming is not None
        try:
            self.pack = self._inbox.finish(self._incoming)
        except PackError:
            self._tries += 1
            if self._tries >= TRIES:
                raise
            return self.begin()
        return []

    def _wants(self) -> list[Message]:
        assert self._incoming is not None
        end = min(self._incoming.at + AHEAD * CHUNK, self._incoming.offer.size)
        wanted: list[Message] = []
        while self._asked < end:
            wanted.append(Want(self._asked))
            self._asked += CHUNK
        return wanted

    def beat(self) -> list[Message]:
        """From time to time: where nothing moved since the last time, ask again."""
        moved, self._moved = self._moved, False
        if moved or self.pack is not None:
            return []
        if self._incoming is None:
            return [Want(-1)]
        self._asked = self._incoming.at
        return self._wants()
