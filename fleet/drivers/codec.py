"""Bencode, as the device's program answers: integers, byte strings, lists, dictionaries.

Guarantees: what a device sends is hostile until read here: depth, number of values and length are capped, anything else than
canonical bencode raises ValueError, and nothing is ever executed. Values: `int`, `bytes`, `list`, `dict[bytes, …]`.
"""

from __future__ import annotations

import re

from fleet.drivers.device.wire import encode

__all__ = ["Value", "decode", "encode"]

MAX_DEPTH = 16
MAX_VALUES = 1_000_000
_INTEGER = re.compile(rb"i(0|-?[1-9][0-9]{0,18})e")
_LENGTH = re.compile(rb"(0|[1-9][0-9]{0,9}):")

Value = int | bytes | list["Value"] | dict[bytes, "Value"]


def decode(data: bytes) -> Value:
    """Return the one value that `data` holds; ValueError when it is not exactly one."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.position != len(data):
        raise ValueError("bytes after the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.position, self.count = data, 0, 0

    def value(self, depth: int) -> Value:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise ValueError("too deep or too many values")
        kind = self.data[self.position : self.position + 1]
        if kind == b"i":
            return self.integer()
        if kind == b"l":
            self.position += 1
            items: list[Value] = []
            while not self.end():
                items.append(self.value(depth + 1))
            return items
        if kind == b"d":
            return self.dictionary(depth)
        return self.string()

    def end(self) -> bool:
        if self.data[self.position : self.position + 1] == b"e":
            self.position += 1
            return True
        return False

    def integer(self) -> int:
        match = _INTEGER.match(self.data, self.position)
        if match is None:
            raise ValueError("not an integer")
        self.position = match.end()
        return int(match[1])

    def string(self) -> bytes:
        match = _LENGTH.match(self.data, self.position)
        if match is None:
            raise ValueError("not a value")
        start, size = match.end(), int(match[1])
        if start + size > len(self.data):
            raise ValueError("cut short")
        self.position = start + size
        return self.data[start : self.position]

    def dictionary(self, depth: int) -> dict[bytes, Value]:
        self.position += 1
        found: dict[bytes, Value] = {}
        last = b""
        while not self.end():
            key = self.string()
            if found and key <= last:
                raise ValueError("keys out of order")
            found[key] = self.value(depth + 1)
            last = key
        return found
