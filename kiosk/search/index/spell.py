"""Words of the catalogue that a misspelt word may have meant.

Guarantees: bounded time; any letter may be wrong, the first one too; a swap of neighbours is one mistake (optimal string
alignment, as people type), and what sounds the same is near however it is written (`phonetic`). Words are compared all at
once: a signature of their letters leaves some per cent of them, and the bit-parallel algorithm of Hyyrö (2003), run on
all of these together, gives their distances. What a segment knows is worked out once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from kiosk.search.index import phonetic
from kiosk.search.index.segment import Array, Segment

SHORTEST, LONGEST = 2, 20  # letters
ONE_MISTAKE = 5  # letters; longer words may have two
WEIGHED = 40  # candidates looked at one by one
BLOCK = 50_000  # words a step, so that memory stays small
SOUND, SOUND_STEP, SOUND_FAR = 0.3, 0.1, 0.8  # what another spelling of the same sound costs: at all, a letter, at most
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")


def _neighbours() -> dict[str, str]:
    """Return the letters around each key of a French keyboard."""
    at = {letter: (row, place) for row, letters in enumerate(_ROWS) for place, letter in enumerate(letters)}

    def near(a: str, b: str) -> bool:
        return a != b and abs(at[a][0] - at[b][0]) <= 1 and abs(at[a][1] - at[b][1]) <= 1

    return {a: "".join(b for b in at if near(a, b)) for a in at}


NEIGHBOURS = _neighbours()


def mistakes(word: str) -> int:
    """Return how many mistakes a word of this length may have."""
    return 1 if len(word) <= ONE_MISTAKE else 2


class Lexicon:
    """The words of one segment, by length, with their letters, signatures and sounds. `words` are its terms, a to z only."""

    def __init__(self, segment: Segment) -> None:
        offsets = segment.arrays["term_offsets"].astype(np.int64)
        lengths = np.diff(offsets)
        counts = np.diff(segment.arrays["post_starts"].astype(np.int64))
        fitting = np.flatnonzero((lengths >= SHORTEST) & (lengths <= LONGEST))
        blocks = [_letters(segment, offsets, lengths, fitting[i : i + BLOCK]) for i in range(0, len(fitting), BLOCK)]
        letters = np.concatenate(blocks) if blocks else np.zeros((0, LONGEST), np.uint8)
        plain = ((letters >= ord("a")) & (letters <= ord("z")) | (letters == 0)).all(axis=1)
        kept = fitting[plain]
        order = np.argsort(lengths[kept], kind="stable")
        self.letters: Array = letters[plain][order]
        self.lengths: Array = lengths[kept][order].astype(np.uint8)
        self.frequency: Array = counts[kept][order].astype(np.uint32)
        self.starts = np.searchsorted(self.lengths, np.arange(LONGEST + 4))
        self.signatures: Array = np.concatenate([_signatures(self.letters[i : i + BLOCK]) for i in range(0, len(order) or 1, BLOCK)])
        sounds = _sounds(self.letters)
        self.by_sound: Array = np.argsort(sounds, kind="stable").astype(np.uint32)
        self.sounds: Array = sounds[self.by_sound]

    def word(self, at: int) -> str:
        """Return one of the words."""
        return bytes(self.letters[at, : self.lengths[at]]).decode()

    def near(self, word: str, allowed: int) -> Array:
        """Return which words may be within so many mistakes, some more, none too few."""
        signature = np.uint64(_signature(word))
        found = []
        for shift in range(-allowed, allowed + 1):
            length = len(word) + shift
            if SHORTEST <= length <= LONGEST:
                low, high = self.starts[length], self.starts[length + 1]
                differ = np.bitwise_count(self.signatures[low:high] ^ signature)
                found.append(np.flatnonzero(differ <= 2 * allowed - abs(shift)) + low)  # a letter more or less is one bit, another two
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def sounding_like(self, word: str) -> Array:
        """Return the words of the same sound."""
        sound = np.uint32(crc32(phonetic.key(word)))
        low, high = np.searchsorted(self.sounds, sound, "left"), np.searchsorted(self.sounds, sound, "right")
        return self.by_sound[low:high].astype(np.int64)


class Speller:
    """Looks misspelt words up in some lexicons."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = lexicons

    def candidates(self, word: str, limit: int = 6) -> list[tuple[str, float]]:
        """Return (word, cost), most plausible first; the word itself is not among them. A cost of 1 is one mistake, more or less."""
        if not _comparable(word):
            return []
        found: dict[str, tuple[int, bool, int]] = {}
        for allowed in range(1, mistakes(word) + 1):
            for lexicon in self._lexicons:
                _look(lexicon, word, allowed, found)
            if any(distance == 1 and frequency > 2 for distance, _same, frequency in found.values()):
                break
        found.pop(word, None)
        costs = {other: cost(word, other, distance, same) - credit(frequency) for other, (distance, same, frequency) in found.items()}
        return sorted(costs.items(), key=lambda c: (c[1], c[0]))[:limit]

    def alike(self, word: str, limit: int = 4) -> list[tuple[str, float]]:
        """Return the words of the same sound, as `candidates` does."""
        if not _comparable(word):
            return []
        found: dict[str, tuple[int, bool, int]] = {}
        for lexicon in self._lexicons:
            _add(lexicon, word, lexicon.sounding_like(word), found, frozenset(), LONGEST)
        found.pop(word, None)
        costs = {o: cost(word, o, distance, same=True) - credit(frequency) for o, (distance, _s, frequency) in found.items()}
        return sorted(costs.items(), key=lambda c: (c[1], c[0]))[:limit]


def _comparable(word: str) -> bool:
    return word.isascii() and word.isalpha() and SHORTEST < len(word) <= LONGEST


def _look(lexicon: Lexicon, word: str, allowed: int, found: dict[str, tuple[int, bool, int]]) -> None:
    alike = lexicon.sounding_like(word)
    _add(lexicon, word, np.concatenate((alike, lexicon.near(word, allowed))), found, frozenset(alike.tolist()), allowed)


def _add(lexicon: Lexicon, word: str, at: Array, found: dict[str, tuple[int, bool, int]], alike: frozenset[int], allowed: int) -> None:
    """Add the words at these places that are near enough, those the catalogue has most often first."""
    if not len(at):
        return
    distance = distances(word, lexicon.letters[at], lexicon.lengths[at])
    near = distance <= allowed
    near[: len(alike)] = True
    at, distance = at[near], distance[near]
    if len(at) > WEIGHED:
        best = np.argsort(distance * 8 - np.log2(1 + lexicon.frequency[at]), kind="stable")[:WEIGHED]
        at, distance = at[best], distance[best]
    for place, far, frequency in zip(at.tolist(), distance.tolist(), lexicon.frequency[at].tolist(), strict=True):
        other = lexicon.word(place)
        before = found.get(other)
        same = place in alike or bool(before and before[1])
        if before is None or not before[0]:
            found[other] = (far, same, frequency)
        else:
            found[other] = (far, same, max(frequency, before[2]))


def credit(frequency: int) -> float:
    """Return what being frequent is worth: one mistake is made up for by ten thousand times as many records."""
    return 0.075 * math.log2(1 + frequency)


def cost(word: str, other: str, distance: int, same: bool) -> float:
    """Return how unlikely it is that `other` was meant by `word`; `same`: they sound the same."""
    value = min(SOUND + SOUND_STEP * distance, SOUND_FAR) if same else float(distance)
    if distance <= 2:
        value += _slip(word, other) * (0.5 if same else 1.0)
    if word[0] != other[0] and not same:
        value += 0.3 if word[:2] != other[1::-1] else 0.0
    if word[-1] != other[-1]:
        value += 0.1
    return value


def _slip(word: str, other: str) -> float:
    """Return a rebate for the slips that are most common: a swap, a letter doubled or not, a key beside the right one."""
    if len(word) == len(other):
        wrong = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
        if Counter(word) == Counter(other):
            return -0.25
        return -0.1 * sum(b in NEIGHBOURS[a] for a, b in wrong)
    return -0.15 if _single(word) == _single(other) else 0.0


def _single(word: str) -> str:
    return "".join(a for a, b in zip(word, " " + word, strict=False) if a != b)


def _letters(segment: Segment, offsets: Array, lengths: Array, at: Array) -> Array:
    """Return the bytes of some terms, one a row, padded with zeros."""
    columns = np.arange(LONGEST)
    inside = columns < lengths[at][:, None]
    terms = segment.arrays["terms"]
    places = np.minimum(offsets[at][:, None] + columns, len(terms) - 1)
    return np.where(inside, terms[places], 0).astype(np.uint8)


def _sounds(letters: Array) -> Array:
    """Return the sounds of words, 32 bits each."""
    lines = np.full((len(letters), LONGEST + 1), ord("\n"), dtype=np.uint8)
    lines[:, :LONGEST] = letters
    text = phonetic.keys(lines[lines != 0].tobytes())
    return np.fromiter(map(crc32, text.split(b"\n")[:-1]), dtype=np.uint32, count=len(letters))


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
    count = len(letters)
    if not count:
        return np.zeros(0, dtype=np.int32)
    where = np.zeros(256, dtype=np.uint32)
    for i, letter in enumerate(word.encode()):
        where[letter] |= np.uint32(1 << i)
    shortest, longest = int(lengths.min()), int(lengths.max())
    matches = where.take(letters[:, :longest].T)  # one row a column of letters, each in one piece
    last = len(word) - 1
    positive = np.full(count, 2**32 - 1, dtype=np.uint32)
    negative, diagonal, before = (np.zeros(count, dtype=np.uint32) for _ in range(3))
    score = np.full(count, len(word), dtype=np.int32)
    for column, match in enumerate(matches):
        swapped = ((~diagonal & match) << 1) & before
        diagonal = (((match & positive) + positive) ^ positive) | match | negative | swapped
        up = negative | ~(diagonal | positive)
        down = diagonal & positive
        step = ((up >> last) & 1).view(np.int32) - ((down >> last) & 1).view(np.int32)
        score += step if column < shortest else step * (column < lengths)
        up = (up << 1) | 1
        positive = (down << 1) | ~(diagonal | up)
        negative = up & diagonal
        before = match
    return score
