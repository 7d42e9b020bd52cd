"""Words that mean the same in a library, in both directions. A line a group: edit freely, keep it small.

Guarantees: pure data, read once; each key and each alternative is a tuple of stems as `analysis.stem` gives them.
"""

from __future__ import annotations

from kiosk.search import analysis

GROUPS = """
bd, bande dessinée, bandes dessinées
cd, disque, disque compact
dvd, vidéo
sf, science-fiction
polar, roman policier, policier
ado, adolescent
bio, biographie
expo, exposition
ciné, cinéma
docu, documentaire
mag, magazine
tome, volume, vol
ordi, ordinateur
appli, application
livre audio, audiolivre, livre lu
"""


def read(groups: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Read groups of synonyms, one a line, alternatives separated by commas."""
    table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for line in groups.splitlines():
        keys = list(dict.fromkeys(k for k in map(_key, line.split(",")) if k))
        for key in keys:
            table[key] = table.get(key, ()) + tuple(k for k in keys if k != key)
    return table


def _key(text: str) -> tuple[str, ...]:
    return tuple(
        analysis.stem(analysis.clean(analysis.fold(p))) for w in analysis.words(text) for p in analysis.parts_of(analysis.split_elision(w))
    )


SYNONYMS = read(GROUPS)
