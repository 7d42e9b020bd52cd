"""Misspelt French words and the words that were meant, and how often the catalogue's speller finds them.

Guarantees: pairs are written by hand as children, old people and foreigners write, folded (no accents): letters swapped,
dropped, doubled, written as heard, a key beside the right one. Half of them, by a checksum, are held out: no weight of
the speller was chosen by looking at these.
"""

from __future__ import annotations

import time
from pathlib import Path
from zlib import crc32

from kiosk.search import analysis
from kiosk.search.engine import ImpactEngine

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

    taken.sort()
    return {
        "pairs": len(pairs),
        "top1": share(every, 0),
        "top5": share(every, 1),
        "top1_held_out": share(hits[True], 0),
        "top5_held_out": share(hits[True], 1),
        "p50": round(taken[len(taken) // 2], 3) if taken else 0.0,
        "p95": round(taken[int(0.95 * len(taken))], 3) if taken else 0.0,
        "max": round(taken[-1], 3) if taken else 0.0,
    }
