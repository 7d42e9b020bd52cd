"""Guarantees: whatever a `content.json` holds where a value is expected, a value of the right kind comes out, or a default."""

from __future__ import annotations

import html
import json
import math
from typing import TypeAlias

from mediation_apps.errors import HostilePack, PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.model import FeedbackRange
from mediation_apps.runtime.richtext import strip_html

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Params: TypeAlias = "dict[str, Json]"
MAX_ITEMS = 500  # answers, cards, slides of one list


def load(data: bytes, name: str) -> Params:
    """The object of a JSON file; `PackError` when it is none."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except RecursionError as e:
        raise HostilePack(_("Le fichier « {name} » est construit pour bloquer la lecture. Il est refusé.").format(name=name)) from e
    except ValueError as e:
        line = e.lineno if isinstance(e, json.JSONDecodeError) else 1
        sentence = _("Le fichier « {name} » est abîmé, ligne {line}. Exportez de nouveau l’activité.")
        raise PackError(sentence.format(name=name, line=line)) from e
    if not isinstance(value, dict):
        raise PackError(_("Le fichier « {name} » ne contient pas d’activité.").format(name=name))
    if _deeper(value, limits.MAX_DEPTH):
        raise HostilePack(_("Le fichier « {name} » est construit pour bloquer la lecture. Il est refusé.").format(name=name))
    return value


def _deeper(value: Json, depth: int) -> bool:
    if depth == 0:
        return True
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_deeper(item, depth - 1) for item in inside)


def text(params: Params, key: str, default: str = "") -> str:
    """A string; numbers are written out, anything else is the default."""
    value = params.get(key)
    if isinstance(value, str):
        return value[: limits.MAX_TEXT_FILE]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def words(params: Params, key: str, default: str = "") -> str:
    """A string of a label: entities decoded, tags removed."""
    value = text(params, key, default)
    return strip_html(value) if "<" in value else html.unescape(value).strip()


def flag(params: Params, key: str, default: bool) -> bool:
    """A boolean; H5P also writes "true" and "false"."""
    value = params.get(key)
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    return value if isinstance(value, bool) else default


def number(params: Params, key: str, default: float, lowest: float = -1e6, highest: float = 1e6) -> float:
    """A finite number between bounds; H5P also writes digits as strings."""
    value = params.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return default
    return min(max(found, lowest), highest) if math.isfinite(found) else default


def group(params: Params, key: str) -> Params:
    """An object; empty when missing."""
    value = params.get(key)
    return value if isinstance(value, dict) else {}


def groups(params: Params, key: str) -> list[Params]:
    """The objects of a list, at most `MAX_ITEMS`."""
    value = params.get(key)
    return [item for item in value[:MAX_ITEMS] if isinstance(item, dict)] if isinstance(value, list) else []


def strings(params: Params, key: str) -> list[str]:
    """The strings of a list, at most `MAX_ITEMS`."""
    value = params.get(key)
    return [item for item in value[:MAX_ITEMS] if isinstance(item, str)] if isinstance(value, list) else []


def indexes(params: Params, key: str) -> frozenset[int]:
    """Indexes written as numbers or strings; doubles and what is no index fall away."""
    value = params.get(key)
    found = value[:MAX_ITEMS] if isinstance(value, list) else []
    return frozenset(
        int(item)
        for item in found
        if (isinstance(item, int) and item >= 0) or (isinstance(item, str) and item.isdecimal() and len(item) < 6)
    )


def tip(params: Params, key: str = "tip") -> str:
    """A tip, written as a string or as `{"tip": …}`."""
    return words(group(params, key), "tip") if isinstance(params.get(key), dict) else words(params, key)


def ranges(params: Params) -> tuple[FeedbackRange, ...]:
    """`overallFeedback` where it says anything; templates of scores are filled by the player."""
    found = [
        FeedbackRange(round(number(entry, "from", 0, 0, 100)), round(number(entry, "to", 100, 0, 100)), words(entry, "feedback"))
        for entry in groups(params, "overallFeedback")
    ]
    return tuple(entry for entry in found if entry.text)
