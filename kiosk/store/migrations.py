"""The catalogue file's schema, in ordered steps that are each applied once, in a transaction with the note that they were.

Guarantees: a file at the current version is recognised by `PRAGMA user_version` without importing sqlite-utils (0.3 s).
A step, once released, never changes: add one.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from kiosk.search import engine
from kiosk.store import codec
from kiosk.store.prepared import keys_of

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 3
_BATCH = 2_000

_FIRST = """
CREATE TABLE source (name TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT '{}', updated_at TEXT NOT NULL DEFAULT '');
CREATE TABLE source_record (id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_id TEXT NOT NULL, docid INTEGER NOT NULL,
  body TEXT NOT NULL, UNIQUE (source, source_id));
CREATE INDEX source_record_docid ON source_record (docid);
CREATE TABLE record (docid INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT);
CREATE TABLE match_key (key TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (key, part)) WITHOUT ROWID;
CREATE INDEX match_key_part ON match_key (part);
CREATE TABLE reject (id INTEGER PRIMARY KEY, source TEXT NOT NULL, position TEXT NOT NULL, reason TEXT NOT NULL,
  excerpt BLOB NOT NULL, at TEXT NOT NULL, UNIQUE (source, position));
CREATE TABLE network (kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE author (name TEXT PRIMARY KEY, body TEXT NOT NULL)
"""


def current(connection: sqlite3.Connection) -> int:
    """Return the version of the schema in the file; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to `VERSION`; does nothing, fast, when it is there."""
    if current(connection) == VERSION:
        return
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    steps: Any = Migrations("catalogue")

    @steps()  # type: ignore[untyped-decorator]
    def first(db: Database) -> None:
        for statement in _FIRST.split(";\n"):
            db.execute(statement)

    @steps()  # type: ignore[untyped-decorator]
    def dedicated_index(db: Database) -> None:
        for table in ("fts_state", "fts_doc", "fts_value", "fts_name", "fts"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        engine.create(db.conn)

    @steps()  # type: ignore[untyped-decorator]
    def numbers_for_keys(db: Database) -> None:
        """Match keys as 64-bit numbers in one index instead of texts in two; the index anew (`mending` fills it)."""
        db.execute("DROP TABLE match_key")
        db.execute("CREATE TABLE match_key (key INTEGER NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (key, part)) WITHOUT ROWID")
        rows = db.conn.execute("SELECT id, body FROM source_record")
        while batch := rows.fetchmany(_BATCH):
            pairs = [(key, part) for part, body in batch for key in keys_of(codec.decode(body))]
            db.conn.executemany("INSERT OR IGNORE INTO match_key (key, part) VALUES (?, ?)", pairs)
        for table in engine.TABLES:
            db.execute(f"DROP TABLE IF EXISTS {table}")
        engine.create(db.conn)
        db.execute("UPDATE ix_state SET whole = NOT EXISTS (SELECT 1 FROM record)")

    connection.execute("BEGIN IMMEDIATE")
    steps.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
