"""What a query asks for, as terms: every engine matches the same `Plan`, so hit sets are equal by construction of the question.

A `Plan` is a conjunction of clauses; a clause holds when one of its alternatives does; an alternative is a tuple of
terms that must all be present. Function words never decide what is found unless there is nothing else ("La", "Un").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.search import analysis
from kiosk.search.synonyms import SYNONYMS

Alternative = tuple["Term", ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One term; with `prefix`, every term that starts with it. Exact forms never start with `=`."""

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


def plan(query: str) -> Plan:
    """Read what a person typed. Every string gives a plan; long ones are cut."""
    text = query[: analysis.MAX_QUERY_CHARS]
    left, numbers = analysis.numbers_in(text)
    tokens = [w for w in map(analysis.split_elision, analysis.words(left)) if w][: analysis.MAX_QUERY_WORDS]
    unfinished = bool(tokens) and not numbers and text[-1:].isalnum()
    clauses = [Clause(n, ((Term(n),),)) for n in numbers]
    content = _join_synonyms([t for t in tokens if not _function_word(t)])
    if content or clauses:
        last_typed = tokens[-1] if tokens else ""
        for i, group in enumerate(content):
            clauses.append(_clause(group, prefix=unfinished and i == len(content) - 1 and group[-1] == last_typed))
    else:
        clauses = [_function_clause(t, unfinished and i == len(tokens) - 1) for i, t in enumerate(tokens)]
    exact = tuple(dict.fromkeys(f for t in tokens for p in analysis.parts_of(t) for f in analysis.forms(p)[-1:]))
    return Plan(tuple(c for c in clauses if c.alternatives), exact, analysis.title_key(left))


def _function_word(token: str) -> bool:
    return token in analysis.STOP or token in analysis.LETTERS


def _join_synonyms(tokens: Sequence[str]) -> list[list[str]]:
    """Group words that together have a synonym: [bande, dessinée, corse] → [[bande, dessinée], [corse]]."""
    groups: list[list[str]] = []
    i = 0
    while i < len(tokens):
        size = 1
        for n in (3, 2):
            if i + n <= len(tokens) and _synonym_key(tokens[i : i + n]) in SYNONYMS:
                size = n
                break
        groups.append(list(tokens[i : i + size]))
        i += size
    return groups


def _synonym_key(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(analysis.stem(analysis.clean(analysis.fold(t))) for t in tokens)


def _clause(group: Sequence[str], prefix: bool) -> Clause:
    alternatives: list[Alternative] = [tuple(t for w in group for t in _word_terms(w))]
    if len(group) == 1:
        parts = analysis.parts_of(group[0])
        if len(parts) > 1:
            alternatives += [(Term(f),) for f in analysis.forms("".join(parts))[:1]]
        if prefix and parts:
            folded = analysis.clean(analysis.fold(parts[-1]))[: analysis.MAX_TERM_CHARS]
            if folded:
                before = tuple(t for p in parts[:-1] if not _function_word(p) for t in _word_terms(p))
                alternatives.append((*before, Term(folded, prefix=True)))
    alternatives += [tuple(map(Term, other)) for other in SYNONYMS.get(_synonym_key(group), ())]
    return Clause(" ".join(group), tuple(dict.fromkeys(a for a in alternatives if a)))


def _word_terms(word: str) -> Alternative:
    """Return the stem of each part of a word that carries meaning."""
    parts = analysis.parts_of(word)
    kept = [p for p in parts if not _function_word(p)] or parts
    return tuple(Term(f) for p in kept for f in analysis.forms(p)[:1])


def _function_clause(token: str, prefix: bool) -> Clause:
    folded = analysis.clean(analysis.fold(token))
    alternatives: list[Alternative] = [(Term("=" + folded),), (Term(folded, prefix=prefix),)]
    return Clause(token, tuple(alternatives))
