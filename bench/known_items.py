"""Known items: does a person who wants a certain work see it among the first three?

Guarantees: the judgements in `data/known_items.txt` are written by hand, one mistake included; the order of results is
taken as it comes, and only for the misspelt query is the proposal followed, as a person would by touching it.

    python main.py bench known_items [--records 20000]      prints every miss, with what came instead
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from kiosk.demo import works
from kiosk.demo.generator import generate
from kiosk.search import engine, fields
from kiosk.search.port import Query, SearchEngine

FIRST = 3
FILE = Path(__file__).parent / "data" / "known_items.txt"
SEED = 2026


@dataclass(frozen=True, slots=True)
class Item:
    """What is typed, the same with one mistake, and the works (or `work/kind`) that were meant."""

    words: str
    misspelt: str
    wanted: frozenset[str]


def items() -> tuple[Item, ...]:
    """Read the judgements."""
    lines = (line.partition("#")[0].strip() for line in FILE.read_text(encoding="utf-8").splitlines())
    found = []
    for line in filter(None, lines):
        words, misspelt, wanted = (part.strip() for part in line.split("|"))
        found.append(Item(words, misspelt, frozenset(w.strip() for w in wanted.split(","))))
    return tuple(found)


@cache
def names(seed: int = SEED) -> Mapping[int, str]:
    """Return, for the records of known works, their `work/kind` by docid: they are the first of any catalogue."""
    count = sum(len(works.forms(work)) for work in works.works())
    return {docid: record.sources[0].source_id for docid, record in enumerate(islice(generate(count, seed), count), 1)}


def among_first(index: SearchEngine, words: str, wanted: frozenset[str], follow: bool = False) -> bool:
    """Say whether a wanted work is among the first; with `follow`, also when the proposal leads there."""
    answer = index.search(Query(words))
    found = [names().get(docid, "") for docid in answer.ids[:FIRST]]
    if any(name in wanted or name.partition("/")[0] in wanted for name in found if name):
        return True
    return bool(follow and answer.correction and among_first(index, answer.correction, wanted))


def measure(index: SearchEngine) -> dict[str, object]:
    """Return the shares that an engine over a generated catalogue reaches."""
    judged = items()
    exact = sum(among_first(index, i.words, i.wanted) for i in judged)
    slipped = sum(among_first(index, i.misspelt, i.wanted, follow=True) for i in judged)
    return {"queries": len(judged), "first3": round(exact / len(judged), 3), "first3_one_typo": round(slipped / len(judged), 3)}


def misses(index: SearchEngine) -> Iterator[str]:
    """Describe each query whose work is not among the first."""
    for item in items():
        for words, follow in ((item.words, False), (item.misspelt, True)):
            if not among_first(index, words, item.wanted, follow):
                answer = index.search(Query(words))
                first = [names().get(d, str(d)) for d in answer.ids[:FIRST]]
                place = next((i for i, d in enumerate(answer.ids, 1) if names().get(d, "").partition("/")[0] in item.wanted), 0)
                proposal = f" ~ {answer.correction}" if answer.correction else ""
                yield f"{'typo ' if follow else '     '}{words}{proposal} | {answer.total} found, wanted at {place} | {', '.join(first)}"


def main(argv: list[str]) -> int:
    """Build a catalogue in memory and print the misses, then the shares."""
    parser = argparse.ArgumentParser(prog="bench.known_items")
    parser.add_argument("--records", type=int, default=20_000)
    chosen = parser.parse_args(argv)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    engine.create(connection)
    titles: dict[int, str] = {}
    index = engine.ImpactEngine(connection, lambda docids: {d: titles[d] for d in docids})
    connection.execute("BEGIN")
    index.update(((docid, fields.document(record)) for docid, record in enumerate(generate(chosen.records, SEED), 1)), ())
    connection.execute("COMMIT")
    index.tidy()
    index.warm()
    for line in misses(index):
        print(line)
    start = time.thread_time()
    print(measure(index), f"{(time.thread_time() - start) * 1000 / len(items()):.1f} ms an item")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
