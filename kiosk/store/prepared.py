"""A harvested record with all that can be worked out before it is stored, in another process if need be.

Guarantees: pure; what is prepared depends on the record alone, so preparing it here or there gives the same catalogue.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiosk.domain import Record
from kiosk.domain.merge import match_keys
from kiosk.search.fields import Document, document
from kiosk.store import codec

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, in small letters
_PAIRS = [a + b for a in _BASE32 for b in _BASE32]  # ten bits at a time


@dataclass(frozen=True, slots=True)
class Prepared:
    """`body` is the record itself, as `codec` writes it; `id` what the catalogue record is called when it is its first part."""

    source: str
    source_id: str
    kind: str
    body: str
    id: str
    keys: tuple[int, ...]
    document: Document

    @property
    def record(self) -> Record:
        """Build the record again: only those that are united with others need it."""
        return codec.decode(self.body)


def prepare(record: Record) -> Prepared:
    """Work everything out."""
    source, source_id = (record.sources[0].source, record.sources[0].source_id) if record.sources else ("", record.id)
    body = codec.encode(record)
    return Prepared(source, source_id, record.kind.value, body, stable_id(source, source_id), keys_of(record), document(record))


def keys_of(record: Record) -> tuple[int, ...]:
    """Return the match keys of a record as numbers of 64 bits: among ten million, two that are equal by chance are one in 400,000."""
    return tuple([_number(key) for key in match_keys(record)])


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def stable_id(source: str, source_id: str, salt: int = 0) -> str:
    """Return the id of a catalogue record whose first part is this one."""
    text = f"{source}\0{source_id}" + (f"\0{salt}" if salt else "")
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=10).digest())
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(70, -10, -10)])
