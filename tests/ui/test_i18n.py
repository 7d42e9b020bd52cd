"""Words: every sentence has its English, placeholders survive, French counts as French does."""

from __future__ import annotations

import string

from babel.messages.pofile import read_po

from kiosk.ui import i18n
from kiosk.ui.i18n import LOCALE, count_of, ngettext
from kiosk.ui.messages import messages


def _fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_every_sentence_of_the_screens_is_translated_with_its_placeholders() -> None:
    """A new sentence without English fails here; `python -m kiosk.ui.messages` adds it to the catalogue."""
    with open(LOCALE / "en" / "LC_MESSAGES" / "kiosk.po", "rb") as stream:
        catalogue = read_po(stream, locale="en")
    wrong = []
    for message in messages():
        first = message if isinstance(message, str) else message[0]
        known = catalogue.get(first)
        strings = () if known is None else (known.string,) if isinstance(known.string, str) else tuple(known.string)
        if not strings or not all(strings) or any(not _fields(text) <= _fields(first) for text in strings):
            wrong.append(first)
    assert not wrong


def test_french_needs_no_file_and_says_zero_in_the_singular() -> None:
    assert [ngettext("{n} résultat", "{n} résultats", n) for n in (0, 1, 2)] == ["{n} résultat", "{n} résultat", "{n} résultats"]
    assert count_of(20000) == "20\u202f000"


def test_another_language_is_compiled_in_memory_and_left_again() -> None:
    try:
        i18n.speak("en")
        assert i18n._("Panier") == "Basket"
        assert ngettext("{n} résultat", "{n} résultats", 0) == "{n} results"
        assert i18n._("Une phrase sans traduction") == "Une phrase sans traduction"
        assert count_of(20000) == "20,000"
    finally:
        i18n.speak("fr")
    assert i18n._("Panier") == "Panier"


def test_an_unknown_language_stays_french() -> None:
    try:
        i18n.speak("xx")
        assert i18n._("Panier") == "Panier"
    finally:
        i18n.speak("fr")
