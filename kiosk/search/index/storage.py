"""Where segments live: rows of the catalogue's own file, so that a copy of the file is a copy of its index.

Guarantees: a segment under construction is invisible until `publish`, one small transaction that replaces the segments it
was made from; what a kill leaves of an unpublished one is swept at the next construction. A damaged loaded array raises
Damaged. Rows are `CHUNK` bytes, so that a short posting list costs one small read.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from kiosk.errors import Damaged
from kiosk.search.index.segment import ON_DISK, TABLES, Array, Entry, Segment

CHUNK = 1 << 15
RESIDENT = 8 << 20  # bytes: postings of a small catalogue are kept in memory
SCHEMA = """
CREATE TABLE ix_segment (id INTEGER PRIMARY KEY AUTOINCREMENT, published INTEGER NOT NULL, directory TEXT NOT NULL);
CREATE TABLE ix_chunk (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""
_ARRAY_BITS, _CHUNK_BITS = 8, 24  # id of a chunk: segment, array, number


def numbers(connection: sqlite3.Connection) -> list[int]:
    """Return the published segments, oldest first."""
    return [n for (n,) in connection.execute("SELECT id FROM ix_segment WHERE published > 0 ORDER BY published")]


def load(connection: sqlite3.Connection, number: int) -> Segment:
    """Open a published segment."""
    row = connection.execute("SELECT directory FROM ix_segment WHERE id = ?", (number,)).fetchone()
    entries = {e[0]: (place, Entry(e[1], tuple(e[2]), e[3])) for place, e in enumerate(json.loads(row[0]))}
    first = {name: _chunk_id(number, place, 0) for name, (place, _entry) in entries.items()}

    def read(name: str, start: int, stop: int) -> bytes:
        if stop <= start:
            return b""
        low, high = start // CHUNK, (stop - 1) // CHUNK
        rows = connection.execute("SELECT data FROM ix_chunk WHERE id BETWEEN ? AND ? ORDER BY id", (first[name] + low, first[name] + high))
        raw = b"".join([r[0] for r in rows])
        return raw[start - low * CHUNK : stop - low * CHUNK]

    arrays = {}
    for name, (_place, entry) in entries.items():
        kind = np.dtype(entry.kind)
        size = int(np.prod(entry.shape)) * kind.itemsize
        if (name not in ON_DISK and not name.startswith(TABLES)) or (name.startswith("post_") and size <= RESIDENT):
            raw = read(name, 0, size)
            if zlib.crc32(raw) != entry.crc:
                raise Damaged(name)
            arrays[name] = np.frombuffer(raw, dtype=kind).reshape(entry.shape)
    return Segment(arrays, {name: entry for name, (_p, entry) in entries.items()}, read, number)


def size(connection: sqlite3.Connection) -> int:
    """Return the bytes of all published segments."""
    sql = "SELECT coalesce(sum(length(data)), 0) FROM ix_chunk WHERE id >> ? IN (SELECT id FROM ix_segment WHERE published > 0)"
    return int(connection.execute(sql, (_ARRAY_BITS + _CHUNK_BITS,)).fetchone()[0])


def sweep(connection: sqlite3.Connection) -> None:
    """Remove what an interrupted construction left."""
    for (number,) in connection.execute("SELECT id FROM ix_segment WHERE published = 0").fetchall():
        _drop(connection, number)


class Writer:
    """Writes one segment, array by array or piece by piece, in the caller's transactions; `publish` makes it count."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        cursor = connection.execute("INSERT INTO ix_segment (published, directory) VALUES (0, '[]')")
        self.number = int(cursor.lastrowid or 0)
        self._entries: list[list[Any]] = []
        self._rest = b""
        self._chunk = 0

    def put(self, name: str, array: Array) -> None:
        """Write a whole array."""
        self.begin(name, array.dtype)
        self.add(array)
        self.end()
        self._entries[-1][2] = list(array.shape)

    def begin(self, name: str, kind: npt.DTypeLike) -> None:
        """Start an array that comes in pieces; `end` it before the next."""
        self._entries.append([name, np.dtype(kind).str, [0], 0])
        self._chunk = 0

    def add(self, piece: Array) -> None:
        """Write the next piece."""
        entry = self._entries[-1]
        raw = np.ascontiguousarray(piece, dtype=np.dtype(entry[1])).tobytes()
        entry[2][0] += len(piece)
        entry[3] = zlib.crc32(raw, entry[3])
        raw = self._rest + raw
        whole = len(raw) - len(raw) % CHUNK
        self._write(raw[i : i + CHUNK] for i in range(0, whole, CHUNK))
        self._rest = raw[whole:]

    def end(self) -> None:
        """Finish the array."""
        if self._rest:
            self._write([self._rest])
        self._rest = b""

    def publish(self, replaces: Iterable[int] = ()) -> None:
        """Let the segment count instead of those it replaces; it takes the place in time of the newest of them."""
        old = list(replaces)
        marks = self._connection.execute(
            "SELECT coalesce(max(published), 0) FROM ix_segment WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(old),)
        ).fetchone()[0]
        place = marks or self._connection.execute("SELECT max(published) + 1 FROM ix_segment").fetchone()[0]
        for number in old:
            _drop(self._connection, number)
        self._connection.execute(
            "UPDATE ix_segment SET published = ?, directory = ? WHERE id = ?", (place, json.dumps(self._entries), self.number)
        )

    def _write(self, chunks: Iterable[bytes]) -> None:
        first = _chunk_id(self.number, len(self._entries) - 1, self._chunk)
        rows = [(first + i, chunk) for i, chunk in enumerate(chunks)]
        self._connection.executemany("INSERT INTO ix_chunk (id, data) VALUES (?, ?)", rows)
        self._chunk += len(rows)


def _chunk_id(number: int, array: int, chunk: int) -> int:
    return (number << (_ARRAY_BITS + _CHUNK_BITS)) | (array << _CHUNK_BITS) | chunk


def _drop(connection: sqlite3.Connection, number: int) -> None:
    bounds = (_chunk_id(number, 0, 0), _chunk_id(number + 1, 0, 0))
    connection.execute("DELETE FROM ix_chunk WHERE id >= ? AND id < ?", bounds)
    connection.execute("DELETE FROM ix_segment WHERE id = ?", (number,))
