"""French words and pictures for the codes of the domain: kinds, audiences, roles, languages, dates.

Guarantees: every code has a word and, where screens show one, an icon; an unknown code gives a decent word, never an error.
No Kivy here: snapshots and commands use it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from kiosk import platforms
from kiosk.domain import Audience, Item, ItemStatus, Kind, Record, Role
from kiosk.ui.i18n import N_, _, month, spoken, weekday

KINDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.BOOK: (N_("Livre"), "book"),
    Kind.COMIC: (N_("Bande dessinée"), "message_text"),
    Kind.EBOOK: (N_("Livre numérique"), "tablet"),
    Kind.AUDIOBOOK: (N_("Livre audio"), "headphones"),
    Kind.FILM: (N_("Film"), "movie_open"),
    Kind.MUSIC: (N_("Musique"), "music"),
    Kind.PRESS: (N_("Presse"), "newspaper_variant"),
    Kind.COURSE: (N_("Cours en ligne"), "school"),
    Kind.GAME: (N_("Jeu"), "gamepad_variant"),
    Kind.STORY: (N_("Histoire animée"), "teddy_bear"),
    Kind.SCORE: (N_("Partition"), "book_music"),
    Kind.MAP: (N_("Carte"), "map"),
    Kind.IMAGE: (N_("Image"), "image"),
    Kind.KIT: (N_("Objet à emprunter"), "toy_brick"),
    Kind.OTHER: (N_("Document"), "file_document"),
}
ACCESS_ICONS: Final[Mapping[Kind, str]] = {
    Kind.FILM: "play",
    Kind.STORY: "play",
    Kind.MUSIC: "headphones",
    Kind.AUDIOBOOK: "headphones",
    Kind.BOOK: "book_open_page_variant",
    Kind.EBOOK: "book_open_page_variant",
    Kind.PRESS: "book_open_page_variant",
    Kind.COMIC: "book_open_page_variant",
    Kind.COURSE: "school",
    Kind.GAME: "gamepad_variant",
}
AUDIENCES: Final[Mapping[Audience, str]] = {
    Audience.EARLY: N_("tout-petits"),
    Audience.CHILDREN: N_("enfants"),
    Audience.TEENS: N_("adolescents"),
    Audience.ADULTS: N_("adultes"),
    Audience.ALL: N_("tout public"),
}
ROLES: Final[Mapping[Role, str]] = {
    Role.AUTHOR: N_("Auteur"),
    Role.DIRECTOR: N_("Réalisation"),
    Role.COMPOSER: N_("Composition"),
    Role.ILLUSTRATOR: N_("Illustration"),
    Role.PERFORMER: N_("Interprétation"),
    Role.TRANSLATOR: N_("Traduction"),
    Role.NARRATOR: N_("Lu par"),
    Role.EDITOR: N_("Direction"),
    Role.OTHER: N_("Avec"),
}
LANGUAGES: Final[Mapping[str, str]] = {
    "fre": N_("français"),
    "eng": N_("anglais"),
    "ita": N_("italien"),
    "spa": N_("espagnol"),
    "ger": N_("allemand"),
    "por": N_("portugais"),
    "ara": N_("arabe"),
    "rus": N_("russe"),
    "chi": N_("chinois"),
    "jpn": N_("japonais"),
    "dut": N_("néerlandais"),
    "oci": N_("occitan"),
    "pro": N_("provençal"),
    "frp": N_("francoprovençal"),
    "lat": N_("latin"),
    "grc": N_("grec ancien"),
    "pol": N_("polonais"),
    "ukr": N_("ukrainien"),
    "tur": N_("turc"),
    "mul": N_("plusieurs langues"),
    "zxx": N_("sans paroles"),
}
LANGUAGE_ALIASES: Final = {"fra": "fre", "deu": "ger", "zho": "chi", "nld": "dut"}


def kind(code: Kind) -> str:
    """Return what a person calls it."""
    return _(KINDS[code][0])


def kind_icon(code: Kind) -> str:
    """Return its picture."""
    return KINDS[code][1]


def access(code: Kind, platform: str = "") -> tuple[str, str]:
    """Return the verb and the picture of what one does with it online, on `platform` when it is known."""
    return _(platforms.verb(platform, code)), ACCESS_ICONS.get(code, "earth")


def for_whom(record: Record) -> str:
    """Return whom it is for: "dès 8 ans", "adolescents", or nothing for adults and everybody."""
    if record.age_min:
        return _("dès {age} ans").format(age=record.age_min)
    if record.audience in (None, Audience.ADULTS, Audience.ALL):
        return ""
    return _(AUDIENCES[record.audience])


def role(code: Role) -> str:
    """Return the word before a name."""
    return _(ROLES[code])


def language(code: str) -> str:
    """Return the name of a language from its ISO 639-2 code."""
    known = LANGUAGES.get(LANGUAGE_ALIASES.get(code, code))
    return _(known) if known else code


def day(iso: str, today: date | None = None) -> str:
    """Write a date as one says it: "3 décembre", with its year when it is not this one's; a bad date comes back as it is."""
    try:
        when = datetime.fromisoformat(iso).date()
    except ValueError:
        return iso
    first = _("1er") if when.day == 1 and spoken() == "fr" else str(when.day)
    words = f"{first} {month(when.month)}"
    return words if today is not None and when.year == today.year else f"{words} {when.year}"


def day_of_week(iso: str, today: date | None = None) -> str:
    """Write "mercredi 25 novembre"."""
    try:
        when = datetime.fromisoformat(iso).date()
    except ValueError:
        return iso
    return f"{weekday(when.weekday())} {day(iso, today)}"


_SHORT: Final = (
    N_("janv."), N_("févr."), N_("mars"), N_("avril"), N_("mai"), N_("juin"), N_("juil."), N_("août"), N_("sept."), N_("oct."), N_("nov."),
    N_("déc."),
)  # fmt: skip


def short_month(number: int) -> str:
    """Return the usual abbreviation of a month, 1 to 12."""
    return _(_SHORT[number - 1])


def hours(starts: str, ends: str = "") -> str:
    """Write "14 h", "14 h 30 – 16 h"; nothing when no hour is known."""

    def one(iso: str) -> str:
        try:
            when = datetime.fromisoformat(iso)
        except ValueError:
            return ""
        if "T" not in iso and " " not in iso:
            return ""
        return f"{when.hour}\u202fh" + (f"\u202f{when.minute:02d}" if when.minute else "")

    first, last = one(starts), one(ends)
    return f"{first} – {last}" if first and last and first != last else first


def on_loan(due: str, today: date) -> str:
    """Tell when a copy comes back; a day that is past promises nothing and is left out."""
    return _("Emprunté jusqu’au {day}").format(day=day(due, today)) if due >= today.isoformat() else _("Emprunté")


def item_words(item: Item, today: date, *, here: bool = False) -> str:
    """Tell where a copy is: "En rayon ici", "En rayon", "Emprunté jusqu’au 3 décembre"…"""
    if item.status is ItemStatus.AVAILABLE:
        return _("En rayon ici") if here else _("En rayon")
    if item.status is ItemStatus.ON_LOAN:
        return on_loan(item.due, today)
    return _(
        {
            ItemStatus.ON_HOLD: N_("Réservé par quelqu’un"),
            ItemStatus.IN_TRANSIT: N_("En route vers une bibliothèque"),
            ItemStatus.REFERENCE: N_("À consulter sur place"),
            ItemStatus.UNAVAILABLE: N_("Indisponible"),
        }.get(item.status, N_("À demander à l’accueil"))
    )
