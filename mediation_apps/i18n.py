"""Words of the workshops: French is the source, other languages are catalogues beside it.

Guarantees: French costs nothing (no file is read, Babel is not imported); another language, named by `COLPORTEUR_LANGUAGE` before
the start, is compiled in memory from `mediation_apps/locale/<code>/LC_MESSAGES/workshops.po`; a sentence without translation stays
French. What a workshop itself says stays in the language of its author.
"""

from __future__ import annotations

import gettext
import os
import re
from io import BytesIO
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"
LANGUAGE = "COLPORTEUR_LANGUAGE"  # environment: a language of the screens, "fr" or one with a catalogue


class French(gettext.NullTranslations):
    """The source language: zero and one are singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The singular for 0 and 1."""
        return msgid1 if abs(n) < 2 else msgid2


def catalogue(code: str) -> gettext.NullTranslations:
    """The catalogue of a language; French for one that has none."""
    file = LOCALE / code / "LC_MESSAGES" / "workshops.po"
    if not re.fullmatch(r"[a-z]{2}", code) or not file.is_file():
        return French()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with open(file, "rb") as stream:
        messages = read_po(stream, locale=code)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_catalogue = catalogue(os.environ.get(LANGUAGE, "fr"))


def _(sentence: str) -> str:
    """The sentence in the language of the screens."""
    return _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for this count; French takes the singular for 0 and 1."""
    return _catalogue.ngettext(one, many, count)
