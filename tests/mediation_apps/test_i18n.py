"""The screens of the workshops speak English as well: no sentence is missing, and no placeholder is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from mediation_apps.i18n import LANGUAGE, LOCALE, French, catalogue

ROOT = Path(__file__).resolve().parents[2]
OF_AN_AUTHOR = ("template.py",)  # what a new workshop says itself


def sentences() -> set[str]:
    """What the screens say, by the source."""
    found = set()
    for file, _line, message, _comments, _context in extract_from_dir(
        ROOT / "mediation_apps" / "runtime", keywords={"_": None, "ngettext": (1, 2)}
    ):
        if file not in OF_AN_AUTHOR:
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_sentence_of_the_screens_has_its_english() -> None:
    """Participants', facilitator's and author's screens, what is told there of files, sounds, robots: nothing stays French by omission."""
    with open(LOCALE / "en" / "LC_MESSAGES" / "workshops.po", "rb") as stream:
        messages = {
            message.id if isinstance(message.id, str) else message.id[0]: message for message in read_po(stream, locale="en") if message.id
        }
    assert sorted(words for words in sentences() if words not in messages or not messages[words].string) == []
    for words, message in messages.items():
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        for sentence in told:
            assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", words)), words


@pytest.mark.parametrize("code", ["xx", "", "../../etc", "EN", "fr"])
def test_a_language_without_catalogue_is_french(code: str) -> None:
    """Whatever the environment says."""
    assert isinstance(catalogue(code), French)


def test_the_language_is_chosen_before_the_start() -> None:
    """With the variable set, also what is said by constants of modules is English."""
    script = "from mediation_apps.runtime.native.editing import LABELS; from mediation_apps.i18n import ngettext; "
    script += "print(LABELS['title'], ngettext('{n} tablette', '{n} tablettes', 2))"
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | {LANGUAGE: "en"}, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.split("\n")[0] == "Title {n} tablets"
