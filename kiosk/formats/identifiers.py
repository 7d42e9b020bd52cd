"""Standard numbers in one form each, or nothing when they are wrong.

Guarantees: two spellings of one number give equal identifiers; a number whose check digit is wrong, or that was made up
to fill a form (978-0-00-000000-2, 1111111111), gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kiosk.domain import Identifier

_NOT_ISBN = re.compile(r"[^0-9Xx]")
_ARK = re.compile(r"ark:/?(\d{5,9})/([0-9A-Za-z._=~*+@$-]{2,80})")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dXx])\b")


def isbn(text: str) -> Identifier | None:
    """Read an ISBN of 10 or 13 digits, hyphenated or not, and give it with 13 digits (ISO 2108)."""
    plain = text.isascii() and text.isdigit()
    number = text if plain else _NOT_ISBN.sub("", text.split("(")[0] if "(" in text else text)
    if len(number) == 10 and "x" not in number[:9].lower():
        if not _check_10(number):
            return None
        number = "978" + number[:9]
        number += _check_digit_13(number)
    elif len(number) != 13 or not number.isdigit() or number[:3] not in ("978", "979") or _check_digit_13(number[:12]) != number[12]:
        return None
    return None if len(set(number[3:12])) == 1 else Identifier("isbn", number)


def ean(text: str) -> Identifier | None:
    """Read an EAN-13 or a UPC of 12 digits; a Bookland number is an ISBN."""
    number = text if text.isascii() and text.isdigit() else re.sub(r"[ .-]", "", text)
    if len(number) == 12:
        number = "0" + number
    if len(number) != 13 or not number.isdigit() or _check_digit_13(number[:12]) != number[12] or len(set(number[:12])) == 1:
        return None
    return isbn(number) if number[:3] in ("978", "979") and not number.startswith("9790") else Identifier("ean", number)


def issn(text: str) -> Identifier | None:
    """Read an ISSN (ISO 3297), with its hyphen in the result."""
    found = _ISSN.search(text)
    if found is None:
        return None
    number = (found.group(1) + found.group(2)).upper()
    total = sum((8 - i) * int(d) for i, d in enumerate(number[:7]))
    check = "0123456789X"[-total % 11]
    return Identifier("issn", f"{number[:4]}-{number[4:]}") if check == number[7] and number != "00000000" else None


def ark(text: str) -> Identifier | None:
    """Find an ARK anywhere in an address; qualifiers after the name ("/description", ".r=giono") are left out."""
    found = _ARK.search(text)
    if found is None:
        return None
    name = found.group(2).split(".")[0].rstrip("-")
    return Identifier("ark", f"ark:/{found.group(1)}/{name.replace('-', '')}")


def urn(text: str) -> Identifier | None:
    """Read what OPDS and Dublin Core put in an identifier: urn:isbn, urn:issn, an ARK, a bare ISBN."""
    value = text.strip()
    low = value.lower()
    for prefix, read in (
        ("urn:isbn:", isbn),
        ("isbn:", isbn),
        ("isbn", isbn),
        ("urn:issn:", issn),
        ("issn", issn),
        ("urn:ean:", ean),
        ("ean", ean),
    ):
        if low.startswith(prefix):
            return read(value[len(prefix) :])
    if "ark:/" in low:
        return ark(value)
    return isbn(value) if value[:1].isdigit() else None


def publisher_number(text: str) -> Identifier | None:
    """Read a disc's or a score's number: upper case, without spaces or hyphens."""
    number = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return Identifier("publisher_no", number) if len(number) >= 4 else None


def unique(found: Iterable[Identifier | None]) -> tuple[Identifier, ...]:
    """Drop what could not be read and what was said before, keeping the order."""
    return tuple({(i.scheme, i.value): i for i in found if i is not None}.values())


def _check_10(number: str) -> bool:
    total = sum((10 - i) * (10 if d in "Xx" else int(d)) for i, d in enumerate(number))
    return total % 11 == 0


def _check_digit_13(number: str) -> str:
    digits = number.encode()
    odd, even = sum(digits[0:12:2]) - 6 * 48, sum(digits[1:12:2]) - 6 * 48
    return str(-(odd + 3 * even) % 10)
