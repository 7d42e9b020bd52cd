"""Guarantees: what every activity carries, as frozen values; nothing here draws, reads a file or keeps time."""

from __future__ import annotations

from dataclasses import dataclass

from mediation_apps.runtime.richtext import NOTHING, RichText


@dataclass(frozen=True, slots=True)
class Media:
    """A file of the pack: `path` relative to its root."""

    path: str
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackRange:
    """What to say for a score between two percentages, both included (H5P `overallFeedback`)."""

    lowest: int
    highest: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every activity carries."""

    title: str = ""
    instruction: RichText = NOTHING
    media: Media | None = None
    feedback: tuple[FeedbackRange, ...] = ()
    retry: bool = True
    solution: bool = True
    records: tuple[str, ...] = ()  # catalogue records to open: "pour aller plus loin"
