"""Guarantees: a page holds what fits and no more; page after page holds every word of the chapter once, in order; no word is cut.

Pure: widths come from a function, so that it runs without a screen. Text stands at the left, is never justified, never hyphenated.
A place is (passage, word): the first word of a page; it stays the same when the settings change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from mediation_apps.runtime.epub.book import HEADING, ITEM, PICTURE, QUOTE, RULE, VERSE, Chapter, Passage

Place: TypeAlias = tuple[int, int]
Widths: TypeAlias = Callable[[str, bool, bool, float], int]  # word, bold, italic, scale → pixels


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a passage: what stands between two places where a line may end."""

    text: str
    bold: bool
    italic: bool
    space: bool  # whether a space follows
    note: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The page in pixels: its room, a line's height, the space added between words and letters."""

    width: int
    height: int
    line: int
    space: int  # an ordinary space, with what is added between words
    letter: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A word on the page, counted from the left upper corner; `index` is its number in the passage."""

    x: int
    width: int
    word: Word
    index: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line: from `top`, `height` pixels; or a picture in that room."""

    top: int
    height: int
    words: tuple[Placed, ...]
    passage: int
    scale: float = 1.0
    picture: Passage | None = None
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What one page holds, and where the next begins (None at the end of the chapter)."""

    lines: tuple[Line, ...]
    begins: Place
    next: Place | None


@lru_cache(maxsize=4_000)
def words_of(passage: Passage) -> tuple[Word, ...]:
    """Cut a passage where lines may end: after spaces and hyphens, never at a no-break space."""
    found: list[Word] = []
    for run in passage.runs:
        start = 0
        for at, sign in enumerate(run.text):
            if sign == " ":
                if at > start:
                    found.append(Word(run.text[start:at], run.bold, run.italic, True, run.note))
                elif found and not found[-1].space:
                    found[-1] = Word(found[-1].text, found[-1].bold, found[-1].italic, True, found[-1].note)
                start = at + 1
            elif sign == "-" and at + 1 < len(run.text) and at > start:
                found.append(Word(run.text[start : at + 1], run.bold, run.italic, False, run.note))
                start = at + 1
        if start < len(run.text):
            found.append(Word(run.text[start:], run.bold, run.italic, False, run.note))
    return tuple(found)


class Setter:
    """Lays one chapter out."""

    def __init__(self, chapter: Chapter, frame: Frame, widths: Widths) -> None:
        self._passages, self._frame, self._widths = chapter.passages, frame, widths

    def page(self, place: Place) -> Page:
        """The page that begins at a place."""
        lines: list[Line] = []
        top, (number, word) = 0, place
        while number < len(self._passages):
            gap = self._gap(number, word) if lines else 0
            added, rest = self._passage(number, word, top + gap)
            if not added and rest is not None and not lines:
                added, rest = self._forced(number, word)
            lines += added
            top = added[-1].top + added[-1].height if added else top
            if rest is not None:
                return self._ended(lines, place, (number, rest))
            number, word = number + 1, 0
        return Page(tuple(lines), place, None)

    def back(self, place: Place) -> Place:
        """Where the page before a place begins, from the beginning of its chapter."""
        at: Place = (0, 0)
        while True:
            after = self.page(at).next
            if after is None or after >= place:
                return at
            at = after

    def _ended(self, lines: list[Line], begins: Place, rest: Place) -> Page:
        """A heading alone at the foot goes over to the next page."""
        while len(lines) > 1 and self._passages[lines[-1].passage].kind == HEADING and rest[1] == 0:
            heading = lines[-1].passage
            kept = [line for line in lines if line.passage != heading]
            if not kept:
                break
            lines, rest = kept, (heading, 0)
        return Page(tuple(lines), begins, rest)

    def _gap(self, number: int, word: int) -> int:
        if word:
            return 0
        here, before = self._passages[number].kind, self._passages[number - 1].kind
        if here == VERSE and before == VERSE:
            return 0
        return round(self._frame.line * (0.9 if here == HEADING else 0.35 if here == ITEM == before else 0.55))

    def _passage(self, number: int, start: int, top: int) -> tuple[list[Line], int | None]:
        """Lines of a passage from a word on, and the word at which the page ended (None: all of it is there)."""
        passage, frame = self._passages[number], self._frame
        if passage.kind == PICTURE and passage.picture:
            tall = min(round(frame.height * 0.9), round(passage.height * min(1.0, frame.width / passage.width)))
            room = frame.height - top
            tall = room if tall > room > frame.height * 0.45 else tall  # smaller rather than away from its words
            return ([Line(top, tall, (), number, picture=passage)], None) if top + tall <= frame.height else ([], 0)
        if passage.kind == RULE or not passage.plain:
            tall = frame.line if passage.kind == RULE else frame.line // 2
            return ([Line(top, tall, (), number, rule=passage.kind == RULE)], None) if top + tall <= frame.height else ([], 0)
        scale = 1.3 if passage.kind == HEADING and passage.level <= 2 else 1.15 if passage.kind == HEADING else 1.0
        words, at = words_of(passage), start
        lines: list[Line] = []
        tall = round(frame.line * scale)
        while at < len(words):
            if top + tall > frame.height:
                return lines, at
            row = self._row(passage, words, at, scale)
            lines.append(Line(top, tall, row, number, scale))
            top, at = top + tall, row[-1].index + 1
        return lines, None

    def _forced(self, number: int, word: int) -> tuple[list[Line], int | None]:
        """A page so small that not one line fits still shows one: reading always goes on."""
        passage = self._passages[number]
        row = self._row(passage, words_of(passage), word, 1.0) if not passage.picture else ()
        if not row or passage.kind == RULE:
            return [Line(0, self._frame.height, (), number, picture=passage if passage.picture else None, rule=passage.kind == RULE)], None
        after = row[-1].index + 1
        line = Line(0, self._frame.line, row, number)
        return [line], after if after < len(words_of(self._passages[number])) else None

    def _row(self, passage: Passage, words: tuple[Word, ...], at: int, scale: float) -> tuple[Placed, ...]:
        frame = self._frame
        indent = 2 * frame.space if passage.kind in (QUOTE, ITEM) or (passage.kind == VERSE and at) else 0
        row: list[Placed] = []
        x = 2 * indent if passage.kind == VERSE else indent
        while at < len(words):
            wides = [self._widths(word.text, word.bold or passage.kind == HEADING, word.italic, scale) for word in _joined(words, at)]
            if row and x + sum(wides) > frame.width:
                break
            for wide in wides:
                if row and x + wide > frame.width:  # joined, they are longer than a line
                    return tuple(row)
                row.append(Placed(x, wide, words[at], at))
                x += wide + (round(frame.space * scale) if words[at].space else 0)
                at += 1
        return tuple(row)


def _joined(words: tuple[Word, ...], at: int) -> tuple[Word, ...]:
    """Words from `at` on between which no line may end: "l’" and its noun, a noun and the number of its note, its comma."""
    end = at
    while end + 1 < len(words) and not words[end].space and not words[end].text.endswith("-"):
        end += 1
    return words[at : end + 1]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of words to be read aloud together: those of one passage, `first` to `last`."""

    passage: int
    first: int
    last: int
    text: str


def phrases(page: Page, longest: int = 220) -> tuple[Phrase, ...]:
    """The sentences of a page, in order; a very long one is cut at a comma, or at last between words."""
    found: list[Phrase] = []
    held: list[Placed] = []

    def flush(passage: int) -> None:
        if held:
            text = "".join(("" if placed.word.note else placed.word.text) + (" " if placed.word.space else "") for placed in held).strip()
            found.append(Phrase(passage, held[0].index, held[-1].index, text))
            held.clear()

    for line, after in zip(page.lines, (*page.lines[1:], None), strict=False):
        for placed in line.words:
            held.append(placed)
            length = sum(len(one.word.text) + 1 for one in held)
            bare = placed.word.text.rstrip('»”"’)]\u00a0\u202f')
            if bare.endswith((".", "!", "?", "…")) or (length > longest // 2 and bare.endswith((",", ";", ":"))) or length > longest:
                flush(line.passage)
        if after is None or after.passage != line.passage:
            flush(line.passage)
    return tuple(found)
