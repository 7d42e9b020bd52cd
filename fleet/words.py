"""French words for the codes of the model, dates as people say them, and French typography.

Guarantees: every member of every enum has its word (a test counts them); nothing here reads or writes.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fleet.i18n import Words, _, ngettext, spoken
from fleet.model import Condition, DeviceKind, DeviceState, ExceptionKind, Level, LoanState, Method, Verdict


def _paris() -> tzinfo | None:
    try:
        return ZoneInfo("Europe/Paris")
    except ZoneInfoNotFoundError:  # no time zone data on this computer: its own clock will do
        return None


LOCAL = _paris()

KIND: Words[DeviceKind] = Words(
    {
        DeviceKind.TABLET: "tablette",
        DeviceKind.EREADER: "liseuse",
        DeviceKind.COMPUTER: "ordinateur",
        DeviceKind.HEADSET: "casque de réalité virtuelle",
        DeviceKind.MICROBIT: "carte micro:bit",
        DeviceKind.ROBOT: "robot",
        DeviceKind.AUDIO: "matériel son",
        DeviceKind.KIOSK: "borne",
        DeviceKind.OTHER: "autre",
    }
)
CONDITION: Words[Condition] = Words(
    {
        Condition.GOOD: "bon état",
        Condition.WORN: "usé",
        Condition.DAMAGED: "abîmé, utilisable",
        Condition.REPAIR: "en réparation",
        Condition.LOST: "manquant",
        Condition.RETIRED: "réformé",
    }
)
STATE: Words[DeviceState] = Words(
    {
        DeviceState.NEW: "à apparier",
        DeviceState.DIRTY: "à remettre à zéro",
        DeviceState.WORKING: "en cours",
        DeviceState.READY: "propre, prouvé",
        DeviceState.ATTENTION: "à voir",
    }
)
LOAN: Words[LoanState] = Words(
    {
        LoanState.RESERVED: "réservé",
        LoanState.OUT: "sorti",
        LoanState.RETURNED: "rentré",
        LoanState.CANCELLED: "annulé",
    }
)
VERDICT: Words[Verdict] = Words(
    {
        Verdict.CLEAN: "propre",
        Verdict.NOT_CLEAN: "pas propre",
        Verdict.UNKNOWN: "non prouvé",
    }
)
LEVEL: Words[Level] = Words(
    {
        Level.CRYPTOGRAPHIC_ERASE: "effacement cryptographique (clé détruite)",
        Level.OVERWRITE: "réécriture de l’espace",
        Level.DELETE: "suppression des fichiers",
        Level.CHECKED_BY_PERSON: "contrôle par une personne",
        Level.NONE: "aucun",
    }
)
METHOD: Words[Method] = Words(
    {
        Method.CLEAR: "Clear (effacement simple)",
        Method.PURGE: "Purge (effacement approfondi)",
        Method.NONE: "ni Clear ni Purge",
    }
)
EXCEPTION: Words[ExceptionKind] = Words(
    {
        ExceptionKind.MISSING: "manque",
        ExceptionKind.DAMAGED: "abîmé",
        ExceptionKind.INCOMPLETE: "incomplet",
        ExceptionKind.UNEXPECTED: "pas de cette valise",
        ExceptionKind.OTHER: "à voir",
    }
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")

_BEFORE_HIGH = re.compile(r"(?<=\S) (?=[;!?](?:\s|$))")
_BEFORE_COLON = re.compile(r"(?<=\S) (?=[:%»](?:\W|$))")
_BEFORE_MARK = re.compile(r"(?<=\S) (?=[;:!?](?:\s|$))")
_AFTER_QUOTE = re.compile(r"« (?=\S)")


def typography(text: str) -> str:
    """French spaces: narrow no-break before ; ! ?, no-break before : % » and after «. English has none."""
    if spoken() != "fr":
        return _BEFORE_MARK.sub("", text)
    text = _BEFORE_HIGH.sub("\u202f", text)
    return _AFTER_QUOTE.sub("«\u00a0", _BEFORE_COLON.sub("\u00a0", text))


def plural(count: int, one: str, many: str = "") -> str:
    """`plural(1, "prêt")` → "1 prêt"; French counts 0 and 1 as one. The words are keys of the catalogue together."""
    return f"{count}\u00a0{ngettext(one, many or one + 's', count)}"


def day(value: date, today: date | None = None) -> str:
    """ "mardi 1er décembre"; the year only when it is not the year of `today`; aujourd’hui, demain, hier."""
    if today is not None:
        near = {0: _("aujourd’hui"), 1: _("demain"), -1: _("hier")}.get((value - today).days)
        if near:
            return near
    return _plain_day(value, year=today is None or value.year != today.year)


def span(starts: date, ends: date, today: date) -> str:
    """ "du lundi 23 au lundi 30 novembre", "le mardi 1er décembre"; years only when they are not this one."""
    last = _plain_day(ends, year=ends.year != today.year)
    if starts == ends:
        return _("le {day}").format(day=last)
    same_month, same_year = (starts.year, starts.month) == (ends.year, ends.month), starts.year == ends.year
    first = f"{_(DAYS[starts.weekday()])} {_number(starts)}" if same_month else _plain_day(starts, year=not same_year)
    return _("du {first} au {last}").format(first=first, last=last)


def _number(value: date) -> str:
    return _("1er") if value.day == 1 else str(value.day)


def _plain_day(value: date, year: bool) -> str:
    return f"{_(DAYS[value.weekday()])} {_number(value)} {_(MONTHS[value.month - 1])}" + (f" {value.year}" if year else "")


def short_day(value: date) -> str:
    """ "01/12/2026"."""
    return f"{value:%d/%m/%Y}"


def moment(value: datetime, zone: tzinfo | None = LOCAL) -> str:
    """ "22 novembre 2026 à 16 h 05", local time."""
    local = value.astimezone(zone)
    when = f"{_number(local)} {_(MONTHS[local.month - 1])} {local.year}"
    return _("{day} à {hour}\u00a0h\u00a0{minute}").format(day=when, hour=local.hour, minute=f"{local.minute:02d}")


def written_at(text: str, seconds: bool = False, zone: tzinfo | None = LOCAL) -> str:
    """ "01/12/2026 05:45" for the instant of a journal or an attestation ("2026-12-01T04:45:28Z"), local time; other text as it is."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = value.astimezone(zone) if value.tzinfo is not None else value
    return f"{local:%d/%m/%Y %H:%M:%S}" if seconds else f"{local:%d/%m/%Y %H:%M}"


def ago(value: datetime, now: datetime) -> str:
    """ "depuis 2 min", "depuis 3 h", "depuis 5 j"."""
    minutes = max(0, int((now - value).total_seconds() // 60))
    if minutes < 60:
        return _("depuis {count}\u00a0min").format(count=minutes)
    if minutes < 48 * 60:
        return _("depuis {count}\u00a0h").format(count=minutes // 60)
    return _("depuis {count}\u00a0j").format(count=minutes // 1440)


def of(name: str) -> str:
    """ "de Castellane", "d’Allos", "du Brusquet": a town or a thing after « de »."""
    if spoken() != "fr":
        return "of " + name
    if name.startswith("Le "):
        return "du " + name[3:]
    if name.startswith("Les "):
        return "des " + name[4:]
    return ("d’" if name[:1].lower() in "aeiouyéèêâîôhœ" else "de ") + name
