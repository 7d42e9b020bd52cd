"""A harvested record with all that can be worked out before it is stored, in another process if need be.

Guarantees: pure; what is prepared depends on the record alone, so preparing it here or there gives the same catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import Record
from kiosk.domain.merge import match_keys
from kiosk.search.fields import Document, document
from kiosk.store import codec


@dataclass(frozen=True, slots=True)
class Prepared:
    """`body` is the record itself, as `codec` writes it; `keys` are those of `match_keys`."""

    source: str
    source_id: str
    kind: str
    body: str
    keys: tuple[str, ...]
    document: Document

    @property
    def record(self) -> Record:
        """Build the record again: only those that are united with others need it."""
        return codec.decode(self.body)


def prepare(record: Record) -> Prepared:
    """Work everything out."""
    source, source_id = (record.sources[0].source, record.sources[0].source_id) if record.sources else ("", record.id)
    return Prepared(source, source_id, record.kind.value, codec.encode(record), match_keys(record), document(record))
