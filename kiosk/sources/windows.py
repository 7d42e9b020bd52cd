"""Spans of dates for selective harvesting, and the arithmetic of OAI-PMH datestamps.

Guarantees: pure; spans touch at their ends (both ends are inclusive in OAI-PMH), so that nothing falls between two.
Source: OAI-PMH 2.0, sections 3.3 and 2.7.1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = "YYYY-MM-DD"
SECOND = "YYYY-MM-DDThh:mm:ssZ"
OVERLAP = {DAY: timedelta(days=1), SECOND: timedelta(hours=1)}  # clocks of servers are wrong, and indexes lag behind


@dataclass(frozen=True, slots=True)
class Window:
    """From one datestamp to another, both included; an empty end is open."""

    start: str = ""
    end: str = ""


def moment(text: str) -> datetime | None:
    """Read a datestamp of either granularity."""
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def stamp(when: datetime, granularity: str) -> str:
    """Write a datestamp as a server wants it."""
    plain = when.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return plain.date().isoformat() if granularity == DAY else f"{plain.isoformat()}Z"


def following(response_date: str, granularity: str) -> Window:
    """Return the window of the next harvest: from the date of the last one's first answer, a little earlier."""
    when = moment(response_date)
    return Window() if when is None else Window(stamp(when - OVERLAP[granularity], granularity))


def halves(window: Window, earliest: str, latest: str, granularity: str) -> tuple[Window, ...]:
    """Cut a window in two, taking `earliest` and `latest` for open ends; the window itself when it cannot be cut."""
    start, end = moment(window.start or earliest), moment(window.end or latest)
    least = timedelta(days=1) if granularity == DAY else timedelta(minutes=1)
    if start is None or end is None or end - start < 2 * least:
        return (window,)
    middle = stamp(start + (end - start) / 2, granularity)
    return Window(stamp(start, granularity), middle), Window(middle, window.end)


def dump(windows: list[Window]) -> str:
    """Write windows for the state of a harvest."""
    return json.dumps([[w.start, w.end] for w in windows]) if windows else ""


def load(text: str) -> list[Window]:
    """Read what `dump` wrote; nothing when it is not that."""
    try:
        return [Window(str(start), str(end)) for start, end in json.loads(text or "[]")]
    except (ValueError, TypeError):
        return []
