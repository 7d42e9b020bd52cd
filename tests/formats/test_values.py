"""Small decisions: years, languages, ages, numbers, names, text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Audience, Identifier, Role
from kiosk.formats import identifiers, names, text, values


@pytest.mark.parametrize(
    ("written", "year"),
    [
        ("impr. 2008", 2008),
        ("DL 2006", 2006),
        ("P 1977", 1977),
        ("[ca 1859]", 1859),
        ("1885-1886", 1885),
        ("1955. In-16, 279 p. [D. L. 9661-55]", 1955),
        ("M. DCC. LXXXIII.", 1783),
        ("185-?", 1850),
        ("19..", 1900),
        ("[s.d.]", None),
        ("12345", None),
        ("9999", None),
        ("", None),
    ],
)
def test_years(written: str, year: int | None) -> None:
    """The year a person would read, or none."""
    assert values.year(written) == year


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("fr", "fre"),
        ("fra", "fre"),
        ("fre", "fre"),
        ("en-GB", "eng"),
        ("Français", "fre"),
        ("oci", "oci"),
        ("und", ""),
        ("   ", ""),
        ("x", ""),
    ],
)
def test_languages(written: str, code: str) -> None:
    """One code a language, of ISO 639-2/B."""
    assert values.language(written) == code


@pytest.mark.parametrize(
    ("written", "age"),
    [
        ("À partir de 9 ans", 9),
        ("Dès 3 ans", 3),
        ("8-12 ans", 8),
        ("18 mois", 0),
        ("Bons lecteurs (à partir de 9 ans)", 9),
        ("Tout public", None),
        ("9-12", 9),
        ("2021", None),
    ],
)
def test_ages(written: str, age: int | None) -> None:
    """The youngest age, and whom that makes it for."""
    assert values.age(written) == age
    assert values.audience_of_age(4) is Audience.EARLY and values.audience_of_age(None) is None


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2-07-036024-5", "9782070360246"),
        ("978-2-07-036024-6", "9782070360246"),
        ("2070360245 (br.)", "9782070360246"),
        ("978-2-07-036024-7", None),
        ("0000000000", None),
        ("2-07-0360", None),
        ("", None),
    ],
)
def test_isbn(written: str, number: str | None) -> None:
    """Ten digits become thirteen; a wrong check digit or a filler is nothing."""
    assert identifiers.isbn(written) == (Identifier("isbn", number) if number else None)


@given(st.integers(0, 999_999_999))
def test_every_isbn_is_one_number_in_both_forms(number: int) -> None:
    """Whatever the nine digits, the old form and the new one name the same book."""
    nine = f"{number:09d}"
    check = -sum((10 - i) * int(d) for i, d in enumerate(nine)) % 11
    ten = nine + "0123456789X"[check]
    new = identifiers.isbn(ten)
    assert (new is None and len(set(nine)) == 1) or (new is not None and identifiers.isbn(new.value) == new)


@given(st.text(max_size=40))
def test_numbers_never_raise(written: str) -> None:
    """Anything may stand in a number's place."""
    for read in (identifiers.isbn, identifiers.ean, identifiers.issn, identifiers.ark, identifiers.urn, identifiers.publisher_number):
        found = read(written)
        assert found is None or found.value


def test_other_numbers() -> None:
    """EAN of a book is its ISBN; an ark loses its qualifiers; an ISSN keeps its hyphen."""
    assert identifiers.ean("9782070360246") == Identifier("isbn", "9782070360246")
    assert identifiers.ark("http://catalogue.bnf.fr/ark:/12148/cb345801779/description") == Identifier("ark", "ark:/12148/cb345801779")
    assert identifiers.issn("ISSN 03781-5955") is None
    assert identifiers.issn("0378-5955") == Identifier("issn", "0378-5955")
    assert identifiers.urn("urn:isbn:978-2-07-036024-6") == Identifier("isbn", "9782070360246")


@pytest.mark.parametrize(
    ("heading", "name", "filed", "dates", "role"),
    [
        ("Giono, Jean (1895-1970)", "Jean Giono", "Giono, Jean", "1895-1970", Role.AUTHOR),
        ("Giono, Jean, 1895-1970.", "Jean Giono", "Giono, Jean", "1895-1970", Role.AUTHOR),
        (
            "Depping, Georges Bernard (1784-1853). Traducteur",
            "Georges Bernard Depping",
            "Depping, Georges Bernard",
            "1784-1853",
            Role.TRANSLATOR,
        ),
        ("Ormesson, Jean d'", "Jean d'Ormesson", "Ormesson, Jean d'", "", Role.AUTHOR),
        ("Tupinier, Joseph, baron, 1859-", "Joseph Tupinier", "Tupinier, Joseph", "1859-", Role.AUTHOR),
        ("Sobral, Patrick (1972-....)", "Patrick Sobral", "Sobral, Patrick", "1972-....", Role.AUTHOR),
        ("Napoléon 1er, empereur des Français", "Napoléon 1er", "", "", Role.AUTHOR),
        ("Voltaire", "Voltaire", "", "", Role.AUTHOR),
        ("Société lyrique des Templiers", "Société lyrique des Templiers", "", "", Role.AUTHOR),
    ],
)
def test_headings(heading: str, name: str, filed: str, dates: str, role: Role) -> None:
    """Names are turned around, dates and roles taken out, titles dropped."""
    found = names.heading(heading)
    assert found is not None and (found.name, found.sort_name, found.dates, found.role) == (name, filed, dates, role)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Pierre Barouh", ["Pierre Barouh"]),
        ("par Paul Martin et Luc Roy ; dessins de Zoé", ["Paul Martin", "Luc Roy"]),
        ("un film de Jean Epstein", ["Jean Epstein"]),
        ("Le tout mis en françoys", []),
        ("[et al.]", []),
    ],
)
def test_statements(statement: str, expected: list[str]) -> None:
    """When there is no heading, only what surely is a name is taken from the statement."""
    assert [c.name for c in names.from_statement(statement)] == expected


@given(st.text(max_size=200))
def test_names_never_raise(written: str) -> None:
    """Anything may stand in a name's place, and what comes out can be shown."""
    for found in (names.heading(written), names.direct(written), *names.from_statement(written)):
        assert found is None or found.name.strip()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x98Le \x9cgrand troupeau", "Le grand troupeau"),
        ("\x88L'\x89étranger", "L'étranger"),
        ("dÃ©jÃ\xa0 vu", "déjà vu"),
        ("LâÃ©tÃ©".replace("â", "â€™"), "L’été"),
        ("c\x9cur et \x8cuvre", "cœur et Œuvre"),
        ("l\x92\xe9t\xe9\x85", "l’été…"),
        ("  deux   mots\n", "deux mots"),
        ("e\u0301te\u0301", "été"),
        ("12 \u030a(15 cm)", "12°(15 cm)"),
        ("CAFÉ» «", "CAFÉ» «"),
        ("a\x00b\x1b[31mc\u200bd", "ab[31mc d"),
    ],
)
def test_text_is_fit_for_a_screen(written: str, shown: str) -> None:
    """Marks, controls, double encodings and stray accents go; letters stay."""
    assert text.clean(written) == shown


@given(st.text(max_size=300))
def test_cleaning_is_done_once(written: str) -> None:
    """What is clean stays as it is, holds no control and no double space, and is not longer than asked."""
    once = text.clean(written, 120)
    assert len(once) <= 120 and once == once.strip() and "  " not in once
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in once)
    assert text.clean(once, 120) == once


def test_html_becomes_text() -> None:
    """Tags go, breaks become spaces, scripts disappear, entities are read, even escaped twice; a comparison stays."""
    assert text.plain("<p>Un &amp; deux</p><p>trois<br>quatre</p><script>alert(1)</script>") == "Un & deux trois quatre"
    assert text.plain("&lt;b&gt;Gras&lt;/b&gt; &amp;eacute;t&amp;eacute;") == "Gras été"
    assert text.plain("si a < b et b > c") == "si a < b et b > c"
