"""French words for facets and their values, as commands print them; the codes' own words are those of the screens.

Guarantees: an unknown value shows as itself.
"""

from __future__ import annotations

from kiosk.domain import Audience, Kind
from kiosk.ui import labels

FACETS = {
    "type": "Type",
    "platform": "Plateforme",
    "audience": "Public",
    "language": "Langue",
    "decade": "Décennie",
    "subject": "Sujet",
    "author": "Auteur",
    "library": "Bibliothèque",
}


def kind(code: str) -> str:
    """Return the word for a kind's code."""
    return labels.kind(Kind(code)) if code in Kind._value2member_map_ else code


def facet_value(facet: str, value: str) -> str:
    """Return how a value of a facet reads."""
    if facet == "type":
        return kind(value)
    if facet == "language":
        return labels.language(value)
    if facet == "audience" and value in Audience._value2member_map_:
        return labels.AUDIENCES[Audience(value)]
    if facet == "decade":
        return f"années {value}"
    return value
