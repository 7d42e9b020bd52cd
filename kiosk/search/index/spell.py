"""Words of the catalogue that a misspelt word may have meant.

Guarantees: bounded time; any letter may be wrong, the first one too; a swap of neighbours is one mistake (optimal string
alignment, as people type). Words are compared all at once: a signature of their letters leaves some per cent of them,
and the bit-parallel algorithm of Hyyrö (2003), run on all of these together, gives their distances.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiosk.search.index.segment import Array, Segment

SHORTEST, LONGEST = 3, 20  # letters
ONE_MISTAKE = 4  # letters; longer words may have two
RARE = 1  # records; raise it for a catalogue with many mistakes of its own


def mistakes(word: str) -> int:
    """Return how many mistakes a word of this length may have."""
    return 1 if len(word) <= ONE_MISTAKE else 2


class Speller:
    """The words of some segments, by length, with their letters and signatures."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        frequency: dict[bytes, int] = {}
        for segment in segments:
            counts = np.diff(segment.arrays["post_starts"].astype(np.int64)).tolist()
            for word, count in zip(segment.vocabulary(), counts, strict=True):
                if SHORTEST <= len(word) <= LONGEST and word.isalpha():
                    frequency[word] = frequency.get(word, 0) + count
        words = sorted((w for w, n in frequency.items() if n >= RARE), key=len)
        self.frequency = np.array([frequency[w] for w in words], dtype=np.int64)
        lengths = np.array([len(w) for w in words], dtype=np.int64)
        self._lengths = lengths
        self._from = np.searchsorted(lengths, np.arange(LONGEST + 4))
        letters = np.frombuffer(b"".join(w.ljust(LONGEST, b"\0") for w in words), dtype=np.uint8).reshape(-1, LONGEST)
        self._letters = letters
        self._signatures = _signatures(letters)

    def candidates(self, word: str, limit: int = 6) -> list[tuple[str, int]]:
        """Return (word, distance), most plausible first; the word itself is not among them."""
        if not word.isascii() or not word.isalpha() or not SHORTEST <= len(word) <= LONGEST:
            return []
        allowed = mistakes(word)
        low, high = self._from[max(0, len(word) - allowed)], self._from[min(LONGEST + 3, len(word) + allowed + 1)]
        differ = np.bitwise_count(self._signatures[low:high] ^ np.uint64(_signature(word)))
        at = np.flatnonzero(differ <= 2 * allowed) + low
        if not len(at):
            return []
        distance = distances(word, self._letters[at], self._lengths[at])
        near = (distance > 0) & (distance <= allowed)
        at, distance = at[near], distance[near]
        first = self._letters[at, 0] != ord(word[0])
        order = np.lexsort((-self.frequency[at], distance * 2 + first))[:limit]
        return [(bytes(self._letters[at[i]][: self._lengths[at[i]]]).decode(), int(distance[i])) for i in order]


def _signature(word: str) -> int:
    """Return the signature of one word."""
    counts = [(ord(letter) - 97, word.count(letter)) for letter in set(word)]
    return sum(1 << place | (count > 1) << (26 + place) for place, count in counts if 0 <= place < 26)


def _signatures(letters: Array) -> Array:
    """Return 52 bits a word: which letters it has, and which it has twice. One mistake changes two of them at most."""
    signature = np.zeros(len(letters), dtype=np.uint64)
    for letter in range(26):
        count = np.count_nonzero(letters == 97 + letter, axis=1)
        signature |= (count > 0).astype(np.uint64) << np.uint64(letter)
        signature |= (count > 1).astype(np.uint64) << np.uint64(26 + letter)
    return signature


def distances(word: str, letters: Array, lengths: Array) -> Array:
    """Return the optimal string alignment distance of `word` to each row of `letters`."""
    where = np.zeros(256, dtype=np.uint64)
    for i, letter in enumerate(word.encode()):
        where[letter] |= np.uint64(1 << i)
    one, last = np.uint64(1), np.uint64(len(word) - 1)
    positive = np.full(len(letters), 2**64 - 1, dtype=np.uint64)
    negative, diagonal, before = (np.zeros(len(letters), dtype=np.uint64) for _ in range(3))
    score = np.full(len(letters), len(word), dtype=np.int64)
    for column in range(int(lengths.max(initial=0))):
        match = where[letters[:, column]]
        swapped = ((~diagonal & match) << one) & before
        diagonal = (((match & positive) + positive) ^ positive) | match | negative | swapped
        up = negative | ~(diagonal | positive)
        down = diagonal & positive
        inside = column < lengths
        score += ((up >> last) & one).astype(np.int64) * inside - ((down >> last) & one).astype(np.int64) * inside
        up = (up << one) | one
        positive = (down << one) | ~(diagonal | up)
        negative = up & diagonal
        before = match
    return score
