"""Guarantees: activities in which something is made (a rhythm, …) are frozen values like all others; what a person does is in `play/`."""

from __future__ import annotations

from dataclasses import dataclass

from mediation_apps.runtime.common import Common, Media
from mediation_apps.runtime.sound.pattern import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat(Common):
    """Eight steps by up to four lanes, and pads for live fingers. With a `goal`, the rhythm heard is to be built again."""

    start: Pattern
    pads: tuple[str, ...] = ()  # voices under the fingers
    palette: tuple[str, ...] = ()  # voices that a lane can be given; none: lanes keep theirs
    goal: Pattern | None = None
    grid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Common):
    """Books to read, with the settings this page is about (`controls`). Without a control it is the card of one's settings."""

    books: tuple[Media, ...]  # `alt` is the title
    controls: tuple[str, ...] = ()
    aloud: bool = True
    own: bool = False  # a book from a stick may be opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(Common):
    """Cards to lay for a robot on a mat, on the screen or with a scanner; then on the real robot. Cells as in `Predict`."""

    columns: int
    rows: int
    start: tuple[int, int]
    heading: str
    walls: frozenset[tuple[int, int]] = frozenset()
    goal: tuple[int, int] | None = None
    most: int = 12  # cards
