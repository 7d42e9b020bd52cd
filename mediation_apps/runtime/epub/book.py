"""Guarantees: a book is frozen values that hold words, weights and pictures' names and nothing that runs; nothing here reads a file."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADING, PARAGRAPH, VERSE, ITEM, QUOTE, PICTURE, RULE = "heading", "paragraph", "verse", "item", "quote", "picture", "rule"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one weight; `note` names the note that they call."""

    text: str
    bold: bool = False
    italic: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One heading, paragraph, line of verse, item, quote; or a picture with its size in pixels and its words."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    picture: str = ""
    width: int = 0
    height: int = 0

    @property
    def plain(self) -> str:
        """The words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One document of the book's spine."""

    file: str
    passages: tuple[Passage, ...]

    @property
    def title(self) -> str:
        """Its first heading."""
        return next((passage.plain for passage in self.passages if passage.kind == HEADING), "")

    @property
    def length(self) -> int:
        """Characters."""
        return sum(len(passage.plain) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A line of the table of contents and where it leads."""

    title: str
    depth: int
    chapter: int
    passage: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """A book. `notes` are texts by the name that runs call them by; `files` are its pictures."""

    title: str
    author: str
    language: str
    chapters: tuple[Chapter, ...]
    contents: tuple[TocEntry, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def note(self, name: str) -> str:
        """The text of a note, or nothing."""
        return next((text for known, text in self.notes if known == name), "")
