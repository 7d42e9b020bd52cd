"""The lending platforms, as data (platforms.toml): their codes, names, what they offer and what the button says.

Guarantees: the table is read once and never changes; an unknown code is answered with plain words, never with an error,
because a harvest may name a platform this version does not know. Access is always the portal's own redirect address,
opaque to the kiosk.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kiosk.domain import Kind

VERBS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.AUDIOBOOK: "Écouter en ligne",
        Kind.MUSIC: "Écouter en ligne",
        Kind.FILM: "Regarder en ligne",
        Kind.IMAGE: "Voir en ligne",
        Kind.MAP: "Voir en ligne",
        Kind.SCORE: "Voir en ligne",
        Kind.KIT: "Voir en ligne",
        Kind.OTHER: "Voir en ligne",
        Kind.COURSE: "Apprendre",
        Kind.GAME: "Jouer",
    }
)
VERB = "Lire en ligne"


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform. `icon` is a Material Design Icons name; `verbs` also says which kinds it offers."""

    code: str
    name: str
    icon: str
    about: str
    access: str
    verbs: Mapping[Kind, str]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds of documents one finds there."""
        return tuple(self.verbs)


@cache
def platforms() -> Mapping[str, Platform]:
    """Return every platform by its code, in the order of the file."""
    table = tomllib.loads((Path(__file__).parent / "platforms.toml").read_text(encoding="utf-8"))
    return MappingProxyType({p["code"]: _platform(p) for p in table["platform"]})


def name(code: str) -> str:
    """Return what people call the platform; the code itself when it is not known."""
    known = platforms().get(code)
    return known.name if known else code


def verb(code: str, kind: Kind) -> str:
    """Return what the button that opens the resource says: "Lire en ligne", "Jouer"…"""
    known = platforms().get(code)
    return (known.verbs.get(kind) if known else None) or VERBS.get(kind, VERB)


def _platform(row: dict[str, object]) -> Platform:
    verbs = row["verbs"]
    assert isinstance(verbs, dict)
    return Platform(
        code=str(row["code"]),
        name=str(row["name"]),
        icon=str(row["icon"]),
        about=str(row["about"]),
        access=str(row["access"]),
        verbs=MappingProxyType({Kind(k): str(v) for k, v in verbs.items()}),
    )
