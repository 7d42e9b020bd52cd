"""How fast the whole network is searched, how well typing mistakes are put right, and whether known works come first.

    python main.py bench search [--records 20000|200000|732704] [--engines colporteur,fts5,tantivy,xapian] [--keep DIR [--build]] [--json]

The same generated catalogue is indexed by each engine in a process of its own (build time, reading the documents included,
peak memory, size). Then one process asks all of them the same queries, interleaved: one to three words of real titles,
authors and subjects, 40 % unfinished, 25 % with a facet ticked; hits, the first 20 and eight facet counts; thread-CPU
milliseconds, the median of three in a row. Memory is that of a process that only searches.
`--keep DIR --build` makes catalogue and indexes; the same without `--build` then only asks.
`typos` and `typos_large`: see `misspellings`; `known_item`: see `known_items`; `delta`: see `changes`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

from bench import changes, corpus, known_items, misspellings
from bench.peers import PEERS, Colporteur, Peer
from kiosk.search import engine, fts
from kiosk.search.port import Query

ROUNDS = 3


def _build(name: str, folder: Path, records: int) -> dict[str, object]:
    start = time.monotonic()
    peer = PEERS[name](folder)
    peer.build(corpus.documents(records, folder.parent))
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"index_bytes": peer.index_bytes(), "build_s": round(seconds, 1), "build_peak_mb": round(peak, 1)}


def _memory(name: str, folder: Path, asked: list[Query]) -> float:
    peer = PEERS[name](folder)
    peer.open()
    for query in asked:
        peer.ask(query)
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def _alone(work: Callable[..., Any], *arguments: object) -> Any:
    """Run in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def build(names: list[str], folder: Path, records: int) -> dict[str, dict[str, object]]:
    """Index what is not there, or is of another catalogue or form; return what building and searching took, engine by engine."""
    made = {}
    forms = {"colporteur": crc32(engine.SCHEMA.encode()), "fts5": crc32(fts.SCHEMA.encode())}
    for name in names:
        note, form = folder / f"{name}.json", f"{corpus.fingerprint()} {forms.get(name, 0):x}"
        told = json.loads(note.read_text()) if note.exists() else {}
        if told.get("form") != form:
            note.unlink(missing_ok=True)
            for old in folder.glob(f"{name}*"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
            corpus.keep(records, folder.parent)
            told = _alone(_build, name, folder, records) | {"form": form}
        if "rss_mb" not in told:
            told["rss_mb"] = round(_alone(_memory, name, folder, corpus.queries(records, folder.parent)), 1)
            note.write_text(json.dumps(told))
        made[name] = {k: v for k, v in told.items() if k != "form"}
    return made


def percentiles(times: list[float]) -> dict[str, object]:
    """Return p50, p95 and max."""
    ordered = sorted(times)
    last = len(ordered) - 1
    shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {name: round(ordered[min(last, int(share * len(ordered)))], 3) for name, share in shares.items()}


def measure(peers: list[Peer], asked: list[Query]) -> dict[str, dict[str, object]]:
    """Ask all engines in turn, each query `ROUNDS` times in a row; thread-CPU ms, the median. No engine remembers answers."""
    times: dict[str, list[float]] = {p.name: [] for p in peers}
    differences = 0
    for query in asked:
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
    return {name: percentiles(own) | {"disagreements": differences} for name, own in times.items()}


def compare(names: list[str], folder: Path, records: int) -> dict[str, object]:
    """Return the rows of all engines, then what only this one can do."""
    made = build(names, folder, records)
    asked = corpus.queries(records, folder.parent)
    rows = {name: {"engine": name, "records": records, "queries": len(asked)} | made[name] for name in names}
    peers = [PEERS[name](folder) for name in names]
    for peer in peers:
        peer.open()
    for name, row in measure(peers, asked).items():
        rows[name] |= row
    found: dict[str, object] = {"rows": list(rows.values())}
    for peer in peers:
        if isinstance(peer, Colporteur):
            found |= {"typos": misspellings.measure(peer.engine), "known_item": known_items.measure(peer.engine)}
            found["typos_large"] = misspellings.large(peer.engine)
            found["delta"] = _alone(changes.measure, folder, records)
    return found


def main(argv: list[str]) -> int:
    """Measure and print; 0 when the measurement ran, whatever it says."""
    here = [n for n in PEERS if n not in ("tantivy", "xapian") or find_spec(n)]
    parser = argparse.ArgumentParser(prog="bench search")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--engines", default=",".join(here))
    parser.add_argument("--keep", type=Path, help="folder where the catalogue and its indexes stay for the next run")
    parser.add_argument("--build", action="store_true", help="only index; with --keep, the next run only asks")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(argv)
    names = chosen.engines.split(",")
    if unknown := [n for n in names if n not in here]:
        print(f"Moteur absent de cette machine : {', '.join(unknown)}. Présents : {', '.join(here)}.", file=sys.stderr)
        return 2
    with ExitStack() as stack:
        base = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder = base / str(chosen.records)
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.build:
            result: dict[str, Any] = {"built": build(names, folder, chosen.records)}
        else:
            result = compare(names, folder, chosen.records)
    if chosen.json:
        print(json.dumps(result))
        return 0
    for row in result.pop("rows", []):
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    for key, value in result.items():
        print(key, value)
    if absent := [n for n in PEERS if n not in here]:
        print("not on this machine:", ", ".join(absent))
    return 0
