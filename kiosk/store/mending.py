"""The index made whole again from the records: after damage, after a change of its form, after a build that was cut.

Guarantees: what is missing is found by comparing, not from notes, so that it can stop, or be killed, at any moment and
goes on from there; each batch is one transaction; what is in the index already answers meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

from kiosk.search.engine import ImpactEngine
from kiosk.store import codec
from kiosk.store.disk import transaction

BATCH = 1_000  # records: a third of a second
_SQL = (
    "SELECT r.docid, r.id, coalesce(r.body, (SELECT s.body FROM source_record s WHERE s.docid = r.docid)) FROM record r "
    "WHERE r.docid IN (SELECT value FROM json_each(?))"
)


def mend(connection: sqlite3.Connection, index: ImpactEngine, progress: Callable[[float], None], stop: Callable[[], bool]) -> bool:
    """Give the index the records it misses, until `stop`; return whether it has them all. Not inside a transaction."""
    import numpy as np

    writing = index.writing
    if writing.whole():
        return True
    have = writing.have()
    docids = np.fromiter((d for (d,) in connection.execute("SELECT docid FROM record")), dtype=np.uint32)
    missing = np.setdiff1d(docids, have)
    for start in range(0, len(missing), BATCH):
        if stop():
            return False
        with transaction(connection):  # somebody may have written meanwhile: what is read here is written here
            asked = json.dumps(missing[start : start + BATCH].tolist())
            index.update([(docid, codec.decode(body, id)) for docid, id, body in connection.execute(_SQL, (asked,)).fetchall()], ())
        progress(min(1.0, (start + BATCH) / len(missing)))
    with transaction(connection):
        index.update((), np.setdiff1d(have, docids).tolist())
        writing.complete()
    return True
