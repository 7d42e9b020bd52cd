"""Numbers in digits, in Roman numerals and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.search import numerals


@given(st.integers(0, 999_999))
def test_spelled_and_back(number: int) -> None:
    """Every number spelled out is read again as itself."""
    assert numerals.value(numerals.spelled(number)) == number


@given(st.integers(1, numerals.LARGEST_ROMAN))
def test_roman_and_back(number: int) -> None:
    """Every Roman numeral is read again as itself."""
    assert numerals.of_roman(numerals.roman(number)) == number


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("14", ("xiv",)),
        ("xiv", ("14",)),
        ("80", ("quatre", "vingt")),
        ("93", ("quatrevingt", "treize")),
        ("20000", ("vingt", "mille")),
        ("trois", ("3",)),
        ("t2", ("2",)),
        ("tome12", ("12",)),
        ("xixe", ("19e",)),
        ("5e", ("5",)),
        ("1er", ("premier",)),
        ("1001", ("mille",)),
    ],
)
def test_readings(word: str, other: tuple[str, ...]) -> None:
    """A number finds its other spellings."""
    assert other in numerals.readings(word)


@pytest.mark.parametrize("word", ["vie", "neuf", "un", "dix-huit", "mi", "civil", "", "x" * 400, "9" * 400, "chat", "iiii"])
def test_words_stay_words(word: str) -> None:
    """What only looks like a number has no other reading."""
    assert numerals.readings(word) == ()


def test_a_letter_alone_is_a_number_only_after_a_word() -> None:
    """Typing "v" asks for words with v; "tome v" for the fifth."""
    assert numerals.readings("v", first=True) == ()
    assert numerals.readings("v") == (("5",),)
    assert numerals.designates("tome", "v") and numerals.designates("n", "5") and not numerals.designates("tome", "premier")


def test_runs() -> None:
    """Words that together are one number are taken together, the longest first."""
    assert numerals.run(["vingt", "mille", "lieues"]) == (2, (("20000",),))
    assert numerals.run(["quatre", "vingts"]) == (2, (("80",), ("quatre", "vingt"), ("quatrevingt",)))
    assert numerals.run(["trois", "cheval"]) == (1, ())
    assert numerals.run(["deux", "trois"]) == (1, ())
