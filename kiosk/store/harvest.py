"""One harvest of one source: records in, batch by batch, each batch in one transaction with the state of the harvest.

Guarantees: a kill at any moment leaves the last whole batch and the state that belongs to it: set the state (resumption
token, window…) after the records it follows, and going on from the stored state never skips one. A bad record is set
aside with its reason and counted; it never stops the harvest.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from kiosk.domain import Record
from kiosk.errors import StoreError
from kiosk.search.port import SearchEngine
from kiosk.store.disk import plain_errors, transaction
from kiosk.store.merging import write_batch
from kiosk.store.prepared import Prepared

BATCH = 2_000
EXCERPT_BYTES = 512
REJECTS_KEPT = 10_000  # a source; beyond, they are only counted

# While a harvest writes: the journal is copied into the file every 32 MB rather than at each batch, and the pages of the
# indexes that are written at random stay in memory. Harvests are twice as fast; a kill costs nothing more.
_HARVEST = ("wal_autocheckpoint = 8000", "cache_size = -24576")
_READING = ("wal_autocheckpoint = 1000", "cache_size = -16384")


@dataclass(slots=True)
class HarvestCounts:
    """What the harvest did so far, in records of the source."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        """Records read, whatever became of them."""
        return self.added + self.updated + self.unchanged + self.rejected


class Harvest:
    """Use as a context manager; leaving it without an error marks the source as up to date."""

    def __init__(
        self, connection: sqlite3.Connection, engine: SearchEngine, source: str, tidy: Callable[[], object] = lambda: None
    ) -> None:
        self.source = source
        self.counts = HarvestCounts()
        self._connection = connection
        self._engine = engine
        self._tidy = tidy
        self._pending: list[Record | Prepared] = []
        self._deleted: list[str] = []
        self._rejects: list[tuple[str, str, bytes]] = []
        with plain_errors():
            row = connection.execute("SELECT state FROM source WHERE name = ?", (source,)).fetchone()
        self._state: dict[str, str] = json.loads(row[0]) if row else {}

    @property
    def state(self) -> Mapping[str, str]:
        """What was last set: resumption token, window, response date…"""
        return self._state

    def set_state(self, **values: str) -> None:
        """Set some of the state; it is stored with the next batch. An empty value forgets the key."""
        self._state = {k: v for k, v in (self._state | values).items() if v}

    def add(self, records: Iterable[Record | Prepared]) -> None:
        """Take records, each with its `SourceRef`, or prepared already; whole batches are stored on the way."""
        for record in records:
            self._pending.append(record)
            if len(self._pending) >= BATCH:
                self.flush()

    def delete(self, source_ids: Iterable[str]) -> None:
        """Forget records the source says are gone; ones never had are ignored."""
        gone = list(source_ids)
        if self._pending and gone:
            self.flush()
        self._deleted += gone
        if len(self._deleted) >= BATCH:
            self.flush()

    def reject(self, position: str | int, reason: str, excerpt: bytes = b"") -> None:
        """Set a bad record aside: where it was in the source, why, and its first bytes."""
        self._rejects.append((str(position)[:200], reason[:500], excerpt[:EXCERPT_BYTES]))
        self.counts.rejected += 1
        if len(self._rejects) >= BATCH:
            self.flush()

    def known_ids(self) -> Iterator[str]:
        """Return the source's own ids of all records stored, to find those that are gone."""
        self.flush()
        for row in self._connection.execute("SELECT source_id FROM source_record WHERE source = ?", (self.source,)):
            yield row[0]

    def flush(self) -> None:
        """Store what is pending with the state, in one transaction."""
        with transaction(self._connection):
            done = write_batch(self._connection, self._engine, self.source, self._pending, self._deleted)
            self._write_rejects()
            self._write_state("")
        counts = self.counts
        counts.added += done.added
        counts.updated += done.updated
        counts.unchanged += done.unchanged
        counts.deleted += done.deleted
        self._pending, self._deleted, self._rejects = [], [], []

    def __enter__(self) -> Self:
        self._tune(_HARVEST)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self.flush()
                with transaction(self._connection):
                    self._write_state(datetime.now(UTC).isoformat(timespec="seconds"))
                self._tidy()
            elif not issubclass(kind, StoreError):
                with suppress(StoreError):  # what arrived before the line broke is kept
                    self.flush()
        finally:
            self._tune(_READING)

    def _tune(self, settings: tuple[str, ...]) -> None:
        """Give SQLite room to write, and take it back."""
        with suppress(sqlite3.Error):  # only speed is at stake
            for setting in settings:
                self._connection.execute(f"PRAGMA {setting}").fetchone()

    def _write_state(self, updated_at: str) -> None:
        self._connection.execute(
            "INSERT INTO source (name, state, updated_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state, "
            "updated_at = CASE excluded.updated_at WHEN '' THEN source.updated_at ELSE excluded.updated_at END",
            (self.source, json.dumps(self._state), updated_at),
        )

    def _write_rejects(self) -> None:
        if not self._rejects:
            return
        kept = self._connection.execute("SELECT count(*) FROM reject WHERE source = ?", (self.source,)).fetchone()[0]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [(self.source, *r, now) for r in self._rejects[: max(0, REJECTS_KEPT - kept)]]
        self._connection.executemany("INSERT OR REPLACE INTO reject (source, position, reason, excerpt, at) VALUES (?, ?, ?, ?, ?)", rows)
