"""French words for facets and their values, as commands print them; the codes' own words are those of the screens.

Guarantees: an unknown value shows as itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk import platforms
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


def facet_value(facet: str, value: str, branches: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return how a value of a facet reads; `branches` are names by code."""
    if facet == "platform":
        return platforms.name(value)
    if facet == "library":
        return branches.get(value, value)
    if facet == "type":
        return kind(value)
    if facet == "language":
        return labels.language(value)
    if facet == "audience" and value in Audience._value2member_map_:
        return labels.AUDIENCES[Audience(value)]
    if facet == "decade":
        return f"années {value}"
    return value
