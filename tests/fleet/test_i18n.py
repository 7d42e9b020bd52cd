"""Words of Fleet: every sentence has its English, placeholders survive, and no sentence for people goes round the catalogue."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fleet import i18n
from fleet.cli.main import main
from fleet.i18n import LOCALE, Words, ngettext
from fleet.messages import messages, of_source
from fleet.words import day, plural, typography
from tests.fleet.world import START

FLEET = Path(i18n.__file__).parent
# Papers are French; the bench's screen has its own words; tables keep their French column names; an error's text for programmers.
ELSEWHERE = (
    "reports",
    "ui",
    "drivers/device",
    "spreadsheet.py",
    "store/exchange.py",
    "icalendar.py",
    "identifiers.py",
    "lab/base.py",
    "cli/bench.py",
)
ACCENTS = re.compile("[éèêàçùôîûœ’«»É]")
SPEAKING = {"say", "note", "ask"}


@pytest.fixture(autouse=True)
def french_again() -> Iterator[None]:
    yield
    i18n.speak("fr")


def _fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_every_sentence_is_translated_with_its_placeholders() -> None:
    """A new sentence without English fails here; `python -m fleet.messages` adds it to the catalogue."""
    with open(LOCALE / "en" / "LC_MESSAGES" / "fleet.po", "rb") as stream:
        catalogue = read_po(stream, locale="en")
    wrong = []
    for message in messages():
        first = message if isinstance(message, str) else message[0]
        known = catalogue.get(first)
        strings = () if known is None else (known.string,) if isinstance(known.string, str) else tuple(known.string)
        if not strings or not all(strings) or any(not _fields(text) <= _fields(first) for text in strings):
            wrong.append(first)
    assert not wrong
    assert len(messages()) > 600


def _untranslated(source: str) -> Iterator[str]:
    """French literals that are raised or said without passing through the catalogue."""
    for node in ast.walk(ast.parse(source)):
        spoken: list[ast.expr] = []
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            spoken = node.exc.args[:1]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SPEAKING:
            spoken = node.args[:1]
        elif isinstance(node, ast.Call):
            spoken = [k.value for k in node.keywords if k.arg in ("help", "description")]
        for value in spoken:
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            text = "".join(p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str))
            if ACCENTS.search(text):
                yield text


def test_nothing_is_said_round_the_catalogue() -> None:
    """What is raised, said, asked or shown as help is translated."""
    found = []
    for file in sorted(FLEET.rglob("*.py")):
        name = file.relative_to(FLEET).as_posix()
        if not name.startswith(ELSEWHERE):
            found += [f"{name}: {text}" for text in _untranslated(file.read_text("utf-8"))]
    assert not found


def test_sentences_are_found_in_sources() -> None:
    """Plain, counted, marked for later, and the words of a table."""
    source = 'x = _("a"); y = N_("b"); plural(2, "c"); ngettext("d", "e", 3); Words({1: "f"}); self._count(1, "g", "h"); _(name)'
    assert set(of_source(source)) == {"a", "b", ("c", "cs"), ("d", "e"), "f", ("g", "h")}


def test_french_needs_no_file_and_says_zero_in_the_singular() -> None:
    assert [ngettext("appareil", "appareils", n) for n in (0, 1, 2)] == ["appareil", "appareil", "appareils"]
    assert typography("Vraiment ?") == "Vraiment\u202f?"


def test_another_language_is_spoken_and_left_again() -> None:
    """Tables of words, counts, days and typography follow; a language that is not there is French."""
    words = Words({1: "tablette"})
    i18n.speak("en")
    assert (words[1], words.get(2, ""), plural(0, "appareil"), plural(1, "appareil")) == ("tablet", "", "0\u00a0devices", "1\u00a0device")
    assert day(START.date()) == "Monday 2 November 2026" and typography("T1 : ready ?") == "T1: ready?"
    i18n.speak("xx")
    assert words[1] == "tablette"


def test_a_command_speaks_english_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--language en` anywhere, or COLPORTEUR_LANGUAGE; the next command is French again."""
    assert main(["today", "--language", "en", "--data", str(tmp_path)]) == 0
    assert "Welcome. No device is known here yet." in capsys.readouterr().out
    assert main(["device", "show", "x", "--data", str(tmp_path), "--language=en"]) == 6
    assert "Nothing in the inventory matches" in capsys.readouterr().err
    assert main(["today", "--data", str(tmp_path)]) == 0
    assert "Bienvenue" in capsys.readouterr().out
