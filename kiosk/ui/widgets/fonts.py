"""Which font file writes a text: one family, four weights.

Guarantees: a file that exists, always; Inter and Andika come as Debian packages (fonts-inter, fonts-sil-andika), and
where they are missing Kivy's own Roboto writes. Only static weights are looked for: SDL_ttf reads no axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path


class Weight(StrEnum):
    """Weights carry the hierarchy."""

    REGULAR = "regular"
    MEDIUM = "medium"
    SEMIBOLD = "semibold"
    BOLD = "bold"
    ITALIC = "italic"  # for books; screens of ours do without


@dataclass(frozen=True, slots=True)
class Family:
    """A choice of the patron: its name on the screen, folders it may be in, file name by weight, size correction."""

    label: str
    folders: tuple[str, ...]
    files: Mapping[Weight, str]
    grow: float = 1.0


_DEBIAN = "/usr/share/fonts"
FAMILIES: Mapping[str, Family] = {
    "inter": Family(
        "Inter",
        (f"{_DEBIAN}/opentype/inter", f"{_DEBIAN}/truetype/inter", f"{_DEBIAN}/inter"),
        {
            Weight.REGULAR: "Inter-Regular",
            Weight.MEDIUM: "Inter-Medium",
            Weight.SEMIBOLD: "Inter-SemiBold",
            Weight.BOLD: "Inter-Bold",
            Weight.ITALIC: "Inter-Italic",
        },
    ),
    "andika": Family(
        "Andika",
        (f"{_DEBIAN}/truetype/andika", f"{_DEBIAN}/opentype/andika"),
        {
            Weight.REGULAR: "Andika-Regular",
            Weight.MEDIUM: "Andika-Regular",
            Weight.SEMIBOLD: "Andika-Bold",
            Weight.BOLD: "Andika-Bold",
            Weight.ITALIC: "Andika-Italic",
        },
        0.96,
    ),
    "dyslexic": Family(
        "OpenDyslexic",
        (f"{_DEBIAN}/opentype/opendyslexic", f"{_DEBIAN}/truetype/opendyslexic"),
        {
            Weight.REGULAR: "OpenDyslexic-Regular",
            Weight.MEDIUM: "OpenDyslexic-Regular",
            Weight.SEMIBOLD: "OpenDyslexic-Bold",
            Weight.BOLD: "OpenDyslexic-Bold",
            Weight.ITALIC: "OpenDyslexic-Italic",
        },
        0.88,
    ),
}


def _find(family: Family, weight: Weight) -> str:
    for folder in family.folders:
        for suffix in (".otf", ".ttf"):
            file = Path(folder) / (family.files[weight] + suffix)
            if file.is_file():
                return str(file)
    return ""


@lru_cache(maxsize=64)
def font_file(family: str, weight: Weight) -> str:
    """Return the file that writes `family` in `weight`, or Roboto's."""
    found = _find(FAMILIES.get(family, FAMILIES["inter"]), weight)
    if found:
        return found
    from kivy import kivy_data_dir  # the fallback only: the search above needs no Kivy

    bold = weight in (Weight.SEMIBOLD, Weight.BOLD)
    name = "Roboto-Bold.ttf" if bold else "Roboto-Italic.ttf" if weight is Weight.ITALIC else "Roboto-Regular.ttf"
    return str(Path(kivy_data_dir) / "fonts" / name)


def families() -> tuple[str, ...]:
    """Return the families whose files are here, Inter's place always kept."""
    return tuple(name for name, family in FAMILIES.items() if name == "inter" or _find(family, Weight.REGULAR))
