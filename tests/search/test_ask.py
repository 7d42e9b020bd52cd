"""Plans: whatever is typed, what is asked for stays small and says what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.search import analysis
from kiosk.search.ask import Term, plan


def alternatives(query: str) -> list[set[str]]:
    """The alternatives of each clause, as people would write them: a star for a beginning."""
    return [{" ".join(t.text + "*" * t.prefix for t in a) for a in c.alternatives} for c in plan(query).required]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("vol 2 ", [{"2", "ii"}]),
        ("tome II ", [{"ii", "2"}]),
        ("2 ", [{"2", "ii", "deux"}]),
        ("louis 14 ", [{"louis", "=louis"}, {"14", "xiv", "quatorze"}]),
        ("vingt mille lieues ", [{"vingt mille", "20000"}, {"lieue", "=lieues"}]),
        ("bd ", [{"bd", "bande dessinee"}]),
        ("la bande dessinée", [{"bande dessinee", "bd"}]),
        ("arc-en-ciel ", [{"arc ciel", "arcenciel"}]),
        ("978-2-07-036024-6", [{"9782070360246"}]),
        ("978-2-07-0", [{"978 2 07 0", "9782070", "9782070*", "978 2 07 0*"}]),
        ("de la ", [{"=de", "de"}, {"=la", "la"}]),
    ],
)
def test_what_is_asked(query: str, expected: list[set[str]]) -> None:
    """A word asks for its stem, and for whatever else says the same."""
    assert alternatives(query) == expected


def test_function_words_weigh_nothing() -> None:
    """Only forms with accents weigh in the order; "the" may be a "thé" typed without."""
    assert plan("l’être et le néant").exact == ("être", "néant")
    assert plan("the vert").exact == ("thé",)
    assert plan("le chat de la mer").exact == ()


@given(
    st.one_of(
        st.text(max_size=500),
        st.text("a-'’ 1xiv", max_size=400),
        st.lists(st.sampled_from(["vingt", "-", "et", "14", "tome"]), max_size=200).map(" ".join),
    )
)
def test_plans_are_small(query: str) -> None:
    """A plan has a bounded number of clauses, of alternatives, and of terms in each, all of bounded length and asked once.

    It compares with titles what was typed as a title is filed, numbers left out.
    """
    required = plan(query).required
    assert plan(query).title_key == analysis.title_key(analysis.numbers_in(query[: analysis.MAX_QUERY_CHARS])[0])
    assert len(required) <= analysis.MAX_QUERY_WORDS + analysis.MAX_QUERY_CHARS // 10
    for clause in required:
        assert len(clause.alternatives) <= 24
        for alternative in clause.alternatives:
            assert len(set(alternative)) == len(alternative) <= analysis.MAX_QUERY_WORDS + 1
            assert all(isinstance(t, Term) and 0 < len(t.text) <= 10 * analysis.MAX_TERM_CHARS for t in alternative)
