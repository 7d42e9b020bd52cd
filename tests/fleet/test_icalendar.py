"""Calendars that any diary takes: RFC 5545, line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.icalendar import calendar_text, escape, fold
from fleet.model import Case, Library, Loan, LoanState
from tests.fleet import strict_icalendar
from tests.fleet.world import START, World


def _unescape(text: str) -> str:
    out, index = "", 0
    while index < len(text):
        if text[index] == "\\":
            out += {"n": "\n"}.get(text[index + 1], text[index + 1])
            index += 1
        else:
            out += text[index]
        index += 1
    return out


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_folded_lines_are_short_and_unfold_to_themselves(line: str) -> None:
    """75 octets at most, never a character cut in two."""
    parts = fold(line)
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=100))
def test_escaped_text_comes_back(text: str) -> None:
    """And cannot start a line or a property of its own."""
    assert _unescape(escape(text)) == text
    assert "\n" not in escape(text + "\r\nDTSTART:1")


def _events(text: str) -> list[dict[str, str]]:
    lines = text.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and ":" in line:
            name, _, value = line.partition(":")
            events[-1].setdefault(name, value)
    return events


def test_a_loan_keeps_its_uid_and_its_sequence_grows(world: World) -> None:
    """So that a diary updates the event instead of doubling it; a cancelled one says so; nobody is named."""
    today = world.clock.today
    loan = world.loans.reserve("valise-3", "castellane", today + timedelta(days=1), today + timedelta(days=8), "Jeanne Exemple")
    cases = {"valise-3": Case("valise-3", "Valise 3, l’unique; \\ vraie")}
    libraries = {library.id: library for library in world.inventory.libraries()}
    texts = []
    for change in (lambda: loan, lambda: world.loans.extend(loan.id, today + timedelta(days=9)), lambda: world.loans.cancel(loan.id)):
        texts.append(calendar_text([change()], cases, libraries, world.inventory.installation, world.clock()))
    events = [_events(text)[0] for text in texts]
    assert len({event["UID"] for event in events}) == 1
    assert [int(event["SEQUENCE"]) for event in events] == sorted({int(event["SEQUENCE"]) for event in events})
    assert [event["STATUS"] for event in events] == ["TENTATIVE", "TENTATIVE", "CANCELLED"]
    assert (events[0]["DTSTART;VALUE=DATE"], events[0]["DTEND;VALUE=DATE"]) == ("20261103", "20261111")
    assert _unescape(events[0]["SUMMARY"]) == "Valise 3, l’unique; \\ vraie → Castellane"
    assert all(text.endswith("END:VCALENDAR\r\n") and "Jeanne" not in text for text in texts)
    other = calendar_text([replace(loan)], cases, libraries, "other", world.clock())
    assert _events(other)[0]["UID"] != events[0]["UID"]


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120)


@given(NAMES, NAMES, st.sampled_from(LoanState), st.integers(0, 400))
def test_a_strict_reader_takes_every_calendar(case: str, town: str, state: LoanState, length: int) -> None:
    """Whatever things are called: the grammar, the order, what must be there, once, and nothing else."""
    loan = Loan("2026-0001", "c", "l", START.date(), START.date() + timedelta(days=length), state, ("t1", "t2"), reserved_at=START)
    text = calendar_text([loan, replace(loan, id="2026-0002")], {"c": Case("c", case)}, {"l": Library("l", town, town)}, "i", START)
    calendar = strict_icalendar.read(text.encode())
    assert [event.name for event in calendar.inside] == ["VEVENT", "VEVENT"]
    event = calendar.inside[0]
    assert strict_icalendar.day_of(event, "DTEND") - strict_icalendar.day_of(event, "DTSTART") == timedelta(days=length + 1)
    assert bool(event.inside) is (state is LoanState.RESERVED)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("DTSTAMP:", "X-OTHER:"), ("STATUS:TENTATIVE", "STATUS:MAYBE"), ("\r\n", "\n"), ("SEQUENCE:0", "SEQUENCE:0\r\nSEQUENCE:1")],
)
def test_the_strict_reader_is_strict(wrong: str, right: str) -> None:
    """It refuses what it should refuse."""
    loan = Loan("2026-0001", "c", "l", START.date(), START.date(), LoanState.RESERVED, ("t1",), reserved_at=START)
    text = calendar_text([loan], {"c": Case("c", "Valise 3")}, {"l": Library("l", "Allos", "Allos")}, "i", START)
    assert wrong in text
    with pytest.raises(ValueError, match=r"."):
        strict_icalendar.read(text.replace(wrong, right).encode())
