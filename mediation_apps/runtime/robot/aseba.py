"""The messages of Aseba, as a Thymio speaks them over its cable or dongle. Pure: bytes in, messages out.

Guarantees: a stream cut anywhere gives the same messages; lengths are capped, so that noise on the line never fills the memory.
Source: Aseba protocol version 5 (github.com/aseba-community/aseba, common/msg): length of the payload, source node, type, then the
payload, all 16 bits, little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

VERSION = 5
DESCRIPTION, NAMED_VARIABLE, VARIABLES, NODE_PRESENT = 0x9000, 0x9001, 0x9005, 0x900C
GET_VARIABLES, SET_VARIABLES, GET_NODE_DESCRIPTION, LIST_NODES = 0xA00B, 0xA00C, 0xA010, 0xA011
MAX_PAYLOAD = 518  # bytes: the protocol's own limit
TYPES = ((0, 0x400), (0x8000, 0x8010), (0x9000, 0x9020), (0xA000, 0xA020))  # events of programs, bootloader, robot, host
HEAD = struct.Struct("<HHH")


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `source` is 0 for the host."""

    kind: int
    payload: bytes = b""
    source: int = 0

    def encoded(self) -> bytes:
        """As it goes over the line."""
        return HEAD.pack(len(self.payload), self.source, self.kind) + self.payload

    def words(self, start: int = 0) -> tuple[int, ...]:
        """Its payload as unsigned 16-bit numbers, from a byte on."""
        body = self.payload[start : start + (len(self.payload) - start) // 2 * 2]
        return struct.unpack(f"<{len(body) // 2}H", body)


def message(kind: int, *words: int) -> Message:
    """A message of 16-bit numbers; negative ones in two's complement."""
    return Message(kind, struct.pack(f"<{len(words)}H", *(word & 0xFFFF for word in words)))


def named_variable(payload: bytes) -> tuple[str, int] | None:
    """Name and size, in 16-bit words, of a variable; None when the payload is not whole."""
    if len(payload) < 3 or len(payload) < 3 + payload[2]:
        return None
    return payload[3 : 3 + payload[2]].decode("utf-8", "replace"), int(struct.unpack_from("<H", payload)[0])


def variable_count(payload: bytes) -> int:
    """How many named variables a DESCRIPTION announces; −1 when it is not whole."""
    at = 1 + (payload[0] if payload else 0) + 4 * 2  # name, version, bytecode, stack, size of variables
    return int(struct.unpack_from("<H", payload, at)[0]) if len(payload) >= at + 2 else -1


class Stream:
    """Puts the bytes of a line together again. Noise that cannot be a message is passed over byte by byte."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are whole now."""
        self._held += data
        found = []
        while len(self._held) >= HEAD.size:
            length, source, kind = HEAD.unpack_from(self._held)
            if length > MAX_PAYLOAD or not any(first <= kind < last for first, last in TYPES):
                self._held = self._held[1:]
                continue
            if len(self._held) < HEAD.size + length:
                break
            found.append(Message(kind, self._held[HEAD.size : HEAD.size + length], source))
            self._held = self._held[HEAD.size + length :]
        return found
