"""Where segments live: rows of the catalogue's own file, so that a copy of the file is a copy of its index.

Guarantees: a segment under construction is invisible until `publish`, one small transaction that replaces the segments it
was made from; what a kill leaves of one that nobody goes on with is swept at the next construction. Rows are `CHUNK`
bytes, so that a short posting list costs one small read; each has its checksum, compared when it is first read, and a row
that is missing or says something else raises DamagedIndex.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from kiosk.errors import DamagedIndex
from kiosk.search.index.segment import ON_DISK, TABLES, Array, Entry, Segment

CHUNK = 1 << 15
RESIDENT = 8 << 20  # bytes: postings of a small catalogue are kept in memory
_ARRAY_BITS, _CHUNK_BITS = 8, 24  # id of a chunk: segment, array, number
_SEGMENT_BITS = _ARRAY_BITS + _CHUNK_BITS


def numbers(connection: sqlite3.Connection) -> list[int]:
    """Return the published segments, oldest first."""
    return [n for (n,) in connection.execute("SELECT id FROM ix_segment WHERE published > 0 ORDER BY published")]


def sizes(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return (segment, records in it) of the published segments, oldest first."""
    sql = "SELECT id, records FROM ix_segment WHERE published > 0 ORDER BY published"
    return [(number, records) for number, records in connection.execute(sql)]


def load(connection: sqlite3.Connection, number: int, resident: int = RESIDENT) -> Segment:
    """Open a published segment; postings up to `resident` bytes are read at once, tables when asked for. Raises DamagedIndex."""
    reader = _Reader(connection, number)
    arrays = {}
    for name, entry in reader.directory.items():
        kind = np.dtype(entry.kind)
        size = int(np.prod(entry.shape)) * kind.itemsize
        kept = name not in ON_DISK and not name.startswith(TABLES)
        if kept or (name.startswith("post_") and size <= resident):
            arrays[name] = np.frombuffer(reader.read(name, 0, size), dtype=kind).reshape(entry.shape)
    return Segment(arrays, reader.directory, reader.read, number)


def docids(connection: sqlite3.Connection, number: int) -> Array:
    """Return the records of a published segment. Raises DamagedIndex."""
    reader = _Reader(connection, number)
    entry = reader.directory["docid"]
    return np.frombuffer(reader.read("docid", 0, entry.shape[0] * np.dtype(entry.kind).itemsize), dtype=entry.kind)


class _Reader:
    """Reads parts of the arrays of one segment."""

    def __init__(self, connection: sqlite3.Connection, number: int) -> None:
        self._connection, self._number = connection, number
        try:
            row = connection.execute("SELECT directory FROM ix_segment WHERE id = ?", (number,)).fetchone()
            entries = [(name, Entry(kind, tuple(shape), tuple(crcs))) for name, kind, shape, crcs in json.loads(row[0])]
        except (ValueError, TypeError) as e:
            raise DamagedIndex(number) from e
        self.directory = dict(entries)
        self._first = {name: _chunk_id(number, place, 0) for place, (name, _entry) in enumerate(entries)}
        self._checked = {name: bytearray(len(entry.crcs)) for name, entry in entries}

    def read(self, name: str, start: int, stop: int) -> bytes:
        """Return bytes `start` to `stop` of an array."""
        if stop <= start:
            return b""
        low, high = start // CHUNK, (stop - 1) // CHUNK
        first = self._first[name]
        sql = "SELECT data FROM ix_chunk WHERE id BETWEEN ? AND ? ORDER BY id"
        rows = [data for (data,) in self._connection.execute(sql, (first + low, first + high))]
        if len(rows) != high - low + 1:
            raise DamagedIndex(self._number)
        checked = self._checked[name]
        if checked.find(0, low, high + 1) >= 0:
            crcs = self.directory[name].crcs
            if any(not isinstance(data, bytes) or zlib.crc32(data) != crcs[low + i] for i, data in enumerate(rows)):
                raise DamagedIndex(self._number)
            checked[low : high + 1] = b"\1" * len(rows)
        raw = b"".join(rows) if len(rows) > 1 else rows[0]
        found = raw[start - low * CHUNK : stop - low * CHUNK]
        if len(found) != stop - start:  # whole when it was checked, and damaged since
            raise DamagedIndex(self._number)
        return found


def size(connection: sqlite3.Connection) -> int:
    """Return the bytes of all published segments."""
    sql = "SELECT coalesce(sum(length(data)), 0) FROM ix_chunk WHERE id >> ? IN (SELECT id FROM ix_segment WHERE published > 0)"
    return int(connection.execute(sql, (_SEGMENT_BITS,)).fetchone()[0])


def sweep(connection: sqlite3.Connection, keep: int = 0) -> None:
    """Remove what interrupted constructions left, but that of segment `keep`."""
    for (number,) in connection.execute("SELECT id FROM ix_segment WHERE published = 0 AND id <> ?", (keep,)).fetchall():
        drop(connection, number)


def drop(connection: sqlite3.Connection, number: int) -> None:
    """Remove a segment."""
    connection.execute("DELETE FROM ix_chunk WHERE id >= ? AND id < ?", (number << _SEGMENT_BITS, (number + 1) << _SEGMENT_BITS))
    connection.execute("DELETE FROM ix_segment WHERE id = ?", (number,))


class Writer:
    """Writes one segment, whole arrays or several at once in pieces, in the caller's transactions; `publish` makes it count.

    `state` is all that is needed to go on in another transaction, another process too.
    """

    def __init__(self, connection: sqlite3.Connection, state: dict[str, Any] | None = None) -> None:
        self._connection = connection
        if state is not None:
            self.number: int = state["number"]
            self._entries: list[list[Any]] = state["entries"]
            self._rests = {int(place): bytes.fromhex(rest) for place, rest in state["rests"].items()}
            return
        cursor = connection.execute("INSERT INTO ix_segment (published, records, directory) VALUES (0, 0, '[]')")
        self.number = int(cursor.lastrowid or 0)
        self._entries = []
        self._rests = {}

    @property
    def state(self) -> dict[str, Any]:
        """What a Writer made later needs to go on."""
        return {"number": self.number, "entries": self._entries, "rests": {place: rest.hex() for place, rest in self._rests.items()}}

    def put(self, name: str, array: Array) -> None:
        """Write a whole array."""
        place = self.begin(name, array.dtype)
        self.add(place, array.reshape(-1))
        self.end(place)
        self._entries[place][2] = list(array.shape)

    def begin(self, name: str, kind: npt.DTypeLike) -> int:
        """Start an array that comes in pieces; return its place, for `add` and `end`."""
        self._entries.append([name, np.dtype(kind).str, [0], []])
        self._rests[len(self._entries) - 1] = b""
        return len(self._entries) - 1

    def add(self, place: int, piece: Array) -> None:
        """Write the next piece."""
        entry = self._entries[place]
        raw = self._rests[place] + np.ascontiguousarray(piece, dtype=np.dtype(entry[1])).tobytes()
        entry[2][0] += len(piece)
        whole = len(raw) - len(raw) % CHUNK
        self._write(place, (raw[i : i + CHUNK] for i in range(0, whole, CHUNK)))
        self._rests[place] = raw[whole:]

    def end(self, place: int) -> None:
        """Finish an array."""
        rest = self._rests.pop(place)
        if rest:
            self._write(place, [rest])

    def taken_back(self, place: int) -> Array:
        """Return a finished array and take it out again."""
        kind, crcs = np.dtype(self._entries[place][1]), self._entries[place][3]
        bounds = (_chunk_id(self.number, place, 0), _chunk_id(self.number, place, len(crcs)))
        rows = self._connection.execute("SELECT data FROM ix_chunk WHERE id >= ? AND id < ? ORDER BY id", bounds)
        found = np.frombuffer(b"".join([data for (data,) in rows]), dtype=kind)
        self._connection.execute("DELETE FROM ix_chunk WHERE id >= ? AND id < ?", bounds)
        self._entries[place][2:] = [[0], []]
        return found

    def publish(self, replaces: Iterable[int] = ()) -> None:
        """Let the segment count instead of those it replaces; it takes the place in time of the newest of them."""
        old = list(replaces)
        marks = self._connection.execute(
            "SELECT coalesce(max(published), 0) FROM ix_segment WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(old),)
        ).fetchone()[0]
        place = marks or self._connection.execute("SELECT max(published) + 1 FROM ix_segment").fetchone()[0]
        for number in old:
            drop(self._connection, number)
        records = next(shape[0] for name, _kind, shape, _crcs in self._entries if name == "docid")
        self._connection.execute(
            "UPDATE ix_segment SET published = ?, records = ?, directory = ? WHERE id = ?",
            (place, records, json.dumps(self._entries), self.number),
        )

    def _write(self, place: int, chunks: Iterable[bytes]) -> None:
        crcs: list[int] = self._entries[place][3]
        first = _chunk_id(self.number, place, len(crcs))
        rows = [(first + i, chunk) for i, chunk in enumerate(chunks)]
        self._connection.executemany("INSERT INTO ix_chunk (id, data) VALUES (?, ?)", rows)
        crcs += [zlib.crc32(chunk) for _id, chunk in rows]


def write(connection: sqlite3.Connection, segment: Segment, replaces: Iterable[int] = ()) -> int:
    """Store a segment made in memory and let it count, in the caller's transaction; return its number."""
    writer = Writer(connection)
    for name, array in segment.arrays.items():
        writer.put(name, array)
    writer.publish(replaces)
    return writer.number


def _chunk_id(number: int, array: int, chunk: int) -> int:
    return (number << _SEGMENT_BITS) | (array << _CHUNK_BITS) | chunk
