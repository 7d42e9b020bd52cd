"""The keys of the on-screen keyboards: which, where, and what each says. Pure: no Kivy.

Guarantees:
- every letter of French is typed by taps alone (page "accents"), and also by holding a letter;
- a page has as many rows as the others of its board and every key is as wide as at least one unit of its row, so that
  changing pages moves nothing and no key is smaller than the others;
- AZERTY is the arrangement of French keyboards; "abc" is for those who look for letters in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.ui.i18n import _

VARIANTS: Final[Mapping[str, str]] = {
    "a": "àâäæ",
    "c": "ç",
    "e": "éèêë€",
    "i": "îï",
    "n": "ñ",
    "o": "ôöœ",
    "u": "ùûü",
    "y": "ÿ",
    "’": "'«»\"",
    "-": "–_/",
    "?": "!¿",
    ".": ",;:…",
}

# What a key does when it types nothing
SHIFT, ACCENTS, DIGITS, LETTERS, BACKSPACE, CLEAR, ENTER, SPACE, ORDER, HIDE = (
    "shift",
    "accents",
    "digits",
    "letters",
    "backspace",
    "clear",
    "enter",
    "space",
    "order",
    "hide",
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `text` is typed, or `action` done; `width` in units of its row; `icon` instead of a label."""

    text: str = ""
    action: str = ""
    width: float = 1.0
    icon: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """Identity within a page."""
        return self.action or self.text

    @property
    def variants(self) -> str:
        """Other letters of this key, for a long press; capitals for a capital."""
        found = VARIANTS.get(self.text.lower(), "")
        return "".join(upper(c) for c in found) if self.text and self.text != self.text.lower() else found


@dataclass(frozen=True, slots=True)
class Placed:
    """A key and its place, from 0 to 1 of the board's width and height, from its upper left corner."""

    key: Key
    x: float
    y: float
    width: float
    height: float


Row = tuple[Key, ...]


def upper(character: str) -> str:
    """Capital of one letter; what has no single capital stays ("ß")."""
    capital = character.upper()
    return capital if len(capital) == 1 else character


def spoken(key: Key) -> str:
    """What a voice says of a key."""
    said = {
        SHIFT: _("majuscule"),
        ACCENTS: _("lettres accentuées"),
        DIGITS: _("chiffres et signes"),
        LETTERS: _("lettres"),
        BACKSPACE: _("effacer la dernière lettre"),
        CLEAR: _("tout effacer"),
        ENTER: key.label or _("valider"),
        SPACE: _("espace"),
        ORDER: _("changer l’ordre des lettres"),
        HIDE: _("ranger le clavier"),
        "’": _("apostrophe"),
        "-": _("tiret"),
        ".": _("point"),
        ",": _("virgule"),
        "?": _("point d’interrogation"),
        "!": _("point d’exclamation"),
        "«": _("guillemet ouvrant"),
        "»": _("guillemet fermant"),
        ":": _("deux-points"),
        ";": _("point-virgule"),
        "/": _("barre"),
        "(": _("parenthèse ouvrante"),
        ")": _("parenthèse fermante"),
        "@": _("arobase"),
        "&": _("et"),
        "€": _("euro"),
    }.get(key.name)
    if said:
        return said
    if key.text.isalpha() and key.text != key.text.lower():
        return _("{letter} majuscule").format(letter=key.text.lower())
    return key.text


def _row(letters: str) -> Row:
    return tuple(Key(c) for c in letters)


def _capitals(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(tuple(Key(upper(k.text), k.action, k.width, k.icon, k.label) if k.text.isalpha() else k for k in row) for row in rows)


_BACK = Key(action=BACKSPACE, icon="backspace")
_SHIFT = Key(action=SHIFT, icon="apple_keyboard_shift")


def _bottom(first: Key, second: Key, order: str, enter: str) -> Row:
    return (
        first,
        second,
        Key(action=ORDER, width=1.25, label=order),
        Key(" ", SPACE, 2.75, label=_("espace")),
        Key(action=HIDE, icon="keyboard_close"),
        Key(action=ENTER, width=2.0, label=enter),
    )


def text_board(*, abc: bool = False, enter: str = "") -> Mapping[str, tuple[Row, ...]]:
    """Pages of the keyboard for words: lower, upper, accents, digits. `enter` is the verb of its main key."""
    enter = enter or _("Chercher")
    order = "AZERTY" if abc else "ABC"
    accents_key, digits_key = Key(action=ACCENTS, label="é è à", width=1.5), Key(action=DIGITS, label="?!«", width=1.5)
    letters_key = Key(action=LETTERS, label="abc", width=1.5)
    digits = _row("1234567890")
    if abc:
        lower = (digits, _row("abcdefghij"), _row("klmnopqrst"), (_SHIFT, *_row("uvwxyz’-"), _BACK))
    else:
        lower = (digits, _row("azertyuiop"), _row("qsdfghjklm"), (_SHIFT, *_row("wxcvbn’-"), _BACK))
    accents = (digits, _row("éèêëàâäçîï"), _row("ôöœùûüÿæñ€"), (_SHIFT, *_row("«»’-.,?!"), _BACK))
    signs = (digits, _row("«»()\"'&@€%"), _row(".,;:?!…–_/"), (Key("+"), *_row("=*#°§^~|"), _BACK))
    main = _bottom(accents_key, digits_key, order, enter)
    back = _bottom(letters_key, digits_key, order, enter)
    return {
        "lower": (*lower, main),
        "upper": (*_capitals(lower), main),
        "accents": (*accents, back),
        "ACCENTS": (*_capitals(accents), back),
        "digits": (*signs, _bottom(accents_key, letters_key, order, enter)),
    }


def narrow_board(columns: int, *, enter: str = "") -> Mapping[str, tuple[Row, ...]]:
    """The same letters in alphabetical order on `columns` (5 to 9) columns, for a glass too narrow for ten keys of 9 mm."""

    def fold(characters: str, extra: Row) -> tuple[Row, ...]:
        keys = [*_row(characters), *extra]
        rows = [tuple(keys[at : at + columns]) for at in range(0, len(keys), columns)]
        return tuple(rows)

    half = columns / 2
    accents, letters = Key(action=ACCENTS, label="éèà"), Key(action=LETTERS, label="abc")
    end: Row = (
        Key(action=DIGITS, label="123"),
        Key(" ", SPACE, half - 1, label=_("espace")),
        Key(action=ENTER, width=half, label=enter or _("Chercher")),
    )
    lower = fold("abcdefghijklmnopqrstuvwxyz’-", (_SHIFT, accents, _BACK))
    high = len(lower)
    pages = {
        "lower": lower,
        "upper": _capitals(lower),
        "accents": fold("éèêëàâäçîïôöœùûüÿæñ€«»", (_SHIFT, letters, _BACK)),
        "digits": fold("1234567890.,;:?!()/@&’-«»€", (letters, _BACK)),
    }
    pages["ACCENTS"] = _capitals(pages["accents"])
    return {name: (*rows, *((),) * (high - len(rows)), end) for name, rows in pages.items()}


def number_board(*, enter: str = "") -> Mapping[str, tuple[Row, ...]]:
    """Digits for a card number, as on a telephone."""
    rows = (
        _row("123"),
        _row("456"),
        _row("789"),
        (Key(action=CLEAR, icon="close"), Key("0"), Key(action=BACKSPACE, icon="backspace")),
        (Key(action=ENTER, width=3.0, label=enter or _("Continuer")),),
    )
    return {"lower": rows}


def placed(rows: tuple[Row, ...]) -> tuple[Placed, ...]:
    """Give each key its place; a row narrower than the widest is centred."""
    widest = max(sum(k.width for k in row) for row in rows)
    found = []
    for number, row in enumerate(rows):
        at = (widest - sum(k.width for k in row)) / 2
        for key in row:
            found.append(Placed(key, at / widest, number / len(rows), key.width / widest, 1 / len(rows)))
            at += key.width
    return tuple(found)
