"""The demonstration's content on disk: JSON lines and TOML under data/, read once.

Guarantees: nothing is read before it is asked for; what is returned is never changed by anybody.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def lines(name: str) -> tuple[dict[str, Any], ...]:
    """Return the objects of a file of JSON lines."""
    text = (DATA / f"{name}.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines() if line)


@cache
def table(name: str) -> dict[str, Any]:
    """Return a TOML file."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of the files of a folder, sorted, as `lines` and `table` take them."""
    return tuple(sorted(f"{folder}/{path.stem}" for path in (DATA / folder).iterdir()))
