"""Completions while typing."""

from __future__ import annotations

import pytest

from kiosk.search.ask import plan
from kiosk.search.port import FacetCount, Suggestion, SuggestionKind
from kiosk.search.suggestions import says, suggestions

TITLES = ["La Chèvre de monsieur Seguin", "Les chèvres du Pape", "La Chèvre d’or", "La Chèvre d’or", "Contes du lundi"]
FACETS = {
    "author": (FacetCount("Paul Arène", 3), FacetCount("Chevreul, Michel", 2)),
    "subject": (FacetCount("Chèvres", 5), FacetCount("Provence", 4)),
}


def test_what_comes_first() -> None:
    """Titles that begin so, then who and what is called so, then the rest; nothing that does not say what was typed."""
    found = suggestions(plan("chevr"), "chevr", FACETS, TITLES, 8)
    assert [s.text for s in found] == [
        "La Chèvre de monsieur Seguin",
        "Les chèvres du Pape",
        "La Chèvre d’or",
        "Chevreul, Michel",
        "Chèvres",
    ]
    assert found[4] == Suggestion("Chèvres", SuggestionKind.SUBJECT)


def test_bounds() -> None:
    """At most as many as asked, none for nothing typed."""
    assert len(suggestions(plan("chevr"), "chevr", FACETS, TITLES, 2)) == 2
    assert suggestions(plan(""), "", FACETS, TITLES, 8) == ()
    assert suggestions(plan("chevr"), "chevr", FACETS, TITLES, 0) == ()


@pytest.mark.parametrize(
    ("text", "words", "answer"),
    [
        ("L’École des femmes", "lecole des fem", True),
        ("L’École des femmes", "femmes ecole", True),
        ("Louis XIV", "louis 14", True),
        ("Bande dessinée", "bd", True),
        ("Contes", "contes provence", False),
    ],
)
def test_says(text: str, words: str, answer: bool) -> None:
    """A name says what was typed under the same rules as a record."""
    assert says(text, plan(words)) is answer
