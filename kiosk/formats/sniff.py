"""Tell a file's format by its first bytes, never by its name alone.

Guarantees: never raises; says `UNKNOWN` rather than guess.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum

from kiosk.formats.marc import Flavour

HEAD = 65_536  # bytes that are enough to decide


class Format(StrEnum):
    """What the kiosk can read."""

    ISO2709 = "iso2709"
    MARCXML = "marcxml"
    DUBLIN_CORE = "dublin_core"  # an OAI-PMH answer, or a file of oai_dc
    OPDS1 = "opds1"
    OPDS2 = "opds2"
    CSV = "csv"
    UNKNOWN = "unknown"


_LEADER = re.compile(rb"\d{5}[a-zA-Z \d][\w ][\w ][\w #|][\w #|]\d{2}")
_UNIMARC_TAGS = (b"200", b"210", b"214", b"215", b"700", b"995", b"801")
_MARC21_TAGS = (b"245", b"260", b"264", b"300", b"008", b"952", b"650")


def sniff(head: bytes) -> Format:
    """Decide from the start of a file, or of an answer."""
    start = head[:HEAD].lstrip(b"\xef\xbb\xbf\r\n\t \x00")
    if _LEADER.match(start) or (start[:5].isdigit() and b"\x1e" in start and b"\x1f" in start):
        return Format.ISO2709
    if start.startswith(b"<"):
        return _xml(start)
    if start.startswith((b"{", b"[")):
        return Format.OPDS2 if _looks_like_opds2(start) else Format.UNKNOWN
    first_line = start.split(b"\n", 1)[0]
    if b"\x00" not in start and any(first_line.count(d) for d in (b";", b",", b"\t", b"|")):
        return Format.CSV
    return Format.UNKNOWN


def _xml(start: bytes) -> Format:
    if re.search(rb"<(?:\w+:)?feed\b|<(?:\w+:)?entry\b", start) and b"http://www.w3.org/2005/Atom" in start:
        return Format.OPDS1
    if b"<datafield" in start or b":datafield" in start or b"<leader" in start or b":leader" in start:
        return Format.MARCXML
    if b"purl.org/dc/" in start or b"openarchives.org/OAI/2.0" in start:
        return Format.DUBLIN_CORE
    return Format.UNKNOWN


def _looks_like_opds2(start: bytes) -> bool:
    if b'"publications"' in start or b'"navigation"' in start or b'"groups"' in start:
        return True
    try:
        return isinstance(json.loads(start), dict) and b'"metadata"' in start
    except ValueError:
        return b'"metadata"' in start and b'"links"' in start


def flavour(head: bytes) -> Flavour:
    """Tell UNIMARC from MARC21 by the field numbers at the start of a file; UNIMARC when both are possible."""
    start = head[:HEAD]
    if start.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        tags = re.findall(rb'tag=["\'](\w{3})["\']', start)
    else:
        tags = []
        for record in start.split(b"\x1d")[:20]:
            directory = record.lstrip(b"\r\n\t ")[24:].split(b"\x1e", 1)[0]
            tags += [directory[i : i + 3] for i in range(0, len(directory) - 11, 12)]
    score = sum(tag in _UNIMARC_TAGS for tag in tags) - sum(tag in _MARC21_TAGS for tag in tags)
    return Flavour.UNIMARC if score >= 0 else Flavour.MARC21
