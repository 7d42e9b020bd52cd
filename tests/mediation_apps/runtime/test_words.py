"""Answers that a person would call the same are the same; hard sentences are counted."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation_apps.runtime.richtext import from_html, from_markdown
from mediation_apps.runtime.words import distance, hard_sentences, matches, normal, typography


@pytest.mark.parametrize(
    ("one", "other"),
    [("l'eau", "l’eau"), ("aujourd‘hui", "aujourd'hui"), ("rendez‑vous", "rendez-vous"), ("a\u00a0b", "a  b"), ("e\u0301te\u0301", "été")],
)
def test_apostrophes_hyphens_spaces_and_composition_are_equal(one: str, other: str) -> None:
    """What the keyboard decides does not count."""
    assert matches(one, other, case_sensitive=True)


@given(st.text(max_size=30))
def test_folding_is_stable(text: str) -> None:
    """Folding twice is folding once, and decomposed text folds to the same."""
    assert normal(normal(text)) == normal(text) or "İ" in text or "ı" in text
    assert matches(unicodedata.normalize("NFD", text), text, case_sensitive=True)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_a_symmetric_count_of_edits(left: str, right: str) -> None:
    """Zero only for equal words, the same both ways, never more than the longer word."""
    found = distance(left, right)
    assert found == distance(right, left) <= max(len(left), len(right), 0)
    assert (found == 0) == (left == right)


def test_swapped_neighbours_are_one_slip() -> None:
    """`hcat` is one slip from `chat`."""
    assert (distance("hcat", "chat"), distance("ca", "abc")) == (1, 3)


def test_hard_sentences_count_elided_words_once() -> None:
    """Twelve words pass, thirteen do not; titles and lists are sentences of their own."""
    twelve = "un deux trois quatre cinq six sept huit neuf dix onze l’arbre"
    assert hard_sentences(f"{twelve}. {twelve}") == ()
    assert [found.words for found in hard_sentences(f"{twelve} encore ! Court.")] == [13]


def test_html_becomes_blocks_with_weights_and_nothing_else() -> None:
    """Headings, lists, bold and italic stay; markup that is broken does not break the reading."""
    cleaned = from_html(
        "<h2>Titre</h2><ul><li>a</li><li><b>b</b> c</li></ul><p>x<br>y &eacute;</p><table><tr><td>1</td><td>2</td></tr></table><p>"
    )
    assert [(block.kind, block.plain) for block in cleaned.text.blocks] == [
        ("heading", "Titre"),
        ("item", "a"),
        ("item", "b c"),
        ("paragraph", "x"),
        ("paragraph", "y é"),
        ("paragraph", "1 2"),
    ]
    assert cleaned.text.blocks[2].spans[0].bold


@pytest.mark.parametrize(
    "source",
    [
        "<p>a<script>SECRET</script></p>",
        "a<SCRIPT type='x'>SECRET</SCRIPT >",
        "a<style>SECRET</style>",
        "a<svg><g onload='SECRET'><text>SECRET</text></g></svg>",
        "a<iframe src='SECRET'>SECRET</iframe>",
        "a<!-- SECRET -->",
        "a<img src=x onerror=SECRET>",
        "a<script>SECRET",
        "a<object><object>SECRET</object>SECRET</object>",
    ],
)
def test_what_stands_in_active_elements_never_comes_out(source: str) -> None:
    """Scripts, styles, frames, drawings, comments, handlers: gone; the words before them stay."""
    assert from_html(source).text.plain == "a"


def test_markdown_habits() -> None:
    """Titles, lists, quotes, bold and italic; lines join, blank lines part."""
    text = from_markdown("# Un\n\nDeux\ntrois **gras** et *doux*.\n\n- a\n- b\n> dit")
    assert [(block.kind, block.plain) for block in text.blocks] == [
        ("heading", "Un"),
        ("paragraph", "Deux trois gras et doux."),
        ("item", "a"),
        ("item", "b"),
        ("quote", "dit"),
    ]


@pytest.mark.parametrize(
    "words", ["mardi à 10 h.", "à 22 h 14", "1,99 € de frais", "100 % des élèves", "5 min, 3 km", "Vrai ? Oui : « ça » !"]
)
def test_no_line_begins_with_a_sign_or_a_unit(words: str) -> None:
    """What stands before a sign, a unit or inside of quotation marks does not leave it; ordinary spaces stay ordinary."""
    shown = typography(words)
    assert shown.replace("\u00a0", " ").replace("\u202f", " ") == words
    assert not any(piece[:1] in ";:!?»%€" or re.fullmatch(r"(h|min|km)\W*", piece) or piece.endswith("«") for piece in shown.split(" "))


@pytest.mark.parametrize("words", ["45 minutes", "2 mots", "3 groupes", "4 hommes"])
def test_a_number_before_a_word_may_part_from_it(words: str) -> None:
    """Only units hold to their number."""
    assert typography(words) == words
