"""How French words sound, roughly: two spellings a child, an old person or a foreigner takes for the same give one key.

Guarantees: pure; works on many words at once, one a line, of the letters a to z: as many keys come back, in order. Keys
mean nothing by themselves (capitals are sounds: A for "an", I for "in", O for "on", U for "ou", E for "eu", C for "ch").
"""

from __future__ import annotations

import re

import numpy as np

# In order: each rule sees what the ones before left. Capitals protect a sound from the rules after. What has to stand before is looked
# at last: a pattern that begins with letters is searched for several times faster.
_RULES = tuple(
    (re.compile(pattern, re.MULTILINE), sound)
    for pattern, sound in (
        (rb"femm", rb"fam"),
        (rb"ph", rb"f"),
        (rb"(?:ch|tch|sch|tsch|sh)(?![rlnm\n])", rb"C"),
        (rb"h", rb""),
        (rb"cqu|qu?|ck", rb"k"),
        (rb"cc(?=[eiy])", rb"ks"),
        (rb"c(?=[eiy])|sc(?=[eiy])|ss|t(?=ion)", rb"S"),
        (rb"c", rb"k"),
        (rb"ge(?=[aou])|g(?=[eiy])", rb"j"),
        (rb"gu(?=[eiy])", rb"g"),
        (rb"s(?<=[aeiouy]s)(?=[aeiouy])", rb"z"),
        (rb"S", rb"s"),
        (rb"x(?=.)", rb"ks"),
        (rb"w", rb"v"),
        (rb"mn", rb"n"),
        (rb"aul[tdsx]+$|eaux?|au", rb"o"),
        (rb"oeu|eu", rb"E"),
        (rb"oe", rb"e"),
        (rb"(?:ain|ein|aim|im|in|ym|yn)(?![aeiouymn])", rb"I"),
        (rb"en(?<=ien)(?![aeiouymn])", rb"I"),
        (rb"[ae][nm](?![aeiouymn])", rb"A"),
        (rb"o[nm](?![aeiouymn])", rb"O"),
        (rb"[etdspx](?<=...)(?:(?<=e)z|(?<!e)[tdspx]*)$", rb""),
        (rb"[ae](?<=...)(?:(?<=a)i(?:en)?|(?<=e)[re]?)$", rb""),  # "é" folded is an "e", and falls with the silent ones
        (rb"ou", rb"U"),
        (rb"[ae][iy]", rb"e"),
        (rb"y", rb"i"),
    )
)


def keys(words: bytes) -> bytes:
    """Return the keys of words given one a line."""
    for pattern, sound in _RULES:
        words = pattern.sub(sound, words)
    letters = np.frombuffer(words, dtype=np.uint8)
    kept = np.ones(len(letters), dtype=np.bool_)
    kept[1:] = (letters[1:] != letters[:-1]) | (letters[1:] == ord("\n"))  # doubled sounds are one
    return letters[kept].tobytes()


def key(word: str) -> bytes:
    """Return the key of one word."""
    return keys(word.encode("ascii", "ignore") + b"\n")[:-1]
