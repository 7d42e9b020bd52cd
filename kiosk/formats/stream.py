"""A file's bytes to outcomes, whatever the format.

Guarantees: one outcome a record, in the file's order; a bad record is a `Rejected` and the next one is read; memory does
not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain import Record
from kiosk.errors import FormatError
from kiosk.formats import iso2709, items, marc21, marcxml, unimarc, xml
from kiosk.formats.marc import Flavour, Marc
from kiosk.formats.outcome import Deleted, Outcome, Rejected


class _Mapping(Protocol):
    def __call__(self, marc: Marc, source: str, dialect: items.Dialect, fallback_id: str = "") -> Record | Deleted: ...


_MAPPINGS: dict[Flavour, _Mapping] = {Flavour.UNIMARC: unimarc.record, Flavour.MARC21: marc21.record}
_DIALECTS = {Flavour.UNIMARC: "koha-995", Flavour.MARC21: "koha-952"}


@dataclass(frozen=True, slots=True)
class MarcReading:
    """How to read MARC: whose name the records get, which family, which dialect of items (None: the family's usual one)."""

    source: str
    flavour: Flavour
    dialect: items.Dialect | None = None

    def mapped(self, marc: Marc, fallback_id: str = "") -> Record | Deleted:
        """Map one record. Raises FormatError; `fallback_id` is for records without a number of their own."""
        return _MAPPINGS[self.flavour](marc, self.source, self.dialect or items.dialect(_DIALECTS[self.flavour]), fallback_id)

    def outcome(self, marc: Marc, position: int, raw: bytes) -> Outcome:
        """Map one record, or say why not. Any failure of the mapping is the record's, never the harvest's."""
        try:
            return self.mapped(marc)
        except FormatError as e:
            return Rejected.of(position, str(e), raw, _ident(marc))
        except (ValueError, IndexError, KeyError, TypeError, RecursionError) as e:
            return Rejected.of(position, f"notice illisible ({type(e).__name__})", raw, _ident(marc))


def _ident(marc: Marc) -> str:
    try:
        return marc.control("001")[:80]
    except (ValueError, IndexError):
        return ""


def iso2709_outcomes(chunks: Iterable[bytes], how: MarcReading) -> Iterator[Outcome]:
    """Read a file of ISO 2709 records."""
    for position, raw in enumerate(iso2709.split(chunks), 1):
        try:
            marc = iso2709.read(raw, how.flavour)
        except FormatError as e:
            yield Rejected.of(position, str(e), raw)
            continue
        yield how.outcome(marc, position, raw)


def marcxml_outcomes(chunks: Iterable[bytes], how: MarcReading) -> Iterator[Outcome]:
    """Read a file of MARCXML records; where the XML breaks, the rest of the file is one reject."""
    position = 0
    try:
        for position, element in enumerate(xml.stream(chunks, ("record",)), 1):
            yield how.outcome(marcxml.read(element), position, b"")
    except FormatError as e:
        yield Rejected.of(position + 1, str(e))
