"""The file under the catalogue and the outbox: opened, checked, copied, set aside. Plain words when the disk says no.

Guarantees: SQLite's errors leave here as `StoreError` with a sentence for people; a copy appears whole or not at all;
a damaged file is moved, never deleted at once, and at most `KEPT_DAMAGED` are kept.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.errors import Damaged, DiskFull, DiskReadOnly, StoreError
from kiosk.i18n import N_, _

KEPT_DAMAGED = 2
BUSY_MS = 10_000
_SIDECARS = ("-wal", "-shm", "-journal")

FULL = N_("Le disque est plein : libérez de la place puis recommencez. Rien n’est perdu.")
READ_ONLY = N_("Le disque refuse l’écriture : la consultation continue, rien n’est perdu.")
DAMAGED = N_("Le fichier du catalogue est abîmé : il sera mis de côté et remplacé par la dernière bonne copie au prochain démarrage.")
BUSY = N_("Le catalogue est occupé par un autre programme : réessayez dans un instant.")
FAULTY = N_("Le disque ne répond pas comme il faut : vérifiez la carte ou la clé. Ce qui était enregistré est conservé.")
UNREADABLE = N_("Le catalogue ne peut pas être ouvert : vérifiez que son dossier existe et qu’il est lisible.")


def explain(error: Exception) -> StoreError:
    """Return the error a person can act on."""
    if isinstance(error, OSError):
        return _explain_os(error)
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(_(FULL))
    if code == sqlite3.SQLITE_READONLY:
        return DiskReadOnly(_(READ_ONLY))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(_(DAMAGED))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(_(BUSY))
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreError(_(UNREADABLE))
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(_(FAULTY))
    return StoreError(_(UNREADABLE))


def _explain_os(error: OSError) -> StoreError:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(_(FULL))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskReadOnly(_(READ_ONLY))
    return StoreError(_(UNREADABLE))


@contextmanager
def plain_errors() -> Iterator[None]:
    """Translate SQLite's and the disk's errors."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise explain(error) from error


def connect(path: Path, *, readonly: bool = False, durable: bool = False) -> sqlite3.Connection:
    """Open a file in WAL mode, transactions by hand. `durable` syncs each commit, for what nobody can fetch again."""
    if readonly:
        connection = _connect_readonly(path)
    else:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000, cached_statements=256)
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA journal_size_limit = 67108864")
    connection.execute("PRAGMA cache_size = -16384")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def _connect_readonly(path: Path) -> sqlite3.Connection:
    """Open for reading, on a read-only disk too: there SQLite can follow a journal only in a copy."""
    name = path.resolve().as_uri()
    try:
        connection = sqlite3.connect(f"{name}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        return connection
    except sqlite3.OperationalError:
        journal = Path(f"{path}-wal")
        if not path.exists() or os.access(path.parent, os.W_OK):
            raise
    if not journal.exists() or not journal.stat().st_size:
        return sqlite3.connect(f"{name}?mode=ro&immutable=1", uri=True, isolation_level=None)
    with tempfile.TemporaryDirectory() as scratch:  # an open file outlives its name
        for part in (path, journal):
            shutil.copyfile(part, Path(scratch) / part.name)
        connection = sqlite3.connect(Path(scratch) / path.name, isolation_level=None)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def exclusively(folder: Path) -> Iterator[None]:
    """Let one process at a time make, migrate or replace files in `folder`."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, with plain errors."""
    with plain_errors():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def sound(path: Path) -> bool:
    """Read a whole file and say whether it is intact. Takes seconds on a large one: never on the UI thread."""
    try:
        with closing(_connect_readonly(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def set_aside(path: Path) -> Path:
    """Move a damaged file and its journals out of the way; return where to."""
    stamp = time.strftime("%Y%m%d-%H%M%S") + f"-{time.monotonic_ns() % 1_000_000:06d}"
    target = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    path.replace(target)
    for sidecar in _SIDECARS:
        if Path(f"{path}{sidecar}").exists():
            Path(f"{path}{sidecar}").replace(f"{target}{sidecar}")
    for old in sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))[:-KEPT_DAMAGED]:
        for sidecar in ("", *_SIDECARS):
            Path(f"{old}{sidecar}").unlink(missing_ok=True)
    return target


def copy_whole(source: Path, target: Path) -> None:
    """Copy a closed file so that `target` is the old or the new one, never a half."""
    partial = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, partial)
        _sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy an open database so that `target` is the old or the new one, never a half."""
    partial = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(partial)) as copy:
            connection.backup(copy, pages=4096, sleep=0)
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        _sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
