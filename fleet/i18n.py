"""Words for people, at the command line, on the bench and in errors: French is the source, other languages are catalogues beside it.

Guarantees: French costs nothing (no file is read, Babel is not imported); another language is compiled in memory from
`fleet/locale/<code>/LC_MESSAGES/fleet.po` when it is chosen; a sentence without translation stays French. Papers (labels, slips,
certificates) are French, as those who sign them.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Hashable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

LOCALE = Path(__file__).resolve().parent / "locale"
K = TypeVar("K", bound=Hashable)


class _French(_gettext.NullTranslations):
    """The source language: zero and one are singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


class _Speaking:
    """The language in use."""

    code = "fr"
    catalogue: _gettext.NullTranslations = _French()


def languages() -> list[str]:
    """The codes of the languages that can be spoken."""
    return ["fr", *sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/fleet.po"))]


def _compiled(code: str) -> _gettext.NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with open(LOCALE / code / "LC_MESSAGES" / "fleet.po", "rb") as stream:
        messages = read_po(stream, locale=code)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def speak(code: str) -> None:
    """Put a language into use; French when there is no catalogue of it."""
    wanted = code if code in languages() else "fr"
    if wanted != _Speaking.code:
        _Speaking.catalogue = _French() if wanted == "fr" else _compiled(wanted)
        _Speaking.code = wanted


def spoken() -> str:
    """Return the code of the language in use."""
    return _Speaking.code


def _(message: str) -> str:
    """Translate a sentence."""
    return _Speaking.catalogue.gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a sentence that is translated later."""
    return message


def ngettext(one: str, many: str, count: int) -> str:
    """Translate with a count; French says the singular for 0 and 1."""
    return _Speaking.catalogue.ngettext(one, many, count)


class Words(dict[K, str]):
    """Words by code, translated when they are looked up."""

    def __getitem__(self, key: K) -> str:
        """The word in the language in use."""
        return _(super().__getitem__(key))

    def get(self, key: K, default: str = "") -> str:  # type: ignore[override]
        """The same, or the default."""
        return _(super().get(key, default))
