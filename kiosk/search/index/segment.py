"""One immutable part of the index: a vocabulary, its postings and the columns of its records.

Guarantees: never changes once written; postings stay on the disk and are read where needed, so that memory holds the
vocabulary and the columns only. Records are numbered 0…n-1 ("ord") from the most to the least popular; the postings of
a term are in that order. `storage` keeps segments, `build` and `merge` make them.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
Ords = npt.NDArray[np.intp]  # numbers of records, in numpy's own index type
ON_DISK = frozenset({"post_ids", "post_imps", "title_rank", "title_keys", "title_offsets"})  # read where needed, never whole
TABLES = ("f_", "o_", "c_shelf")  # read whole when they are needed
LAST = b"\xff"  # after every UTF-8 text


@dataclass(frozen=True, slots=True)
class Entry:
    """An array on the disk: its type, its shape, and the checksum of each of its rows."""

    kind: str
    shape: tuple[int, ...]
    crcs: tuple[int, ...]


def changes(ordered: Array) -> Array:
    """Return where a sorted array says something else than just before; its first element always does."""
    return np.concatenate((np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]))


def different(values: Array) -> Array:
    """Return the different values, ascending. To sort them is several times faster than the hashing of `np.unique`."""
    ordered = np.sort(values)
    return ordered[changes(ordered)]


class Segment:
    """Arrays by name: those in memory in `arrays`, the others read by `read(name, first byte, last byte + 1)`."""

    def __init__(
        self,
        arrays: Mapping[str, Array],
        directory: Mapping[str, Entry] | None = None,
        read: Callable[[str, int, int], bytes] | None = None,
        number: int = 0,
    ) -> None:
        self.number = number
        self.arrays = dict(arrays)
        self._directory = directory or {}
        self._read = read
        self.docid: Array = arrays["docid"]
        self._terms = arrays["terms"].tobytes()
        self._offsets = memoryview(arrays["term_offsets"].tobytes()).cast("I")
        self._starts = memoryview(arrays["post_starts"].tobytes()).cast("I")

    def __len__(self) -> int:
        return len(self.docid)

    def part(self, name: str, start: int, stop: int) -> Array:
        """Return elements `start` to `stop` of an array, from the disk when it stays there."""
        known = self.arrays.get(name)
        if known is not None:
            return known[start:stop]
        if self._read is None:
            raise KeyError(name)
        kind = np.dtype(self._directory[name].kind)
        return np.frombuffer(self._read(name, start * kind.itemsize, stop * kind.itemsize), dtype=kind)

    def length(self, name: str) -> int:
        """Return how many elements an array has; 0 when there is no such array."""
        if name in self.arrays:
            return len(self.arrays[name])
        return self._directory[name].shape[0] if name in self._directory else 0

    def whole(self, name: str) -> Array:
        """Return a whole array."""
        return self.part(name, 0, self.length(name))

    def table(self, name: str) -> Array:
        """Return a whole array of two dimensions."""
        if name in self.arrays or self._read is None:
            return self.arrays[name]
        shape = self._directory[name].shape
        return self.part(name, 0, math.prod(shape)).reshape(shape)

    def title_keys(self) -> list[bytes]:
        """Return the keys of all titles, sorted."""
        text, offsets = self.whole("title_keys").tobytes(), self.whole("title_offsets").tolist()
        return [text[a:b] for a, b in pairwise(offsets)]

    # -- vocabulary ---------------------------------------------------------------------------------------------------

    @property
    def terms(self) -> int:
        """How many terms there are."""
        return len(self._offsets) - 1

    def term(self, index: int) -> bytes:
        """Return a term, UTF-8."""
        return self._terms[self._offsets[index] : self._offsets[index + 1]]

    def vocabulary(self) -> list[bytes]:
        """Return all terms, sorted."""
        return list(self.each_term())

    def each_term(self) -> Iterator[bytes]:
        """Go through all terms, sorted."""
        text, offsets = self._terms, self._offsets
        return (text[offsets[i] : offsets[i + 1]] for i in range(len(offsets) - 1))

    def place(self, term: bytes) -> int:
        """Return where a term is, or would be, in the sorted vocabulary."""
        return bisect_left(range(self.terms), term, key=self.term)

    def span(self, term: bytes, prefix: bool) -> tuple[int, int]:
        """Return the range of terms that are `term`, or start with it."""
        low = self.place(term)
        if prefix:
            return low, self.place(term + LAST)
        return low, low + (low < self.terms and self.term(low) == term)

    @property
    def resident(self) -> bool:
        """Whether the postings are in memory."""
        return "post_ids" in self.arrays

    def frequency(self, low: int, high: int) -> int:
        """Return the number of postings of a range of terms."""
        return self._starts[high] - self._starts[low]

    def bounds(self, low: int, high: int) -> tuple[int, int]:
        """Return where the postings of a range of terms begin and end."""
        return self._starts[low], self._starts[high]

    def postings(self, low: int, high: int) -> U32:
        """Return the ords of a range of terms, term after term."""
        return self.part("post_ids", self._starts[low], self._starts[high])

    def impacts(self, low: int, high: int) -> U8:
        """Return the impacts that go with `postings`."""
        return self.part("post_imps", self._starts[low], self._starts[high])
