"""Analysed records to a segment, vectorised: a thousand records in some 30 ms.

Guarantees: pure; the impact of a term in a record depends on that record only (field lengths are compared with fixed
averages), so that segments can be merged without looking at the texts again.

Arrays of a segment: `docid, year, popularity, title_hash, title_rank` a record; `title_keys, title_offsets` the titles in
order; `terms, term_offsets` the sorted vocabulary; `post_starts, post_ids, post_imps` the postings; for each facet
`f_NAME` its value numbers in a table as wide as most records need (0: none), and `o_NAME` the (ord, value) pairs of
records that have more.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from kiosk.search.fields import SHELF
from kiosk.search.index.segment import Array, Segment, changes, different
from kiosk.search.port import FACETS

COUNTED = (*FACETS, SHELF)
WIDTH = {"type": 1, "platform": 2, "audience": 1, "language": 1, "decade": 1, "subject": 3, "author": 2, "library": 4, SHELF: 3}
WEIGHTS = (1.3, 0.6, 0.4, 0.22)  # title, author, subject, other; a word counts once in each
AVERAGES = (8.0, 5.0, 6.0, 40.0)  # terms a field, in a usual catalogue
LENGTH = 0.5  # b of BM25F: how much less a word tells in a longer field


@dataclass(frozen=True, slots=True)
class Doc:
    """A record as the index takes it. `facets`: 32-bit numbers, how many values of each facet of `COUNTED`, then these."""

    docid: int
    texts: Sequence[str]
    facets: bytes
    title_key: str
    year: int
    popularity: int


class _Numbers(dict[str, int]):
    """Terms numbered as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def title_hash(key: str) -> int:
    """Return 32 bits by which equal titles are found."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) if key else 0


def rank(popularity: Array, year: Array, docid: Array) -> Array:
    """Return the order of records from most to least popular, then newest publication, then latest arrival."""
    return np.lexsort((-docid.astype(np.int64), -year.astype(np.int64), -popularity.astype(np.int64)))


def build(docs: Iterable[Doc]) -> Segment:
    """Return a segment of these records, in memory."""
    given = list(docs)
    docid, year, popularity, hashes = (
        np.array(column, dtype=kind)
        for column, kind in (
            ([d.docid for d in given], np.uint32),
            ([d.year for d in given], np.int16),
            ([min(d.popularity, 0xFFFFFFFF) for d in given], np.uint32),
            ([title_hash(d.title_key) for d in given], np.uint32),
        )
    )
    order = rank(popularity, year, docid)
    docs_in_order = [given[i] for i in order]
    arrays = {
        "docid": docid[order],
        "year": year[order],
        "popularity": popularity[order],
        "title_hash": hashes[order],
    }
    arrays |= _postings(docs_in_order)
    arrays |= title_arrays([d.title_key.encode("utf-8", "replace") for d in docs_in_order])
    return Segment(arrays | _facets([d.facets for d in docs_in_order]))


def _facets(packed: Sequence[bytes]) -> dict[str, Array]:
    """Unpack the values of all records, facet by facet."""
    numbers = np.frombuffer(b"".join(packed), dtype=np.uint32)
    sizes = np.fromiter(map(len, packed), dtype=np.int64, count=len(packed)) // 4
    begins = np.cumsum(sizes) - sizes
    lengths = numbers[begins[:, None] + np.arange(len(COUNTED))].astype(np.int64) if len(packed) else np.zeros((0, len(COUNTED)), np.int64)
    begins = begins + len(COUNTED)
    arrays: dict[str, Array] = {}
    for place, facet in enumerate(COUNTED):
        own = lengths[:, place]
        shift = np.repeat(begins - np.cumsum(own) + own, own)
        arrays |= facet_arrays(facet, own, numbers[shift + np.arange(len(shift))])
        begins = begins + own
    return arrays


def title_arrays(keys: Sequence[bytes]) -> dict[str, Array]:
    """Return the place of each title, UTF-8, in alphabetical order, and the keys in that order."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), dtype=np.uint32)
    ranks[order] = np.arange(len(keys), dtype=np.uint32)
    texts = [keys[i] for i in order]
    return {
        "title_rank": ranks,
        "title_keys": _joined(texts),
        "title_offsets": _ends(np.fromiter(map(len, texts), dtype=np.uint32, count=len(texts))),
    }


def facet_arrays(facet: str, lengths: Array, values: Array) -> dict[str, Array]:
    """Lay the values of a facet out: `values` of all records one after the other, `lengths` how many each has."""
    width, count = WIDTH[facet], len(lengths)
    owner = np.repeat(np.arange(count, dtype=np.int32), lengths)
    place = np.arange(len(values), dtype=np.int32) - np.repeat((np.cumsum(lengths) - lengths).astype(np.int32), lengths)
    table = np.zeros((count, width), dtype=smallest(int(values.max(initial=0))))
    fits = place < width
    table[owner[fits], place[fits]] = values[fits]
    extra = np.stack((owner[~fits], values[~fits]), axis=1).astype(np.uint32)
    return {f"f_{facet}": table, f"o_{facet}": extra}


def smallest(highest: int) -> type[np.unsignedinteger]:
    """Return the smallest type that holds numbers up to `highest`."""
    return np.uint8 if highest < 256 else np.uint16 if highest < 65_536 else np.uint32


def _postings(docs: Sequence[Doc]) -> dict[str, Array]:
    """Return vocabulary and postings, terms sorted as bytes."""
    numbers, count, fields = _Numbers(), max(1, len(docs)), len(WEIGHTS)
    told = np.empty((fields, len(docs)))  # how much a word tells in each field of each record
    tokens, places = [], []
    for field, (weight, average) in enumerate(zip(WEIGHTS, AVERAGES, strict=True)):
        split = [d.texts[field].split() for d in docs]
        lengths = np.fromiter(map(len, split), dtype=np.int64, count=len(split))
        told[field] = weight / (1 - LENGTH + LENGTH * lengths / average)
        tokens.append(np.fromiter(map(numbers.__getitem__, chain.from_iterable(split)), dtype=np.int64, count=int(lengths.sum())))
        places.append(np.repeat(np.arange(len(docs)) * fields + field, lengths))
    names = [t.encode() for t in numbers]
    place = np.empty(len(names), dtype=np.int64)
    sorted_names = sorted(range(len(names)), key=names.__getitem__)
    place[sorted_names] = np.arange(len(names))
    every = place[np.concatenate(tokens)] * (count * fields) + np.concatenate(places) if names else np.zeros(0, np.int64)
    once = different(every)  # by term, record, field: a word counts once in each
    key = once // fields
    first = changes(key).nonzero()[0]
    frequency = np.add.reduceat(told[once % fields, key % count], first) if len(first) else np.zeros(0)
    impact = np.maximum(1, np.rint(255 * (1 - np.exp(-frequency))))  # unlike BM25's, far apart for title, author and summary
    key = key[first]
    counts = np.bincount(key // count, minlength=len(names))
    return vocabulary_arrays([names[i] for i in sorted_names], counts) | {
        "post_ids": (key % count).astype(np.uint32),
        "post_imps": impact.astype(np.uint8),
    }


def vocabulary_arrays(names: Sequence[bytes], counts: Array) -> dict[str, Array]:
    """Return the arrays of a sorted vocabulary whose terms have so many postings."""
    return {
        "terms": _joined(names),
        "term_offsets": _ends(np.fromiter(map(len, names), dtype=np.uint32, count=len(names))),
        "post_starts": _ends(counts),
    }


def _joined(texts: Sequence[bytes]) -> Array:
    """Return the bytes of all texts; a thousand at a time, since `join` takes 80 bytes more for each that it is given."""
    return np.frombuffer(b"".join([b"".join(texts[i : i + 1_000]) for i in range(0, len(texts), 1_000)]), dtype=np.uint8)


def _ends(lengths: Array) -> Array:
    """Return 0 and where each of the lengths ends, one after the other."""
    ends = np.zeros(len(lengths) + 1, dtype=np.uint32)
    np.cumsum(lengths, out=ends[1:])
    return ends
