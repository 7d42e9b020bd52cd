"""Words for people, on screens and in errors: French is the source, other languages are catalogues beside it.

Guarantees: French costs nothing (no file is read, Babel is not imported); another language is compiled in memory from
`kiosk/locale/<code>/LC_MESSAGES/kiosk.po` when it is chosen; a sentence without translation stays French.
"""

from __future__ import annotations

import gettext as _gettext
from io import BytesIO
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"
LANGUAGES = {"fr": "Français", "en": "English"}


class _French(_gettext.NullTranslations):
    """The source language: zero and one are singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


class _Speaking:
    """The language in use."""

    code = "fr"
    catalogue: _gettext.NullTranslations = _French()


def _compiled(code: str) -> _gettext.NullTranslations:
    file = LOCALE / code / "LC_MESSAGES" / "kiosk.po"
    if not file.is_file():
        return _French()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with open(file, "rb") as stream:
        messages = read_po(stream, locale=code)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def speak(code: str) -> None:
    """Put a language into use: "fr" or one with a catalogue."""
    if code != _Speaking.code:
        _Speaking.catalogue = _French() if code == "fr" else _compiled(code)
        _Speaking.code = code


def spoken() -> str:
    """Return the code of the language in use."""
    return _Speaking.code


def _(message: str) -> str:
    """Translate a sentence."""
    return _Speaking.catalogue.gettext(message)


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for "mark, translate later")
    """Mark a sentence that is translated where it is shown."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Translate with a count; French says the singular for 0 and 1."""
    return _Speaking.catalogue.ngettext(one, many, count)


_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def month(number: int) -> str:
    """Return the name of a month, 1 to 12."""
    return _(_MONTHS[number - 1])


def weekday(number: int) -> str:
    """Return the name of a day, 0 (Monday) to 6."""
    return _(_DAYS[number])


def count_of(number: int) -> str:
    """Write a count with its thousands: 20 000, the space not breaking."""
    return f"{number:,}".replace(",", "\u202f" if spoken() == "fr" else ",")
