"""From harvested records to the catalogue: what a batch changes, written in the caller's transaction.

Guarantees: after each batch every harvested record belongs to exactly one catalogue record, records that share a match
key are one (up to `grouping.MAX_PARTS`), ids of catalogue records survive changes, and the index says the same as the
tables. A record seen again unchanged costs one look-up and no write.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.domain import Record
from kiosk.domain.merge import merge
from kiosk.search.fields import Document
from kiosk.search.port import SearchEngine
from kiosk.store import codec
from kiosk.store.grouping import MAX_PARTS, groups
from kiosk.store.prepared import Prepared, prepare


@dataclass(slots=True)
class BatchResult:
    """What one batch did, in harvested records."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


@dataclass(slots=True)
class _Part:
    """One harvested record on its way: `docid` is 0 as long as it belongs to no catalogue record."""

    number: int
    source_id: str
    docid: int
    body: str
    keys: Sequence[str] = ()
    made: Prepared | None = None  # for those of the batch

    @property
    def record(self) -> Record:
        """The record itself, built again: only united ones need it."""
        return codec.decode(self.body)

    @property
    def source(self) -> str:
        """The name of the source it came from."""
        if self.made is not None:
            return self.made.source
        record = self.record
        return record.sources[0].source if record.sources else ""


@dataclass(slots=True)
class _Work:
    """Everything one batch touches."""

    changed: dict[int, _Part] = field(default_factory=dict)  # new or different, to be written
    others: dict[int, _Part] = field(default_factory=dict)  # stored, in the same groups
    docids: set[int] = field(default_factory=set)  # catalogue records touched
    known: set[int] = field(default_factory=set)  # numbers of changed parts that were stored before
    gone: list[int] = field(default_factory=list)


def stable_id(source: str, source_id: str, salt: int = 0) -> str:
    """Return the id of a catalogue record whose first part is this one."""
    text = f"{source}\0{source_id}" + (f"\0{salt}" if salt else "")
    return base64.b32encode(hashlib.blake2b(text.encode(), digest_size=10).digest()).decode().lower()


def write_batch(
    connection: sqlite3.Connection, engine: SearchEngine, source: str, records: Sequence[Record | Prepared], deleted: Sequence[str] = ()
) -> BatchResult:
    """Store, merge and index records of one source; the last one wins when a source names a record twice."""
    latest = {p.source_id: p for p in (r if isinstance(r, Prepared) else prepare(r) for r in records)}
    result = BatchResult()
    work = _sort_out(connection, source, latest, [d for d in deleted if d not in latest], result)
    if not work.changed and not work.gone:
        return result
    _find_relatives(connection, work)
    _write_parts(connection, source, work)
    _write_records(connection, engine, source, work)
    return result


def _sort_out(
    connection: sqlite3.Connection, source: str, latest: Mapping[str, Prepared], deleted: Sequence[str], result: BatchResult
) -> _Work:
    """Tell new, different, unchanged and deleted records apart."""
    work = _Work()
    sql = "SELECT source_id, id, docid, body FROM source_record WHERE source = ? AND source_id IN (SELECT value FROM json_each(?))"
    stored = {r[0]: r[1:] for r in connection.execute(sql, (source, json.dumps([*latest, *deleted])))}
    number = connection.execute("SELECT coalesce(max(id), 0) FROM source_record").fetchone()[0]
    for source_id, made in latest.items():
        old = stored.get(source_id)
        if old is None:
            number += 1
            result.added += 1
            work.changed[number] = _Part(number, source_id, 0, made.body, made.keys, made)
        elif old[2] == made.body:
            result.unchanged += 1
        else:
            result.updated += 1
            work.changed[old[0]] = _Part(old[0], source_id, old[1], made.body, made.keys, made)
            work.known.add(old[0])
            work.docids.add(old[1])
    for source_id in deleted:
        if source_id in stored:
            result.deleted += 1
            work.gone.append(stored[source_id][0])
            work.docids.add(stored[source_id][1])
    return work


def _find_relatives(connection: sqlite3.Connection, work: _Work) -> None:
    """Load the stored parts that share a key or a catalogue record with the batch."""
    keys = list(dict.fromkeys(k for p in work.changed.values() for k in p.keys))
    sql = (
        "SELECT k.key, group_concat(DISTINCT s.docid), count(*) FROM json_each(?) j JOIN match_key k ON k.key = j.value "
        "JOIN source_record s ON s.id = k.part GROUP BY k.key"
    )
    for _key, docids, count in connection.execute(sql, (json.dumps(keys),)):
        if count <= MAX_PARTS:
            work.docids.update(map(int, docids.split(",")))
    if not work.docids:
        return
    touched = json.dumps(sorted(work.docids))
    sql = "SELECT id, source_id, docid, body FROM source_record WHERE docid IN (SELECT value FROM json_each(?))"
    skip = work.changed.keys() | set(work.gone)
    for number, source_id, docid, body in connection.execute(sql, (touched,)):
        if number not in skip:
            work.others[number] = _Part(number, source_id, docid, body)
    for part in work.others.values():
        part.keys = [r[0] for r in connection.execute("SELECT key FROM match_key WHERE part = ?", (part.number,))]


def _write_parts(connection: sqlite3.Connection, source: str, work: _Work) -> None:
    forget = [(n,) for n in (*work.known, *work.gone)]
    connection.executemany("DELETE FROM match_key WHERE part = ?", forget)
    connection.executemany("DELETE FROM source_record WHERE id = ?", [(n,) for n in work.gone])
    connection.executemany(
        "INSERT OR IGNORE INTO match_key (key, part) VALUES (?, ?)", [(k, p.number) for p in work.changed.values() for k in p.keys]
    )
    rows = [(p.number, source, p.source_id, p.docid, p.body) for p in work.changed.values()]
    connection.executemany("INSERT OR REPLACE INTO source_record (id, source, source_id, docid, body) VALUES (?, ?, ?, ?, ?)", rows)


def _write_records(connection: sqlite3.Connection, engine: SearchEngine, source: str, work: _Work) -> None:
    """Give each group its catalogue record: the lowest one its parts had, or a new one."""
    parts = work.changed | work.others
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
    following = (row[0] if row else 0) + 1
    taken: set[int] = set()
    rows: list[tuple[int, str, str, str | None]] = []
    moves: list[tuple[int, int]] = []
    new: list[tuple[int, _Part]] = []
    index: list[tuple[int, Record | Document]] = []
    for group in groups({n: p.keys for n, p in parts.items()}):
        docid = min((parts[n].docid for n in group if parts[n].docid and parts[n].docid not in taken), default=0)
        if not docid:
            docid, following = following, following + 1
            new.append((docid, parts[group[0]]))
        taken.add(docid)
        made = parts[group[0]].made if len(group) == 1 else None
        if made is not None:  # alone, as nearly all are: everything was prepared
            rows.append((docid, "", made.kind, None))
            index.append((docid, made.document))
        else:
            merged = merge([parts[n].record for n in group])
            rows.append((docid, "", merged.kind.value, None if len(group) == 1 else codec.encode(merged)))
            index.append((docid, merged))
        moves += [(docid, n) for n in group if parts[n].docid != docid]
    removed = work.docids - taken
    connection.executemany("DELETE FROM record WHERE docid = ?", [(d,) for d in removed])
    ids = _new_ids(connection, source, new)
    connection.executemany(
        "INSERT INTO record (docid, id, kind, body) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (docid) DO UPDATE SET kind = excluded.kind, body = excluded.body",
        [(docid, ids.get(docid, f"-{docid}"), kind, body) for docid, _id, kind, body in rows],
    )
    connection.executemany("UPDATE source_record SET docid = ? WHERE id = ?", moves)
    engine.update(index, removed)


def _new_ids(connection: sqlite3.Connection, source: str, new: Iterable[tuple[int, _Part]]) -> dict[int, str]:
    """Return an unused id for each new catalogue record."""
    wanted = {docid: _id_of(source, part) for docid, part in new}
    sql = "SELECT id FROM record WHERE id IN (SELECT value FROM json_each(?))"
    used = {r[0] for r in connection.execute(sql, (json.dumps(list(wanted.values())),))}
    ids: dict[int, str] = {}
    for docid, part in new:
        ids[docid] = wanted[docid] if wanted[docid] not in used else _id_of(source, part, docid)
        used.add(ids[docid])
    return ids


def _id_of(source: str, part: _Part, salt: int = 0) -> str:
    return stable_id(part.source or source, part.source_id, salt)
