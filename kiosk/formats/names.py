"""Names of persons and bodies, as read aloud and as filed.

Guarantees: "Giono, Jean (1895-1970)", "Giono, Jean, 1895-1970" and a MARC heading of two subfields give one same
contributor; roles are codes of the domain.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.domain import Contributor, Role
from kiosk.formats.text import clean, trimmed

_YEAR = r"(?:ca |vers |-)?[\d.]{2,4}\??"
_DATES = re.compile(rf"[,.]?\s*[\[(]?((?:{_YEAR}\s*-\s*(?:{_YEAR})?|n[ée]e? en \d{{4}})(?: av\. J\.-C\.)?)[\])]?\.?$")
_ROLE_AFTER = re.compile(r"\s?\.\s+([A-ZÉ][\w’' éèêàâîôûç()/-]{2,60})\s*$")
_PARENTHESES = re.compile(r"\s*\((?:pseud[^)]*|[^)]*\d{2}\.?\.?[^)]*)\)\s*")
_STATEMENT = re.compile(
    r"^(?:(?:texte|récit|scénario|dessins?|un film|réal(?:isation|isé|\.)?|prod(?:uction|\.)?|photogr(?:aphies|\.)?|ill(?:ustrations|\.)?)"
    r"(?: (?:et|&) \w+)? )?(?:écrit |réalisé |composé )?(?:par|de|d['’]|du|by|von) ?(?=[A-ZÉÈ])",
    re.IGNORECASE,
)
# Words that a source may write for a role, longest first where one contains another.
_ROLE_WORDS: tuple[tuple[str, Role], ...] = (
    ("traduc", Role.TRANSLATOR),
    ("translat", Role.TRANSLATOR),
    ("illustrat", Role.ILLUSTRATOR),
    ("dessin", Role.ILLUSTRATOR),
    ("compos", Role.COMPOSER),
    ("réalisat", Role.DIRECTOR),
    ("metteur en scène", Role.DIRECTOR),
    ("film director", Role.DIRECTOR),
    ("director", Role.DIRECTOR),
    ("narrat", Role.NARRATOR),
    ("lecteur", Role.NARRATOR),
    ("interprèt", Role.PERFORMER),
    ("perform", Role.PERFORMER),
    ("acteur", Role.PERFORMER),
    ("actor", Role.PERFORMER),
    ("chanteur", Role.PERFORMER),
    ("éditeur", Role.EDITOR),
    ("editor", Role.EDITOR),
    ("directeur", Role.EDITOR),
    ("auteur", Role.AUTHOR),
    ("author", Role.AUTHOR),
    ("scénarist", Role.AUTHOR),
    ("librettist", Role.AUTHOR),
    ("parolier", Role.AUTHOR),
    ("photograph", Role.ILLUSTRATOR),
    ("graveur", Role.ILLUSTRATOR),
    ("préfac", Role.OTHER),
    ("postfac", Role.OTHER),
    ("arrang", Role.OTHER),
    ("collabor", Role.OTHER),
    ("adaptat", Role.OTHER),
    ("chef d", Role.PERFORMER),
    ("direction", Role.PERFORMER),
    ("musicien", Role.PERFORMER),
    ("imprimeur", Role.OTHER),
    ("dédicat", Role.OTHER),
    ("product", Role.OTHER),
)
# What follows a comma without being a forename: "Napoléon 1er, empereur des Français"; particles are part of names.
_ADDITION = re.compile(r"(?!d[eu]s?\b|d['’]|van\b|von\b|l[ae]s?\b|el\b|al\b)[a-zéèà]")
_NAME = re.compile(r"(?=.{3,60}$)(?:(?:[A-ZÉÈÀÂÎÔÇ][^\s]*|d[eu]s?|d['’]\S+|van|von|der|la|le|les|el|al|et|&)(?: |$)){1,6}")
# A body rather than a person: never turned around a comma.
_BODY = re.compile(
    r"(?i)\b(?:biblioth|mus[ée]|universit|ministère|soci[ée]t|institut|association|académie|compagnie|orchestr|éditions"
    r"|france\b|conseil|centre|office)"
)


def spelt_role(words: str) -> Role | None:
    """Find the role that a source spelt out; None when the words name none."""
    low = words.lower()
    return next((role for start, role in _ROLE_WORDS if start in low), None)


@lru_cache(maxsize=8_192)
def person(entry: str, rest: str = "", numeration: str = "", dates: str = "", role: Role = Role.AUTHOR) -> Contributor | None:
    """Build a person from a heading's parts: `entry` as filed first, `rest` the other names."""
    entry, rest = clean(entry).strip(" ,;"), clean(rest).strip(" ,;")
    if not entry:
        return None
    if not rest and "," in entry and not dates:
        return heading(entry, role)
    if not rest and "," in entry:
        entry, _, rest = (part.strip() for part in entry.partition(","))
    if numeration:
        entry = f"{entry} {clean(numeration)}"
    name = _joined(rest, entry) if rest else entry
    return Contributor(name, f"{entry}, {rest}" if rest else "", role, clean(dates).strip(" .,()"))


def _joined(rest: str, entry: str) -> str:
    """“Jean” + “Giono”; a particle that ends with an apostrophe takes no space: “Jean d’” + “Ormesson”."""
    return f"{rest}{entry}" if rest.endswith(("'", "’")) else f"{rest} {entry}"


@lru_cache(maxsize=4_096)
def body(*parts: str, role: Role = Role.AUTHOR) -> Contributor | None:
    """Build a body from its name and its subordinate units."""
    name = ". ".join(p for p in (clean(part).strip(" ,;.") for part in parts) if p)
    return Contributor(name, "", role) if name else None


def heading(text: str, role: Role | None = None) -> Contributor | None:
    """Read a whole heading: "Depping, Georges Bernard (1784-1853). Traducteur"."""
    text = clean(text)
    if role is None:
        role, after = Role.AUTHOR, _ROLE_AFTER.search(text)
        if after is not None and (found := spelt_role(after.group(1))) is not None:
            role, text = found, text[: after.start()]
    dates = ""
    while (found_dates := _DATES.search(text)) is not None and found_dates.start() > 0:
        dates, text = dates or found_dates.group(1).strip(), text[: found_dates.start()]
    text = _PARENTHESES.sub(" ", text).strip(" ,;")
    if not text:
        return None
    if "," not in text or _BODY.search(text):
        return Contributor(text, "", role, dates)
    entry, first = (part.strip() for part in text.split(",")[:2])  # a third part is a title: "Tupinier, Joseph, baron"
    if not first or _ADDITION.match(first):
        return Contributor(entry, "", role, dates)
    return Contributor(_joined(first, entry), f"{entry}, {first}", role, dates)


def direct(text: str, role: Role = Role.AUTHOR) -> Contributor | None:
    """Read a name written in reading order: "Jafar Panahi". How it is filed is not guessed."""
    name = trimmed(text).strip(" .")
    return Contributor(name, "", role) if name else None


def from_statement(text: str, role: Role = Role.AUTHOR) -> list[Contributor]:
    """Read a statement of responsibility ("par Paul Martin et Luc Roy ; dessins de …") when there is no heading.

    Only what surely is a name comes out: at most three, from the first part of the statement.
    """
    first = re.split(r" ; |, (?:dessin|ill|trad|mus|scénario|avec|préf)|\[et al|\.\.\.|…", clean(text))[0]
    first = _STATEMENT.sub("", first).strip(" .,;:[]")
    parts = [part.strip() for part in re.split(r", | et | & ", first)]
    found = parts if all(" " in part for part in parts) else [first]
    return [name for part in found[:3] if _NAME.fullmatch(part) and (name := direct(part, role)) is not None]


def unique(contributors: list[Contributor]) -> tuple[Contributor, ...]:
    """Drop repetitions of one name in one role, keeping the order."""
    if len(contributors) < 2:
        return tuple(contributors)
    seen: dict[tuple[str, Role], Contributor] = {}
    for contributor in contributors:
        seen.setdefault((contributor.name, contributor.role), contributor)
    return tuple(seen.values())
