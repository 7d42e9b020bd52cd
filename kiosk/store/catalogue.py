"""The catalogue: one SQLite file with everything the kiosk shows, and the search engine over it.

Guarantees: opening never fails on a damaged file: it is set aside and replaced by the last good copy (else by an empty
catalogue), and `opened` says so. Reads see whole batches only. A file on a read-only disk is opened for reading. One
instance serves one thread; several may be open on the same file.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.domain import Author, Branch, Event, Record, Rubric, Selection
from kiosk.errors import Damaged, DamagedIndex, DiskReadOnly, NotFound
from kiosk.i18n import _
from kiosk.search.engine import ImpactEngine, Progress, Stop
from kiosk.search.port import SearchEngine
from kiosk.search.synonyms import of_library
from kiosk.store import codec, disk, migrations, network
from kiosk.store.harvest import Harvest
from kiosk.store.hits import Hit, hit
from kiosk.store.mending import mend

FILE = "catalogue.sqlite"
GOOD = "good"
MENDING_SECONDS = 5.0
SUSPECT = "catalogue.suspect"  # its presence says: the file failed its check, replace it at the next opening
_BODY = "coalesce(r.body, (SELECT s.body FROM source_record s WHERE s.docid = r.docid))"


class Opened(StrEnum):
    """How the catalogue came to be open."""

    NORMAL = "normal"
    FROM_GOOD_COPY = "from_good_copy"
    EMPTIED = "emptied"  # damaged, and no good copy: a harvest fills it again


@dataclass(frozen=True, slots=True)
class Stats:
    """What the catalogue holds. `rejects` counts by source, then reason; `size` is in bytes."""

    records: int
    by_type: Mapping[str, int]
    by_source: Mapping[str, int]
    rejects: Mapping[str, Mapping[str, int]]
    size: int
    updated_at: str


class Catalogue:
    """See the module. Make it with `Catalogue.open(data)`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, readonly: bool, opened: Opened) -> None:
        self.path = path
        self.readonly = readonly
        self.opened = opened
        self._connection = connection
        self._index = ImpactEngine(connection, self._titles, self._mend)
        self._index.synonyms = of_library(path.parent)
        self.engine: SearchEngine = self._index

    @classmethod
    def open(cls, data: Path, *, readonly: bool = False) -> Self:
        """Open or create the catalogue in `data`, bring it to the current schema, replace it when it is damaged."""
        path = data / FILE
        if not readonly:
            try:
                data.mkdir(parents=True, exist_ok=True)
                with disk.exclusively(data):
                    connection, opened = _open_or_recover(data)
                return cls(path, connection, readonly=False, opened=opened)
            except (sqlite3.Error, OSError) as error:
                if not path.exists() or os.access(data, os.W_OK):
                    raise disk.explain(error) from error
        if not path.exists():
            raise NotFound(_("Aucun catalogue ici : moissonnez une source ou construisez la démonstration."))
        with disk.plain_errors():
            connection = disk.connect(path, readonly=True)
            connection.execute("SELECT count(*) FROM source").fetchone()
        return cls(path, connection, readonly=True, opened=Opened.NORMAL)

    def frugal(self) -> Catalogue:
        """Keep 4 MB of the file's pages instead of 16: on a kiosk that runs for months, the system keeps the others."""
        self._connection.execute("PRAGMA cache_size = -4096")
        return self

    def close(self) -> None:
        """Close the file; the last one to close tidies the journal."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # -- reading ------------------------------------------------------------------------------------------------------

    def get(self, record_id: str) -> Record:
        """Return one record; raises NotFound."""
        return self._one("id", record_id)

    def record(self, docid: int) -> Record:
        """Return one record by the number the engine knows it by; raises NotFound."""
        return self._one("docid", docid)

    def docid(self, record_id: str) -> int:
        """Return the number the engine knows a record by; raises NotFound."""
        with disk.plain_errors():
            row = self._connection.execute("SELECT docid FROM record WHERE id = ?", (record_id,)).fetchone()
        if row is None:
            raise NotFound(_("Cette notice n’est plus au catalogue."))
        return int(row[0])

    def hits(self, docids: Sequence[int]) -> list[Hit]:
        """Return tiles in the order asked; records that are gone are left out."""
        sql = f"SELECT r.docid, r.id, {_BODY} FROM record r WHERE r.docid IN (SELECT value FROM json_each(?))"
        with disk.plain_errors():
            rows = {r[0]: r for r in self._connection.execute(sql, (json.dumps(list(docids)),))}
        return [hit(*rows[d]) for d in docids if d in rows]

    def author(self, name: str) -> Author | None:
        """Return the page about an author, if there is one."""
        return network.read_author(self._connection, name)

    def branches(self) -> tuple[Branch, ...]:
        """Return the network's libraries."""
        return network.read(self._connection, "branch", network.branch)

    def rubrics(self) -> tuple[Rubric, ...]:
        """Return the doors of the home screen."""
        return network.read(self._connection, "rubric", network.rubric)

    def selections(self) -> tuple[Selection, ...]:
        """Return the librarians' selections."""
        return network.read(self._connection, "selection", network.selection)

    def events(self, after: str = "") -> tuple[Event, ...]:
        """Return the agenda from the ISO time `after`, soonest first."""
        every = network.read(self._connection, "event", network.event)
        return tuple(sorted((e for e in every if (e.ends or e.starts) >= after), key=lambda e: (e.starts, e.id)))

    def updated_at(self) -> str:
        """Return when a harvest last ended well (ISO 8601 UTC), or ""."""
        return str(self._connection.execute("SELECT coalesce(max(updated_at), '') FROM source").fetchone()[0])

    def stats(self) -> Stats:
        """Count what is there."""
        ask = self._connection.execute
        with disk.plain_errors():
            by_type = Counter(dict(ask("SELECT kind, count(*) FROM record GROUP BY kind")))
            by_source = Counter(dict(ask("SELECT source, count(*) FROM source_record GROUP BY source")))
            rejects: dict[str, dict[str, int]] = {}
            for source, reason, count in ask("SELECT source, reason, count(*) FROM reject GROUP BY source, reason ORDER BY 3 DESC"):
                rejects.setdefault(source, {})[reason] = count
        return Stats(
            records=by_type.total(),
            by_type=dict(by_type.most_common()),
            by_source=dict(by_source.most_common()),
            rejects=rejects,
            size=self.path.stat().st_size,
            updated_at=self.updated_at(),
        )

    # -- writing ------------------------------------------------------------------------------------------------------

    def harvest(self, source: str) -> Harvest:
        """Start or go on with the harvest of one source."""
        self._must_write()
        return Harvest(self._connection, self.engine, source, self.tidy)

    def tidy(self, progress: Progress = lambda share: None, stop: Stop = lambda: False) -> bool:
        """Bring the index to few pieces, with every record in it, for when nobody waits; return whether all is done.

        `stop` is asked a few times a second; what was done stays done, and the next call goes on from there.
        """
        self._must_write()
        while True:
            with disk.plain_errors():
                if not mend(self._connection, self._index, progress, stop):
                    return False
                try:
                    return not self._index.untidy() or self._index.tidy(progress, stop)
                except DamagedIndex as error:  # left out, and its records given again
                    self._index.writing.leave_out(error.segment)

    def ready(self, progress: Progress = lambda share: None, stop: Stop = lambda: False) -> bool:
        """`tidy`, then work out beforehand what is asked most: what a kiosk does while nobody is there."""
        if not self.tidy(progress, stop):
            return False
        with disk.plain_errors():
            return not self._index.cold() or self._index.warm(progress, stop)

    def put_network(
        self,
        *,
        branches: Sequence[Branch] = (),
        rubrics: Sequence[Rubric] = (),
        selections: Sequence[Selection] = (),
        events: Sequence[Event] = (),
        authors: Sequence[Author] = (),
    ) -> None:
        """Replace each kind that is given; leave the others."""
        self._must_write()
        with disk.transaction(self._connection):
            for kind, values in (
                ("branch", [(b.code, b) for b in branches]),
                ("rubric", [(r.id, r) for r in rubrics]),
                ("selection", [(s.id, s) for s in selections]),
                ("event", [(e.id, e) for e in events]),
            ):
                if values:
                    network.put(self._connection, kind, values)
            if authors:
                network.put_authors(self._connection, authors)

    def checkpoint_good(self) -> None:
        """Check the whole file and keep a copy in `good/`; raises Damaged when it fails. Seconds on a large file."""
        self._must_write()
        with disk.plain_errors():
            if self._connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                (self.path.parent / SUSPECT).touch()
                raise Damaged(_(disk.DAMAGED))
            disk.back_up(self._connection, self.path.parent / GOOD / FILE)

    def _mend(self) -> None:
        """Make the index whole while somebody waits: as much as a person bears to wait; `tidy` does the rest."""
        if self.readonly:
            return
        until = time.monotonic() + MENDING_SECONDS
        mend(self._connection, self._index, lambda share: None, lambda: time.monotonic() > until)

    def _titles(self, docids: Sequence[int]) -> dict[int, str]:
        sql = f"SELECT r.docid, json_extract({_BODY}, '$.t') FROM record r WHERE r.docid IN (SELECT value FROM json_each(?))"
        return {docid: title or "" for docid, title in self._connection.execute(sql, (json.dumps(list(docids)),))}

    def _must_write(self) -> None:
        if self.readonly:
            raise DiskReadOnly(disk.READ_ONLY)

    def _one(self, column: str, value: str | int) -> Record:
        with disk.plain_errors():
            row = self._connection.execute(f"SELECT r.id, {_BODY} FROM record r WHERE r.{column} = ?", (value,)).fetchone()
        if row is None:
            raise NotFound(_("Cette notice n’est plus au catalogue."))
        return codec.decode(row[1], row[0])


def check(data: Path) -> bool:
    """Read the whole catalogue file, in a background thread; when it is damaged, have it replaced at the next opening."""
    if not (data / FILE).exists() or disk.sound(data / FILE):
        return True
    with disk.plain_errors():
        (data / SUSPECT).touch()
    return False


def _open_checked(path: Path) -> sqlite3.Connection:
    """Open, migrate, and touch every table: cheap enough for every start."""
    connection = disk.connect(path)
    try:
        migrations.migrate(connection)
        for table in ("source", "source_record", "record", "match_key", "network", "author", "ix_state", "ix_doc", "ix_segment"):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _open_or_recover(data: Path) -> tuple[sqlite3.Connection, Opened]:
    path = data / FILE
    lost = (data / GOOD / FILE).exists() and not (path.exists() and path.stat().st_size)
    opened = _recover(data) if lost or (data / SUSPECT).exists() else Opened.NORMAL
    try:
        return _open_checked(path), opened
    except sqlite3.DatabaseError as error:
        if not isinstance(disk.explain(error), Damaged):
            raise
    opened = _recover(data)
    return _open_checked(path), opened


def _recover(data: Path) -> Opened:
    """Set the damaged file aside and bring the last good copy, if it is one."""
    path, good = data / FILE, data / GOOD / FILE
    if path.exists():
        disk.set_aside(path)
    (data / SUSPECT).unlink(missing_ok=True)
    if not good.exists():
        return Opened.EMPTIED
    if not disk.sound(good):
        disk.set_aside(good)
        return Opened.EMPTIED
    disk.copy_whole(good, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    return Opened.FROM_GOOD_COPY


def default_data() -> Path:
    """Return where the kiosk keeps its files when nothing else is said."""
    return Path(os.environ.get("COLPORTEUR_DATA") or Path.home() / ".local/share/colporteur")
