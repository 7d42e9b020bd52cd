"""How fast the whole network is searched, how well typing mistakes are put right, and whether known works come first.

    python main.py bench search [--records 20000|200000|732704] [--engines colporteur,fts5,tantivy] [--keep DIR] [--json]

The same generated catalogue is indexed by each engine in a process of its own (build time, peak memory, size). Then one
process asks all of them the same queries, interleaved: one to three words of real titles, authors and subjects, 40 %
unfinished, 25 % with a facet ticked; hits, the first 20 and eight facet counts; thread-CPU milliseconds, median of three.
Memory is that of a process that only searches. `typos`: real misspellings whose right word is in the catalogue.
`known_item`: works of the demonstration asked for by author and title words, wanted among the first three; the same with
one mistake in the longest word, following the correction that is proposed.
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

from bench.misspellings import PAIRS
from bench.peers import PEERS, Colporteur, Peer
from kiosk.demo import works
from kiosk.demo.generator import generate
from kiosk.search import analysis, fields
from kiosk.search.fields import Document
from kiosk.search.port import Query

SEED, QUERIES, ROUNDS = 2026, 220, 3
UNFINISHED, TICKED = 0.4, 0.25
WANTED, FIRST = 200, 3


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


def typos(peer: Colporteur) -> dict[str, object]:
    """Ask for the right word of each misspelling."""
    snapshot, speller = peer.engine.inside()
    spans = {right: [p.segment.span(right.encode(), prefix=False) for p in snapshot.parts] for _wrong, right in PAIRS}
    pairs = [(w, r) for w, r in PAIRS if any(high > low for low, high in spans[r])]
    first = five = 0
    taken = []
    for wrong, right in pairs:
        start = time.thread_time()
        found = [c for c, _distance in speller.candidates(wrong, 5)]
        taken.append((time.thread_time() - start) * 1000)
        first += found[:1] == [right]
        five += right in found
    count = max(1, len(pairs))
    recall: dict[str, object] = {"pairs": len(pairs), "top1": round(first / count, 3), "top5": round(five / count, 3)}
    return recall | percentiles(taken or [0.0])


def known_item(peer: Colporteur) -> dict[str, object]:
    """Ask for works of the demonstration as a person remembers them."""
    wanted: list[tuple[str, str]] = []
    titles: dict[int, str] = {}
    for docid, record in enumerate(generate(4 * WANTED, SEED), 1):
        titles[docid] = analysis.title_key(record.title)
        words = [w for w in analysis.words(record.title) if w not in analysis.STOP]
        if record.sources[0].source == works.SOURCE and record.authors and words and len(wanted) < WANTED:
            name = record.authors[0].split()[-1]
            wanted.append((analysis.fold(f"{name} {' '.join(words[:3])}"), titles[docid]))

    def place(words: str, title: str) -> bool:
        answer = peer.engine.search(Query(words + " "))
        if not answer.total and answer.correction:
            answer = peer.engine.search(Query(answer.correction + " "))
        return title in [titles.get(d) for d in answer.ids[:FIRST]]

    exact = sum(place(words, title) for words, title in wanted)
    slipped = sum(place(slip(words), title) for words, title in wanted)
    count = max(1, len(wanted))
    return {"queries": len(wanted), "first3": round(exact / count, 3), "first3_one_typo": round(slipped / count, 3)}


def slip(words: str) -> str:
    """Swap two letters in the middle of the longest word."""
    longest = max(words.split(), key=len)
    middle = len(longest) // 2
    wrong = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
    return words.replace(longest, wrong, 1)


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
        result = {"rows": rows, "typos": typos(own), "known_item": known_item(own)}
    if chosen.json:
        print(json.dumps(result))
        return 0
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    print("typos", result["typos"])
    print("known_item", result["known_item"])
    return 0
