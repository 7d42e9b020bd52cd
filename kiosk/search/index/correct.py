""" "Vouliez-vous dire": a query that finds something, near one that finds nothing.

Guarantees: proposed only when the query as typed finds nothing and the other one does; at most `TRIES` queries are tried.
"""

from __future__ import annotations

from itertools import islice, product

from kiosk.search import analysis
from kiosk.search.ask import Term, plan
from kiosk.search.index.snapshot import Snapshot
from kiosk.search.index.spell import Speller

TRIES = 8
RARE = 2  # records: a known word that rare may be a mistake the catalogue itself makes
WORDS = 8  # a longer query is no slip of the finger


def correction(snapshot: Snapshot, speller: Speller, words: str) -> str:
    """Return the query to propose instead of `words`, or ""."""
    found = list(analysis.spans(words[: analysis.MAX_QUERY_CHARS]))
    if not 0 < len(found) <= WORDS:
        return ""
    unknown = [i for i, (_a, _b, word) in enumerate(found) if not _known(snapshot, word)]
    places = unknown[:2] or [i for i, (_a, _b, word) in enumerate(found) if _frequency(snapshot, word) <= RARE][:1]
    if not places:
        return ""
    options = [_options(speller, found[i][2]) for i in places]
    choices = sorted(product(*(enumerate(o) for o in options)), key=lambda c: sum(rank for rank, _word in c))
    for choice in islice(choices, TRIES):
        text = words[: analysis.MAX_QUERY_CHARS]
        for place, (_rank, word) in sorted(zip(places, choice, strict=True), reverse=True):
            start, end, _old = found[place]
            text = text[:start] + word + text[end:]
        if snapshot.finds(plan(text)):
            return text.strip()
    return ""


def _options(speller: Speller, word: str) -> list[str]:
    return [candidate for candidate, _distance in speller.candidates(word)]


def _known(snapshot: Snapshot, word: str) -> bool:
    return word in analysis.STOP or len(word) < 3 or _frequency(snapshot, word) > 0


def _frequency(snapshot: Snapshot, word: str) -> int:
    term = Term(analysis.stem(word))
    return sum(p.segment.frequency(*p.matcher.span(term)) for p in snapshot.parts)
