"""How the catalogue writes a word: with its accents, and as a word that exists rather than the stem of some.

Guarantees: says only what stands in the vocabulary of the segments; worked out once a segment.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from kiosk.search import analysis
from kiosk.search.index.segment import Array, Segment

MOST = 4_000  # words that begin alike and are compared
_COMBINING = dict.fromkeys(range(0x300, 0x370)) | {ord(a): b for a, b in analysis.LIGATURES.items()}
_ENDINGS = (("i", "is"), ("u", "ux"), ("eu", "eur"), ("eu", "euse"), ("teu", "trice"), ("ier", "iere"), ("ien", "ienne"))


class Accents:
    """The accented terms of one segment, by what they are without."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        terms = segment.vocabulary()
        at = [i for i, term in enumerate(terms) if not term.isascii()]
        text = b"\n".join(terms[i] for i in at).decode("utf-8", "replace")
        folded = unicodedata.normalize("NFKD", text).translate(_COMBINING).split("\n") if at else []
        keys = np.fromiter((crc32(f.encode()) for f in folded), dtype=np.uint32, count=len(at))
        order = np.argsort(keys, kind="stable")
        self._keys: Array = keys[order]
        self._at: Array = np.array(at, dtype=np.uint32)[order]

    def of(self, folded: str) -> list[tuple[str, int]]:
        """Return the accented spellings of a folded word, and how many records have each."""
        key = np.uint32(crc32(folded.encode()))
        low, high = np.searchsorted(self._keys, key, "left"), np.searchsorted(self._keys, key, "right")
        found = [(self.segment.term(i).decode("utf-8", "replace"), self.segment.frequency(i, i + 1)) for i in self._at[low:high].tolist()]
        return [(word, n) for word, n in found if analysis.fold(word) == folded]


class Written:
    """Spellings over some segments."""

    def __init__(self, accents: Sequence[Accents]) -> None:
        self._accents = accents

    def dress(self, folded: str) -> str:
        """Return a word, or the stem of some, as it is mostly written: "lumiere" → lumière, "danseu" → danseur."""
        own = self._frequency(folded)
        forms = [(f, n) for f in inflections(folded) if (n := self._frequency(f))]
        if own and sum(n for _f, n in forms) >= own:
            folded, own = max(forms, key=lambda f: f[1])
        counts: dict[str, int] = {}
        for accents in self._accents:
            for word, n in accents.of(folded):
                counts[word] = counts.get(word, 0) + n
        word, n = max(counts.items(), key=lambda c: c[1], default=("", 0))
        return word if word and 2 * n >= own else folded

    def most_usual(self, beginning: str) -> str:
        """Return the most usual word that begins so, "" when there is none."""
        best, most = "", 0
        for accents in self._accents:
            segment = accents.segment
            low, high = segment.span(beginning.encode(), prefix=True)
            for i in range(low, min(high, low + MOST)):
                n = segment.frequency(i, i + 1)
                if n > most:
                    term = segment.term(i)
                    if term.isascii() and term.isalpha():
                        best, most = term.decode(), n
        return best

    def _frequency(self, word: str) -> int:
        return sum(a.segment.frequency(*a.segment.span(word.encode(), prefix=False)) for a in self._accents)


def inflections(stem: str) -> list[str]:
    """Return the forms that may have this stem."""
    found = [stem[: len(stem) - len(end)] + other for end, other in _ENDINGS if stem.endswith(end)]
    found += [f + "s" for f in found if f[-1] not in "sx"]
    return [f for f in found if analysis.stem(f) == stem]
