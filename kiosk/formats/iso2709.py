"""ISO 2709: a stream of bytes cut into records, a record cut into fields.

Guarantees: memory holds one record at a time, whatever the file's size; a wrong length, a wrong directory, a wrong base
address and rubbish between two records lose at most the record concerned; a record over `MAX_RECORD` is refused.

pymarc reads the same container, one object a subfield, at about 2,600 records a second here; a harvest of 730,000 records
asks for more, so fields are cut lazily (see `Marc`). pymarc still decodes MARC-8, and the tests hold the two readings equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from kiosk.errors import FormatError
from kiosk.formats.charsets import decoder
from kiosk.formats.marc import Flavour, Marc

MAX_RECORD = 1_000_000  # bytes; the format itself stops at 99,999, some writers do not
_ENTRY = re.compile(r"([0-9A-Za-z]{3})([0-9]{4})([0-9]{5})")
_T = TypeVar("_T")
_END_RECORD, _END_FIELD = b"\x1d", b"\x1e"
_BETWEEN = b"\r\n\t \x00\x1a\xef\xbb\xbf"  # line ends, padding and byte order marks found between records


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a stream into records, each with its terminator; the last bytes come too, even cut short."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        *whole, rest = rest.split(_END_RECORD)
        for record in whole:
            record = record.lstrip(_BETWEEN)
            if record:
                yield record + _END_RECORD
        if len(rest) > MAX_RECORD:
            yield rest[:MAX_RECORD]
            rest = rest[MAX_RECORD:]
    rest = rest.strip(_BETWEEN)
    if rest:
        yield rest


def read(raw: bytes, flavour: Flavour) -> Marc:
    """Cut one record into fields.

    Raises FormatError with the reason when it cannot be told where the fields are.
    """
    if len(raw) < 26 or not raw.endswith(_END_RECORD):
        raise FormatError("notice coupée : la fin manque" if len(raw) >= 26 else "trop court pour une notice ISO 2709")
    if len(raw) > MAX_RECORD:
        raise FormatError("notice trop longue")
    leader = raw[:24].decode("latin-1")
    tags, fields = _in_order(raw) or _by_directory(raw) or _by_order(raw)
    try:
        text = fields.decode("utf-8")  # at once: this is where most records go
    except UnicodeDecodeError:
        text = ""
    if text and ("\x1b" not in text or flavour is Flavour.UNIMARC):
        return Marc(leader, {}, _gathered(tags, text.split("\x1e")), {}, bytes.decode)
    data = fields.split(_END_FIELD)
    coded = next((d for t, d in zip(tags, data, strict=True) if t == "100"), b"") if flavour is Flavour.UNIMARC else b""
    claims = coded.partition(b"\x1fa")[2].decode("latin-1")
    return Marc(leader, {}, {}, _gathered(tags, data), decoder(flavour, leader, claims))


def _gathered(tags: list[str], fields: list[_T]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = {}
    for tag, field in zip(tags, fields, strict=True):
        if tag in found:
            found[tag].append(field)
        else:
            found[tag] = [field]
    return found


def _in_order(raw: bytes) -> tuple[list[str], bytes] | None:
    """Read a record as nearly all are written: fields one after the other, in the directory's order.

    Lengths are not looked at: as many fields as entries, in ascending order, leave one reading only.
    """
    base_text = raw[12:17]
    if not base_text.isdigit():
        return None
    base = int(base_text)
    directory, fields = raw[24 : base - 1], raw[base:-2]
    if len(directory) % 12 or not directory.isalnum() or raw[base - 1 : base] != _END_FIELD or raw[-2:-1] != _END_FIELD:
        return None
    text = directory.decode("ascii")
    places = range(0, len(text), 12)
    starts = [text[i + 7 : i + 12] for i in places]
    if fields.count(_END_FIELD) + 1 != len(places) or starts != sorted(starts):
        return None
    return [text[i : i + 3] for i in places], fields


def _by_directory(raw: bytes) -> tuple[list[str], bytes] | None:
    """Follow the directory, in whatever order; nothing at all as soon as one entry does not fall on field ends."""
    base_text = raw[12:17]
    if not base_text.isdigit():
        return None
    base = int(base_text)
    entries = _ENTRY.findall(raw[24 : base - 1].decode("latin-1")) if 25 < base < len(raw) else []
    if not entries or len(entries) * 12 != base - 25 or raw[base - 1] != 0x1E:
        return None
    tags: list[str] = []
    data: list[bytes] = []
    for tag, length, start in entries:
        begin = base + int(start)
        end = begin + int(length) - 1
        if raw[end : end + 1] != _END_FIELD or raw[begin - 1] != 0x1E or end < begin:
            return None
        tags.append(tag)
        data.append(raw[begin:end])
    return tags, _END_FIELD.join([d.replace(_END_FIELD, b"") for d in data])


def _by_order(raw: bytes) -> tuple[list[str], bytes]:
    """Trust the field ends instead: as many fields as directory entries, in the same order.

    This is what saves records whose lengths were counted in characters, or whose accents were converted afterwards.
    """
    directory, *data = raw[24:-1].split(_END_FIELD)
    if data and not data[-1]:
        data.pop()
    tags = [directory[i : i + 3] for i in range(0, len(directory) - 2, 12)]
    if not data or len(tags) != len(data) or not all(tag.isalnum() for tag in tags):
        raise FormatError("répertoire ISO 2709 illisible")
    return [tag.decode("latin-1") for tag in tags], _END_FIELD.join(data)
