"""One SQLite file, opened so that a cut at any moment loses nothing.

Guarantees: WAL with synchronous=FULL, foreign keys on, deleted bytes overwritten (secure_delete); a write is one
`BEGIN IMMEDIATE` transaction, whole or not at all, from any thread, one at a time; a damaged file is set aside and the
newest good copy takes its place, made at most a day before and at each close after writing; SQLite's errors come out as `fleet.errors`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from fleet.errors import Busy, Damaged, DiskFull, DiskReadOnly, StoreError
from fleet.i18n import _

BUSY_SECONDS = 10.0
COPIES_KEPT = 14  # one a day


def translate(error: sqlite3.Error) -> StoreError:
    """The fleet's error for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(
            _("Le disque de cet ordinateur est plein : rien n’a été perdu, mais rien n’a été écrit. Faites de la place et recommencez.")
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DiskReadOnly(_("L’inventaire ne peut pas être écrit : le disque ou le dossier est en lecture seule."))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(_("Une autre fenêtre écrit dans l’inventaire. Attendez qu’elle ait fini et recommencez."))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(_("Le fichier de l’inventaire est abîmé. Relancez la commande : la dernière bonne copie sera reprise."))
    return StoreError(_("L’inventaire n’a pas pu être lu ou écrit ({error}).").format(error=error))


class Store:
    """An open database file with its migrations applied."""

    def __init__(self, path: Path, migrations: Migrations, today: date, copies: Path | None = None) -> None:
        self.path, self.copies = path, copies
        self._lock = threading.RLock()
        self.recovered = False  # True when a damaged file was set aside
        self._today, self._changed = today, False
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() and self.dated_copies():  # deleted by mistake: nobody keeps copies of nothing
            copy_database(self.dated_copies()[-1], path)
            self.recovered = True
        try:
            self.db = self._open()
        except Damaged:
            self._set_aside(today)
            self.db = self._open()
            self.recovered = True
        try:
            with self.transaction():
                migrations.apply(self.db)
            self._copy()
        except BaseException:
            self.close()
            raise

    def _open(self) -> Database:
        connection = None
        try:
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "trusted_schema=OFF"):
                connection.execute(f"PRAGMA {pragma}")
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()
            if answer is None or answer[0] != "ok":
                raise Damaged("quick_check")
            with suppress(OSError):
                self.path.chmod(0o600)
            return Database(connection, execute_plugins=False)
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            raise translate(error) from error
        except Damaged:
            if connection is not None:
                connection.close()
            raise

    def _set_aside(self, today: date) -> None:
        """Keep the damaged file under another name, and put the newest copy in its place."""
        for suffix in ("", "-wal", "-shm"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                source.replace(self.path.with_name(f"{self.path.stem}.damaged-{today:%Y%m%d}{self.path.suffix}{suffix}"))
        copies = self.dated_copies()
        if copies:
            copy_database(copies[-1], self.path)

    def dated_copies(self) -> list[Path]:
        """The daily copies, oldest first."""
        return sorted(self.copies.glob(f"{self.path.stem}-????-??-??{self.path.suffix}")) if self.copies else []

    def _copy(self, again: bool = False) -> None:
        """A whole copy beside, one a day, made `again` when something was written; the oldest ones go."""
        if self.copies is None:
            return
        for partial in (*self.copies.glob("*.partial"), *self.copies.glob("*.forgetting*")):
            partial.unlink(missing_ok=True)  # left by a cut
        target = self.copies / f"{self.path.stem}-{self._today.isoformat()}{self.path.suffix}"
        if target.exists() and not again:
            return
        with suppress(OSError, StoreError):  # a full disk must not stop the day's work
            self.copies.mkdir(parents=True, exist_ok=True)
            copy_database(self.path, target)
            for old in self.dated_copies()[:-COPIES_KEPT]:
                old.unlink(missing_ok=True)

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """One whole write: it happened, or it did not. Nested ones belong to the outermost."""
        with self._lock:
            connection = self.db.conn
            if connection.in_transaction:
                yield self.db
                return
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield self.db
                connection.execute("COMMIT")
                self._changed = True
            except sqlite3.Error as error:
                self._rollback()
                raise translate(error) from error
            except BaseException:
                self._rollback()
                raise

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: what fails here is undone, the rest goes on."""
        connection = self.db.conn
        connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK TO step")
                connection.execute("RELEASE step")
            raise
        connection.execute("RELEASE step")

    def _rollback(self) -> None:
        with suppress(sqlite3.Error):
            if self.db.conn.in_transaction:
                self.db.conn.execute("ROLLBACK")

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[dict[str, Any]]:
        """Rows of a question."""
        with self._lock:
            try:
                return list(self.db.query(sql, parameters))
            except sqlite3.Error as error:
                raise translate(error) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several questions about one moment."""
        with self._lock:
            connection = self.db.conn
            if connection.in_transaction:
                yield
                return
            try:
                connection.execute("BEGIN")
                yield
            finally:
                self._rollback()

    def forget_freed_bytes(self) -> None:
        """Leave no trace of what was deleted in the log beside the file."""
        with self._lock, suppress(sqlite3.Error):
            self.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; what was written today is in today's copy."""
        with self._lock:
            self.db.close()
            if self._changed:
                self._changed = False
                self._copy(again=True)


def copy_database(source: Path, target: Path) -> None:
    """A consistent, checked copy of a database in use: whole under its final name, or what was there before."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        here, there = sqlite3.connect(source), sqlite3.connect(partial)
        try:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
            if there.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the copy is damaged")
        finally:
            here.close()
            there.close()
    except sqlite3.Error as error:
        partial.unlink(missing_ok=True)
        raise translate(error) from error
    partial.chmod(0o600)
    sync_file(partial)
    partial.replace(target)
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Make a file's bytes reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Make a rename reach the disk (not everywhere possible)."""
    with suppress(OSError):
        sync_file(path)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all: temporary name, fsync, rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno == 28:
            raise DiskFull(_("Le disque de cet ordinateur est plein : rien n’a été écrit.")) from error
        raise StoreError(_("Impossible d’écrire {path} : {strerror}.").format(path=path, strerror=error.strerror)) from error
    sync_folder(path.parent)
