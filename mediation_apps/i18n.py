"""Guarantees: every sentence of the workshops goes through one catalogue; French is the source and works without any file."""

from __future__ import annotations

import gettext
from pathlib import Path

_catalogue = gettext.translation("colporteur", Path(__file__).parent.parent / "locale", fallback=True)


def _(sentence: str) -> str:
    """The sentence in the language of the session; itself where no catalogue exists."""
    return _catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for this count; French takes the singular for 0 and 1."""
    if isinstance(_catalogue, gettext.GNUTranslations):
        return _catalogue.ngettext(one, many, count)
    return one if abs(count) < 2 else many
