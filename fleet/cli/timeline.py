"""The coming weeks of loans as lines of text, a line a case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from fleet.calendar import Phase, busy_until, phase
from fleet.i18n import _
from fleet.model import Case, Loan, LoanState

LONGEST = 8 * 7  # days
NAME = 16  # columns for a case's name
DAY = 3  # columns for a day


def timeline(cases: Sequence[Case], loans: Sequence[Loan], towns: Mapping[str, str], today: date, room: int) -> Iterable[tuple[str, str]]:
    """Lines with their style: two of dates, then one a case; `room` is the width of the terminal in columns."""
    days = [today + timedelta(days=i) for i in range(max(7, min(LONGEST, (room - NAME) // DAY)))]
    yield " " * NAME + "".join("lmmjvsd"[d.weekday()].rjust(DAY) for d in days), "mute"
    yield " " * NAME + "".join(str(d.day).rjust(DAY) for d in days), "mute"
    for case in cases:
        mine = sorted((loan for loan in loans if loan.case_id == case.id), key=lambda x: x.starts)
        line = [" "] * (len(days) * DAY)
        for loan in mine:
            _draw(line, loan, towns[loan.library_id], days[0], today)
        late = any(phase(loan, today) is Phase.LATE for loan in mine)
        yield (case.name[: NAME - 1].ljust(NAME) + "".join(line)).rstrip(), "warn" if late else ""
    yield "", ""
    yield _("█ sorti   ▒ réservé   ! en retard"), "mute"


def _draw(line: list[str], loan: Loan, town: str, first: date, today: date) -> None:
    """A bar over the days the case is away, with the town's name on it when there is room."""
    start = max(0, (loan.starts - first).days) * DAY
    end = min(len(line), max(start + DAY, (busy_until(loan, today) - first).days * DAY))
    if start >= len(line) or end <= 0:
        return
    bar = list(("█" if loan.state is LoanState.OUT else "▒") * (end - start - 1))
    label = f" {town} "[: max(0, len(bar) - 2)]
    if len(label) > 3:
        bar[1 : 1 + len(label)] = label
    if phase(loan, today) is Phase.LATE and bar:
        bar[-1] = "!"
    line[start : start + len(bar)] = bar
