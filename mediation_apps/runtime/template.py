"""Guarantees: a new workshop plays at once and shows the author each habit by example."""

from __future__ import annotations

from mediation_apps.i18n import _

QUESTION = """type = "multichoice"
title = "Première question"
question = "Quel animal donne la laine ?"

[[answers]]
text = "Le mouton"
correct = true
why = "Oui : on le tond au printemps."

[[answers]]
text = "La poule"
why = "Non : elle donne des œufs."
"""

SORT = """type = "sort"
title = "On trie"
instruction = "Rangez chaque mot à sa place."
zones = ["Dans l’eau", "Sur terre"]

[[items]]
text = "la truite"
zone = "Dans l’eau"
why = "La truite vit dans les rivières."

[[items]]
text = "la chèvre"
zone = "Sur terre"
why = "La chèvre vit dans les prés."
"""


def quoted(text: str) -> str:
    """A TOML string."""
    kept = "".join(sign for sign in text if sign >= " " and sign != "\x7f")
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def new_files(title: str, identifier: str) -> dict[str, str]:
    """The files of a small workshop of four steps, by path."""
    manifest = f"""format = 1
identifier = {quoted(identifier)}
title = {quoted(title)}
theme = "autre"
audience = "tout public"
minutes = 45
participants = "2 à 16, seul ou à deux par tablette"
material = ["une tablette pour deux", "un écran pour projeter"]
licence = "CC BY-SA 4.0"
author = ""
"""
    script = _("""# Déroulé

## 0–5 min · Accueil
Chacun prend une tablette. Dites ce que l’on va faire, et que se tromper n’est pas grave.
→ 01-accueil

## 5–20 min · On essaie
Par deux, une tablette entre les deux.
→ 02-question

## 20–40 min · On trie ensemble
Une tablette à plat sur la table, toutes les mains.
→ 03-tri

## 40–45 min · Bilan
Chacun dit une chose qu’il a apprise.
""")
    welcome = _("# Bienvenue\n\nTouchez **Continuer** pour commencer.\n")
    return {
        "manifest.toml": manifest,
        "deroule.md": script,
        "activities/01-accueil.md": welcome,
        "activities/02-question.toml": QUESTION,
        "activities/03-tri.toml": SORT,
    }
