"""Articles and elisions, so that invented titles read like titles."""

from __future__ import annotations

import pytest

from kiosk.demo import french
from kiosk.demo.families import compile_template


@pytest.mark.parametrize(
    ("word", "de", "au", "bare"),
    [
        ("le berger", "du berger", "au berger", "berger"),
        ("la source", "de la source", "à la source", "source"),
        ("l’olivier", "de l’olivier", "à l’olivier", "olivier"),
        ("les tilleuls", "des tilleuls", "aux tilleuls", "tilleuls"),
        ("une valise", "d’une valise", "à une valise", "valise"),
        ("Annot", "d’Annot", "à Annot", "Annot"),
        ("Élise", "d’Élise", "à Élise", "Élise"),
        ("Honorine", "d’Honorine", "à Honorine", "Honorine"),
        ("Hjelmøy", "de Hjelmøy", "à Hjelmøy", "Hjelmøy"),
        ("Sisteron", "de Sisteron", "à Sisteron", "Sisteron"),
    ],
)
def test_forms(word: str, de: str, au: str, bare: str) -> None:
    """Each form is the one a reader expects."""
    assert (french.de(word), french.au(word), french.bare(word)) == (de, au, bare)


def test_a_template_is_filled_with_the_forms_it_asks_for() -> None:
    """Gaps take the word, a form of it, or a field after a bar."""
    template = compile_template("{chose.cap} {lieu.de} : {chose.1}, 100 %", {"chose": ["la neige|Hiver"], "lieu": ["Banon", "Annot"]})
    assert template.fill({"chose": 0, "lieu": 1}) == "La neige d’Annot : Hiver, 100 %"


def test_an_unknown_gap_is_refused() -> None:
    """A list or a form that does not exist is an error when the families are read, not on a screen."""
    for text in ("{rien}", "{chose.rien}", "{chose.3}"):
        with pytest.raises((KeyError, IndexError)):
            compile_template(text, {"chose": ["la neige|Hiver"]})
