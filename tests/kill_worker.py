"""The victim of test_kill: forks itself, works without end, is killed at a random moment, and says so on its output.

Protocol on standard input, a line an attempt: `harvest SEED` or `hold SEED`; answers `killed` when the victim is dead.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
import traceback
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.circulation.delivery import deliver
from kiosk.circulation.koha_rest import KohaRest
from kiosk.domain import Holding, Identifier, Item, Kind, Patron, Record, SourceRef
from kiosk.search.index import merge as merge_module
from kiosk.search.index import storage as storage_module
from kiosk.search.index import writing as writing_module
from kiosk.search.port import Query
from kiosk.store import harvest as harvest_module
from kiosk.store.catalogue import FILE, Catalogue
from kiosk.store.outbox import Outbox
from tests.contract.hold_service import CARD
from tests.simulators.koha_rest_server import ACCOUNT

RECORDS = 240
BATCH = 40
LONGEST = 0.25  # seconds a victim lives at most


def record(source: str, number: int, version: int) -> Record:
    """Return a record whose words tell its version; every third number is shared between the sources."""
    numbers = (Identifier("isbn", f"97820000{number:05d}"),) if number % 3 == 0 else ()
    held = (Holding(f"B{version % 5}", (Item(f"{source}{number}"),)),)
    ref = (SourceRef(source, str(number)),)
    return Record("", f"Titre {number} edition{version}", Kind.BOOK, identifiers=numbers, holdings=held, sources=ref)


def spoil(data: Path, seed: int) -> None:
    """Write over one row of the index, as a worn card does."""
    with closing(sqlite3.connect(data / FILE)) as card:
        rows = card.execute("SELECT id FROM ix_chunk ORDER BY id").fetchall()
        if rows:
            card.execute("UPDATE ix_chunk SET data = zeroblob(9) WHERE id = ?", random.Random(seed).choice(rows))
            card.commit()


def harvest(data: Path, seed: int) -> None:
    """Go on with the stored state: source a, then b, then the next version, for ever.

    On the way the index is damaged, mended and merged.
    """
    harvest_module.BATCH = BATCH
    writing_module.AT_ONCE, writing_module.FLUSH, writing_module.SEVERAL = BATCH - 5, BATCH, 3
    merge_module.BLOCK, storage_module.RESIDENT = 300, 0  # merges in many steps, postings read from the disk
    with Catalogue.open(data) as catalogue:
        while True:
            for source in "ab":
                with catalogue.harvest(source) as work:
                    version = int(work.state.get("version", "0"))
                    done = int(work.state.get("done", "0"))
                    for number in range(done, RECORDS):
                        work.add([record(source, number, version)])
                        work.set_state(done=str(number + 1), version=str(version))
                    work.set_state(done="", version=str(version + 1))
                seed += 1
                spoil(data, seed)
                catalogue.engine.search(Query("titre"))
                catalogue.ready()


def hold(data: Path, url: str, seed: int) -> None:
    """Place and deliver holds for ever; each accepted one is noted before going on."""
    note = os.open(data / "accepted.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    service = KohaRest(url, *ACCOUNT)
    later = datetime.now(UTC) + timedelta(hours=2 * seed)
    with Outbox.open(data) as outbox:
        for turn in range(10**6):
            number = seed * 1000 + turn
            wanted = Record(f"id{number}", f"Titre {number}", sources=(SourceRef("koha", str(number)),))
            outbox.place(Patron(CARD), wanted, "DIG", f"k{number}")
            os.write(note, f"{number}\n".encode())
            deliver(outbox, service, data, lambda: later)


def main(data: Path, url: str) -> None:
    """Fork, kill, report, until standard input ends."""
    for line in sys.stdin:
        task, seed = line.split()
        moment = random.Random(int(seed)).uniform(0, LONGEST)
        victim = os.fork()
        if victim == 0:
            try:
                harvest(data, int(seed)) if task == "harvest" else hold(data, url, int(seed))
            except BaseException:
                traceback.print_exc()  # only an error ends the work: what it was is told
            finally:
                os._exit(1)
        time.sleep(moment)
        os.kill(victim, signal.SIGKILL)
        status = os.waitpid(victim, 0)[1]
        print("killed" if os.WIFSIGNALED(status) else "died", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
