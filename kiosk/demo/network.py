"""The network of the demonstration: libraries, doors of the home screen, selections, agenda.

Guarantees: every record named by a selection or an event is one of the catalogue's; the agenda starts in the week of
`today`, whatever the day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kiosk.demo import files
from kiosk.demo.works import record_id
from kiosk.domain import Branch, Event, Rubric, Selection


def branches() -> tuple[Branch, ...]:
    """Return the libraries, those that hold most first."""
    return tuple(
        Branch(
            code=row["code"],
            name=row["name"],
            town=row["town"],
            department=row["department"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            opening=row["opening"],
            entitled=row.get("entitled", True),
        )
        for row in files.table("branches")["branch"]
    )


def rubrics() -> tuple[Rubric, ...]:
    """Return the doors of the home screen, in the order they are shown."""
    return tuple(
        Rubric(
            id=row["id"],
            label=row["label"],
            icon=row["icon"],
            colour=row["colour"],
            words=row.get("words", ""),
            facets={name: tuple(values) for name, values in row.get("facets", {}).items()},
            department=row.get("department", ""),
        )
        for row in files.table("rubrics")["rubric"]
    )


def selections(today: date) -> tuple[Selection, ...]:
    """Return the librarians' selections."""
    return tuple(
        Selection(
            id=row["id"],
            title=row["title"],
            record_ids=tuple(_record(work) for work in row["works"]),
            introduction=row["introduction"],
            by=row["by"],
            date=(today - timedelta(days=row["age"])).isoformat(),
            department=row.get("department", ""),
        )
        for row in files.table("selections")["selection"]
    )


def events(today: date) -> tuple[Event, ...]:
    """Return the agenda, soonest first; what would be over before `today` comes four weeks later."""
    codes = {row["town"]: row["code"] for row in files.table("branches")["branch"]}
    found = []
    for row in files.table("events")["event"]:
        day = today - timedelta(days=today.weekday()) + timedelta(days=row["day"])
        if day < today:
            day += timedelta(days=28)
        starts = datetime.combine(day, time.fromisoformat(row["hour"]))
        found.append(
            Event(
                id=row["id"],
                title=row["title"],
                starts=starts.isoformat(timespec="minutes"),
                ends=(starts + timedelta(minutes=row["minutes"])).isoformat(timespec="minutes"),
                branch=codes[row["town"]],
                place=row["town"],
                audience=row["audience"],
                description=row["description"],
                seats=row.get("seats"),
                record_ids=tuple(_record(work) for work in row.get("works", ())),
            )
        )
    return tuple(sorted(found, key=lambda event: (event.starts, event.id)))


def _record(work: str) -> str:
    name, _, kind = work.partition("/")
    return record_id(name, kind)
