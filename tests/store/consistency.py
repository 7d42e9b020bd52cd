"""What must hold in a catalogue file at any moment, whatever was killed: used after every store test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.search import fields
from kiosk.search.port import Query
from kiosk.store import codec
from kiosk.store.catalogue import FILE, Catalogue
from kiosk.store.prepared import keys_of


def assert_consistent(data: Path) -> int:
    """Check tables against each other and against the index; return the number of records."""
    with closing(sqlite3.connect(data / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        lonely = "SELECT count(*) FROM source_record WHERE docid NOT IN (SELECT docid FROM record)"
        assert db.execute(lonely).fetchone()[0] == 0
        empty = "SELECT count(*) FROM record WHERE docid NOT IN (SELECT docid FROM source_record)"
        assert db.execute(empty).fetchone()[0] == 0
        bodies = "SELECT r.body IS NULL, count(*) FROM record r JOIN source_record s USING (docid) GROUP BY r.docid"
        assert all(bool(alone) == (count == 1) for alone, count in db.execute(bodies))
        assert db.execute("SELECT count(*) FROM match_key WHERE part NOT IN (SELECT id FROM source_record)").fetchone()[0] == 0
        for number, body in db.execute("SELECT id, body FROM source_record"):
            keys = {k for (k,) in db.execute("SELECT key FROM match_key WHERE part = ?", (number,))}
            assert keys == set(keys_of(codec.decode(body)))
        docids = [d for (d,) in db.execute("SELECT docid FROM record ORDER BY docid")]
    with Catalogue.open(data) as catalogue:
        answer = catalogue.engine.search(Query(), facet_limit=10_000)
        assert sorted(answer.ids) == docids
        kinds: dict[str, int] = {}
        for docid in docids:
            record = catalogue.record(docid)
            kinds[record.kind.value] = kinds.get(record.kind.value, 0) + 1
            if fields.texts(record).title:
                assert docid in catalogue.engine.search(Query(record.title)).ids
        assert {c.value: c.count for c in answer.facets["type"]} == kinds
    return len(docids)
