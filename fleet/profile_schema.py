"""What a profile's document may say, key by key. Pure: a parsed TOML document in, problems with their places out.

Guarantees: every mistake is reported, not only the first; a key that is nearly right is named.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fleet.i18n import _
from fleet.model import DeviceKind, DriverName
from fleet.toml_lines import Place

MAX_ITEMS = 500
MAX_TEXT = 100_000  # characters of one value
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
ACCOUNT = re.compile(r"\*|[A-Za-z0-9_.@-]{1,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MODE = re.compile(r"0?[0-7]{3}")
# Folders of the system: emptying one of them, or one above, breaks the device.
SYSTEM = (
    *("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root/.ssh", "/run", "/sbin", "/sys", "/usr"),
    *("/var/lib/dpkg", "/opt/colporteur", "/system", "/vendor"),
)
HOLDERS = (
    *("/", "/home", "/root", "/var", "/var/lib", "/var/log", "/var/cache", "/opt", "/srv", "/mnt", "/media", "/tmp"),
    *("/data", "/sdcard/Android"),
)
SAFE = ("/etc/NetworkManager/system-connections",)  # under /etc, but a borrower's own: Wi-Fi passwords
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where, and a sentence that says what to write."""

    place: Place
    message: str


Check = Callable[[Any], str]  # "" when it is right, else the sentence


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return _("un texte entre guillemets est attendu.")
    if len(value) > MAX_TEXT:
        return _("plus de {MAX_TEXT} caractères : utilisez source = …").format(MAX_TEXT=MAX_TEXT)
    return _("un caractère de contrôle s’y est glissé.") if CONTROL.search(value) else ""


def _filled(value: Any) -> str:
    return _text(value) or ("" if value.strip() else _("ce texte ne peut pas être vide."))


def _name(value: Any) -> str:
    return _text(value) or (
        "" if NAME.fullmatch(value) else _("« {value} » : seulement a-z, 0-9 et des traits d’union, 40 au plus.").format(value=value[:40])
    )


def _path(value: Any) -> str:
    wrong = _filled(value)
    if wrong:
        return wrong
    if not value.startswith("/") or posixpath.normpath(value) != value or "\n" in value or value.startswith("//"):
        return _("« {value} » : un chemin complet est attendu, qui commence par / et sans « .. » ni / à la fin.").format(value=value[:80])
    return ""


def _wiped(value: Any) -> str:
    wrong = _path(value)
    if wrong:
        return wrong
    if value in SAFE:
        return ""
    if value in HOLDERS or value in SYSTEM or any(value.startswith(f"{folder}/") or folder.startswith(f"{value}/") for folder in SYSTEM):
        return _("« {value} » contient le système : le vider rendrait l’appareil inutilisable.").format(value=value)
    return ""


def _source(value: Any) -> str:
    wrong = _filled(value)
    if wrong:
        return wrong
    if value.startswith(("/", "~")) or "\\" in value or posixpath.normpath(value) != value or value.split("/")[0] == "..":
        return _("« {value} » : un chemin relatif au dossier des contenus est attendu, sans « .. ».").format(value=value[:80])
    return ""


def _mode(value: Any) -> str:
    return (
        "" if isinstance(value, str) and MODE.fullmatch(value) else _('des droits comme "0644" ou "0755" sont attendus, entre guillemets.')
    )


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else _("true ou false est attendu, sans guillemets.")


def _percent(value: Any) -> str:
    right = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
    return "" if right else _("un nombre entre 0 et 100 est attendu.")


def _sha256(value: Any) -> str:
    return "" if isinstance(value, str) and SHA256.fullmatch(value) else _("une empreinte SHA-256 est attendue : 64 caractères 0-9 a-f.")


def _account(value: Any) -> str:
    right = isinstance(value, str) and ACCOUNT.fullmatch(value)
    return "" if right else _("un nom de compte est attendu, ou * pour tous ceux qui ne sont pas d’origine.")


def _choice(values: tuple[str, ...]) -> Check:
    return lambda value: "" if value in values else _("l’un de ceux-ci est attendu : {listed}.").format(listed=", ".join(values))


@dataclass(frozen=True, slots=True)
class Item:
    """The keys of a `[[…]]` item: their checks, and those that must be there."""

    keys: Mapping[str, Check]
    needed: tuple[str, ...]
    identity: tuple[str, ...]


SCALARS: dict[str, Check] = {
    "id": _name,
    "label": _filled,
    "extends": _name,
    "kind": _choice(tuple(DeviceKind)),
    "driver": _choice(tuple(DriverName)),
    "description": _text,
    "image": _text,
    "battery_min": _percent,
}
ITEMS: dict[str, Item] = {
    "packs": Item(
        {"id": _name, "source": _source, "target": _wiped, "version": _text, "exact": _flag}, ("id", "source", "target"), ("id",)
    ),
    "apps": Item({"id": _name, "package": _filled, "version": _text, "file": _source, "sha256": _sha256}, ("id", "package"), ("id",)),
    "files": Item({"target": _path, "content": _text, "source": _source, "mode": _mode, "owner": _account}, ("target",), ("target",)),
    "settings": Item({"scope": _filled, "key": _filled, "value": _text}, ("scope", "key", "value"), ("scope", "key")),
    "checklist": Item({"id": _name, "text": _filled, "proof": _flag}, ("id", "text"), ("id",)),
}
LISTS: dict[str, dict[str, Check]] = {"accounts": {"absent": _account}, "reset": {"wipe": _wiped, "keys": _path}}


def check_document(document: Mapping[str, Any]) -> list[Problem]:
    """Every mistake of a document."""
    problems = [Problem((name,), f"il manque {name} = …") for name in ("id", "label") if name not in document]
    for key, value in document.items():
        if key in SCALARS:
            problems += _said((key,), SCALARS[key](value))
        elif key in ITEMS:
            problems += _check_items(key, value)
        elif key in LISTS:
            problems += _check_lists(key, value)
        else:
            problems.append(_unknown((key,), key, [*SCALARS, *ITEMS, *LISTS]))
    return problems


def _check_items(key: str, value: Any) -> list[Problem]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return [Problem((key,), _("écrivez [[{key}]], entre doubles crochets, puis une ligne par valeur.").format(key=key))]
    if len(value) > MAX_ITEMS:
        return [Problem((key,), _("plus de {MAX_ITEMS} éléments.").format(MAX_ITEMS=MAX_ITEMS))]
    problems: list[Problem] = []
    seen: set[tuple[str, ...]] = set()
    for index, item in enumerate(value):
        here = (key, index)
        mine = _check_item(here, item, ITEMS[key])
        if not mine:
            name = tuple(item[part] for part in ITEMS[key].identity)
            if name in seen:
                mine = [Problem(here, _("« {listed} » est écrit deux fois.").format(listed=" ".join(name)))]
            seen.add(name)
            mine += _check_together(here, key, item)
        problems += mine
    return problems


def _check_item(here: Place, item: Mapping[str, Any], rules: Item) -> list[Problem]:
    problems = [Problem(here, f"il manque {name} = …") for name in rules.needed if name not in item]
    for name, given in item.items():
        if name in rules.keys:
            problems += _said((*here, name), rules.keys[name](given))
        else:
            problems.append(_unknown((*here, name), name, [*rules.keys]))
    return problems


def _check_together(here: Place, key: str, item: Mapping[str, Any]) -> list[Problem]:
    """Rules between the values of one item."""
    if key == "files" and ("content" in item) == ("source" in item):
        return [Problem(here, _("écrivez content = … ou bien source = …, l’un des deux."))]
    if key == "apps" and "file" in item and "sha256" not in item:
        return [Problem(here, _("un installateur (file) a besoin de son empreinte sha256 = …"))]
    if key == "settings" and ("\n" in item["key"] or "\n" in item["value"]):
        return [Problem(here, _("un réglage tient sur une ligne ; pour un fichier entier, utilisez [[files]]."))]
    return []


def _check_lists(key: str, value: Any) -> list[Problem]:
    if not isinstance(value, dict):
        return [Problem((key,), _("écrivez [{key}], puis une ligne par liste.").format(key=key))]
    problems: list[Problem] = []
    for name, given in value.items():
        if name not in LISTS[key]:
            problems.append(_unknown((key, name), name, [*LISTS[key]]))
        elif not isinstance(given, list) or len(given) > MAX_ITEMS:
            problems.append(Problem((key, name), _('une liste est attendue : {name} = ["…", "…"].').format(name=name)))
        else:
            problems += [Problem((key, name), wrong) for wrong in map(LISTS[key][name], given) if wrong]
    return problems


def _said(place: Place, sentence: str) -> list[Problem]:
    return [Problem(place, f"{place[-1]} : {sentence}")] if sentence else []


def _unknown(place: Place, name: str, known: list[str]) -> Problem:
    near = difflib.get_close_matches(name, known, 1)
    hint = _("vouliez-vous dire « {value} » ?").format(value=near[0]) if near else f"connus ici : {', '.join(known)}."
    return Problem(place, _("« {name} » n’est pas connu ; {hint}").format(name=name, hint=hint))
