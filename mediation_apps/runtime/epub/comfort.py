"""Guarantees: a reader's comfort is a small frozen value: each setting has few steps, is said in words, and fits on a card to show.

The steps follow guidance for low vision and dyslexia: larger letters, more space between letters, words and lines, text at the left and
never cut, a ground that does not dazzle (WCAG 2.2, 1.4.12 asks at least 0.12 em, 0.16 em, 1.5).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

from mediation_apps.i18n import _

SIZES = (16, 20, 24, 29, 35, 43, 54)  # units: 20 is a paperback held at 40 cm on a 10-inch tablet
LETTERS = (0.0, 0.05, 0.12, 0.2)  # em, between letters
WORDS = (0.0, 0.16, 0.32, 0.5)  # em, added between words
LINES = (1.25, 1.5, 1.8, 2.2)  # line height in font sizes
MARGINS = (0.03, 0.09, 0.18)  # of the page's width, on each side
RULERS = ("none", "line", "band")
FONTS = ("inter", "andika", "dyslexic")


@dataclass(frozen=True, slots=True)
class Ground:
    """Colours of a page; text on ground holds 7:1."""

    label: str
    ground: str
    ink: str
    mark: str  # under the phrase being read, behind the ink


GROUNDS = MappingProxyType(
    {
        "papier": Ground(_("Papier blanc"), "#FFFFFF", "#1E2340", "#DCD5F5"),
        "creme": Ground(_("Crème"), "#FBF1DC", "#2B2118", "#F0D9A6"),
        "ciel": Ground(_("Bleu pâle"), "#E4EFF8", "#10233A", "#BBD6EC"),
        "nuit": Ground(_("Nuit"), "#14172B", "#F4F1EA", "#43406F"),
        "jaune": Ground(_("Jaune sur noir"), "#000000", "#FFE45C", "#3F3A10"),
    }
)
CHOICES: MappingProxyType[str, int] = MappingProxyType(
    {
        "size": len(SIZES),
        "letters": len(LETTERS),
        "words": len(WORDS),
        "lines": len(LINES),
        "margins": len(MARGINS),
        "font": len(FONTS),
        "ground": len(GROUNDS),
        "ruler": len(RULERS),
    }
)
NAMES = MappingProxyType(
    {
        "size": _("Taille"),
        "letters": _("Entre les lettres"),
        "words": _("Entre les mots"),
        "lines": _("Entre les lignes"),
        "margins": _("Marges"),
        "font": _("Écriture"),
        "ground": _("Couleurs"),
        "ruler": _("Règle"),
    }
)
FONT_NAMES = MappingProxyType({"inter": "Inter", "andika": "Andika", "dyslexic": "OpenDyslexic"})
SPACES = (_("serré"), _("un peu d’air"), _("de l’air"), _("beaucoup d’air"))


@dataclass(frozen=True, slots=True)
class Comfort:
    """Steps of each setting, from 0."""

    size: int = 2
    letters: int = 0
    words: int = 0
    lines: int = 1
    margins: int = 1
    font: int = 0
    ground: int = 0
    ruler: int = 0

    def at(self, name: str) -> int:
        """The step of one setting."""
        return int(getattr(self, name))

    def put(self, name: str, step: int) -> Self:
        """With a setting at a step; beyond its ends it stays there."""
        return replace(self, **{name: min(CHOICES[name] - 1, max(0, step))}) if name in CHOICES else self

    def next(self, name: str) -> Self:
        """With the next step of a setting, back to the first after the last."""
        return self.put(name, (self.at(name) + 1) % CHOICES[name])

    @property
    def paper(self) -> Ground:
        """Its colours."""
        return tuple(GROUNDS.values())[self.ground]

    def said(self, name: str) -> str:
        """One setting in words."""
        step = self.at(name)
        match name:
            case "size":
                return _("{n} sur {total}").format(n=step + 1, total=len(SIZES))
            case "margins":
                return (_("étroites"), _("moyennes"), _("larges"))[step]
            case "font":
                return FONT_NAMES[FONTS[step]]
            case "ground":
                return self.paper.label
            case "ruler":
                return (_("aucune"), _("sous la ligne"), _("autour de la ligne"))[step]
        return SPACES[step]

    def card(self) -> tuple[tuple[str, str], ...]:
        """Every setting with its value, to show to a librarian."""
        return tuple((NAMES[name], self.said(name)) for name in CHOICES)

    def line(self) -> str:
        """As eight digits."""
        return "".join(str(self.at(name)) for name in CHOICES)


def read_comfort(line: str) -> Comfort | None:
    """The comfort of eight digits; None for anything else."""
    if len(line) != len(CHOICES) or not (line.isascii() and line.isdecimal()):
        return None
    steps = dict(zip(CHOICES, map(int, line), strict=True))
    return Comfort(**steps) if all(step < CHOICES[name] for name, step in steps.items()) else None
