"""How many mistakes lie between one word and each of many: the bit-parallel algorithm of Hyyrö (2003), run on all of them together.

Guarantees: pure; exact optimal string alignment, in which a swap of neighbours is one mistake, for words of up to 32 letters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiosk.search.index.segment import Array

_ONE = np.uint32(1)


def distances(word: str, letters: Array, lengths: Array) -> Array:
    """Return the optimal string alignment distance of `word` to each row of `letters`."""
    if not len(letters):
        return np.zeros(0, dtype=np.int32)
    where = np.zeros(256, dtype=np.uint32)
    for i, letter in enumerate(word.encode()):
        where[letter] |= np.uint32(1 << i)
    order = lengths.argsort(kind="stable")  # the shortest first: each leaves when it has been read
    ordered = lengths.take(order)
    matches = where.take(letters.take(order, axis=0)[:, : int(ordered[-1])].T)  # one row a column of letters, each in one piece
    ends = ordered.searchsorted(np.arange(1, len(matches) + 1), "right").tolist()
    delta = np.empty(len(letters), dtype=np.int32)
    delta[order] = _deltas(matches, ends, np.uint32((1 << len(word)) - 1))
    return delta + lengths


def _deltas(matches: Array, ends: Sequence[int], letters: np.uint32) -> Array:
    """Return how much farther than its length each word is, column after column; `ends` says how many end with each.

    `positive` and `negative` have a bit for each letter typed: whether it adds a mistake, or takes one away. Every step is in place,
    since on some hundred words numpy takes longer to begin one than to do it.
    """
    delta = np.empty(matches.shape[1], dtype=np.int32)
    positive = np.full(len(delta), 2**32 - 1, dtype=np.uint32)
    negative, diagonal, before, swapped, up = (np.zeros(len(delta), dtype=np.uint32) for _ in range(5))
    done = 0
    for column, end in enumerate(ends):
        match = matches[column, done:]
        np.invert(diagonal, swapped)
        swapped &= match
        swapped <<= _ONE
        swapped &= before
        np.bitwise_and(match, positive, diagonal)
        diagonal += positive
        diagonal ^= positive
        diagonal |= match
        diagonal |= negative
        diagonal |= swapped
        np.bitwise_or(diagonal, positive, up)
        np.invert(up, up)
        up |= negative
        up <<= _ONE
        up |= _ONE
        positive &= diagonal
        positive <<= _ONE
        np.bitwise_and(up, diagonal, negative)
        np.bitwise_or(diagonal, up, swapped)
        np.invert(swapped, swapped)
        positive |= swapped
        before = match
        if left := end - done:
            count = np.bitwise_count
            delta[done:end] = count(positive[:left] & letters).view(np.int8) - count(negative[:left] & letters).view(np.int8)
            positive, negative, diagonal, before, swapped, up = (a[left:] for a in (positive, negative, diagonal, before, swapped, up))
            done = end
    return delta
