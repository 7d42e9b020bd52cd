"""One session with a device's program: a request, progress, an answer.

Guarantees: one round trip a request; an answer is capped before it is read and read by the capped codec; an error of the device
becomes a DeviceError with what to do, in French; the request that was refused says why even when its stream broke off.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from fleet.drivers.agent_source import agent_source
from fleet.drivers.codec import Value, decode, encode
from fleet.errors import DeviceError, LinkError
from fleet.i18n import Words, _
from fleet.transport.port import Connection, Stream, Target, Transport

MAX_FRAME = 64 << 20
MAIN = b"\nmain(globals().get('ROOT', ''))\n"
Progress = Callable[[int], None]
T = TypeVar("T")

_MEANINGS: Words[int] = Words(
    {
        errno.ENOSPC: "son disque est plein",
        errno.EDQUOT: "son disque est plein",
        errno.EROFS: "son disque est en lecture seule : il est abîmé, ou verrouillé",
        errno.EIO: "son disque est abîmé",
        errno.EBADMSG: "ce qu’il a écrit n’est pas ce qui a été envoyé",
        errno.EPERM: "il refuse cette opération",
        errno.EACCES: "le compte utilisé n’a pas les droits qu’il faut",
        errno.EBUSY: "un autre ordinateur travaille dessus",
    }
)


class DeviceSession:
    """A device that listens: `call` one request after the other, from one thread."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection, self.name = connection, name
        self._stream: Stream = connection.start(agent_source() + MAIN)

    def call(self, op: str, progress: Progress | None = None, **fields: object) -> Value:
        """Send one request and return its answer."""
        self._send({"op": op, **fields})
        return self._answer(progress)

    def stream(self, records: Iterable[bytes], progress: Progress | None = None) -> Value:
        """Send `apply` with its records (each already framed) without waiting for any, then return the answer.

        What the device says meanwhile is heard at once: how far it is, or why it stops.
        """
        self._send({"op": "apply"})
        try:
            for record in records:
                self._stream.send(record)
                while self._stream.ready():
                    self._hear(progress)
            self._send({"k": "end"})
        except DeviceError:
            raise
        except LinkError:
            with suppress(LinkError):  # the device may have said why before it stopped listening
                self._answer(None)
            raise
        return self._answer(progress)

    def close(self) -> None:
        """End the program; the connection stays open."""
        self._stream.close()

    def _send(self, fields: dict[str, object]) -> None:
        self._stream.send(frame(fields))

    def _answer(self, progress: Progress | None) -> Value:
        while True:
            answer = self._hear(progress)
            if b"ok" in answer:
                return answer[b"ok"]

    def _hear(self, progress: Progress | None) -> dict[bytes, Value]:
        """Read one frame, passing progress on and raising what went wrong."""
        size = struct.unpack(">I", self._stream.receive(4))[0]
        if size > MAX_FRAME:
            raise DeviceError(_("{name} répond n’importe quoi.").format(name=self.name))
        try:
            answer = decode(self._stream.receive(size))
        except ValueError as e:
            raise DeviceError(_("{name} répond n’importe quoi.").format(name=self.name)) from e
        if not isinstance(answer, dict):
            raise DeviceError(_("{name} répond n’importe quoi.").format(name=self.name))
        if b"error" in answer:
            if answer.get(b"errno") == errno.ENODEV:
                raise LinkError(_("Le disque a été retiré."))
            raise DeviceError(f"{self.name} : {meaning(answer)}.")
        if progress is not None and isinstance(done := answer.get(b"progress"), int):
            progress(done)
        return answer


def frame(fields: dict[str, object]) -> bytes:
    """Return one request as it travels."""
    data = encode(fields)
    return struct.pack(">I", len(data)) + data


def meaning(answer: dict[bytes, Value]) -> str:
    """Say in French what went wrong on the device."""
    code = answer.get(b"errno")
    if isinstance(code, int) and code in _MEANINGS:
        return _MEANINGS[code]
    kind = answer.get(b"error")
    name = errno.errorcode.get(code, "") if isinstance(code, int) else ""
    return _("une commande a échoué ({value})").format(
        value=name or (kind.decode("ascii", "replace")[:40] if isinstance(kind, bytes) else "?")
    )


def with_session(transport: Transport, target: Target, work: Callable[[DeviceSession], T]) -> T:
    """Connect, do `work`, hang up whatever happens."""
    connection = transport.connect(target)
    try:
        session = DeviceSession(connection, target.label or target.address)
        try:
            return work(session)
        finally:
            session.close()
    finally:
        connection.close()
