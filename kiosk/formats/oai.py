"""One answer of an OAI-PMH server: its records as outcomes, whatever metadata they carry.

Guarantees: pure; the metadata of each record decides how it is read (oai_dc, MARCXML of either family); a record that
cannot be read is a `Rejected`, a deleted header a `Deleted`.
Source: OAI-PMH 2.0, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element, tostring

from kiosk.domain import Record, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import dublin_core, items, marcxml, stream, xml
from kiosk.formats.marc import Flavour
from kiosk.formats.outcome import EXCERPT, Deleted, Outcome, Rejected
from kiosk.formats.xml import local

_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.IGNORECASE)
_BARE = re.compile(rb"&(?!(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_RECORD = re.compile(rb"<(?:\w+:)?record>.*?</(?:\w+:)?record\s*>", re.DOTALL)
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d|#[xX]))([a-zA-Z]{2,8});")


def mended(data: bytes) -> bytes:
    """Repair what servers most often break in their XML: control characters, lone ampersands, HTML entities, bad UTF-8."""
    text = data.decode("utf-8", "replace").encode() if b"\xc3" in data or not data.isascii() else data
    return _NAMED.sub(rb"&amp;\1;", _BARE.sub(b"&amp;", _ILLEGAL.sub(b"", text)))


def document(data: bytes) -> Element:
    """Parse an answer, mending it when it must be. Raises FormatError."""
    try:
        return xml.parse(data)
    except FormatError as e:
        if "entités" in str(e):
            raise
        return xml.parse(mended(data))


def salvaged(data: bytes) -> tuple[Element, list[bytes]]:
    """Take a broken answer apart record by record: the answer with the records that parse, and the bytes of the others.

    Raises FormatError when the answer was cut, or when it is broken outside of its records: going on would lose what follows.
    """
    if not re.search(rb"</(?:\w+:)?OAI-PMH\s*>\s*\Z", data):
        raise FormatError("réponse coupée")
    opening = re.search(rb"<(\w+:)?OAI-PMH\b[^>]{0,4000}>", data)
    records = _RECORD.findall(data)
    if opening is None or not records:
        raise FormatError("XML illisible")
    root = xml.parse(mended(_RECORD.sub(b"", data)))
    listing = next((c for c in root if local(c.tag).startswith("List")), root)
    closing = b"</" + (opening.group(1) or b"") + b"OAI-PMH>"
    bad: list[bytes] = []
    for position, raw in enumerate(records):
        try:
            listing.insert(position, xml.parse(mended(opening.group() + raw + closing))[0])
        except FormatError:
            bad.append(raw)
    return root, bad


def child(element: Element, name: str) -> Element | None:
    """Return the first child of that local name."""
    return next((c for c in element if local(c.tag) == name), None)


def text(element: Element | None, name: str) -> str:
    """Return the stripped text of a child, or an empty string."""
    found = child(element, name) if element is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""


class RecordReader:
    """Reads `<record>` elements for one source."""

    def __init__(self, source: str, dialect: items.Dialect | None = None, flavour: Flavour | None = None) -> None:
        self.source = source
        self.dialect = dialect
        self.flavour = flavour

    def outcomes(self, records: Iterable[Element], start: int = 0) -> Iterator[Outcome]:
        """Read each record; positions go on from `start`."""
        for position, element in enumerate(records, start + 1):
            header = child(element, "header")
            ident = text(header, "identifier")
            if header is not None and header.get("status") == "deleted" and ident:
                yield Deleted(ident, text(header, "datestamp"))
                continue
            try:
                yield self._record(element, ident, text(header, "datestamp"))
            except FormatError as e:
                yield Rejected.of(position, str(e), _excerpt(element), ident)
            except (ValueError, IndexError, KeyError, TypeError, RecursionError) as e:
                yield Rejected.of(position, f"notice illisible ({type(e).__name__})", _excerpt(element), ident)

    def _record(self, element: Element, ident: str, datestamp: str) -> Outcome:
        if not ident:
            raise FormatError("notice sans identifiant OAI")
        metadata = child(element, "metadata")
        content = next(iter(metadata), None) if metadata is not None else None
        if content is None:
            raise FormatError("notice sans métadonnées")
        if any(local(c.tag) in ("datafield", "controlfield", "leader") for c in content):
            return self._marc(content, ident, datestamp)
        return dublin_core.record(dublin_core.elements(content), self.source, ident, datestamp)

    def _marc(self, content: Element, ident: str, datestamp: str) -> Outcome:
        """Read MARC; the record is known by its OAI identifier, because deletions will name it so."""
        marc = marcxml.read(content)
        flavour = self.flavour or (Flavour.MARC21 if "245" in marc.fields and "200" not in marc.fields else Flavour.UNIMARC)
        read = stream.MarcReading(self.source, flavour, self.dialect).mapped(marc, ident)
        if isinstance(read, Record):
            return replace(read, id=f"{self.source}:{ident}", sources=(SourceRef(self.source, ident, datestamp),))
        return Deleted(ident, datestamp)


def _excerpt(element: Element) -> bytes:
    return bytes(tostring(element, "utf-8"))[: EXCERPT * 2]


def from_file(chunks: Iterable[bytes], reader: RecordReader) -> Iterator[Outcome]:
    """Read answers that were saved to a file, or a bare list of `oai_dc:dc` elements."""
    position = 0
    try:
        for element in xml.stream(chunks, ("record", "dc", "set", "Identify")):  # the last two may hold a dc about themselves
            if local(element.tag) in ("set", "Identify"):
                continue
            position += 1
            if local(element.tag) == "dc":
                yield _bare(element, reader.source, position)
            else:
                yield from reader.outcomes([element], position - 1)
    except FormatError as e:
        yield Rejected.of(position + 1, str(e))


def _bare(element: Element, source: str, position: int) -> Outcome:
    dc = dublin_core.elements(element)
    ident = next((" ".join(i.split()) for i in dc.get("identifier", ())), "") or f"n° {position}"
    try:
        return dublin_core.record(dc, source, ident[:200])
    except FormatError as e:
        return Rejected.of(position, str(e), _excerpt(element), ident)
