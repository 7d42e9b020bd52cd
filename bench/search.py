"""How fast the whole network is searched, how well typing mistakes are put right, and whether known works come first.

    python main.py bench search [--records 20000|200000|732704] [--engines colporteur,fts5,tantivy] [--keep DIR] [--json]

The same generated catalogue is indexed by each engine in a process of its own (build time, peak memory, size). Then one
process asks all of them the same queries, interleaved: one to three words of real titles, authors and subjects, 40 %
unfinished, 25 % with a facet ticked; hits, the first 20 and eight facet counts; thread-CPU milliseconds, median of three.
Memory is that of a process that only searches. `typos`: see `misspellings`; `known_item`: see `known_items`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import known_items, misspellings
from bench.peers import PEERS, Colporteur, Peer
from kiosk.demo.generator import generate
from kiosk.search import analysis, fields
from kiosk.search.fields import Document
from kiosk.search.port import Query

SEED, QUERIES, ROUNDS = 2026, 220, 3
UNFINISHED, TICKED = 0.4, 0.25


def documents(records: int) -> Iterator[tuple[int, Document]]:
    """Yield the catalogue as every engine takes it."""
    for docid, record in enumerate(generate(records, SEED), 1):
        yield docid, fields.document(record)


def queries(records: int) -> list[Query]:
    """Draw the queries from the catalogue itself: what people type is what they saw somewhere."""
    draw = random.Random(SEED)
    made: list[Query] = []
    for record in generate(min(records, 60_000), SEED):
        if draw.random() > QUERIES * 3 / min(records, 60_000):
            continue
        text = draw.choice([record.title, record.title, " ".join(record.authors), " ".join(record.subjects[:1])])
        words = [w for w in analysis.words(text) if w not in analysis.STOP]
        if not words:
            continue
        start = draw.randrange(len(words))
        asked = " ".join(words[start : start + draw.randint(1, 3)])
        asked = asked[: max(1, len(asked) - draw.randint(1, 4))].rstrip() if draw.random() < UNFINISHED else asked + " "
        ticked = {"type": frozenset({draw.choice(["book", "film", "comic"])})} if draw.random() < TICKED else {}
        made.append(Query(asked, ticked))
    draw.shuffle(made)
    return made[:QUERIES]


def _build(name: str, folder: str, records: int) -> dict[str, float]:
    start = time.monotonic()
    peer = PEERS[name](Path(folder))
    peer.build(documents(records))
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"index_bytes": peer.index_bytes(), "build_s": round(seconds, 1), "build_peak_mb": round(peak, 1)}


def _memory(name: str, folder: str, records: int) -> float:
    asked = queries(min(records, 20_000))
    peer = PEERS[name](Path(folder))
    peer.open()
    for query in asked:
        peer.ask(query)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(work: Callable[..., Any], *arguments: object) -> Any:
    """Run in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def percentiles(times: list[float]) -> dict[str, object]:
    """Return p50, p95 and max."""
    ordered = sorted(times)
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {name: round(ordered[min(last, int(share * len(ordered)))], 3) for name, share in shares.items()}


def measure(names: list[str], folder: Path, records: int) -> list[dict[str, object]]:
    """Build what is not there, then ask all engines in turn."""
    rows: dict[str, dict[str, object]] = {}
    for name in names:
        note = folder / f"{name}.json"
        if not note.exists():
            note.write_text(json.dumps(_alone(_build, name, str(folder), records)))
        rows[name] = {"engine": name, "records": records, "queries": QUERIES} | json.loads(note.read_text())
        rows[name]["rss_mb"] = round(_alone(_memory, name, str(folder), records), 1)
    peers: list[Peer] = [PEERS[name](folder) for name in names]
    for peer in peers:
        peer.open()
    times: dict[str, list[float]] = {name: [] for name in names}
    differences = 0
    for query in queries(records):
        totals = set()
        for peer in peers:
            taken = []
            for _ in range(ROUNDS):
                start = time.thread_time()
                total, _values = peer.ask(query)
                taken.append((time.thread_time() - start) * 1000)
            times[peer.name].append(sorted(taken)[ROUNDS // 2])
            totals.add(total)
        differences += len(totals) > 1
    for name in names:
        rows[name] |= percentiles(times[name]) | {"disagreements": differences}
    return list(rows.values())


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the measurement ran, whatever it says."""
    parser = argparse.ArgumentParser(prog="bench search")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--engines", default=",".join(n for n in PEERS if n != "tantivy" or find_spec("tantivy")))
    parser.add_argument("--keep", type=Path, help="folder where built indexes stay for the next run")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    with ExitStack() as stack:
        base = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = base / str(chosen.records)
        folder.mkdir(parents=True, exist_ok=True)
        rows = measure(chosen.engines.split(","), folder, chosen.records)
        own = Colporteur(folder)
        result = {"rows": rows, "typos": misspellings.measure(own.engine), "known_item": known_items.measure(own.engine)}
    if chosen.json:
        print(json.dumps(result))
        return 0
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    print("typos", result["typos"])
    print("known_item", result["known_item"])
    return 0
