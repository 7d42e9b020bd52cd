"""French analysis: the same text always gives the same terms, at indexing and at asking.

Guarantees: pure; never raises on any string; the output is bounded by `MAX_QUERY_CHARS`, `MAX_QUERY_WORDS` and
`MAX_TERM_CHARS`; terms are made of letters and digits only, besides the mark `=` in front of a function word.

A word of a record becomes up to four terms:
- its stem ("chevaux" → `cheval`), which whole words of a query ask for;
- its folded form (`chevaux`), which the unfinished last word of a query completes;
- its exact form when it has accents ("thé" → `thé`), which only weighs in the order;
- a function word ("le", "de", English "the") becomes `=le` alone, so that "thé" never drowns among "the".
Elisions (l’, d’, qu’, jusqu’… with either apostrophe) are cut off, hyphenated words give their parts and the whole.
Names (titles, people, subjects) keep an elision written in one word too, marked (`=lecole`): many people type no apostrophe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain

MAX_QUERY_CHARS = 400
MAX_QUERY_WORDS = 24
MAX_TERM_CHARS = 40
MAX_TEXT_CHARS = 20_000

STOP = frozenset(["à", "a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "un", "une", "the", "of", "and"])
_ARTICLES = frozenset(["le", "la", "les", "l", "un", "une", "des", "the"])  # not at the beginning of what is filed
LETTERS = frozenset(["c", "j", "l", "m", "n", "s", "t", "d"])  # what is left of an elision typed without its apostrophe
_ELISIONS = frozenset(["c", "d", "j", "l", "m", "n", "qu", "s", "t", "jusqu", "lorsqu", "puisqu", "quoiqu"])
_WORD = re.compile("[^\\W_]+(?:['’ʼ‘′`\\-‐‑\u00ad][^\\W_]+)*")
_ELIDED = re.compile("(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)[aeiouyh]")
_SIMPLE = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "′": "'", "`": "'", "‐": "-", "‑": "-", "\u00ad": None})
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n"}
_ARTICLES = frozenset(["le", "la", "les", "l", "un", "une", "des", "the"])
_IRREGULAR = {
    "yeux": "oeil",
    "cieux": "ciel",
    "travaux": "travail",
    "vitraux": "vitrail",
    "coraux": "corail",
    "emaux": "email",
    "bleus": "bleu",
    "trous": "trou",
    "clous": "clou",
    "fous": "fou",
    "mous": "mou",
    "elus": "elu",
}
# Words whose last letter is no plural, where the rest would be another word, or none that is ever written.
_INVARIABLE = frozenset(
    """
    alors anglais avis bois bras corps cours dans depuis dessous discours fils fois francais jamais jesus louis mais mars mois
    ours paradis paris pays proces progres puis repas sans secours sens souris succes tapis temps toujours trois univers vers
    voix
    """.split()  # noqa: SIM905
)
_NUMBER = re.compile(r"(?<![\w])(?:\d[\d\- ]{8,20}[\dXx])(?![\w])")
_CACHE_LIMIT = 60_000


def fold(text: str) -> str:
    """Lower case, no accents, ligatures opened: "Œdipe à l’Été" → "oedipe a l’ete"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower()).lower()
    return "".join(LIGATURES.get(c, c) for c in decomposed if not unicodedata.combining(c))


def stem(form: str) -> str:
    """Bring a folded form to singular, and feminine agent nouns to masculine. Light on purpose: "porte" is not "port"."""
    if len(form) < 4 or form[-1] not in "sxer" or form in _INVARIABLE:
        return form
    if form in _IRREGULAR:
        return _IRREGULAR[form]
    if form[-1] == "x":
        if form.endswith(("eaux", "yaux")) or form[-3:] in ("eux", "oux"):
            return form[:-1]
        return form[:-3] + "al" if form.endswith("aux") and len(form) > 4 else form
    if form[-1] == "s":
        if (form[-2] in "su" and len(form) < 6) or form[-2] == "s":
            return form
        form = form[:-1]
    return _masculine(form)


def _masculine(form: str) -> str:
    """Join "danseur" and "danseuse", "heureux" and "heureuse", "lecteur" and "lectrice", each as far as all of them go: `danseu`."""
    if form.endswith("iere") and len(form) > 6:
        return form[:-4] + "ier"
    if form.endswith("ienne") and len(form) > 6:
        return form[:-2]
    if form.endswith("eur") and len(form) > 5:
        return form[:-1]
    if form.endswith("euse") and len(form) > 6:
        return form[:-2]
    if form.endswith("trice") and len(form) > 6:
        return form[:-4] + "eu"
    return form


def isbn13(number: str) -> str:
    """Return 13 digits for an ISBN-10, ISBN-13 or EAN with or without hyphens, or "" when its check digit is wrong."""
    digits = number.replace("-", "").replace(" ", "").upper()
    if len(digits) == 13 and digits.isdecimal():
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits if digits.isascii() and total % 10 == 0 else ""
    if len(digits) != 10 or not digits.isascii() or not digits[:9].isdecimal() or digits[9] not in "0123456789X":
        return ""
    values = [10 if d == "X" else int(d) for d in digits]
    if sum(v * (10 - i) for i, v in enumerate(values)) % 11:
        return ""
    body = "978" + digits[:9]
    check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body)) % 10
    return body + str(check)


def words(text: str) -> Iterator[str]:
    """Split normalised text into words; hyphens and apostrophes inside a word stay in it."""
    return (_plain(m.group()) for m in _WORD.finditer(_composed(text)))


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each simple word with where it stands in `text`, folded: what can be replaced by another word."""
    for match in _SIMPLE.finditer(text):
        yield match.start(), match.end(), clean(fold(match.group()))


def _composed(text: str) -> str:
    """Return NFC, so that an accent stays with its letter."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _plain(word: str) -> str:
    """Return a word in lower case with one kind of apostrophe and hyphen."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", word.lower().translate(_APOSTROPHES))


def split_elision(word: str) -> str:
    """Cut "l'", "qu'", "jusqu'"… off a normalised word."""
    while "'" in word:
        head, tail = word.split("'", 1)
        if head not in _ELISIONS:
            break
        word = tail
    return word


def parts_of(word: str) -> list[str]:
    """Return the simple words in a compound: "arc-en-ciel" → arc, en, ciel."""
    if "-" not in word and "'" not in word:
        return [word] if word else []
    return [p for p in word.replace("'", "-").split("-") if p]


def forms(word: str) -> tuple[str, ...]:
    """Return the terms of one simple normalised word: stem, then folded form, then exact form, as far as they differ."""
    word = word[: MAX_TERM_CHARS * 2]
    if word in STOP:
        return ("=" + fold(word),)
    folded = clean(fold(word))[:MAX_TERM_CHARS]
    if not folded:
        return ()
    found = [stem(folded)]
    if folded != found[0]:
        found.append(folded)
    exact = clean(word)[:MAX_TERM_CHARS]
    if exact != folded:
        found.append(exact)
    if folded.isdecimal() and folded[0] == "0" and folded.strip("0"):
        found.append(folded.lstrip("0"))
    return tuple(found)


def clean(word: str) -> str:
    """Keep letters and digits; those beyond Latin are spelled in ASCII, since tokenizers disagree on what a letter is."""
    if word.isascii():
        return word if word.isalnum() else "".join(c for c in word if c.isalnum())
    return "".join(c if c < "\u0250" else f"q{ord(c):05x}" for c in word if unicodedata.category(c)[0] in "LN")


class _Terms(dict[str, str]):
    """Terms of what stood between spaces so far; bounded, since words of a catalogue repeat but those of an attacker do not."""

    def __init__(self, elided: bool) -> None:
        super().__init__()
        self._elided = elided

    def __missing__(self, chunk: str) -> str:
        terms = " ".join(dict.fromkeys(t for word in _WORD.findall(chunk) for t in self._word(word)))
        if len(self) >= _CACHE_LIMIT:
            self.clear()
        self[chunk] = terms
        return terms

    def _word(self, word: str) -> list[str]:
        plain = _plain(word)
        bare = split_elision(plain)
        parts = parts_of(bare)
        terms = [t for p in parts for t in forms(p)]
        if len(parts) > 1:
            terms += forms("".join(parts))
        if self._elided and parts and bare != plain and (written := elided(plain[: -len(bare)].replace("'", "") + parts[0])):
            terms.append(written)
        return terms


def elided(word: str) -> str:
    """Return the term of an elision written without its apostrophe, "" for a word that cannot be one: lecole → =lecole."""
    folded = clean(fold(word))[:MAX_TERM_CHARS]
    return "=" + folded if len(folded) > 3 and _ELIDED.match(folded) else ""


class _Filed(dict[str, tuple[tuple[str, str], ...]]):
    """The simple words of what stood between spaces so far, each with how it is filed; bounded as `_Terms` is."""

    def __missing__(self, chunk: str) -> tuple[tuple[str, str], ...]:
        found = tuple([(part, clean(fold(part))) for word in _WORD.findall(chunk) for part in parts_of(_plain(word))])
        if len(self) >= _CACHE_LIMIT:
            self.clear()
        self[chunk] = found
        return found


_terms, _name_terms, _filed = _Terms(elided=False), _Terms(elided=True), _Filed()


def text_terms(text: str) -> str:
    """Return the terms of a text in order, separated by spaces: what an index stores."""
    return " ".join(filter(None, map(_terms.__getitem__, _composed(text[:MAX_TEXT_CHARS]).split())))


def name_terms(text: str) -> str:
    """Return the terms of a title or a name, elisions also as one word."""
    return " ".join(filter(None, map(_name_terms.__getitem__, _composed(text[:MAX_TEXT_CHARS]).split())))


def title_key(text: str) -> str:
    """Return a title as it is filed and compared: folded, no punctuation, no leading article ("L’Étranger" → "etranger")."""
    simple = list(chain.from_iterable(map(_filed.__getitem__, _composed(text[:1000]).split())))
    return without_article([folded for _part, folded in simple], simple[0][0] if simple else "")


def without_article(filed: Sequence[str], first: str) -> str:
    """Return the key of a title of these simple words, folded and clean, of which `first` is what the first was."""
    bare = filed[1:] if len(filed) > 1 and first in _ARTICLES else filed
    return " ".join(filter(None, bare))[:200]


def numbers_in(text: str) -> tuple[str, list[str]]:
    """Take ISBN and EAN out of a query; return what is left and the numbers, normalised."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        number = isbn13(match.group())
        if number:
            found.append(number)
            return " "
        return match.group()

    return _NUMBER.sub(take, text), found
