"""What is known of the words of a snapshot: for corrections and suggestions, worked out once a segment, when first needed.

Guarantees: a segment is looked at once however often the catalogue changes; what belongs to segments that are gone is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.search.ask import Plan
from kiosk.search.index.segment import Segment
from kiosk.search.index.snapshot import Snapshot
from kiosk.search.index.spell import Lexicon, Speller
from kiosk.search.index.written import Accents, Written


class Language:
    """The words of some segments, as they are misspelt and as they are written."""

    def __init__(self, segments: Sequence[Segment], lexicons: Sequence[Lexicon], accents: Sequence[Accents]) -> None:
        self._segments, self._lexicons, self._accents = tuple(segments), lexicons, accents
        self.speller = Speller(lexicons)
        self.written = Written(accents)

    @classmethod
    def of(cls, segments: Sequence[Segment], before: Language | None = None) -> Language:
        """Return the language of these segments, with what was known before."""
        if before is not None and len(segments) == len(before._segments) and all(map(_same, segments, before._segments)):
            return before
        lexicons, accents = [], []
        for segment in segments:
            at = next((i for i, s in enumerate(before._segments) if s is segment), -1) if before else -1
            lexicons.append(before._lexicons[at] if before and at >= 0 else Lexicon(segment))
            accents.append(before._accents[at] if before and at >= 0 else Accents(segment))
        return cls(segments, lexicons, accents)

    @staticmethod
    def count(snapshot: Snapshot, asked: Plan) -> int:
        """Return how many records satisfy a plan, whatever else restricts them."""
        if asked.empty:
            return snapshot.total
        found = (part.match(asked, snapshot.total)[0] for part in snapshot.parts)
        return sum(len(hits) for hits in found if hits is not None)


def _same(a: Segment, b: Segment) -> bool:
    return a is b
