"""From harvested records to the catalogue: what a batch changes, written in the caller's transaction.

Guarantees: after each batch every harvested record belongs to exactly one catalogue record, records that share a match
key are one (up to `grouping.MAX_PARTS`), ids of catalogue records survive changes, and the index says the same as the
tables. A record seen again unchanged costs one look-up and no write.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.domain import Record
from kiosk.domain.merge import merge
from kiosk.search.fields import Document
from kiosk.search.port import SearchEngine
from kiosk.store import codec
from kiosk.store.grouping import MAX_PARTS, groups
from kiosk.store.prepared import Prepared, keys_of, prepare, stable_id


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
    keys: Sequence[int] = ()
    made: Prepared | None = None  # for those of the batch

    @property
    def record(self) -> Record:
        """The record itself, built again: only united ones need it."""
        return codec.decode(self.body)

    def id(self, salt: int = 0) -> str:
        """Return what a catalogue record that begins with this part is called."""
        if self.made is not None:
            return stable_id(self.made.source, self.source_id, salt) if salt else self.made.id
        record = self.record
        return stable_id(record.sources[0].source if record.sources else "", self.source_id, salt)


@dataclass(slots=True)
class _Work:
    """Everything one batch touches."""

    changed: dict[int, _Part] = field(default_factory=dict)  # new or different, to be written
    others: dict[int, _Part] = field(default_factory=dict)  # stored, in the same groups
    docids: set[int] = field(default_factory=set)  # catalogue records touched
    known: dict[int, str] = field(default_factory=dict)  # changed parts that were stored before, as they were
    gone: dict[int, str] = field(default_factory=dict)  # the same for those to be forgotten


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
    rows, index = _unite(connection, source, work)
    _write_parts(connection, source, work)
    _write_records(connection, rows)
    engine.update(index, _forget_records(connection, work, rows))
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
            work.known[old[0]] = old[2]
            work.docids.add(old[1])
    for source_id in deleted:
        if source_id in stored:
            result.deleted += 1
            work.gone[stored[source_id][0]] = stored[source_id][2]
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
    skip = work.changed.keys() | work.gone.keys()
    for number, source_id, docid, body in connection.execute(sql, (touched,)):
        if number not in skip:
            work.others[number] = _Part(number, source_id, docid, body, keys_of(codec.decode(body)))


@dataclass(slots=True)
class _Row:
    """A catalogue record to be written: `first` is its first part when it is new; `body` is for what unites several parts."""

    docid: int
    kind: str
    body: str | None
    first: _Part | None


def _unite(connection: sqlite3.Connection, source: str, work: _Work) -> tuple[list[_Row], list[tuple[int, Record | Document]]]:
    """Give each group its catalogue record: the lowest one its parts had, or a new one. Say it to the parts."""
    parts = work.changed | work.others
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
    following = (row[0] if row else 0) + 1
    taken: set[int] = set()
    rows: list[_Row] = []
    index: list[tuple[int, Record | Document]] = []
    moves: list[tuple[int, int]] = []
    for group in groups({n: p.keys for n, p in parts.items()}):
        docid = min((parts[n].docid for n in group if parts[n].docid and parts[n].docid not in taken), default=0)
        new = not docid
        if new:
            docid, following = following, following + 1
        taken.add(docid)
        first = parts[group[0]]
        if len(group) == 1 and first.made is not None:  # alone, as nearly all are: everything was prepared
            rows.append(_Row(docid, first.made.kind, None, first if new else None))
            index.append((docid, first.made.document))
        else:
            merged = merge([parts[n].record for n in group])
            rows.append(_Row(docid, merged.kind.value, None if len(group) == 1 else codec.encode(merged), first if new else None))
            index.append((docid, merged))
        for n in group:
            if parts[n].docid != docid:
                parts[n].docid = docid
                if n in work.others:
                    moves.append((docid, n))
    connection.executemany("UPDATE source_record SET docid = ? WHERE id = ?", moves)
    return rows, index


def _write_parts(connection: sqlite3.Connection, source: str, work: _Work) -> None:
    """Write what the source said, with its keys in their order: neighbours are written together."""
    old = work.known | work.gone
    forget = [(key, number) for number, body in old.items() for key in keys_of(codec.decode(body))]
    connection.executemany("DELETE FROM match_key WHERE key = ? AND part = ?", forget)
    connection.executemany("DELETE FROM source_record WHERE id = ?", [(n,) for n in work.gone])
    keys = sorted([(key, number) for number, part in work.changed.items() for key in part.keys])
    connection.executemany("INSERT OR IGNORE INTO match_key (key, part) VALUES (?, ?)", keys)
    rows = [(p.docid, p.body, n) for n, p in work.changed.items() if n in work.known]
    connection.executemany("UPDATE source_record SET docid = ?, body = ? WHERE id = ?", rows)
    new = [(n, source, p.source_id, p.docid, p.body) for n, p in work.changed.items() if n not in work.known]
    connection.executemany("INSERT INTO source_record (id, source, source_id, docid, body) VALUES (?, ?, ?, ?, ?)", new)


def _write_records(connection: sqlite3.Connection, rows: Sequence[_Row]) -> None:
    known = [(row.kind, row.body, row.docid) for row in rows if row.first is None]
    connection.executemany("UPDATE record SET kind = ?, body = ? WHERE docid = ?", known)
    ids = _new_ids(connection, {row.docid: row.first for row in rows if row.first is not None})
    new = [(row.docid, ids[row.docid], row.kind, row.body) for row in rows if row.first is not None]
    connection.executemany("INSERT INTO record (docid, id, kind, body) VALUES (?, ?, ?, ?)", new)


def _forget_records(connection: sqlite3.Connection, work: _Work, rows: Sequence[_Row]) -> set[int]:
    """Remove the catalogue records that have no part left, and return them."""
    removed = work.docids - {row.docid for row in rows}
    connection.executemany("DELETE FROM record WHERE docid = ?", [(d,) for d in removed])
    return removed


def _new_ids(connection: sqlite3.Connection, new: Mapping[int, _Part]) -> dict[int, str]:
    """Return an unused id for each new catalogue record."""
    wanted = {docid: part.id() for docid, part in new.items()}
    sql = "SELECT id FROM record WHERE id IN (SELECT value FROM json_each(?))"
    used = {r[0] for r in connection.execute(sql, (json.dumps(list(wanted.values())),))}
    for docid, part in new.items():
        if wanted[docid] in used:
            wanted[docid] = part.id(docid)
        used.add(wanted[docid])
    return wanted
