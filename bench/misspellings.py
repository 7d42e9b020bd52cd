"""Misspelt French words and the words that were meant, and how often the catalogue's speller finds them.

Guarantees: pairs are written by hand as children, old people and foreigners write, folded (no accents): letters swapped,
dropped, doubled, written as heard, a key beside the right one. Half of them, by a checksum, are held out: no weight of
the speller was chosen by looking at these.

`large`: the generated catalogue has some 18,000 words however large it is, a real one ten times as many; so the speller is also timed over
the catalogue's words and made-up ones that have their letters.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import numpy as np

from kiosk.search import analysis
from kiosk.search.engine import ImpactEngine
from kiosk.search.index.build import vocabulary_arrays
from kiosk.search.index.segment import Segment
from kiosk.search.index.spell import Lexicon, Speller

LARGE, ROUNDS, SEED = 196_000, 3, 2026
FILE = Path(__file__).parent / "data" / "misspellings.txt"


def read(text: str) -> tuple[tuple[str, str], ...]:
    """Read the pairs; those that are no misspelling of a word in letters a to z are left out, and repetitions."""
    pairs = (entry.split() for entry in text.replace("\n", " ").split(",") if entry.strip())
    return tuple(dict.fromkeys((w, r) for w, r in pairs if w.isascii() and w.isalpha() and analysis.stem(w) != analysis.stem(r)))


PAIRS = read("".join(line for line in FILE.read_text(encoding="ascii").splitlines(keepends=True) if not line.startswith("#")))


def held_out(wrong: str) -> bool:
    """Say whether a pair was never looked at while the speller was being made."""
    return crc32(wrong.encode()) % 2 == 1


def measure(index: ImpactEngine) -> dict[str, object]:
    """Ask for the right word of each misspelling whose right word is in the catalogue, and whose wrong one is not."""
    snapshot, language = index.inside()
    speller = language.speller

    def known(word: str) -> bool:
        spans = [(p, p.segment.span(w.encode(), prefix=False)) for p in snapshot.parts for w in (word, analysis.stem(word))]
        return any(high > low for _p, (low, high) in spans)

    pairs = [(w, r) for w, r in PAIRS if known(r) and not known(w)]
    taken: list[float] = []
    hits: dict[bool, list[tuple[bool, bool]]] = {False: [], True: []}
    for wrong, right in pairs:
        start = time.thread_time()
        found = [analysis.stem(c) for c, _cost in speller.candidates(wrong, 10)]
        taken.append((time.thread_time() - start) * 1000)
        found = list(dict.fromkeys(found))[:5]
        hits[held_out(wrong)].append((found[:1] == [analysis.stem(right)], analysis.stem(right) in found))
    every = hits[False] + hits[True]

    def share(rows: list[tuple[bool, bool]], place: int) -> float:
        return round(sum(row[place] for row in rows) / max(1, len(rows)), 3)

    return {
        "pairs": len(pairs),
        "top1": share(every, 0),
        "top5": share(every, 1),
        "top1_held_out": share(hits[True], 0),
        "top5_held_out": share(hits[True], 1),
        **_percentiles(taken),
    }


def large(index: ImpactEngine) -> dict[str, object]:
    """Time the speller over `LARGE` words: getting ready, then each misspelt word, thread-CPU, the median of `ROUNDS`."""
    own = {t.decode(): 5 for p in index.inside()[0].parts for t in p.segment.vocabulary() if t.isalpha() and t.isascii()}
    words = made_up(own | {right: 30 for _wrong, right in PAIRS})
    names = sorted(w.encode() for w in words)
    segment = Segment({"docid": np.zeros(1, np.uint32)} | vocabulary_arrays(names, np.array([words[n.decode()] for n in names])))
    start = time.thread_time()
    speller = Speller([Lexicon(segment)])
    ready = time.thread_time() - start
    taken = []
    for wrong in [w for w, _right in PAIRS if w not in words]:
        times = []
        for _ in range(ROUNDS):
            start = time.thread_time()
            speller.candidates(wrong, 10)
            times.append((time.thread_time() - start) * 1000)
        taken.append(sorted(times)[ROUNDS // 2])
    return {"words": len(words), "ready_s": round(ready, 3), **_percentiles(taken)}


def made_up(words: dict[str, int]) -> dict[str, int]:
    """Return `LARGE` words and how many records have each: those given, then others in which two letters call the third as in these."""
    draw = random.Random(SEED)
    following = _following(sorted(words))
    made = dict(words)
    while len(made) < LARGE:
        word = "^^"
        while (letter := draw.choice(following[word[-2:]])) != "$":
            word += letter
        if 3 <= len(word) - 2 <= 16:
            made.setdefault(word[2:], min(5_000, int(draw.paretovariate(0.8))))
    return made


def _following(words: Iterable[str]) -> dict[str, list[str]]:
    following = defaultdict(list)
    for word in words:
        marked = f"^^{word}$"
        for i in range(len(marked) - 2):
            following[marked[i : i + 2]].append(marked[i + 2])
    return following


def _percentiles(taken: list[float]) -> dict[str, float]:
    taken = sorted(taken) or [0.0]
    return {"p50": round(taken[len(taken) // 2], 3), "p95": round(taken[int(0.95 * len(taken))], 3), "max": round(taken[-1], 3)}
