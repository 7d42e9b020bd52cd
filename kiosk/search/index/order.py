"""The display order of what was found, worked out as far as somebody looks.

Guarantees: the first `AHEAD` places are known at once; the rest is sorted when the list is scrolled beyond them, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from kiosk.search.index.segment import Array

AHEAD = 200


class RankedIds(Sequence[int]):
    """Docids by descending key; equal keys by descending docid."""

    def __init__(self, docids: Array, keys: Array) -> None:
        self._docids, self._keys = docids, keys
        self._sorted = len(docids) <= AHEAD
        if self._sorted:
            self._head: list[int] = docids[self._order(np.arange(len(docids)))].tolist()
        else:
            border = np.partition(keys, len(keys) - AHEAD)[len(keys) - AHEAD]
            first = np.flatnonzero(keys >= border)
            self._head = docids[first[self._order(first)][:AHEAD]].tolist()

    def _order(self, at: Array) -> Array:
        return np.lexsort((-self._docids[at].astype(np.int64), -self._keys[at]))

    def _all(self) -> list[int]:
        if not self._sorted:
            self._head = self._docids[self._order(np.arange(len(self._docids)))].tolist()
            self._sorted = True
        return self._head

    def __len__(self) -> int:
        return len(self._docids)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        """Return one id, or a list of them."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return (self._head if 0 <= start <= AHEAD and stop <= AHEAD and step > 0 else self._all())[index]
        return (self._head if 0 <= index < AHEAD else self._all())[index]
