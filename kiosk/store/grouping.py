"""Which harvested records are the same work: union of those that share a match key.

Guarantees: pure and deterministic in the numbers of the parts; a group has at most `MAX_PARTS` parts, so that a wrong
number typed into half a catalogue cannot glue it into one record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MAX_PARTS = 60


def groups(parts: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Group parts (number → match keys); each group in ascending order, groups by their first part."""
    parent = {n: n for n in parts}
    size = dict.fromkeys(parts, 1)

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[int, int] = {}
    for number in sorted(parts):
        for key in parts[number]:
            other = first.setdefault(key, number)
            if other == number:  # as for nearly all
                continue
            a, b = sorted((root(other), root(number)))
            if a != b and size[a] + size[b] <= MAX_PARTS:
                parent[b] = a
                size[a] += size[b]
    found: dict[int, list[int]] = {}
    for number in sorted(parts):
        found.setdefault(root(number), []).append(number)
    return list(found.values())
