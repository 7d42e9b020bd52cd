"""Building the embedded demonstration: a whole catalogue, made from what this package carries, with no network.

Guarantees: the catalogue appears whole or not at all: it is built beside its place and moved there at the end, and
stopping on the way leaves nothing behind; a catalogue that is already there is replaced only then. A checked copy lies
in `good/`, so that a demonstration on a worn card recovers like any other catalogue.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

from kiosk.demo import network
from kiosk.demo.generator import generate
from kiosk.demo.works import SOURCE, authors
from kiosk.domain import Record
from kiosk.errors import Cancelled, StoreError
from kiosk.store import disk
from kiosk.store.catalogue import FILE, GOOD, SUSPECT, Catalogue, Stats

RECORDS, SEED = 20_000, 2026
_STEP = 500  # records between two calls of `progress`


def build_demo(
    data: Path,
    records: int = RECORDS,
    seed: int = SEED,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Stats:
    """Build the demonstration in the folder `data` and return what it holds.

    `progress` gets (records done, records in all); `cancelled` is asked now and then, and stops with `Cancelled`.
    Raises StoreError when the disk is full or read-only; the folder is then as it was.
    """
    day = today or date.today()
    with disk.plain_errors():
        data.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".demo-", dir=data))
    try:
        with Catalogue.open(scratch) as catalogue:
            catalogue.put_network(
                branches=network.branches(),
                rubrics=network.rubrics(),
                selections=network.selections(day),
                events=network.events(day),
                authors=tuple(authors().values()),
            )
            with catalogue.harvest(SOURCE) as harvest:
                harvest.add(_watched(generate(records, seed, day), records, progress, cancelled))
            catalogue.checkpoint_good()
            stats = catalogue.stats()
        with disk.plain_errors():
            _move(scratch, data)
        return stats
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _watched(
    records: Iterator[Record], total: int, progress: Callable[[int, int], None] | None, cancelled: Callable[[], bool] | None
) -> Iterator[Record]:
    for done, record in enumerate(records):
        if done % _STEP == 0:
            if cancelled and cancelled():
                raise Cancelled("La construction de la démonstration a été arrêtée.")
            if progress:
                progress(done, total)
        yield record
    if progress:
        progress(total, total)


def _move(built: Path, data: Path) -> None:
    """Put the finished files in their places. The old one's journal is emptied first: left behind, it would be replayed on the new one."""
    place = data / FILE
    with disk.exclusively(data):
        if place.exists():
            with suppress(StoreError), disk.plain_errors(), closing(disk.connect(place)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        with disk.plain_errors():
            with (built / FILE).open("rb") as file:
                os.fsync(file.fileno())
            (built / FILE).replace(place)
        for sidecar in ("-wal", "-shm"):
            place.with_name(FILE + sidecar).unlink(missing_ok=True)
        (data / SUSPECT).unlink(missing_ok=True)
        with disk.plain_errors():
            (data / GOOD).mkdir(exist_ok=True)
            (built / GOOD / FILE).replace(data / GOOD / FILE)
