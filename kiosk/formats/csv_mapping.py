"""A CSV and its mapping file: which column is what, in TOML, so that no export needs a program.

Guarantees: a mapping file that is wrong is refused with the name of the faulty key; a row that is wrong is a `Rejected`
with its line; rows are read one by one, unless the mapping adds them up.

A mapping reads (docs/formats.md has all the keys):

    delimiter = ";"             encoding = "utf-8"          repair = "marc8-in-latin1"
    [columns]                   # a column's name, or its number from 1
    id = "ID"                   # without it, a number is made from title, authors and call number
    title = "Titre"             # any of: title subtitle year publisher place publication language summary subjects genres
    authors = { column = "Auteurs", separator = ",", role = "author", order = "inverted" }
    [constants]                 # kind, language, audience, branch, link, platform, publisher…
    kind = "film"
    link = "https://portail.example/film/{id}"
    [[kind]]                    # the first rule that matches decides: kind, and likewise audience
    column = "Genre"
    pattern = "BD.*"
    kind = "comic"
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from kiosk.domain import Audience, Kind, Role
from kiosk.errors import DataError

Column = str | int
TEXTS = "title subtitle year publisher place publication language summary subjects genres series volume extent classification audience"
PLACES = "id isbn ean branch call_number barcode location popularity cover link"
COLUMNS = frozenset(f"{TEXTS} {PLACES} authors contributors".split())
CONSTANTS = frozenset({"kind", "language", "audience", "branch", "link", "platform", "publisher", "cover"})
REPAIRS = ("", "marc8-in-latin1", "mojibake")
_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True, slots=True)
class People:
    """A column of names: "Prénom Nom" (direct) or "Nom, Prénom" (inverted), several between separators."""

    column: Column
    separator: str = ""
    role: Role = Role.AUTHOR
    inverted: bool = True


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """When `column` matches as a whole, the value is `gives`."""

    column: Column
    matches: Callable[[str], object]
    gives: str


@dataclass(frozen=True, slots=True)
class Realign:
    """Rows where one cell too many was put in: when all patterns match, the cell of `drop` goes."""

    when: tuple[tuple[Column, Callable[[str], object]], ...]
    drop: Column


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """How one shape of CSV is read."""

    name: str
    columns: Mapping[str, Column]
    people: tuple[People, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ","
    encoding: str = "utf-8"
    repair: str = ""
    empty: frozenset[str] = frozenset({"", "-", "NULL"})
    isbd: bool = False  # the title column holds "titre : sous-titre. 3 / mention de responsabilité"
    add_up: bool = False  # rows of one record add their popularity, and their places are gathered
    separator: str = ","  # between subjects, genres and languages
    kinds: tuple[ColumnRule, ...] = ()
    audiences: tuple[ColumnRule, ...] = ()
    branches: Mapping[str, str] = field(default_factory=dict)
    realign: tuple[Realign, ...] = ()


def parse_mapping(text: str, name: str) -> CsvMapping:
    """Read a mapping file. Raises DataError naming the key that is wrong."""
    try:
        data = tomllib.loads(text)
        columns = data["columns"]
        _none_else(columns, COLUMNS, "columns")
        _none_else(data.get("constants", {}), CONSTANTS, "constants")
        if "title" not in columns:
            raise ValueError("columns.title manque")
        people = [_people(columns[key]) for key in ("authors", "contributors") if key in columns]
        repair = str(data.get("repair", ""))
        if repair not in REPAIRS:
            raise ValueError(f"repair = {repair!r}")
        constants = {str(k): str(v) for k, v in data.get("constants", {}).items()}
        Kind(constants.get("kind", "other"))
        Audience(constants.get("audience", "all"))
        "".encode(str(data.get("encoding", "utf-8")))
        return CsvMapping(
            name=name,
            columns={k: _column(v) for k, v in columns.items() if k not in ("authors", "contributors")},
            people=tuple(people),
            constants=constants,
            delimiter=_one_char(data.get("delimiter", ",")),
            encoding=str(data.get("encoding", "utf-8")),
            repair=repair,
            empty=frozenset({"", *map(str, data.get("empty", ("-", "NULL")))}),
            isbd=bool(data.get("isbd", False)),
            add_up=bool(data.get("add_up", False)),
            separator=str(data.get("separator", ",")),
            kinds=_rules(data, "kind", Kind),
            audiences=_rules(data, "audience", Audience),
            branches={str(k): str(v) for k, v in data.get("branches", {}).items()},
            realign=tuple(_realign(r) for r in data.get("realign", ())),
        )
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, AttributeError, LookupError, re.error, csv.Error) as e:
        raise DataError(f"Le fichier de correspondance « {name} » est mal écrit : {e}. Voir docs/formats.md.") from e


def _none_else(table: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise ValueError(f"{where}.{unknown[0]} n’existe pas")


def _one_char(text: object) -> str:
    if not isinstance(text, str) or len(text) != 1:
        raise ValueError("delimiter : un seul caractère")
    return text


def _column(value: object) -> Column:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise ValueError(f"colonne {value!r} : un nom, ou un numéro à partir de 1")


def _people(value: object) -> People:
    if not isinstance(value, dict):
        return People(_column(value))
    order = str(value.get("order", "inverted"))
    if order not in ("inverted", "direct"):
        raise ValueError(f"order = {order!r}")
    return People(_column(value["column"]), str(value.get("separator", "")), Role(value.get("role", "author")), order == "inverted")


def _rules(data: Mapping[str, Any], key: str, values: type[_E]) -> tuple[ColumnRule, ...]:
    return tuple(
        ColumnRule(_column(r["column"]), re.compile(str(r["pattern"])).fullmatch, str(values(r[key]).value)) for r in data.get(key, ())
    )


def _realign(value: Mapping[str, Any]) -> Realign:
    when = tuple((_column(column), re.compile(str(pattern)).fullmatch) for column, pattern in value["when"].items())
    return Realign(when, _column(value["drop"]))


def names() -> tuple[str, ...]:
    """Return the mappings that come with the kiosk."""
    folder = resources.files("kiosk.formats") / "mappings"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def mapping(name: str) -> CsvMapping:
    """Return a mapping that comes with the kiosk. Raises DataError when there is none of that name."""
    if name not in names():
        raise DataError(f"Correspondance inconnue : « {name} ». Fournies : {', '.join(names())} ; ou un fichier .toml.")
    return parse_mapping((resources.files("kiosk.formats") / "mappings" / f"{name}.toml").read_text("utf-8"), name)


def named(name: str, read: Callable[[str], str]) -> CsvMapping:
    """Return a mapping that comes with the kiosk, or the one in the file `name`, whose text `read` gives."""
    return parse_mapping(read(name), name) if name.endswith(".toml") else mapping(name)
