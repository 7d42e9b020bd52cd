"""Numbers as people write them: "louis 14" is "Louis XIV", "3 mousquetaires" are three, "5e symphonie" is "Symphonie n° 5".

Guarantees: pure; a word with no other reading gives nothing; what looks like a number but is a word ("vie", "neuf") stays
a word. Works on folded words (`analysis.fold`) and gives stems (`analysis.stem`), as plans do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

Reading = tuple[str, ...]

LARGEST_ROMAN = 39  # beyond, "c", "d", "l" and "m" are letters, and people write digits
_LONGEST_RUN = 7  # words of a number: "quatre vingt dix sept mille trois cent"
_UNITS = "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()  # noqa: SIM905
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_VALUES = {word: n for n, word in enumerate(_UNITS)} | {word: n for n, word in _TENS.items()} | {"cent": 100, "mille": 1000}
_ALONE = {word: n for word, n in _VALUES.items() if word not in ("zero", "un", "neuf")}  # "neuf" is more often new than nine
_ORDINALS = ["premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme", "huitieme", "neuvieme", "dixieme"]
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ORDINAL = re.compile(r"(\d{1,3}|[ivx]{1,6}?)(?:e|er|ere|re|eme|ieme|nd|nde)")
_NUMBERED = re.compile(r"(?:t|tome|vol|volume|n|no|num)0*(\d{1,4})")
_DESIGNATIONS = frozenset({"t", "tome", "vol", "volume", "n", "no", "num", "numero"})
_WORDS_ALL_THE_SAME = frozenset({"vie", "i", "v", "x"})


def roman(number: int) -> str:
    """Return 1 to 39 in small Roman numerals, "" for others."""
    if not 0 < number <= LARGEST_ROMAN:
        return ""
    return "x" * (number // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[number % 10]


def of_roman(word: str) -> int:
    """Return what a Roman numeral is worth, 0 when it is none, or above 39."""
    match = _ROMAN.fullmatch(word)
    if not word or match is None:
        return 0
    return 10 * len(match[1]) + {"ix": 9, "iv": 4}.get(match[2], 5 * match[2].count("v") + match[2].count("i"))


def spelled(number: int) -> Reading:
    """Return the words of 0 to 999,999, singular, without "et": 80 → quatre, vingt."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        return (*(spelled(thousands) if thousands > 1 else ()), "mille", *(spelled(rest) if rest else ()))
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return (*(spelled(hundreds) if hundreds > 1 else ()), "cent", *(spelled(rest) if rest else ()))
    if number <= 16:
        return (_UNITS[number],)
    if number < 20:
        return ("dix", _UNITS[number - 10])
    if number >= 80:
        return ("quatre", "vingt", *(spelled(number - 80) if number > 80 else ()))
    ten = 60 if number >= 70 else number - number % 10
    return (_TENS[ten], *(spelled(number - ten) if number > ten else ()))


def value(words: Sequence[str]) -> int:
    """Return the number that these words spell, -1 when they spell none: [vingt, mille] → 20000."""
    total = current = 0
    for word in words:
        number = _VALUES.get(word.removesuffix("s") if word in ("vingts", "cents") else word)
        if number is None:
            return -1
        if number == 1000:
            total, current = total + max(1, current) * 1000, 0
        elif number == 100 or (number == 20 and current % 100 == 4):
            current = current // 100 * 100 + max(1, current % 100) * number
        else:
            current += number
    total += current
    bare = [w.removesuffix("s") if w in ("vingts", "cents") else w for w in words]
    return total if total < 1_000_000 and list(spelled(total)) == bare else -1


def run(words: Sequence[str]) -> tuple[int, tuple[Reading, ...]]:
    """Return how many of the first words are one number spelled out in at least two words, and its other readings."""
    for size in range(min(_LONGEST_RUN, len(words)), 1, -1):
        number = value(words[:size])
        if number >= 0:
            return size, _unlike(((str(number),), *_in_words(number)), tuple(words[:size]))
    return 1, ()


@lru_cache(maxsize=4096)
def readings(word: str, first: bool = False, spelled_out: bool = True) -> tuple[Reading, ...]:
    """Return what else a word may be; a letter alone is a number only where it is not the `first` word; words when `spelled_out`."""
    if word in _WORDS_ALL_THE_SAME and (first or word == "vie"):
        return ()
    if word.isdecimal() and word.isascii() and len(word) <= 6:
        number = int(word)
        numeral = ((roman(number),),) if roman(number) else ()
        return _unlike((*numeral, *(_in_words(number) if spelled_out else ())), (word,))
    if number := of_roman(word):
        return ((str(number),),)
    if numbered := _NUMBERED.fullmatch(word):
        return ((numbered[1],),)
    if word in _ALONE:
        return ((str(_ALONE[word]),),)
    return _ordinal(word, first)


def designates(word: str, following: str) -> bool:
    """Say whether a word only announces the number that follows: "tome 2", "n° 5"."""
    return word in _DESIGNATIONS and (following.isdecimal() or of_roman(following) > 0)


def _in_words(number: int) -> tuple[Reading, ...]:
    """Return a number in words. "Un" is dropped by every index, so such numbers have none, but for the Nights."""
    if number == 1001:
        return (("mille",),)
    if number < 2 or number == 9 or number >= 1_000_000:
        return ()
    words = spelled(number)
    if "un" in words:
        return ()
    joined = (("quatrevingt", *words[2:]),) if words[:2] == ("quatre", "vingt") else ()
    return (words, *joined)


def _ordinal(word: str, first: bool) -> tuple[Reading, ...]:
    match = _ORDINAL.fullmatch(word)
    if word in _ORDINALS:
        number = _ORDINALS.index(word) + 1
    elif match is not None:
        number = int(match[1]) if match[1].isdecimal() else of_roman(match[1])
        if first and len(match[1]) == 1 and not match[1].isdecimal():
            return ()
    else:
        return ()
    if not number:
        return ()
    numeral = roman(number)
    written = [f"{number}e", f"{number}eme", str(number)]
    written += [f"{numeral}e", f"{numeral}eme"] if numeral else []
    written += ["1er", "1ere", "ier"] if number == 1 else []
    written += [_ORDINALS[number - 1]] if number <= len(_ORDINALS) else []
    return _unlike(tuple((w,) for w in written if w not in _WORDS_ALL_THE_SAME), (word,))


def _unlike(found: tuple[Reading, ...], given: Reading) -> tuple[Reading, ...]:
    return tuple(r for r in dict.fromkeys(found) if r != given)
