"""The victim of test_kill: forks itself, works without end, is killed at a random moment, and says so on its output.

Protocol on standard input, a line an attempt: `harvest SEED` or `hold SEED`; answers `killed` when the victim is dead.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.circulation.delivery import deliver
from kiosk.circulation.koha_rest import KohaRest
from kiosk.domain import Holding, Identifier, Item, Kind, Patron, Record, SourceRef
from kiosk.search import engine as engine_module
from kiosk.store import harvest as harvest_module
from kiosk.store.catalogue import Catalogue
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


def harvest(data: Path) -> None:
    """Go on with the stored state: source a, then b, then the next version, for ever."""
    harvest_module.BATCH = BATCH
    engine_module.UNTIDY_ROWS = BATCH  # so that the index is made one piece at the end of each harvest
    engine_module.FLUSH = 3 * BATCH
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
                harvest(data) if task == "harvest" else hold(data, url, int(seed))
            finally:
                os._exit(1)  # only an error ends the work
        time.sleep(moment)
        os.kill(victim, signal.SIGKILL)
        status = os.waitpid(victim, 0)[1]
        print("killed" if os.WIFSIGNALED(status) else "died", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
