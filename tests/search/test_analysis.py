"""French analysis: the same terms whatever a person leaves out, and never an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.search import analysis


@pytest.mark.parametrize(
    "forms",
    [
        ["cheval", "chevaux"],
        ["journal", "journaux"],
        ["chateau", "chateaux"],
        ["neveu", "neveux"],
        ["bijou", "bijoux"],
        ["oeil", "yeux"],
        ["travail", "travaux"],
        ["bleu", "bleus"],
        ["heureux", "heureuse", "heureuses"],
        ["danseur", "danseuse", "danseurs", "danseuses"],
        ["lecteur", "lectrice", "lecteurs", "lectrices"],
        ["sorcier", "sorciere", "sorcieres"],
        ["gardien", "gardienne", "gardiennes"],
    ],
    ids=lambda forms: forms[0],
)
def test_one_stem(forms: list[str]) -> None:
    """Singular and plural, and the two genders of who does something, are one term."""
    assert len({analysis.stem(f) for f in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("mois", "moi"), ("fois", "foi"), ("mais", "mai"), ("paris", "pari"), ("fils", "fil"), ("porte", "port"), ("corps", "cor")],
)
def test_not_one_stem(one: str, other: str) -> None:
    """Words that only look like a plural stay apart from another word."""
    assert analysis.stem(one) != analysis.stem(other)


def test_an_elision_is_found_without_its_apostrophe() -> None:
    """Names keep "l’école" as `=lecole` too; running text does not."""
    assert analysis.name_terms("L’École des femmes").split()[:3] == ["ecole", "école", "=lecole"]
    assert "=lecole" not in analysis.text_terms("L’École des femmes")
    assert analysis.elided("lecole") == "=lecole"
    assert analysis.elided("brune") == analysis.elided("le") == ""


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("2-07-036024-5", "9782070360246"),
        ("978-2-07-036024-6", "9782070360246"),
        ("978 2 07 036024 6", "9782070360246"),
        ("9782070360247", ""),
        ("080442957X", "9780804429573"),
        ("٠٨٠٤٤٢٩٥٧X", ""),
    ],
)
def test_isbn(number: str, found: str) -> None:
    """An ISBN is one number however it is written; a wrong check digit makes it none."""
    assert analysis.isbn13(number) == found


@given(st.text(max_size=300))
def test_terms_of_anything(text: str) -> None:
    """Any text gives terms of letters and digits, each of bounded length, and the same at each time."""
    terms = analysis.name_terms(text).split()
    assert terms == analysis.name_terms(text).split()
    for term in terms:
        assert term.lstrip("=").isalnum()
        assert len(term) <= 2 * analysis.MAX_TERM_CHARS + 1
