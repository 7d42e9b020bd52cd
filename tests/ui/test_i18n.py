"""Words: every sentence has its English, placeholders survive, French counts as French does."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

from babel.messages.pofile import read_po

from kiosk.ui import i18n
from kiosk.ui.i18n import LOCALE, count_of, ngettext
from kiosk.ui.messages import messages

TOOLS = (
    "tour.py",
    "tour_steps.py",
    "driver.py",
    "messages.py",
    "boot.py",
    "keys.py",
    "solid.py",
)  # commands (French alone), letters, shaders
KNOWN = {  # names of languages and of doors (translated where they are shown), words for programmers
    "header.py: Français",
    "home_view.py: Cinéma",
    "home_view.py: Écouter",
    "screens/notice.py: notice cover",
    "widgets/painter.py: a batch takes boxes, outlines, pictures and texts only",
    "widgets/qr.py: too long for a QR code",
    "widgets/scroller.py: a scroller holds one child",
}


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


def _untranslated(file: Path) -> list[str]:
    """Sentences of a source that a person might read and that do not go through gettext."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    passed = {"_", "N_", "ngettext"}
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in passed:
            skipped |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # docstrings
            skipped.add(id(node.value))
    words = re.compile(r"[A-Za-zÀ-ÿ]{2,}[ \u00a0\u202f][a-zà-ÿ]{2,}|[A-Za-z]{2,}[À-ÿœ’]|[À-ÿœ’][A-Za-z]{2,}")
    found = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in skipped)
    return [text for text in found if words.search(text)]


def test_every_sentence_of_the_screens_goes_through_gettext() -> None:
    """No French left bare in the code of the screens, but what no person reads on the glass."""
    here = Path(i18n.__file__).parent
    bare = {
        f"{file.relative_to(here)}: {text}" for file in sorted(here.rglob("*.py")) if file.name not in TOOLS for text in _untranslated(file)
    }
    assert not bare - KNOWN, "\n".join(sorted(bare - KNOWN))
