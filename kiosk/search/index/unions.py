"""Short beginnings of words that find a large share of the records: their postings, merged beforehand.

Guarantees: a union says exactly which records of its segment have a word that begins so; how much it tells about each
is kept in 15 steps. It belongs to one segment, which never changes, and goes with it. Two records share a byte, so that
the beginning "c" of a catalogue of 700,000 takes 366 kB instead of millions of postings.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import numpy as np

from kiosk.search.index.segment import LAST, U8, Array, Ords, Segment

SHARE, LEAST = 12, 2_000  # a union is worth its place from so small a share of the records in postings, and from so many
ROOM = 64 << 20  # bytes for all unions of a segment; the longest come first
LONGEST = 8  # letters
HELD = 4 << 20  # bytes of unions read lately
FEW = 6  # times as many records: looked up one by one
_STEP = 16
_LEVELS = np.zeros(16, dtype=np.uint8)
_LEVELS[1:] = (np.arange(1, 16) * _STEP * 0.6).astype(np.uint8)
_BOTH = (_LEVELS[np.arange(256) & 15].astype(np.uint16) | (_LEVELS[np.arange(256) >> 4].astype(np.uint16) << 8)).astype("<u2")


Span = tuple[int, int]  # of the vocabulary: first term, term after the last


class Unions(Protocol):
    """What a matcher asks: the impact of a range of terms on every record."""

    def has(self, span: Span) -> bool:
        """Whether a union is kept."""

    def get(self, span: Span) -> U8 | None:
        """Return one byte a record, the caller's to write on, 0: none of the terms; None when this union is not kept."""

    def at(self, span: Span, hits: Ords) -> U8 | None:
        """Return the same for some records only."""


class Stored:
    """The unions of a published segment."""

    def __init__(self, connection: sqlite3.Connection, segment: Segment) -> None:
        self._connection, self._segment = connection, segment
        self._known = _known(connection, segment.number)
        self._read: OrderedDict[Span, bytes] = OrderedDict()

    def has(self, span: Span) -> bool:
        """Whether a union was kept when the segment was opened, or so it seems."""
        return span in self._known

    def get(self, span: Span) -> U8 | None:
        """Return the union of a range of terms."""
        packed = self._packed(span)
        return None if packed is None else unpack(packed, len(self._segment))

    def at(self, span: Span, hits: Ords) -> U8 | None:
        """Return what the union says about some records, ascending."""
        packed = self._packed(span)
        if packed is None:
            return None
        if len(hits) * FEW > len(self._segment):
            return unpack(packed, len(self._segment)).take(hits)
        both = np.frombuffer(packed, dtype=np.uint8).take(hits >> 1)
        found: U8 = _LEVELS.take((both >> ((hits & 1) << 2).astype(np.uint8)) & 15)
        return found

    def _packed(self, span: Span) -> bytes | None:
        if span not in self._known:
            return None
        packed = self._read.get(span)
        if packed is None:
            sql = "SELECT data FROM ix_union WHERE segment = ? AND low = ? AND high = ?"
            row = self._connection.execute(sql, (self._segment.number, *span)).fetchone()
            if row is None:  # swept by a tidying since: the postings say the same
                self._known -= {span}
                return None
            packed = self._read[span] = row[0]
            while len(self._read) * len(packed) > HELD and len(self._read) > 1:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(span)
        return packed


class _None:
    def has(self, span: Span) -> bool:
        return False

    def get(self, span: Span) -> U8 | None:
        return None

    def at(self, span: Span, hits: Ords) -> U8 | None:
        return None


def none_at_all() -> Unions:
    """Return no unions: a segment in memory is small."""
    return _None()


def _known(connection: sqlite3.Connection, number: int) -> frozenset[Span]:
    return frozenset(connection.execute("SELECT low, high FROM ix_union WHERE segment = ?", (number,)).fetchall())


def pack(ids: Array, impacts: U8, count: int) -> bytes:
    """Return the union of these postings: the strongest impact of each record, in 15 steps."""
    levels = np.zeros(count + count % 2, dtype=np.uint8)
    own = np.minimum(impacts // _STEP + 1, 15)
    order = np.argsort(own, kind="stable")
    levels[ids[order]] = own[order]
    return (levels[::2] | (levels[1::2] << 4)).tobytes()


def unpack(packed: bytes, count: int) -> U8:
    """Return one byte a record."""
    both = _BOTH.take(np.frombuffer(packed, dtype=np.uint8))
    found: U8 = both.view(np.uint8)[:count]
    return found


def worthy(segment: Segment) -> list[Span]:
    """Return the ranges of terms that begin alike and are worth keeping, the longest first."""
    least = max(LEAST, len(segment) // SHARE)
    words = segment.vocabulary()
    found: dict[Span, int] = {}
    left = [(0, 0, len(words))]
    while left:
        length, low, high = left.pop()  # all begin with the same so many bytes
        size = segment.frequency(low, high)
        if size < least or high - low < 2 or length > LONGEST or words[low].startswith(b"="):
            continue
        if length:
            found[low, high] = size
        at = low + (len(words[low]) == length)
        while at < high:
            end = segment.place(words[at][: length + 1] + LAST)
            left.append((length + 1, at, end))
            at = end
    most = max(1, ROOM * 2 // max(1, len(segment)))
    return sorted(found, key=lambda span: -found[span])[:most]


def make(
    connection: sqlite3.Connection,
    segment: Segment,
    progress: Callable[[float], None] = lambda share: None,
    stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Work the unions of a published segment out and store them one by one, until `stop`; return whether all are there."""
    known = _known(connection, segment.number)
    wanted = worthy(segment)
    for done, (low, high) in enumerate(wanted):
        if stop():
            return False
        if (low, high) not in known:
            packed = pack(segment.postings(low, high), segment.impacts(low, high), len(segment))
            connection.execute(
                "INSERT OR REPLACE INTO ix_union (segment, low, high, data) VALUES (?, ?, ?, ?)", (segment.number, low, high, packed)
            )
        progress((done + 1) / len(wanted))
    return True


def sweep(connection: sqlite3.Connection) -> None:
    """Remove the unions of segments that are gone."""
    connection.execute("DELETE FROM ix_union WHERE segment NOT IN (SELECT id FROM ix_segment)")
