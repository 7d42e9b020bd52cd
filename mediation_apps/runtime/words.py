"""Guarantees: two answers a person would call the same compare equal, and a sentence too hard to read is found with its words counted.

`'` and `’`, plain and no-break spaces, composed and decomposed accents are equal; accents themselves stay as the author set them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

EASY_WORDS = 12  # words a sentence: FALC rules (Inclusion Europe, "Information for all"), A15
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "‑": "-", "–": "-"})
_SPACES = re.compile(r"\s+")
_SENTENCES = re.compile(r"[.!?…]+(?=\s|$)|\n")
_WORDS = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")


def normal(text: str, case_sensitive: bool = False) -> str:
    """Fold what a keyboard, not a person, decides: apostrophes, dashes, spaces, composition; and case unless it matters."""
    folded = _SPACES.sub(" ", unicodedata.normalize("NFC", text).translate(_APOSTROPHES)).strip()
    return folded if case_sensitive else folded.lower()


def matches(answer: str, solution: str, *, case_sensitive: bool, spelling: bool = False) -> bool:
    """Whether a typed answer is this solution; `spelling` forgives one slip above 3 letters, two above 9 (H5P.Blanks 1.14)."""
    given, wanted = normal(answer, case_sensitive), normal(solution, case_sensitive)
    if given == wanted:
        return True
    slips = 2 if len(wanted) > 9 else 1 if len(wanted) > 3 else 0
    return spelling and slips > 0 and distance(given, wanted, slips) <= slips


def distance(left: str, right: str, enough: int = 64) -> int:
    """Edits between two words, a swap of neighbours counting as one (optimal string alignment); stops caring above `enough`."""
    if abs(len(left) - len(right)) > enough:
        return enough + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        here = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, here[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            here.append(cost)
        before, row = row, here
    return row[-1]


_HIGH = re.compile(r"[ \u00a0\u202f](?=[;!?](?:\W|$))")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|€|°C?|h|min|s|g|kg|cm|m|km)(?!\w))")
_COLON = re.compile(r"[ \u00a0](?=:(?:\s|$))|(?<=«)[ \u202f]|[ \u202f](?=»)")


def typography(text: str) -> str:
    """No line begins with a closing sign or a unit: the spaces of French before ; ! ? : » and after « do not break, nor does the one
    between a number and its unit, "10 h" (Imprimerie nationale)."""
    return _UNIT.sub("\u00a0", _COLON.sub("\u00a0", _HIGH.sub("\u202f", text)))


@dataclass(frozen=True, slots=True)
class HardSentence:
    """A sentence over the easy-language limit."""

    text: str
    words: int


def hard_sentences(text: str, limit: int = EASY_WORDS) -> tuple[HardSentence, ...]:
    """Sentences with more than `limit` words, in order; elided articles (l’, d’, qu’) count with their word."""
    sentences = (" ".join(part.split()) for part in _SENTENCES.split(text))
    counted = (HardSentence(sentence, len(_WORDS.findall(sentence))) for sentence in sentences if sentence)
    return tuple(found for found in counted if found.words > limit)
