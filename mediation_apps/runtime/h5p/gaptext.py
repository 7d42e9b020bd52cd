"""Guarantees: the asterisk notations of H5P are read as the official types read them, each with its own escapes.

| type | notation |
|---|---|
| Blanks 1.14 | `*a/b:tip*`, `:` parts first, then `/`; entities decoded; an asterisk without its pair is text |
| DragText 1.10 | `*word:tip\\+right\\-wrong*`, no alternatives |
| MarkTheWords 1.11 | `*word*` in one piece; `**` is an asterisk; punctuation around a word does not belong to it |
"""

from __future__ import annotations

import html
import re

from mediation_apps.runtime.model import Gap, GapLine, Piece
from mediation_apps.runtime.richtext import RichText, from_html, strip_html

_FIRST_MARK = 0xF0000  # private plane: stands for a gap while the HTML around it is read
_MARKS = re.compile("([\U000f0000-\U000ffffd])")
_DRAG = re.compile(r"\*(.*?)\*", re.DOTALL)
_DRAG_TIP = re.compile(r"(?<!\\):((?:(?!\\[+-]).)+)", re.DOTALL)
_DRAG_RIGHT = re.compile(r"\\\+((?:(?!\\[+-]|:).)+)", re.DOTALL)
_DRAG_WRONG = re.compile(r"\\-((?:(?!\\[+-]|:).)+)", re.DOTALL)
_BEFORE = re.compile(r"^[\[({⟨¿¡“\"«„]+")
_AFTER = re.compile(r"[\",….:;?!\])}⟩»”]+$")


def blanks(questions: list[str]) -> tuple[GapLine, ...]:
    """The lines of a Blanks, each a row of words and gaps."""
    lines: list[GapLine] = []
    for question in questions:
        gaps: list[Gap] = []
        parts = _MARKS.sub("", question).split("*")
        if len(parts) % 2 == 0:  # the last asterisk has no pair
            parts[-2:] = [f"{parts[-2]}*{parts[-1]}"]
        marked = ""
        for index, part in enumerate(parts):
            if index % 2 and len(gaps) < 4000:
                marked += chr(_FIRST_MARK + len(gaps))
                gaps.append(_blank(part))
            else:
                marked += part
        lines.extend(_lines(from_html(marked).text, gaps))
    return tuple(lines)


def _blank(raw: str) -> Gap:
    solution, colon, tip = raw.partition(":")
    solutions = (strip_html(part) if "<" in part else html.unescape(part).replace("\xa0", " ").strip() for part in solution.split("/"))
    return Gap(tuple(solutions), strip_html(tip) if colon else "")


def _lines(text: RichText, gaps: list[Gap]) -> list[GapLine]:
    found: list[GapLine] = []
    for block in text.blocks:
        parts = (part for part in _MARKS.split(block.plain) if part)
        found.append(tuple(gaps[ord(part) - _FIRST_MARK] if _MARKS.fullmatch(part) else part for part in parts))
    return found


def drag_text(source: str) -> tuple[GapLine, ...]:
    """The lines of a DragText."""
    gaps: list[Gap] = []

    def keep(found: re.Match[str]) -> str:
        gaps.append(_drag_gap(found[1]))
        return chr(_FIRST_MARK + len(gaps) - 1)

    marked = _DRAG.sub(keep, html.unescape(_MARKS.sub("", source))[:60_000])
    lines = ([part for part in _MARKS.split(strip_html(line) if "<" in line else line) if part] for line in marked.splitlines())
    return tuple(tuple(gaps[ord(part) - _FIRST_MARK] if _MARKS.fullmatch(part) else part for part in line) for line in lines if line)


def distractors(source: str) -> tuple[str, ...]:
    """The words of a DragText that fit nowhere."""
    return tuple(_drag_gap(found[1]).solutions[0] for found in _DRAG.finditer(html.unescape(source)))


def _drag_gap(raw: str) -> Gap:
    tip = _DRAG_TIP.search(raw)
    right = _DRAG_RIGHT.search(raw)
    wrong = _DRAG_WRONG.search(raw)
    starts = [found.start() for found in (tip, right, wrong) if found]
    word = " ".join(raw[: min(starts, default=len(raw))].split())
    said = (" ".join(found[1].split()) if found else "" for found in (tip, right, wrong))
    return Gap((word,), *said)


def mark_the_words(source: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of a MarkTheWords, word by word."""
    return tuple(tuple(_word(entry) for entry in block.plain.split()) for block in from_html(source).text.blocks)


def _word(entry: str) -> Piece:
    found = _BEFORE.search(entry)
    before = found[0] if found else ""
    found = _AFTER.search(entry[len(before) :])
    after = found[0] if found else ""
    word = entry[len(before) : len(entry) - len(after)]
    if not word:
        return Piece("", fixed=True, before=entry)
    bare = word.replace("**", "")
    if len(bare) > 2 and bare.startswith("*") and bare.endswith("*"):
        return Piece(_unescape(word[1:-1]), True, before=before, after=after)
    if len(bare) > 2 and bare.startswith("*") and bare[-2] == "*":  # punctuation the list above does not know
        return Piece(_unescape(word[1:-2]), True, before=before, after=word[-1] + after)
    return Piece(word.replace("**", "*"), before=before, after=after)


def _unescape(word: str) -> str:
    return word.replace("**", "\0").replace("*", "").replace("\0", "*")
