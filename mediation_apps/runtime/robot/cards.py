"""Guarantees: a card read by a scanner is one order or nothing, whatever else is typed. Pure.

Why a scanner and no camera: a hand scanner (a "keyboard wedge") types what it reads and needs no driver, reads in any light, and tells each
card with a beep; finding codes in a camera's picture would need OpenCV, far too heavy here. It types as an American keyboard would, so the
codes hold only letters that lie at the same place on a French one (no A, Q, Z, W, M, digit or sign).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

LAUNCH, UNDO, CLEAR = "lance", "corrige", "efface"
CODES: Mapping[str, str] = MappingProxyType(
    {"RBU": "avance", "RBD": "recule", "RBL": "gauche", "RBR": "droite", "RBG": LAUNCH, "RBC": UNDO, "RBE": CLEAR}
)
PAUSE = 1.5  # seconds: a scanner types a card in a twentieth of that; older letters are somebody leaning on the keyboard
LONGEST = 24  # letters


@dataclass(frozen=True, slots=True)
class Scanned:
    """Letters that have come since the last card, and when the last of them came."""

    letters: str = ""
    at: float = 0.0

    def typed(self, text: str, now: float) -> Self:
        """With more letters; those typed long before are forgotten."""
        kept = self.letters if now - self.at <= PAUSE else ""
        return type(self)((kept + text)[-LONGEST:], now)

    @property
    def order(self) -> str:
        """The order they spell, or nothing."""
        word = self.letters.strip().upper()
        return CODES.get(word) or next((name for name in CODES.values() if name.upper() == word), "")
