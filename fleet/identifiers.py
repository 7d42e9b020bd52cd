"""Identifiers printed on labels, and what a barcode reader types back. Pure.

Guarantees: an identifier is made of a-z, 0-9 and hyphens only; a label's code is read back whatever the layout of the
keyboard the reader believes in (a reader set for a US keyboard on a French computer types "cpd)tqblette)è" for
"cpd-tablette-7").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")

DEVICE_PREFIX, CASE_PREFIX, ACCESSORY_PREFIX, COMMAND_PREFIX = "cpd-", "cpc-", "cpa-", "cpx-"
MAX_LENGTH = 40
MAX_SCAN = 200  # characters; a reader never types more

# What the keys of a US keyboard give on a French one, key by key.
# "m" sits on another key: the US "m" gives "," and the US ";" gives "m".
_PAIRS = dict(zip("azertyuiopqsdfghjkl", "qwertyuiopasdfghjkl", strict=True))
_PAIRS |= {upper.upper(): lower.upper() for upper, lower in list(_PAIRS.items())}
_PAIRS |= dict(zip("wxcvbn,WXCVBN?", "zxcvbnmZXCVBNM", strict=True))
_PAIRS |= dict(zip("&é\"'(-è_çà)°", "1234567890-_", strict=True))
_FROM_FRENCH_LAYOUT = str.maketrans(_PAIRS)


def plain(text: str) -> str:
    """Lower case without accents, spaces squeezed: what two spellings of one name have in common."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.replace("’", "'")) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def slug(text: str) -> str:
    """ "Valise n° 3, Info ou intox" → "valise-n-3-info-ou-intox"."""
    words = plain(text).replace("œ", "oe").replace("æ", "ae")
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:MAX_LENGTH].strip("-") or "sans-nom"


def free_identifier(text: str, taken: Container[str], where: str = "") -> str:
    """An identifier for a name: the name itself, else with its place before it, else numbered."""
    base = slug(text)
    if base not in taken:
        return base
    if where and (placed := slug(f"{where} {text}")) not in taken:
        return placed
    number = 2
    while f"{base[: MAX_LENGTH - 5]}-{number}" in taken:
        number += 1
    return f"{base[: MAX_LENGTH - 5]}-{number}"


def readings(scan: str) -> tuple[str, ...]:
    """What a reader may have meant, likeliest first, lower case; empty when it is not a code at all."""
    text = scan.strip().strip("\x00\x02\x03\r\n\t")[:MAX_SCAN]
    if not text:
        return ()
    other = text.translate(_FROM_FRENCH_LAYOUT)
    return tuple(dict.fromkeys(word.casefold() for word in (text, other)))


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorting key that puts "Tablette 2" before "Tablette 10"."""
    parts = re.split(r"(\d+)", plain(text))
    return tuple((0, int(part[:18]), "") if part.isdecimal() and part.isascii() else (1, 0, part) for part in parts if part)


def matching(text: str, values: Iterable[T], prefix: str, keys: Callable[[T], Sequence[str]]) -> list[T]:
    """Values that what was typed or scanned stands for; `keys` are theirs, the identifier first, an earlier one beats a later one."""
    pool = list(values)
    for meant in readings(text):
        if prefix and meant.startswith(prefix):
            found = [value for value in pool if keys(value)[0] == meant.removeprefix(prefix)]
            if found:
                return found
        for rank in range(len(keys(pool[0])) if pool else 0):
            found = [value for value in pool if keys(value)[rank] and plain(keys(value)[rank]) == plain(meant)]
            if found:
                return found
    return []


def near(text: str, names: Iterable[str], most: int = 4) -> list[str]:
    """Names that what was typed may have meant: those that hold it, else those that differ by a letter or two."""
    wanted = plain(text)
    pool = {plain(name): name for name in names if name}
    held = [name for bare, name in pool.items() if len(wanted) >= 3 and wanted in bare]
    return held[:most] or [pool[bare] for bare in get_close_matches(wanted[:MAX_LENGTH], pool, most, cutoff=0.75)]
