"""What a query asks for, as terms: every engine matches the same `Plan`, so hit sets are equal by construction of the question.

A `Plan` is a conjunction of clauses; a clause holds when one of its alternatives does; an alternative is a tuple of
terms that must all be present. Function words never decide what is found unless there is nothing else ("La", "Un").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kiosk.search import analysis, numerals
from kiosk.search.synonyms import MAX_WORDS, SYNONYMS, Table

Alternative = tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One term; with `prefix`, every term that starts with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
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


@dataclass(frozen=True, slots=True)
class _Group:
    """Words that mean one thing, and what else says the same."""

    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...] = ()


def plan(query: str, synonyms: Table = SYNONYMS) -> Plan:
    """Read what a person typed. Every string gives a plan; long ones are cut."""
    text = query[: analysis.MAX_QUERY_CHARS]
    left, numbers = analysis.numbers_in(text)
    tokens = [w for w in map(analysis.split_elision, analysis.words(left)) if w][: analysis.MAX_QUERY_WORDS]
    unfinished = bool(tokens) and not numbers and text[-1:].isalnum()
    clauses = [Clause(n, ((Term(n),),)) for n in numbers]
    content = [i for i, t in enumerate(tokens) if not _function_word(t, tokens[i + 1 : i + 2])]
    numbered = [i > 0 and tokens[i][:1].isalnum() and numerals.designates(_folded(tokens[i - 1]), _folded(tokens[i])) for i in content]
    groups = _grouped([tokens[i] for i in content], numbered, synonyms)
    if groups or clauses:
        for i, group in enumerate(groups):
            clauses.append(_clause(group, prefix=unfinished and i == len(groups) - 1 and group.words[-1] == tokens[-1]))
    else:
        clauses = [_function_clause(t, unfinished and i == len(tokens) - 1) for i, t in enumerate(tokens)]
    return Plan(tuple(c for c in clauses if c.alternatives), _exact(tokens), analysis.title_key(left))


def _exact(tokens: Sequence[str]) -> tuple[str, ...]:
    """Return the forms with accents; an English "the" may be a French "thé", typed without."""
    accented = [t for t in tokens if t == "the" or not t.isascii()]
    if not accented:
        return ()
    forms = (f for t in accented for p in analysis.parts_of(t) for f in analysis.forms(p)[-1:])
    return tuple(dict.fromkeys("thé" if f == "=the" else f for f in forms if f == "=the" or not f.isascii()))


def _function_word(token: str, following: Sequence[str] = ()) -> bool:
    """Say whether a token decides nothing: an article, what is left of an elision, "tome" before its number."""
    if token in analysis.STOP or token in analysis.LETTERS:
        return True
    return bool(following) and numerals.designates(_folded(token), _folded(following[0]))


@lru_cache(maxsize=4096)
def _folded(token: str) -> str:
    return analysis.fold(token)


def _grouped(tokens: Sequence[str], numbered: Sequence[bool], synonyms: Table) -> list[_Group]:
    """Group words that together are a number or have a synonym: [bande, dessinée, corse] → [[bande, dessinée], [corse]].

    `numbered` says which follow "tome" or the like: their number is not written out.
    """
    groups: list[_Group] = []
    folded = [_folded_parts(t) for t in tokens]
    stems = [tuple(analysis.stem(p) for p in parts if p not in analysis.STOP) for parts in folded]
    i = 0
    while i < len(tokens):
        size, others = _number(folded, i) if folded[i] and numerals.value(folded[i][:1]) >= 0 else (1, ())
        if not others:
            for n in range(min(MAX_WORDS, len(tokens) - i), 0, -1):
                key = stems[i] if n == 1 else tuple(s for own in stems[i : i + n] for s in own)
                if key in synonyms:
                    size, others = n, synonyms[key]
                    break
            if size == 1 and len(folded[i]) == 1:
                others += numerals.readings(folded[i][0], first=i == 0 and not numbered[i], spelled_out=not numbered[i])
        groups.append(_Group(tuple(tokens[i : i + size]), others))
        i += size
    return groups


@lru_cache(maxsize=4096)
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


def _clause(group: _Group, prefix: bool) -> Clause:
    alternatives: list[Alternative] = [tuple(dict.fromkeys(t for w in group.words for t in _word_terms(w)))]
    if len(group.words) == 1:
        alternatives += _one_word(group.words[0], prefix)
    alternatives += [tuple(map(Term, other)) for other in group.others]
    return Clause(" ".join(group.words), tuple(dict.fromkeys(a for a in alternatives if a)))


@lru_cache(maxsize=4096)
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


@lru_cache(maxsize=4096)
def _word_terms(word: str) -> Alternative:
    """Return the stem of each part of a word that carries meaning."""
    parts = analysis.parts_of(word)
    kept = [p for p in parts if not _function_word(p)] or parts
    return tuple(dict.fromkeys(Term(f) for p in kept[: analysis.MAX_QUERY_WORDS] for f in analysis.forms(p)[:1]))


def _function_clause(token: str, prefix: bool) -> Clause:
    folded = analysis.clean(analysis.fold(token))
    alternatives: list[Alternative] = [(Term("=" + folded),), (Term(folded, prefix=prefix),)]
    return Clause(token, tuple(alternatives))
