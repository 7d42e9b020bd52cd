"""Forms of French words, so that sentences made of parts read like sentences.

Guarantees: pure. Words are written with their article ("le berger", "l’olivier", "les tilleuls") or without one
("Sisteron"); each form below is a whole group of words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

_ARTICLES = ("le ", "la ", "les ", "l’", "un ", "une ", "des ")
_ASPIRATED = (
    "haut",
    "hall",
    "haendel",
    "haydn",
    "hame",
    "hip-hop",
    "hj",
    "haie",
    "héros",
    "hérisson",
    "hibou",
    "homard",
    "honte",
    "hutte",
    "huit",
    "onze",
)


def bare(word: str) -> str:
    """Return the word without its article: "le berger" → "berger"."""
    for article in _ARTICLES:
        if word.startswith(article):
            return word[len(article) :]
    return word


def starts_with_vowel(word: str) -> bool:
    """Tell whether "de" and "le" are elided before the word."""
    if not word or word.lower().startswith(_ASPIRATED):
        return False
    return unicodedata.normalize("NFD", word[0].lower())[0] in "aeiouyhœ"


def de(word: str) -> str:
    """Return "du berger", "de la source", "de l’olivier", "des tilleuls", "d’Annot", "de Sisteron"."""
    if word.startswith("le "):
        return "du " + word[3:]
    if word.startswith("les "):
        return "des " + word[4:]
    if word.startswith(("des ", "un ", "une ")):
        return "d’" + (word if word[0] == "u" else bare(word))
    return ("d’" if starts_with_vowel(word) else "de ") + word


def au(word: str) -> str:
    """Return "au berger", "à la source", "à l’olivier", "aux tilleuls", "à Annot"."""
    if word.startswith("le "):
        return "au " + word[3:]
    if word.startswith("les "):
        return "aux " + word[4:]
    return "à " + word


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def d_bare(word: str) -> str:
    """Return "de berger", "d’olivier": the word without its article after "de"."""
    alone = bare(word)
    return ("d’" if starts_with_vowel(alone) else "de ") + alone


FORMS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "cap": capital,
    "bare": bare,
    "Bare": lambda word: capital(bare(word)),
    "de": de,
    "dbare": d_bare,
    "au": au,
}
