"""The declared work as Colporteur's profile; apart, so that the program that is measured imports nothing else of the measurement."""

from __future__ import annotations

from pathlib import Path

from fleet.model import ManagedFile, Pack, Profile

TREE, HOME, SETTINGS = "srv/colporteur/arbre", "home/lecteur", "etc/colporteur/reglages.d"


def profile(folder: Path) -> Profile:
    """The work as Colporteur's profile."""
    files = tuple(ManagedFile(f"/{SETTINGS}/{p.name}", source=f"reglages/{p.name}") for p in sorted((folder / "reglages").iterdir()))
    packs = (Pack("arbre", "arbre", f"/{TREE}"), Pack("maison", "vide", f"/{HOME}"))
    return Profile("bench", "Mesure", packs=packs, files=files, wipe=(f"/{HOME}",), digest="bench")
