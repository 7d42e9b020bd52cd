"""What a query asks for, as terms: every engine matches the same `Plan`, so hit sets are equal by construction of the question.

A `Plan` is a conjunction of clauses; a clause holds when one of its alternatives does; an alternative is a tuple of
terms that must all be present. Function words never decide what is found unless there is nothing else ("La", "Un").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kiosk.search import analysis, numerals
from kiosk.search.synonyms import MAX_WORDS, SYNONYMS, Table

Alternative = tuple["Term", ...]
READ = 4096  # words and clauses remembered: who goes on typing has typed all but the last before


class Term(NamedTuple):
    """One term; with `prefix`, every term that starts with it. Terms and clauses are looked up some ten times a question."""

    text: str
    prefix: bool = False


class Clause(NamedTuple):
    """One word of the query (or several that mean one thing) and the ways in which a record can satisfy it."""

    word: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`required` decides what is found; `exact` are forms that only weigh in the order; `title_key` is compared with titles."""

    required: tuple[Clause, ...]
    exact: tuple[str, ...] = ()
    title_key: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to match: every record is a hit."""
        return not self.required


class _Group(NamedTuple):
    """Words that mean one thing, and what else says the same."""

    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    """What is known of a word typed, whatever stands beside it."""

    text: str  # its elision cut off; "" when nothing is left
    folded: str
    parts: tuple[str, ...]  # folded and clean
    stems: tuple[str, ...]
    function: bool  # decides nothing, unless there is nothing else
    counts: bool  # begins a number spelled out, perhaps
    exact: tuple[str, ...]  # its forms with accents
    filed: tuple[str, ...]  # what a title says for it


def plan(query: str, synonyms: Table = SYNONYMS) -> Plan:
    """Read what a person typed. Every string gives a plan; long ones are cut."""
    text = query[: analysis.MAX_QUERY_CHARS]
    left, numbers = analysis.numbers_in(text)
    typed = list(analysis.words(left))
    read = list(map(_token, typed))
    tokens = [t for t in read if t.text][: analysis.MAX_QUERY_WORDS]
    unfinished = bool(tokens) and not numbers and text[-1:].isalnum()
    clauses = [Clause(n, ((Term(n),),)) for n in numbers]
    announces = [numerals.designates(t.folded, following.folded) for t, following in pairwise(tokens)]
    announces.append(False)
    content = [i for i, t in enumerate(tokens) if not t.function and not announces[i]]
    numbered = [i > 0 and announces[i - 1] and tokens[i].text[:1].isalnum() for i in content]
    groups = _grouped([tokens[i] for i in content], numbered, synonyms)
    if groups or clauses:
        for i, group in enumerate(groups):
            clauses.append(_clause(group, unfinished and i == len(groups) - 1 and group.words[-1] == tokens[-1].text))
    else:
        clauses = [_function_clause(t.text, unfinished and i == len(tokens) - 1) for i, t in enumerate(tokens)]
    return Plan(tuple(c for c in clauses if c.alternatives), _exact(tokens), _title_key(typed, read))


@lru_cache(maxsize=READ)
def _token(word: str) -> _Token:
    """Read one word, of those `analysis.words` gives."""
    text = analysis.split_elision(word)
    parts = _folded_parts(text)
    stems = tuple(analysis.stem(p) for p in parts if p not in analysis.STOP)
    exact: list[str] = []
    if text == "the" or not text.isascii():
        forms = (f for p in analysis.parts_of(text) for f in analysis.forms(p)[-1:])
        exact = ["thé" if f == "=the" else f for f in forms if f == "=the" or not f.isascii()]
    counts = bool(parts) and numerals.value(parts[:1]) >= 0
    return _Token(text, analysis.fold(text), parts, stems, _function_word(text), counts, tuple(exact), _folded_parts(word))


def _exact(tokens: Sequence[_Token]) -> tuple[str, ...]:
    """Return the forms with accents; an English "the" may be a French "thé", typed without."""
    return tuple(dict.fromkeys(f for t in tokens if t.exact for f in t.exact))


def _title_key(typed: Sequence[str], read: Sequence[_Token]) -> str:
    """Return what `analysis.title_key` does, from words that were read."""
    filed = [p for t in read for p in t.filed]
    return analysis.without_article(filed, next((p for w in typed for p in analysis.parts_of(w)), ""))


def _function_word(token: str) -> bool:
    """Say whether a token decides nothing: an article, what is left of an elision."""
    return token in analysis.STOP or token in analysis.LETTERS


def _grouped(tokens: Sequence[_Token], numbered: Sequence[bool], synonyms: Table) -> list[_Group]:
    """Group words that together are a number or have a synonym: [bande, dessinée, corse] → [[bande, dessinée], [corse]].

    `numbered` says which follow "tome" or the like: their number is not written out.
    """
    groups: list[_Group] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        size, others = _number([t.parts for t in tokens], i) if token.counts else (1, ())
        if not others:
            for n in range(min(MAX_WORDS, len(tokens) - i), 0, -1):
                key = token.stems if n == 1 else tuple(s for t in tokens[i : i + n] for s in t.stems)
                if key in synonyms:
                    size, others = n, synonyms[key]
                    break
            if size == 1 and len(token.parts) == 1:
                others += numerals.readings(token.parts[0], first=i == 0 and not numbered[i], spelled_out=not numbered[i])
        groups.append(_Group(tuple(t.text for t in tokens[i : i + size]), others))
        i += size
    return groups


@lru_cache(maxsize=READ)
def _folded_parts(token: str) -> tuple[str, ...]:
    return tuple(analysis.clean(analysis.fold(p)) for p in analysis.parts_of(token))


def _number(folded: Sequence[Sequence[str]], start: int) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Return how many tokens from `start` spell one number, hyphens or not, and its other readings."""
    words: list[str] = []
    ends = {}
    for size, parts in enumerate(folded[start:], 1):
        if not parts or any(numerals.value([p]) < 0 and p not in ("et", "vingts", "cents") for p in parts):
            break
        words += [p for p in parts if p != "et"]
        ends[len(words)] = size
    while words:
        size, others = numerals.run(words)
        if size == 1:
            break
        if size in ends:
            return ends[size], others
        words = words[: size - 1]
    return 1, ()


@lru_cache(maxsize=READ)
def _clause(group: _Group, prefix: bool) -> Clause:
    alternatives: list[Alternative] = [tuple(dict.fromkeys(t for w in group.words for t in _word_terms(w)))]
    if len(group.words) == 1:
        alternatives += _one_word(group.words[0], prefix)
    alternatives += [tuple(map(Term, other)) for other in group.others]
    return Clause(" ".join(group.words), tuple(dict.fromkeys(a for a in alternatives if a)))


@lru_cache(maxsize=READ)
def _one_word(word: str, prefix: bool) -> tuple[Alternative, ...]:
    """Return the other ways to have a word: in one piece, unfinished, with its elision written out."""
    parts = analysis.parts_of(word)
    joined = "".join(parts)
    found: list[Alternative] = []
    if len(parts) > 1:
        found += [(Term(f),) for f in analysis.forms(joined)[:1]]
        if prefix and joined.isdecimal():
            found.append((Term(joined, prefix=True),))
    elif elided := analysis.elided(word):
        found.append((Term(elided, prefix),))
    if prefix and parts:
        folded = analysis.clean(analysis.fold(parts[-1]))[: analysis.MAX_TERM_CHARS]
        if folded:
            before = [t for p in parts[:-1][: analysis.MAX_QUERY_WORDS] if not _function_word(p) for t in _word_terms(p)]
            found.append((*dict.fromkeys(before), Term(folded, prefix=True)))
    return tuple(found)


@lru_cache(maxsize=READ)
def _word_terms(word: str) -> Alternative:
    """Return the stem of each part of a word that carries meaning."""
    parts = analysis.parts_of(word)
    kept = [p for p in parts if not _function_word(p)] or parts
    return tuple(dict.fromkeys(Term(f) for p in kept[: analysis.MAX_QUERY_WORDS] for f in analysis.forms(p)[:1]))


def _function_clause(token: str, prefix: bool) -> Clause:
    folded = analysis.clean(analysis.fold(token))
    alternatives: list[Alternative] = [(Term("=" + folded),), (Term(folded, prefix=prefix),)]
    return Clause(token, tuple(alternatives))
