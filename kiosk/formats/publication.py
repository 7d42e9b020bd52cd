"""Who published a thing, where and when, out of fields 210 and 214 (UNIMARC) or 260 and 264 (MARC21).

Guarantees: "[s.l.]", "[s.n.]" and their English cousins give nothing; a statement that was typed in one piece
("Paris, P. Horay") is taken apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kiosk.formats import values
from kiosk.formats.marc import Field, many
from kiosk.formats.text import clean

_UNKNOWN = re.compile(
    r"(?i)^(?:s\.? ?[lnd]\.?\??|(?:lieu de publication|éditeur) inconnu|(?:place of publication|publisher) not identified)$"
)
_CHEZ = re.compile(r"^(?:par|chez|apud|impr\. de) (?=[A-ZÉ])")
_OLD_PLACE = re.compile(r"^(?:A|À|Et se trouve à) (?=[A-ZÉ])")


@dataclass(frozen=True, slots=True)
class Publication:
    """The first place and publisher, and the year of this publication."""

    place: str = ""
    publisher: str = ""
    year: int | None = None


def published(fields: list[Field], coded_year: str, codes: tuple[str, str, str] = ("a", "c", "d")) -> Publication:
    """Read publication fields, best first; `coded_year` (100 $a/9-12, 008/7-10) is used when they give no year.

    `codes` are the subfields of place, publisher and date: a, c, d in UNIMARC; a, b, c in MARC21.
    """
    of_place, of_publisher, of_date = codes
    place = publisher = ""
    year: int | None = None
    for _indicators, pairs in fields:
        for value in many(pairs, of_place):
            place = place or part(value)
        for value in many(pairs, of_publisher):
            publisher = publisher or part(value)
        for value in many(pairs, of_date):
            year = year or values.year(value)
    if place and not publisher and ", " in place:
        place, _, publisher = place.partition(", ")
    return Publication(bare_place(place), publisher, year or values.year(coded_year.replace("|", "u").replace(" ", "u")))


@lru_cache(maxsize=8_192)
def part(text: str) -> str:
    """Clean a place or a publisher; empty when it says that it is not known."""
    cleaned = clean(text, 160).strip(" :;,[]")
    if cleaned.count("(") != cleaned.count(")"):  # "[Paris]) : …", "Montréal (Québec :"
        cleaned = cleaned.partition("(")[0].strip(" )") or cleaned.strip("()")
    return "" if _UNKNOWN.match(cleaned) else _CHEZ.sub("", cleaned)


def bare_place(text: str) -> str:
    """ "A Paris" → "Paris"."""
    return _OLD_PLACE.sub("", text)
