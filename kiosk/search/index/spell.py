"""Words of the catalogue that a misspelt word may have meant.

Guarantees: bounded time; any letter may be wrong, the first one too; a swap of neighbours is one mistake (optimal string
alignment, as people type), and what sounds the same is near however it is written (`phonetic`). Words are compared all at
once: a signature of their letters leaves some per cent of them, one of their pairs of letters about half of these; `distance` tells
the rest apart. What a segment knows is worked out once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np

from kiosk.search.index import phonetic
from kiosk.search.index.distance import distances
from kiosk.search.index.segment import Array, Segment

SHORTEST, LONGEST = 2, 20  # letters
ONE_MISTAKE = 5  # letters; longer words may have two
WEIGHED = 40  # candidates looked at one by one
LARGE = 40_000  # words: from there on those with one mistake are looked for first
BLOCK = 50_000  # words a step, so that memory stays small
SOUND, SOUND_STEP, SOUND_FAR = 0.3, 0.1, 0.8  # what another spelling of the same sound costs: at all, a letter, at most
SHORT_STEP = 0.35  # a letter, in words so short that many sound alike
ENOUGH = 9  # doublings: more records do not make a word more plausible
_DOUBLED = re.compile(r"(.)\1+")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")


_BIT = np.array([1 << (i - 97) if 97 <= i < 123 else 0 for i in range(256)], dtype=np.uint32)
_TWICE = "aeinrs"
_ONE = np.uint32(1)
_PAIR = np.array([1 << (i >> 2) for i in range(256)], dtype=np.uint64)
_FIRST, _SECOND = 37, 101  # mix two letters to eight bits


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
        blocks = [self.letters[i : i + BLOCK] for i in range(0, len(order) or 1, BLOCK)]
        self.signatures: Array = np.concatenate([_signatures(block) for block in blocks])
        self.pairs: Array = np.concatenate([_pairs(block) for block in blocks])
        self._differ, self._bits = np.empty(len(order), np.uint32), np.empty(len(order), np.uint8)  # asking for so much each time is slow
        sounds = _sounds(self.letters)
        self.by_sound: Array = np.argsort(sounds, kind="stable").astype(np.uint32)
        self.sounds: Array = sounds[self.by_sound]

    def words(self, at: Array) -> list[str]:
        """Return some of the words."""
        text = self.letters.take(at, axis=0).tobytes().decode()
        return [text[i : i + LONGEST].rstrip("\0") for i in range(0, len(text), LONGEST)]

    def near(self, word: str, allowed: int) -> Array:
        """Return which words may be within so many mistakes, some more, none too few."""
        letters, pairs = np.uint32(_signature(word)), np.uint64(_pair_bits(word))
        shifts = [s for s in range(-allowed, allowed + 1) if SHORTEST <= len(word) + s <= LONGEST]
        if not shifts:
            return np.zeros(0, np.int64)
        bounds = self.starts[len(word) + shifts[0] : len(word) + shifts[-1] + 2].tolist()
        first, last = bounds[0], bounds[-1]
        differ = np.bitwise_xor(self.signatures[first:last], letters, out=self._differ[: last - first])
        differ = np.bitwise_count(differ, out=self._bits[: last - first])
        most = [2 * allowed - abs(s) for s in shifts]  # a letter more or less is one bit, another two
        near = [(differ[a - first : b - first] <= m).nonzero()[0] + a for (a, b), m in zip(pairwise(bounds), most, strict=True)]
        at = np.concatenate(near)
        # a letter more or less changes three pairs, another letter four, a swap six
        limits = np.array([6 * allowed - 3 * abs(s) for s in shifts], dtype=np.uint8).repeat(list(map(len, near)))
        alike: Array = at.take((np.bitwise_count(self.pairs.take(at) ^ pairs) <= limits).nonzero()[0])
        return alike

    def sounding_like(self, key: bytes) -> Array:
        """Return the words whose sound has this key."""
        if len(key) < SHORTEST:
            return np.zeros(0, np.int64)
        sound = np.uint32(crc32(key))
        low, high = np.searchsorted(self.sounds, sound, "left"), np.searchsorted(self.sounds, sound, "right")
        return self.by_sound[low:high].astype(np.int64)


class Speller:
    """Looks misspelt words up in some lexicons."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = lexicons
        self._large = sum(len(lexicon.frequency) for lexicon in lexicons) > LARGE

    def candidates(self, word: str, limit: int = 6) -> list[tuple[str, float]]:
        """Return (word, cost), most plausible first; the word itself is not among them. A cost of 1 is one mistake, more or less."""
        if not _comparable(word):
            return []
        found: dict[str, tuple[int, bool, int]] = {}
        most, key = mistakes(word), phonetic.key(word)
        for allowed in range(1 if self._large else most, most + 1):
            for lexicon in self._lexicons:
                _look(lexicon, word, key, allowed, found)
            if any(distance == 1 and frequency > 2 for distance, _same, frequency in found.values()):
                break
        if any(distance == 1 and frequency > 2 for distance, _same, frequency in found.values()):
            found = {other: f for other, f in found.items() if f[0] <= 1 or f[1]}
        return _ranked(word, key, found)[:limit]

    def alike(self, word: str, limit: int = 4) -> list[tuple[str, float]]:
        """Return the words of the same sound, as `candidates` does."""
        if not _comparable(word):
            return []
        found: dict[str, tuple[int, bool, int]] = {}
        key = phonetic.key(word)
        for lexicon in self._lexicons:
            _look(lexicon, word, key, 0, found)
        return _ranked(word, key, found)[:limit]


def _ranked(word: str, key: bytes, found: dict[str, tuple[int, bool, int]]) -> list[tuple[str, float]]:
    short = len(key) <= SHORTEST
    costs = ((other, cost(word, other, far, same, short) - credit(n)) for other, (far, same, n) in found.items() if other != word)
    return sorted(costs, key=lambda c: (c[1], c[0]))


def _comparable(word: str) -> bool:
    return word.isascii() and word.isalpha() and SHORTEST < len(word) <= LONGEST


def _look(lexicon: Lexicon, word: str, key: bytes, allowed: int, found: dict[str, tuple[int, bool, int]]) -> None:
    """Add the words of a lexicon that are near enough, or sound like `key`; of many, those the catalogue has most often."""
    sounds = lexicon.sounding_like(key)
    at = np.concatenate((sounds, lexicon.near(word, allowed))) if allowed else sounds
    if not len(at):
        return
    alike = frozenset(sounds.tolist())
    distance = distances(word, lexicon.letters.take(at, axis=0), lexicon.lengths.take(at))
    near = distance <= allowed
    if len(key) > SHORTEST:
        near[: len(sounds)] = distance[: len(sounds)] <= len(word) + 1
    else:  # two sounds: "sept" is not "sayer"
        near[: len(sounds)] = np.abs(lexicon.lengths.take(sounds).astype(np.int64) - len(word)) <= 1
    kept = np.flatnonzero(near)
    at, distance = at.take(kept), distance.take(kept)
    frequency = lexicon.frequency.take(at)
    if len(at) > WEIGHED:
        best = np.argsort(distance * 8 - np.log2(1 + frequency), kind="stable")[:WEIGHED]
        at, distance, frequency = at[best], distance[best], frequency[best]
    for place, other, far, records in zip(at.tolist(), lexicon.words(at), distance.tolist(), frequency.tolist(), strict=True):
        before = found.get(other)
        same = place in alike or bool(before and before[1])
        found[other] = (far, same, max(records, before[2] if before else 0))


def credit(frequency: int) -> float:
    """Return what being frequent is worth: never as much as one mistake."""
    return 0.075 * min(math.log2(1 + frequency), ENOUGH)


def cost(word: str, other: str, distance: int, same: bool, short: bool = False) -> float:
    """Return how unlikely it is that `other` was meant by `word`; `same`: they sound the same, with two sounds at most when `short`."""
    if same:
        value = SOUND + SHORT_STEP * distance if short else min(SOUND + SOUND_STEP * distance, SOUND_FAR)
    else:
        value = float(distance)
    if distance <= 2:
        value += _slip(word, other) * (0.5 if same else 1.0)
    if word[0] != other[0] and not same:
        value += 0.3 if word[:2] != other[1::-1] else 0.0
    if word[-1] != other[-1]:
        value += -0.05 if word[-1] in "sx" and other[-1] in "sx" else 0.1  # a plural stays one
    return value


def _slip(word: str, other: str) -> float:
    """Return a rebate for the slips that are most common: a swap, a letter doubled or not, a key beside the right one."""
    if len(word) != len(other):
        return -0.15 if _single(word) == _single(other) else 0.0
    wrong = [(a, b) for a, b in zip(word, other, strict=True) if a != b]
    if len(wrong) > 1 and sorted([a for a, _b in wrong]) == sorted([b for _a, b in wrong]):
        return -0.25
    return -0.1 * len([a for a, b in wrong if b in NEIGHBOURS[a]])


def _single(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


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
    found = 0
    for letter in set(word):
        found |= 1 << (ord(letter) - 97)
    for place, letter in enumerate(_TWICE, 26):
        found |= (word.count(letter) > 1) << place
    return found


def _pair_bits(word: str) -> int:
    """Return the pairs of letters of one word."""
    ends = (0, *word.encode(), 0)
    found = 0
    for a, b in pairwise(ends):
        found |= 1 << ((a * _FIRST + b * _SECOND & 255) >> 2)
    return found


def _signatures(letters: Array) -> Array:
    """Return 32 bits a word: which letters it has, and which of `_TWICE` twice. One mistake changes two of them at most."""
    once, twice = (np.zeros(len(letters), dtype=np.uint32) for _ in range(2))
    for column in letters.T:
        bit = _BIT.take(column)
        twice |= once & bit
        once |= bit
    for place, letter in enumerate(_TWICE, 26):
        once |= (twice >> np.uint32(ord(letter) - 97) & _ONE) << np.uint32(place)
    return once


def _pairs(letters: Array) -> Array:
    """Return 64 bits a word: which pairs of neighbouring letters it has, its two ends included, as far as the bits tell them apart."""
    found = np.zeros(len(letters), dtype=np.uint64)
    before = np.zeros(len(letters), dtype=np.uint8)
    for column in letters.T:
        there = (before | column) != 0
        found |= _PAIR.take(before * np.uint8(_FIRST) + column * np.uint8(_SECOND)) * there
        before = column
    found |= _PAIR.take(before * np.uint8(_FIRST)) * (before != 0)
    return found
