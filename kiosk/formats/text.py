"""Clean text for screens out of what catalogues hold.

Guarantees: the result has no control character, no non-sorting mark, no run of spaces and no space at either end; it is
NFC. Text that was encoded twice ("Ã©") is put right when that can be done without a doubt.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

LONG = 12_000  # characters kept of a summary
SHORT = 1_000  # characters kept of a title, a name, a subject

# ISO 6630 marks around words that do not count for sorting: U+0088/U+0089 in UNIMARC (BnF), U+0098/U+009C in MARC21.
_SPACES = re.compile(r"[ \t\n\r\x0b\x0c\xa0\u2000-\u200b\u2028\u2029\u202f\u205f\ufeff]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\U000e0000-\U000e007f]")
_TAGS = re.compile(r"<(?:/?[A-Za-z][^<>]{0,500}|!--.{0,2000}?--)>", re.DOTALL)
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^<>]{0,100}>", re.IGNORECASE)
_DROPPED = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_LATE = "\\u0080-\\u00bf\\u0152\\u0153\\u0160\\u0161\\u0178\\u017d\\u017e\\u0192\\u02c6\\u02dc\\u2013-\\u203a\\u20ac\\u2122"
_MOJIBAKE = re.compile(f"[\\u00c2-\\u00c5][{_LATE}]|\\u00e2[{_LATE}]{{2}}|\\u00f0[{_LATE}]{{3}}")
_PUNCTUATION = " \t/:;,=+"
# C1 controls are Windows letters that were read as ISO 8859-1.
_WINDOWS = {0x8C: "Œ", 0x9C: "œ", 0x92: "’", 0x91: "‘", 0x93: "“", 0x94: "”", 0x96: "–", 0x97: "—", 0x85: "…", 0x80: "€"}


def clean(text: str, limit: int = SHORT) -> str:
    """Return `text` fit for a line of a screen, at most `limit` characters."""
    if not text.isprintable() or "  " in text or (not text.isascii() and _suspect(text)):
        text = _clean(text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _suspect(text: str) -> bool:
    """Tell printable text that may not be right: read in the wrong encoding, or with accents apart from their letters."""
    return "Ã" in text or "Â" in text or "Å" in text or "â€" in text or "\u030a" in text or not unicodedata.is_normalized("NFC", text)


def _clean(text: str) -> str:
    text = without_nonsorting(text)
    text = unmojibake(text)
    if "\u030a" in text:  # a degree sign that was taken for a ring above nothing: "12 ̊" for "12°"
        text = re.sub(r"(?<=[\d,]) ?\u030a|(?<=,)\u030a", "°", text)
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text))  # in this order: a control may stand between two that belong together
    return _SPACES.sub(" ", text)


def without_nonsorting(text: str) -> str:
    """Drop the marks around non-sorting words and keep the words; Windows letters among the C1 controls come back."""
    if not any("\x80" <= c <= "\x9f" for c in text):
        return text
    if "\x98" in text:
        text = re.sub(r"\x98([^\x98\x9c]*)\x9c", r"\1", text).replace("\x98", "")
    text = text.replace("\x88", "").replace("\x89", "")
    return text.translate(_WINDOWS)


def unmojibake(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252, sequence by sequence: "dÃ©jÃ " → "déjà"."""
    return _MOJIBAKE.sub(_unsequence, text)


def _unsequence(match: re.Match[str]) -> str:
    sequence = match.group()
    try:
        return b"".join(_byte(c) for c in sequence).decode("utf-8")
    except UnicodeDecodeError:
        return sequence


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1", "replace")


def plain(markup: str, limit: int = LONG) -> str:
    """Return the text of a summary that may be HTML, even HTML that was escaped twice."""
    text = markup
    for _ in range(2):
        if "<" in text:
            text = _TAGS.sub("", _BREAKS.sub(" ", _DROPPED.sub(" ", text)))
        if "&" not in text:
            break
        text = html.unescape(text)
    return clean(text, limit)


def trimmed(text: str, limit: int = SHORT) -> str:
    """`clean`, without the punctuation that catalogues put between two areas ("Paris :", "Orléans /")."""
    return clean(text, limit).strip(_PUNCTUATION)


@lru_cache(maxsize=16_384)
def heading(text: str) -> str:
    """Return a subject, a form or a genre fit for a facet. Remembered: a catalogue says the same thousands of them over and over."""
    return without_stop(trimmed(text, 120))


@lru_cache(maxsize=16_384)
def code(text: str) -> str:
    """`clean` for what is short and comes back with every copy: branches, shelves, call numbers."""
    return clean(text, 120)


def without_stop(text: str) -> str:
    """Drop a final full stop that ends a field rather than an abbreviation or an initial: "Musique." but not "J." or "…"."""
    if text.endswith(".") and not text.endswith("..") and len(text) > 3 and text[-3] not in " .-(" and " et al." not in text[-8:]:
        return text[:-1]
    return text
