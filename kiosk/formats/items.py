"""Items out of a record's 995 or 952, by a dialect written in TOML.

Guarantees: what differs from one library system to another is data (`items/*.toml`, or a library's own file); a dialect
file that is wrong is refused with the name of the faulty key; an item without a branch goes to the dialect's `branch`.

A dialect reads:

    field = "995"
    [subfields]                 # where each thing is; the first subfield that is filled wins
    branch = ["c", "b"]         # barcode, call_number, location, collection, due in the same way
    [[status]]                  # the first rule that matches wins; `fallback` otherwise
    subfield = "o"
    pattern = "0|"              # the whole value, a regular expression; a missing subfield is empty
    status = "available"
    [[kind]]                    # document types that the coded fields do not tell
    subfield = "r"
    pattern = "(?i).*dvd.*"
    kind = "film"
    [[audience]]                # the same with audience = "children"
    [branches]                  # names or old codes → the network's codes
    "Médiathèque de Digne" = "DIGNE"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from kiosk.domain import Audience, Holding, Item, ItemStatus, Kind
from kiosk.errors import DataError
from kiosk.formats.marc import Marc
from kiosk.formats.text import clean, code

PARTS = ("branch", "barcode", "call_number", "location", "collection", "due")
REMEMBERED = 4_096  # decisions
MAX_ITEMS = 500  # a yearly run of a daily newspaper; more is a broken record
_STATUSES = {status.value: status for status in ItemStatus}
_E = TypeVar("_E", bound=Enum)


class Rules:
    """Rules tried in order; what was decided for the same values before is not decided again."""

    def __init__(self, rules: Sequence[tuple[str, str, str]] = ()) -> None:
        self._rules = [(subfield, re.compile(pattern).fullmatch, gives) for subfield, pattern, gives in rules]
        self._subfields = tuple(dict.fromkeys(subfield for subfield, _pattern, _gives in rules))
        self._decided: dict[tuple[str, ...], str] = {}

    def decide(self, values: Mapping[str, str]) -> str:
        """Return what the first rule that matches gives, or an empty string."""
        if not self._rules:
            return ""
        key = tuple([values.get(subfield, "") for subfield in self._subfields])
        found = self._decided.get(key)
        if found is None:
            found = next((gives for subfield, matches, gives in self._rules if matches(values.get(subfield, ""))), "")
            if len(self._decided) >= REMEMBERED:
                self._decided.clear()
            self._decided[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one library system writes its items."""

    name: str
    tag: str
    subfields: tuple[tuple[str, ...], ...]  # for each of `PARTS`
    statuses: Rules
    fallback: ItemStatus = ItemStatus.UNKNOWN
    kinds: Rules = field(default_factory=Rules)
    audiences: Rules = field(default_factory=Rules)
    branches: Mapping[str, str] = field(default_factory=dict)
    branch: str = ""
    text: str = ""  # the file itself, to read it again in another process


@dataclass(frozen=True, slots=True)
class Held:
    """What a record's items say: where copies are, and what kind and audience the library gave them."""

    holdings: tuple[Holding, ...] = ()
    kind: Kind | None = None
    audience: Audience | None = None


def parse_dialect(text: str, name: str) -> Dialect:
    """Read a dialect file. Raises DataError naming the key that is wrong."""
    try:
        data = tomllib.loads(text)
        unknown = set(data["subfields"]) - set(PARTS)
        if unknown:
            raise ValueError(f"subfields.{sorted(unknown)[0]}")
        return Dialect(
            name=name,
            tag=str(data["field"]),
            subfields=tuple(tuple(data["subfields"].get(part, ())) for part in PARTS),
            statuses=_rules(data, "status", ItemStatus),
            fallback=ItemStatus(data.get("fallback", "unknown")),
            kinds=_rules(data, "kind", Kind),
            audiences=_rules(data, "audience", Audience),
            branches={str(k): str(v) for k, v in data.get("branches", {}).items()},
            branch=str(data.get("branch", "")),
            text=text,
        )
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, AttributeError, re.error) as e:
        raise DataError(f"Le dialecte d’exemplaires « {name} » est mal écrit : {e}. Voir docs/formats.md.") from e


def _rules(data: Mapping[str, Any], key: str, values: type[_E]) -> Rules:
    return Rules([(str(rule["subfield"]), str(rule["pattern"]), str(values(rule[key]).value)) for rule in data.get(key, ())])


def names() -> tuple[str, ...]:
    """Return the dialects that come with the kiosk."""
    folder = resources.files("kiosk.formats") / "items"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def dialect(name: str) -> Dialect:
    """Return a dialect that comes with the kiosk. Raises DataError when there is none of that name."""
    if name not in names():
        raise DataError(f"Dialecte d’exemplaires inconnu : « {name} ». Connus : {', '.join(names())} ; ou un fichier .toml.")
    return parse_dialect((resources.files("kiosk.formats") / "items" / f"{name}.toml").read_text("utf-8"), name)


def read(marc: Marc, how: Dialect) -> Held:
    """Read a record's items by branch, in the order of the record."""
    by_branch: dict[str, list[Item]] = {}
    kind: str = ""
    audience: str = ""
    for _indicators, pairs in marc.get(how.tag)[:MAX_ITEMS]:
        values = dict(reversed(pairs))  # the first of each code wins
        branch, item = _item(values, how)
        if branch:
            by_branch.setdefault(branch, []).append(item)
        kind = kind or how.kinds.decide(values)
        audience = audience or how.audiences.decide(values)
    holdings = tuple(Holding(branch, tuple(items)) for branch, items in by_branch.items())
    return Held(holdings, Kind(kind) if kind else None, Audience(audience) if audience else None)


def _item(values: Mapping[str, str], how: Dialect) -> tuple[str, Item]:
    found: list[str] = []
    for subfields in how.subfields:
        text = ""
        for subfield in subfields:
            text = values.get(subfield, "")
            if text:
                break
        found.append(text)
    branch, barcode, call_number, location, collection, due = found
    given = how.statuses.decide(values)
    status = _STATUSES[given] if given else how.fallback
    raw = code(branch)
    item = Item(
        clean(barcode, 120),
        code(call_number),
        code(location),
        code(collection),
        status,
        _iso_date(clean(due, 120)) if due and status is ItemStatus.ON_LOAN else "",
    )
    return how.branches.get(raw, raw) or how.branch, item


def _iso_date(text: str) -> str:
    """2024-07-11, 11/07/2024 and 20240711 → 2024-07-11."""
    found = re.search(r"(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4})|^(\d{4})(\d\d)(\d\d)$", text)
    if found is None:
        return ""
    y1, m1, d1, d2, m2, y2, y3, m3, d3 = found.groups()
    return f"{y1 or y2 or y3}-{m1 or m2 or m3}-{d1 or d2 or d3}"
