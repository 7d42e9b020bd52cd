"""The basket handed over to a phone without network, e-mail or app: texts that fit QR codes shown one after the other.

Guarantees:
- every record of the basket is in exactly one page, whole, in order; only a title longer than a screen line is shortened, with "…";
- every page fits the code asked for (`Capacity`), byte for byte, and says which it is ("1/3");
- a page names records, call numbers and a library: never a patron, a card or a query;
- pure: strings in, strings out. docs/adr/0003-hand-over.md says why these formats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

# Bytes that fit a QR code at error level M in byte mode, by version (ISO/IEC 18004, table 7).
BYTES_M: Final = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
QUIET: Final = 4  # modules of white all around (ISO/IEC 18004, 6.3.8)
MIN_MODULE_PX: Final = 4
MIN_MODULE_MM: Final = 0.4  # what phone cameras resolve at arm's length from a lit screen
MIN_VERSION: Final = 5  # less cannot hold one entry
MAX_VERSION: Final = 15  # 77 modules: larger codes make old phones hesitate; several codes are quicker
TITLE_MAX: Final = 70  # characters
URL_MAX: Final = 140  # a longer address would eat the code: it stays on the kiosk


class HandoverFormat(StrEnum):
    """What the phone will make of the code."""

    TEXT = "text"  # shown by Android's camera, and by every reader app
    AGENDA = "agenda"  # an all-day event whose note is the list: iPhones keep it, offline


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a code may be, given the place it has: `version` 1..20 and `bytes` it holds at level M."""

    version: int
    bytes: int
    module_px: int

    @property
    def side_px(self) -> int:
        """Side of the code in pixels, its quiet zone included."""
        return (17 + 4 * self.version + 2 * QUIET) * self.module_px


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the basket as the list shows it. `places` are lines like "Barrême, J CON MIS"; `url` opens it online."""

    title: str
    by: str = ""
    places: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One code: what it holds, and which entries (first, last + 1)."""

    text: str
    first: int
    end: int
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around the list, in the patron's language. No colon in the heading: iPhones would take the text for an address."""

    heading: str = "Ma liste à la bibliothèque"
    place: str = ""


def capacity(side_px: float, mm_per_px: float, version: int = MAX_VERSION) -> Capacity | None:
    """Return the largest code with modules of at least 4 px and 0.4 mm that fits a square of `side_px`, or None when none does.

    Modules grow to fill the place: a bigger module is always easier for a camera.
    """
    least = max(MIN_MODULE_PX, -int(-MIN_MODULE_MM // mm_per_px)) if mm_per_px > 0 else MIN_MODULE_PX
    for candidate in range(min(version, len(BYTES_M)), MIN_VERSION - 1, -1):
        module = int(side_px // (17 + 4 * candidate + 2 * QUIET))
        if module >= least:
            return Capacity(candidate, BYTES_M[candidate - 1], module)
    return None


def pages(entries: Sequence[Entry], fmt: HandoverFormat, fit: Capacity, wording: Wording, today: date) -> tuple[Page, ...]:
    """Lay the list out on as few codes as needed, in order, each within `fit.bytes` of UTF-8."""
    write = _WRITERS[fmt]

    def fits(part: Sequence[Entry], number: int = 99, of: int = 99) -> bool:  # "(99/99)": room for any count
        return len(write(part, wording, today, number, of).encode()) <= fit.bytes

    if not entries:
        return ()
    whole = [_shortened(entry, fits) for entry in entries]
    if fits(whole, 1, 1):
        spans = [(0, len(whole))]
    else:
        starts = [0]
        for end in range(1, len(whole)):
            if not fits(whole[starts[-1] : end + 1]):
                starts.append(end)
        spans = list(zip(starts, [*starts[1:], len(whole)], strict=True))
    return tuple(Page(write(whole[a:b], wording, today, i, len(spans)), a, b, i, len(spans)) for i, (a, b) in enumerate(spans, 1))


def _shortened(entry: Entry, fits: Callable[[Sequence[Entry]], bool]) -> Entry:
    """An entry alone too long for its code gives up its address, its other places, all places, its author, then the end of its title."""
    rest = (replace(entry, url=""), replace(entry, url="", places=entry.places[:1]), Entry(entry.title, entry.by), Entry(entry.title))
    for candidate in (entry, *rest):
        if fits([candidate]):
            return candidate
    title = _cut(entry.title)
    while len(title) > 1 and not fits([Entry(title)]):
        title = _cut(title, len(title) - 1)
    return Entry(title)


def _cut(text: str, length: int = TITLE_MAX) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: max(1, length - 1)].rstrip(" ,;:.-") + "…"


def _lines(entry: Entry) -> list[str]:
    by = f" — {_cut(entry.by, 40)}" if entry.by else ""
    url = [f"   {entry.url}"] if 0 < len(entry.url) <= URL_MAX else []
    return [f"• {_cut(entry.title)}{by}", *(f"   {_cut(place, 60)}" for place in entry.places), *url]


def _count(number: int, of: int) -> str:
    return f" ({number}/{of})" if of > 1 else ""


def _text(part: Sequence[Entry], wording: Wording, today: date, number: int, of: int) -> str:
    place = [f"{wording.place}, {today:%d/%m/%Y}"] if wording.place else [f"{today:%d/%m/%Y}"]
    return "\n".join([wording.heading + _count(number, of), *place, *(line for entry in part for line in _lines(entry))])


def _escaped(text: str) -> str:
    """Escape a TEXT value (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _agenda(part: Sequence[Entry], wording: Wording, today: date, number: int, of: int) -> str:
    note = "\n".join(line for entry in part for line in _lines(entry))
    lines = [
        "BEGIN:VEVENT",
        f"SUMMARY:{_escaped(wording.heading + _count(number, of))}",
        f"DTSTART;VALUE=DATE:{today:%Y%m%d}",
        f"DTEND;VALUE=DATE:{today + timedelta(days=1):%Y%m%d}",
        *([f"LOCATION:{_escaped(wording.place)}"] if wording.place else []),
        f"DESCRIPTION:{_escaped(note)}",
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


_WRITERS: Final = {HandoverFormat.TEXT: _text, HandoverFormat.AGENDA: _agenda}
