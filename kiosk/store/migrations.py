"""The catalogue file's schema, in ordered steps that are each applied once, in a transaction with the note that they were.

Guarantees: a file at the current version is recognised by `PRAGMA user_version` without importing sqlite-utils (0.3 s).
A step, once released, never changes: add one.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from kiosk.search import engine
from kiosk.store import codec

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 2
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


def reindex(connection: sqlite3.Connection) -> None:
    """Index every stored record, in the caller's transaction."""
    index = engine.ImpactEngine(connection, titles=lambda docids: {})
    rows = connection.execute(
        "SELECT r.docid, r.id, coalesce(r.body, (SELECT s.body FROM source_record s WHERE s.docid = r.docid)) FROM record r"
    )
    while batch := rows.fetchmany(_BATCH):
        index.update([(docid, codec.decode(body, id)) for docid, id, body in batch], ())


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
        reindex(db.conn)

    connection.execute("BEGIN IMMEDIATE")
    steps.apply(Database(connection))
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
