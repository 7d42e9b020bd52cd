"""Completions of what is being typed, chosen among the names and titles that a search came upon.

Guarantees: pure; each one says by itself all that was typed, so that choosing it never finds less than nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kiosk.search import analysis
from kiosk.search.ask import Plan, Term
from kiosk.search.port import FacetCount, Suggestion, SuggestionKind


def suggestions(
    asked: Plan, words: str, facets: Mapping[str, Sequence[FacetCount]], titles: Iterable[str], limit: int
) -> tuple[Suggestion, ...]:
    """Return titles that begin with what was typed, then people and subjects, then other titles; each text once."""
    if asked.empty or limit <= 0:
        return ()
    typed = analysis.title_key(words)
    said = [t for t in dict.fromkeys(titles) if says(t, asked)]
    begin = [t for t in said if analysis.title_key(t).startswith(typed)]
    named = [
        Suggestion(c.value, kind)
        for kind in (SuggestionKind.AUTHOR, SuggestionKind.SUBJECT)
        for c in [c for c in facets.get(kind.value, ()) if says(c.value, asked)][: max(1, limit // 4)]
    ]
    first = [Suggestion(t, SuggestionKind.TITLE) for t in begin[: max(1, limit // 2)]]
    others = [Suggestion(t, SuggestionKind.TITLE) for t in (*begin, *said)]
    return tuple(dict.fromkeys((*first, *named, *others)))[:limit]


def says(text: str, asked: Plan) -> bool:
    """Say whether a name or a title satisfies a plan by itself."""
    terms = frozenset(analysis.name_terms(text).split())

    def has(term: Term) -> bool:
        return term.text in terms or (term.prefix and any(t.startswith(term.text) for t in terms))

    return all(any(all(map(has, alternative)) for alternative in clause.alternatives) for clause in asked.required)
