"""Guarantees: a new activity of any kind plays at once, and shows by its example what is to be written where."""

from __future__ import annotations

from dataclasses import dataclass

from mediation_apps.i18n import _
from mediation_apps.runtime.template import QUESTION, SORT


@dataclass(frozen=True, slots=True)
class Starter:
    """One kind of activity to begin with: its sign, its name, its first text."""

    kind: str
    icon: str
    name: str
    text: str
    suffix: str = "toml"


PAGE = """# Une page à lire

Écrivez ici des phrases courtes. Une idée par phrase.
"""
TRUE_FALSE = """type = "truefalse"
title = "Vrai ou faux ?"
question = "La Durance est une rivière."
correct = true
why = "Elle coule dans tout le département."
"""
BLANKS = """type = "blanks"
title = "On complète"
instruction = "Écrivez le mot qui manque."
text = "Le contraire de oui : *non*."
"""
DRAGTEXT = """type = "dragtext"
title = "Les mots à leur place"
instruction = "Remettez les mots."
text = "Je regarde la *date*, puis la *source*."
distractors = ["couleur"]
"""
MARKWORDS = """type = "markwords"
title = "On cherche"
instruction = "Touchez les animaux."
text = "Le *chat* dort près du *chien*."
"""
INSPECT = """type = "inspect"
title = "Un message à regarder"
instruction = "Touchez ce qui vous semble louche."
kind = "sms"
verdict = "Ne touchez pas le lien. Demandez conseil."
sender = { text = "+33 7 00 00 12 34" }

[[parts]]
text = "Bonjour, votre colis attend."

[[parts]]
text = "Payez avant ce soir."
suspicious = true
why = "L’urgence empêche de réfléchir."
"""
RANK = """type = "rank"
title = "On classe"
instruction = "Classez du plus petit au plus grand."
first = "Le plus petit"
last = "Le plus grand"

[[items]]
text = "la fourmi"

[[items]]
text = "la chèvre"

[[items]]
text = "le cheval"
"""
PREDICT = """type = "predict"
title = "Où va le robot ?"
instruction = "Touchez la case où il s’arrête."
columns = 4
rows = 3
start = "A1"
heading = "nord"
program = ["avance", "droite", "avance"]
goal = "B2"
"""
SUMMARY = """type = "summary"
title = "La bonne phrase"
instruction = "Choisissez la phrase juste."

[[groups]]
statements = ["Je vérifie avant de partager.", "Je partage tout de suite."]
tip = "Prenez votre temps."
"""
QUIZ = """type = "quiz"
title = "Questions rapides"
instruction = "Une seule réponse par question."

[[questions]]
question = "Qui écrit dans un journal ?"
answers = ["Un journaliste", "Un boulanger"]
"""
FLASHCARDS = """type = "flashcards"
title = "Les cartes"
instruction = "Quel est ce mot ?"

[[cards]]
text = "Un animal qui miaule"
answers = ["chat", "le chat"]
"""
EXPLORE = """type = "explore"
title = "À découvrir"
kind = "cards"
instruction = "Touchez chaque carte."

[[panels]]
title = "Toucher"
text = "Un doigt posé, puis levé."

[[panels]]
title = "Glisser"
text = "Un doigt qui ne quitte pas l’écran."
"""
MEMORY = """type = "memory"
title = "Les paires"
instruction = "Trouvez les paires."

[[pairs]]
first = "le chat"
second = "miaule"

[[pairs]]
first = "le chien"
second = "aboie"
"""

STARTERS = (
    Starter("page", "script_text", _("Page à lire"), PAGE, "md"),
    Starter("multichoice", "format_list_bulleted", _("Question à choix"), QUESTION),
    Starter("truefalse", "thumb_up", _("Vrai ou faux"), TRUE_FALSE),
    Starter("quiz", "help_circle_outline", _("Questions rapides"), QUIZ),
    Starter("sort", "palette", _("Trier à plusieurs"), SORT),
    Starter("rank", "sort_variant", _("Classer"), RANK),
    Starter("inspect", "email", _("Message à inspecter"), INSPECT),
    Starter("blanks", "pencil", _("Mots à écrire"), BLANKS),
    Starter("dragtext", "hand_pointing_right", _("Mots à placer"), DRAGTEXT),
    Starter("markwords", "magnify", _("Mots à trouver"), MARKWORDS),
    Starter("summary", "check", _("Bonne phrase"), SUMMARY),
    Starter("flashcards", "tag", _("Cartes à répondre"), FLASHCARDS),
    Starter("explore", "eye", _("Cartes à retourner"), EXPLORE),
    Starter("memory", "puzzle", _("Paires"), MEMORY),
    Starter("predict", "robot", _("Robot à prévoir"), PREDICT),
)
