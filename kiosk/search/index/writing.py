"""What writes the index: changes as they come, and their merging when nobody waits.

Guarantees: a change is searchable with the transaction that brings it; every step leaves an index that says the same;
a merge goes on after a stop or a kill where it was. A segment that is damaged is left out, and its records are missing
(`missing`) until they are given again.

Few changed records wait as rows of `ix_doc`; many become a small segment at once. Eight small segments become one. `tidy` merges
the newest segments with those before them as long as these are not `MUCH_LARGER`: the bulk is written again after a tenth
of it changed, not after each delivery.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain

import numpy as np

from kiosk.domain import Record
from kiosk.errors import DamagedIndex
from kiosk.search import fields
from kiosk.search.fields import Document
from kiosk.search.index import storage
from kiosk.search.index.build import Doc, build
from kiosk.search.index.merge import Merge
from kiosk.search.index.segment import Array, Segment, different
from kiosk.search.index.values import Numbering

AT_ONCE = 500  # records: from so many on, a change is a segment
FLUSH = 2_000  # rows
SMALL, SEVERAL = 16_000, 8  # so many segments with fewer records than that become one
MUCH_LARGER = 8
UNTIDY_ROWS = 500
_UNIT = "\x1f"
Progress = Callable[[float], None]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def generation(connection: sqlite3.Connection) -> int:
    """Return the number of the present state of the index."""
    return int(connection.execute("SELECT generation FROM ix_state").fetchone()[0])


class Writing:
    """The writing side of the index in `connection`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbering: Numbering | None = None
        self._numbered = 0

    # -- changes, in the caller's transaction -----------------------------------------------------------------------------

    def update(self, changed: Iterable[tuple[int, Record | Document]], removed: Iterable[int]) -> None:
        """Make `changed` searchable and forget `removed`."""
        connection, now = self._connection, generation(self._connection)
        if self._numbering is None or now != self._numbered:
            self._numbering = Numbering(connection)
        self._numbered = 0  # until all of it is written: what fails halfway is rolled back, and its numbers with it
        docs = [self._doc(docid, given) for docid, given in changed]
        gone = [(d,) for d in removed]
        connection.executemany("DELETE FROM ix_doc WHERE docid = ?", gone)
        connection.executemany("INSERT OR IGNORE INTO ix_gone (docid) VALUES (?)", gone)
        connection.executemany("DELETE FROM ix_gone WHERE docid = ?", [(d.docid,) for d in docs])
        if len(docs) >= AT_ONCE:
            self.flush()  # what waits is older
            storage.write(connection, build(docs))
            self._join_small()
        else:
            sql = "INSERT OR REPLACE INTO ix_doc (docid, texts, facets, title_key, year, popularity) VALUES (?, ?, ?, ?, ?, ?)"
            connection.executemany(sql, [(d.docid, _UNIT.join(d.texts), d.facets, d.title_key, d.year, d.popularity) for d in docs])
            if connection.execute("SELECT count(*) FROM ix_doc").fetchone()[0] >= FLUSH:
                self.flush()
                self._join_small()
        self._numbered = self.advance()

    def _doc(self, docid: int, given: Record | Document) -> Doc:
        assert self._numbering is not None
        d = given if isinstance(given, Document) else fields.document(given)
        numbers = self._numbering.numbers(d.facets)
        packed = array("I", [*map(len, numbers), *chain.from_iterable(numbers)]).tobytes()
        t = d.texts
        return Doc(docid, (t.title, t.author, t.subject, t.other), packed, d.title_key, d.year, d.popularity)

    def rows(self) -> Segment:
        """Return what waits in rows as a segment."""
        sql = "SELECT docid, texts, facets, title_key, year, popularity FROM ix_doc"
        return build(Doc(docid, texts.split(_UNIT), *rest) for docid, texts, *rest in self._connection.execute(sql))

    def flush(self) -> None:
        """Turn rows into a segment."""
        if self._connection.execute("SELECT 1 FROM ix_doc LIMIT 1").fetchone():
            storage.write(self._connection, self.rows())
            self._connection.execute("DELETE FROM ix_doc")

    def advance(self) -> int:
        """Begin another generation."""
        self._connection.execute("UPDATE ix_state SET generation = generation + 1")
        return generation(self._connection)

    def _join_small(self) -> None:
        """Make one of the newest segments when they are many and small."""
        tail: list[int] = []
        reading = Merge.under_way(self._connection)
        for number, records in reversed(storage.sizes(self._connection)):
            if records >= SMALL or number in reading:
                break
            tail.append(number)
        if len(tail) < SEVERAL:
            return
        with suppress(DamagedIndex):  # found again, and mended, by the next search
            merge = self._begin(tail[::-1])
            while merge.step() < 1:
                pass
            merge.publish()
            self._forget_gone()

    # -- merging, in transactions of its own ------------------------------------------------------------------------------

    def untidy(self) -> bool:
        """Say whether `tidy` is worth its time."""
        ask = self._connection.execute
        if ask("SELECT 1 FROM ix_merge").fetchone() or len(self._worth_merging()) > 1:
            return True
        return int(ask("SELECT count(*) FROM ix_doc").fetchone()[0]) > UNTIDY_ROWS

    def tidy(self, progress: Progress, stop: Callable[[], bool]) -> bool:
        """Merge what is worth it, until `stop` says so; return whether all is done. Not inside a transaction."""
        connection = self._connection
        merge = None
        while True:
            merge = merge or self._resumed()
            if merge is None:
                with transaction(connection):
                    self.flush()
                    worth = self._worth_merging()
                    if len(worth) < 2:
                        self.advance()
                        return True
                    storage.sweep(connection)
                    merge = self._begin(worth)
                    merge.note()
                    self.advance()
            if stop():
                return False
            with transaction(connection):
                if not merge.ours():  # another process goes on with it, or has ended it
                    merge = None
                    continue
                share = merge.step()
                if share == 1:
                    merge.publish()
                    connection.execute("DELETE FROM ix_merge")
                    self._forget_gone()
                    self.advance()
                else:
                    merge.note()
            progress(share)
            if share == 1:
                merge = None

    def _resumed(self) -> Merge | None:
        """Take up the merge that was stopped; one that has become worthless is swept away."""
        merge = Merge.resume(self._connection)
        if merge is None:
            with transaction(self._connection):
                self._connection.execute("DELETE FROM ix_merge")
                storage.sweep(self._connection)
        return merge

    def _worth_merging(self) -> list[int]:
        """Return the newest segments from the oldest one on that is not much larger than all that follow it together."""
        every = storage.sizes(self._connection)
        first, records = len(every), 0
        for place in range(len(every) - 1, -1, -1):
            if records and every[place][1] <= MUCH_LARGER * records:
                first = place
            records += every[place][1]
        return [number for number, _records in every[first:]]

    def _begin(self, numbers: Sequence[int]) -> Merge:
        from kiosk.search.index.snapshot import living  # what searches: a harvest starts without it

        sources = [storage.load(self._connection, n, resident=0) for n in numbers]
        masks = living(sources, self._gone())
        alive = [np.ones(len(s), np.bool_) if mask is None else mask for s, mask in zip(sources, masks, strict=True)]
        return Merge(self._connection, sources, alive, storage.Writer(self._connection))

    def _gone(self) -> Array:
        return np.array([d for (d,) in self._connection.execute("SELECT docid FROM ix_gone")], dtype=np.uint32)

    def _forget_gone(self) -> None:
        """Forget removals of records that no segment has any more."""
        gone = self._gone()
        if len(gone):
            left = gone[np.isin(gone, self.docids())]
            self._connection.execute("DELETE FROM ix_gone")
            self._connection.executemany("INSERT INTO ix_gone (docid) VALUES (?)", [(d,) for d in left.tolist()])

    # -- what is missing --------------------------------------------------------------------------------------------------

    def docids(self) -> Array:
        """Return which records the segments have, in any version."""
        found = [storage.docids(self._connection, n) for n in storage.numbers(self._connection)]
        return different(np.concatenate(found)) if found else np.zeros(0, np.uint32)

    def leave_out(self, number: int) -> None:
        """Drop a damaged segment; its records are missing from now on, older versions of them too."""
        connection = self._connection
        with transaction(connection):
            every = storage.numbers(connection)
            if number not in every:  # another process has merged it meanwhile: nothing is damaged
                return
            try:
                place = every.index(number)
                newer = [storage.docids(connection, n) for n in every[place + 1 :]]
                lost = np.setdiff1d(storage.docids(connection, number), np.concatenate([self._waiting(), *newer]))
                connection.executemany("INSERT OR IGNORE INTO ix_gone (docid) VALUES (?)", [(d,) for d in lost.tolist()])
                every = [number]
            except DamagedIndex:  # nobody knows any more which records it had
                connection.execute("DELETE FROM ix_gone")
            for each in every:
                storage.drop(connection, each)
            connection.execute("DELETE FROM ix_merge")
            connection.execute("UPDATE ix_state SET whole = 0")
            self.advance()

    def whole(self) -> bool:
        """Say whether every record given is in the index."""
        return bool(self._connection.execute("SELECT whole FROM ix_state").fetchone()[0])

    def complete(self) -> None:
        """Note that every record is in the index, in the caller's transaction."""
        self._connection.execute("UPDATE ix_state SET whole = 1")

    def have(self) -> Array:
        """Return which records are in the index; segments that turn out to be damaged are left out on the way."""
        while True:
            try:
                segments = self.docids()
                return different(np.concatenate((segments[~np.isin(segments, self._gone())], self._waiting())))
            except DamagedIndex as e:
                self.leave_out(e.segment)

    def _waiting(self) -> Array:
        return np.array([d for (d,) in self._connection.execute("SELECT docid FROM ix_doc")], dtype=np.uint32)
