"""Guarantees: changing one text of an activity changes nothing else of its file: order, comments and layout stay as they were. Pure.

A place is where a text, a yes/no or a picture stands in the TOML or Markdown source. What comes out is read again before it is saved.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from mediation_apps.i18n import _
from mediation_apps.runtime.template import quoted

TEXT, FLAG, PICTURE, NUMBER, CHOICE = "text", "flag", "picture", "number", "choice"
LABELS = {
    "title": _("Titre"),
    "question": _("Question"),
    "instruction": _("Consigne"),
    "text": _("Texte"),
    "why": _("Explication"),
    "tip": _("Indice"),
    "answers": _("Réponse"),
    "statements": _("Phrase"),
    "distractors": _("Mot en trop"),
    "zones": _("Zone"),
    "zone": _("Va dans la zone"),
    "labels": _("Bouton"),
    "verdict": _("Que faire"),
    "first": _("Premier"),
    "second": _("Second"),
    "last": _("Dernier"),
    "description": _("Ce que l’on dit"),
    "alt": _("Description de l’image"),
    "start": _("Case de départ"),
    "heading": _("Il regarde vers"),
    "program": _("Carte"),
    "walls": _("Mur"),
    "columns": _("Cases en largeur"),
    "rows": _("Cases en hauteur"),
    "pass_percentage": _("Réussi à partir de (%)"),
    "goal": _("Drapeau"),
    "picture": _("Image"),
    "image": _("Image"),
    "correct": _("C’est juste"),
    "suspicious": _("C’est un indice"),
    "audience": _("Pour qui"),
    "minutes": _("Durée en minutes"),
    "participants": _("Combien de personnes"),
    "material": _("Matériel"),
    "licence": _("Licence"),
    "author": _("Auteur"),
    "theme": _("Thème"),
    "call_number": _("Cote"),
    "summary": _("Résumé"),
    "year": _("Année"),
}
NUMBERS = frozenset({"minutes", "columns", "rows", "pass_percentage"})
CHOICES = {
    "theme": ("presse", "numerique", "cyber", "robot", "musique", "lecture", "jeux", "autre"),
    "heading": ("nord", "est", "sud", "ouest"),
    "program": ("avance", "recule", "gauche", "droite"),
}
PICTURES = frozenset({"picture", "image"})
FLAGS = frozenset({"correct", "suspicious"})
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r'|(?P<long>"""(?:[^\\]|\\.)*?""")'
    r'|(?P<short>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<plain>'[^'\n]*')"
    r"|(?P<flag>\b(?:true|false)\b)"
    r"|(?P<number>(?<==)\s*\d{1,6}\b)"
    r"|(?P<header>^\s*\[\[?[^\]\n]+\]\]?)"
    r"|(?P<key>[A-Za-z0-9_-]+)\s*(?==)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Something of a file that an author may change: `source[start:end]`."""

    kind: str
    key: str
    label: str
    value: str
    line: int
    start: int
    end: int
    part: int  # the how-manyth `[[…]]` it belongs to, 0 before the first


def places(source: str) -> tuple[Place, ...]:
    """What can be changed in a TOML activity, in the order of the file."""
    return tuple(_places(source))


def _places(source: str) -> Iterator[Place]:
    key, part = "", 0
    for found in _TOKEN.finditer(source):
        kind, start, end = found.lastgroup, *found.span()
        if kind == "key":
            key = found["key"]
        elif kind == "header":
            part += 1
        elif kind == "flag" and key in FLAGS:
            yield _place(source, FLAG, key, found[0], start, end, part)
        elif kind == "long" and key in LABELS:
            yield from _lines(source, key, start, end, part)
        elif kind in ("short", "plain") and key in LABELS:
            value = str(tomllib.loads(f"v = {found[0]}")["v"])
            sort = PICTURE if key in PICTURES else CHOICE if key in CHOICES else TEXT
            yield _place(source, sort, key, value, start, end, part)
        elif kind == "number" and key in NUMBERS:
            number = found[0].strip()
            yield _place(source, NUMBER, key, number, end - len(number), end, part)


def _place(source: str, kind: str, key: str, value: str, start: int, end: int, part: int) -> Place:
    return Place(kind, key, LABELS[key], value, source.count("\n", 0, start) + 1, start, end, part)


def _lines(source: str, key: str, start: int, end: int, part: int) -> Iterator[Place]:
    """A long text is changed line by line."""
    at = start + 3
    for line in source[start + 3 : end - 3].split("\n"):
        if line.strip() and "\\" not in line:
            yield _place(source, TEXT, key, line, at, at + len(line), part)
        at += len(line) + 1


def changed(source: str, place: Place, value: str) -> str:
    """The file with this one thing changed."""
    if place.kind == FLAG:
        written = "true" if value == "true" else "false"
    elif place.kind == NUMBER:
        written = "".join(sign for sign in value if sign.isascii() and sign.isdigit())[:6].lstrip("0") or "0"
    elif source[place.start : place.start + 1] in ('"', "'") and source[place.end - 1 : place.end] in ('"', "'"):
        written = quoted(value)
    else:  # a line of a long text: nothing that could end it
        written = "".join(sign for sign in value if sign >= " ").replace("\\", "").replace('"', "”")
    return source[: place.start] + written + source[place.end :]


_PART = re.compile(r"^[ \t]*\[\[\s*([A-Za-z0-9_-]+)\s*\]\][^\n]*$", re.MULTILINE)
PARTS = {
    "answers": _("Réponse"),
    "items": _("Étiquette"),
    "questions": _("Question"),
    "groups": _("Groupe"),
    "cards": _("Carte"),
    "panels": _("Carte"),
    "pairs": _("Paire"),
    "parts": _("Partie du message"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One `[[name]]` with what belongs to it: `source[start:end]`; `rank` counts those of its name from 1."""

    name: str
    label: str
    rank: int
    start: int
    end: int


def parts(source: str) -> tuple[Part, ...]:
    """The parts of a TOML activity, in order; long texts that look like one are none."""
    hidden = [found.span() for found in _TOKEN.finditer(source) if found.lastgroup in ("long", "comment")]
    heads = [found for found in _PART.finditer(source) if not any(start <= found.start() < end for start, end in hidden)]
    ends = [found.start() for found in heads[1:]] + [len(source)]
    names = [found[1] for found in heads]
    return tuple(
        Part(name, PARTS.get(name, name), names[: n + 1].count(name), head.start(), end)
        for n, (name, head, end) in enumerate(zip(names, heads, ends, strict=True))
    )


def doubled(source: str, part: Part) -> str:
    """The file with one more part like this one after it, to be changed; it is no right answer and no clue."""
    copy = source[part.start : part.end].rstrip("\n") + "\n"
    copy = re.sub(r"(?m)^(\s*(?:correct|suspicious)\s*=\s*)true\b", r"\1false", copy) if part.name in ("answers", "parts") else copy
    return source[: part.end].rstrip("\n") + "\n\n" + copy + ("\n" + source[part.end :] if part.end < len(source) else "")


def removed(source: str, part: Part) -> str:
    """The file without this part."""
    return source[: part.start] + source[part.end :]


_MARK = re.compile(r"[ \t]*(?:#{1,6}|[-*>])[ \t]+")


def paragraphs(source: str) -> tuple[Place, ...]:
    """What can be changed in a Markdown page: its lines, without the marks that make titles, lists and quotes of them."""
    found, at = [], 0
    for number, line in enumerate(source.split("\n"), 1):
        if line.strip():
            begins = _MARK.match(line)
            start = begins.end() if begins is not None else 0
            label = _("Titre") if line.startswith("#") else _("Texte")
            found.append(Place(TEXT, "text", label, line[start:], number, at + start, at + len(line), 0))
        at += len(line) + 1
    return tuple(found)
