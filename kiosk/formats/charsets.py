"""Text of a MARC field, in whichever of the four encodings libraries have used.

Guarantees: decoding never fails; bytes that are valid UTF-8 are read as UTF-8 whatever the record claims, because claims
are wrong more often than an accident makes valid UTF-8; the others are read as the record claims, then as what looks
most like French.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable

from pymarc.marc8 import MARC8ToUnicode

from kiosk.formats.marc import Flavour

logging.getLogger("pymarc").setLevel(logging.CRITICAL)  # it warns at each bad byte; we repair

# ISO 5426: characters alone, then marks that come before the letter they sit on.
_ISO5426_TABLE = """
    A1¡ A2„ A3£ A4$ A5¥ A6† A7§ A8′ A9‘ AA“ AB« AC♭ AD© AE℗ AF® B0ʻ B1ʼ B2‚ B6‡ B7· B8″ B9’ BA” BB» BC♯ BDʹ BEʺ BF¿
    E1Æ E2Đ E6Ĳ E8Ł E9Ø EAŒ ECÞ F1æ F2đ F3ð F5ı F6ĳ F8ł F9ø FAœ FBß FCþ
"""
_ISO5426 = {int(cell[:2], 16): cell[2] for cell in _ISO5426_TABLE.split()}
_MARKS = dict(
    zip(
        range(0xC0, 0xE0),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0313\u030b\u031b\u030c"
        "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d\ufe20\ufe21\ufe22\ufe23",
        strict=True,
    )
)
_FRENCH = frozenset("éèêëàâîïôùûüçœÉÈÊËÀÂÎÏÔÙÛÜÇŒ«»’°")
_LIKELY = _FRENCH | frozenset("áíóúñäöåæøßãõìòýčšžćłąęńźżőűăşţğıÁÍÓÚÑÄÖÅØ“”…–—©℗®€\u0098\u009c\u0088\u0089\x1f\x1e")
_GUARDED = re.compile(r"[\x98\x9c\x88\x89]")


def iso5426(data: bytes) -> str:
    """Decode ISO 5426 with ISO 646 below it; a mark follows its letter in the result."""
    out: list[str] = []
    pending = ""
    for byte in data:
        if byte in _MARKS:
            pending = _MARKS[byte] + pending
            continue
        out.append(chr(byte) if byte < 0xA0 else _ISO5426.get(byte, ""))
        if pending:
            out.append(pending)
            pending = ""
    return unicodedata.normalize("NFC", "".join(out))


def marc8(data: bytes) -> str:
    """Decode MARC-8 with its escapes to Greek, Cyrillic and others; a lone subfield mark stays a subfield mark."""
    return "\x1f".join(_marc8(part) for part in data.split(b"\x1f"))


def _marc8(data: bytes) -> str:
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    converter = MARC8ToUnicode(quiet=True)
    try:
        return unicodedata.normalize("NFC", converter.translate(data))
    except (ValueError, IndexError, KeyError, TypeError):  # an escape cut short
        return data.decode("latin-1")


def windows(data: bytes) -> str:
    """Decode Windows-1252; the five bytes that it leaves out are lost."""
    return data.decode("cp1252", "replace")


def utf8_mostly(data: bytes) -> str:
    """Decode UTF-8 of which some sequences were cut."""
    return data.decode("utf-8", "replace")


def guess(data: bytes) -> str:
    """Decode bytes that lie about themselves: the reading that looks most like French wins."""
    readings = [read(data) for read in (utf8_mostly, marc8, iso5426, windows)]
    return max(readings, key=_likelihood).replace("\ufffd", "")


def _likelihood(text: str) -> float:
    """French letters speak for a reading; odd ones, marks on nothing and lost bytes speak against it."""
    good = sum(c in _FRENCH for c in text)
    odd = sum(ord(c) > 127 and c not in _LIKELY for c in text)
    return good - 3 * odd - 2 * text.count("\ufffd") - 2 * sum(unicodedata.combining(c) > 0 for c in text)


def decoder(flavour: Flavour, leader: str, coded: str) -> Callable[[bytes], str]:
    """Choose how to read a record's fields from its claims: leader/09 (MARC21), 100 $a/26-29 (UNIMARC, in `coded`)."""
    legacy = guess
    if flavour is Flavour.MARC21 and leader[9:10] != "a":
        legacy = marc8
    elif flavour is Flavour.UNIMARC and "03" in (coded[26:28], coded[28:30]) and coded[26:28] != "50":
        legacy = iso5426

    def decode(data: bytes) -> str:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return legacy(data)
        return marc8(data) if "\x1b" in text and legacy is marc8 else text

    return decode
