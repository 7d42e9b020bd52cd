"""Loans as an iCalendar file (RFC 5545) that any diary subscribes to. Pure.

Guarantees: lines of 75 octets at most, folded between characters (3.1); text escaped (3.3.11), without control characters;
whole days without a time zone to get wrong (DATE values, end exclusive, 3.6.1); UIDs that never change and a SEQUENCE that
grows, so that a second import updates instead of doubling; never a borrower.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from fleet.calendar import PREPARE_DAYS, local_day
from fleet.model import Case, Library, Loan, LoanState
from fleet.words import LOAN

MAX_OCTETS = 75
_STATUS = {
    LoanState.RESERVED: "TENTATIVE",
    LoanState.OUT: "CONFIRMED",
    LoanState.RETURNED: "CONFIRMED",
    LoanState.CANCELLED: "CANCELLED",
}
_STEPS = {LoanState.RESERVED: 0, LoanState.OUT: 1, LoanState.RETURNED: 2, LoanState.CANCELLED: 2}


def calendar_text(
    loans: Iterable[Loan], cases: Mapping[str, Case], libraries: Mapping[str, Library], installation: str, now: datetime
) -> str:
    """The whole file; `installation` makes UIDs unique in the world."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Colporteur//Fleet//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Valises de la médiathèque",
        "X-WR-TIMEZONE:Europe/Paris",
    ]
    for loan in loans:
        lines += _event(loan, cases[loan.case_id].name, libraries[loan.library_id], installation, now)
    return "".join(folded + "\r\n" for line in [*lines, "END:VCALENDAR"] for folded in fold(line))


def _event(loan: Loan, case: str, library: Library, installation: str, now: datetime) -> list[str]:
    town = library.town or library.name
    ends = local_day(loan.returned_at) if loan.returned_at is not None else loan.ends
    about = f"{LOAN[loan.state].capitalize()}. Prêt {loan.id}, {library.name}, {len(loan.device_ids)} appareils."
    lines = [
        "BEGIN:VEVENT",
        f"UID:loan-{loan.id}@{installation}.colporteur",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART;VALUE=DATE:{loan.starts:%Y%m%d}",
        f"DTEND;VALUE=DATE:{max(ends, loan.starts) + timedelta(days=1):%Y%m%d}",
        f"SEQUENCE:{loan.extensions * 4 + _STEPS[loan.state]}",
        f"SUMMARY:{escape(f'{case} → {town}')}",
        f"LOCATION:{escape(town)}",
        f"DESCRIPTION:{escape(about)}",
        f"STATUS:{_STATUS[loan.state]}",
        "TRANSP:TRANSPARENT",
    ]
    if loan.reserved_at is not None:
        lines.append(f"CREATED:{_utc(loan.reserved_at)}")
    if loan.state is LoanState.RESERVED:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escape(f'Préparer {case}')}", f"TRIGGER:-P{PREPARE_DAYS}D", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escape(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line breaks escaped, control characters left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> list[str]:
    """A content line cut at 75 octets, never inside a character; following lines start with a space."""
    parts, current, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > MAX_OCTETS:
            parts.append(current)
            current, octets = " ", 1
        current += character
        octets += size
    return [*parts, current]
