"""The library network as its patrons see it: branches, rubrics, selections, agenda.

Guarantees: frozen values, standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Branch:
    """One library. `department` is "04" or "05"; `code` is what items name it by."""

    code: str
    name: str
    town: str = ""
    department: str = "04"
    latitude: float | None = None
    longitude: float | None = None
    opening: str = ""  # "mer. 14 h-18 h · sam. 10 h-12 h"
    entitled: bool = True  # its patrons may use the online platforms


@dataclass(frozen=True, slots=True)
class Rubric:
    """A coloured door of the home screen: a saved search. `icon` is a Material Design Icons name, `colour` a theme token."""

    id: str
    label: str
    icon: str
    colour: str
    words: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    department: str = ""  # empty: both


@dataclass(frozen=True, slots=True)
class Selection:
    """A list of records chosen and introduced by a librarian."""

    id: str
    title: str
    record_ids: tuple[str, ...]
    introduction: str = ""
    by: str = ""
    date: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A workshop or a meeting in a branch; `starts` and `ends` are ISO 8601 local times."""

    id: str
    title: str
    starts: str
    ends: str = ""
    branch: str = ""
    place: str = ""
    audience: str = ""
    description: str = ""
    seats: int | None = None
    record_ids: tuple[str, ...] = ()
