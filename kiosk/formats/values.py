"""Years, languages, ages and durations out of what cataloguers write.

Guarantees: a year is between 1400 and a little after today or absent; languages are ISO 639-2/B codes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from kiosk.domain import Audience

LATEST = datetime.now(UTC).year + 2  # announced publications are in catalogues; "9999" is not
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_ROUGH = re.compile(r"(?<!\d)(1[4-9]\d|20\d)[-?.u](?![\d])|(?<!\d)(1[4-9]|20)(?:--|\.\.|\?\?|uu)(?!\d)")
_ROMAN = re.compile(r"\bM[\s.]?[DCLXVIM\s.]{2,20}\b")
_ROMAN_VALUES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}
_AGE = re.compile(r"(?i)(?:partir de|dès|des|from|à|\+)\s*(\d{1,2})\s*(?:ans|years|$)|^\s*(\d{1,2})\s*(?:[-–à+]|ans|et plus|$)")
_AGE_MONTHS = re.compile(r"(?i)\b\d{1,2}\s*mois\b")

# ISO 639-1 and ISO 639-2/T to ISO 639-2/B, for the languages met in French libraries; three letters not listed stay.
_LANGUAGE_TABLE = """
    fr:fre fra:fre en:eng de:ger deu:ger es:spa it:ita pt:por nl:dut nld:dut ru:rus ar:ara zh:chi zho:chi ja:jpn el:gre
    ell:gre la:lat pl:pol ro:rum ron:rum cs:cze ces:cze sk:slo slk:slo hu:hun sv:swe da:dan no:nor nb:nob fi:fin tr:tur
    he:heb fa:per fas:per uk:ukr bg:bul hr:hrv sr:srp scr:hrv scc:srp sq:alb sqi:alb hy:arm hye:arm ka:geo kat:geo
    vi:vie ko:kor th:tha hi:hin ca:cat oc:oci br:bre eu:baq eus:baq co:cos cy:wel cym:wel ga:gle gl:glg is:ice isl:ice
    mk:mac mkd:mac my:bur mya:bur bo:tib bod:tib ms:may msa:may mi:mao mri:mao et:est lv:lav lt:lit sl:slv bs:bos
    eo:epo ku:kur ps:pus ur:urd bn:ben ta:tam id:ind mg:mlg sw:swa wo:wol am:amh so:som af:afr lb:ltz frd:fre
    français:fre francais:fre french:fre anglais:eng english:eng allemand:ger german:ger espagnol:spa spanish:spa
    italien:ita italian:ita portugais:por arabe:ara occitan:oci provençal:oci russe:rus chinois:chi japonais:jpn
"""
_LANGUAGES = dict(pair.split(":") for pair in _LANGUAGE_TABLE.split())
_SURE = frozenset(_LANGUAGES.values())
_NO_LANGUAGE = frozenset({"und", "xxx", "zxx", "mis", "qaa", "n/a"})


@lru_cache(maxsize=4_096)
def year(text: str) -> int | None:
    """Find the year of a publication statement: "impr. 2008", "DL 2006", "[ca 1859]", "185-?", "MDCCLXXXIII"."""
    found = _YEAR.search(text)
    if found is not None:
        value = int(found.group(1))
        return value if value <= LATEST else None
    rough = _ROUGH.search(text)
    if rough is not None:
        return int((rough.group(1) or rough.group(2)).ljust(4, "0"))
    roman = _ROMAN.search(text)
    return _roman_year(roman.group()) if roman is not None else None


def _roman_year(text: str) -> int | None:
    digits = [_ROMAN_VALUES[c] for c in text if c in _ROMAN_VALUES]
    total = sum(-d if any(later > d for later in digits[i + 1 : i + 2]) else d for i, d in enumerate(digits))
    return total if 1400 <= total <= LATEST else None


def language(text: str) -> str:
    """Return the ISO 639-2/B code of a code, a BCP 47 tag or a name; empty when it says nothing."""
    if text in _SURE:
        return text
    low = text.strip().lower()
    code = _LANGUAGES.get(low)
    if code is None:
        main = re.split(r"[-_]", low)[0]
        code = _LANGUAGES.get(main, main if len(main) == 3 and main.isascii() and main.isalpha() else "")
    return "" if code in _NO_LANGUAGE else code


def languages(texts: list[str]) -> tuple[str, ...]:
    """Return the codes of several languages, once each, in order."""
    return tuple(dict.fromkeys(code for text in texts if (code := language(text))))


def age(text: str) -> int | None:
    """Find the youngest age in "À partir de 9 ans", "8-12 ans", "dès 18 mois" (0); None when there is none."""
    if _AGE_MONTHS.search(text):
        return 0
    found = _AGE.search(text)
    if found is None:
        return None
    value = int(found.group(1) or found.group(2))
    return value if value <= 21 else None


def audience_of_age(years: int | None) -> Audience | None:
    """Return whom an age range starts with."""
    if years is None:
        return None
    return Audience.EARLY if years < 6 else Audience.CHILDREN if years < 12 else Audience.TEENS if years < 18 else Audience.ADULTS


_AUDIENCE_WORDS: tuple[tuple[str, Audience], ...] = (
    ("tout public", Audience.ALL),
    ("tous publics", Audience.ALL),
    ("all ages", Audience.ALL),
    ("young adult", Audience.TEENS),
    ("ados", Audience.TEENS),
    ("adolescent", Audience.TEENS),
    ("teen", Audience.TEENS),
    ("petite enfance", Audience.EARLY),
    ("tout-petit", Audience.EARLY),
    ("jeunesse", Audience.CHILDREN),
    ("enfant", Audience.CHILDREN),
    ("child", Audience.CHILDREN),
    ("juvenile", Audience.CHILDREN),
    ("adult", Audience.ADULTS),
)


def audience(text: str) -> Audience | None:
    """Find an audience that was spelt out."""
    low = text.lower()
    return next((value for word, value in _AUDIENCE_WORDS if word in low), None)


def duration(seconds: float) -> str:
    """Write a playing time: 6120 → "1 h 42 min"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return ""
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
