"""Words that mean the same in a library, in both directions.

Guarantees: pure but for reading two small files; each key and each alternative is a tuple of stems as `analysis.stem`
gives them. `synonyms.txt` beside this module comes with the program; a library writes its own groups into `FILE` in the
folder of its data. What is beyond the limits of that file, or says nothing, is passed over: a search never fails for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.search import analysis

FILE = "synonymes.txt"
MAX_BYTES, MAX_GROUPS, MAX_ALTERNATIVES, MAX_WORDS = 65_536, 500, 8, 3
Table = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]


def read(groups: str) -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Read groups of synonyms, one a line, alternatives separated by commas; `#` begins a remark."""
    table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    lines = [stripped for line in groups.splitlines() if (stripped := line.partition("#")[0].strip())]
    for line in lines[:MAX_GROUPS]:
        keys = [k for k in dict.fromkeys(map(_key, line.split(","))) if 0 < len(k) <= MAX_WORDS][:MAX_ALTERNATIVES]
        for key in keys:
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), *(k for k in keys if k != key))))[:MAX_ALTERNATIVES]
    return table


def of_library(data: Path) -> Table:
    """Return the program's synonyms and those a library wrote into its folder of data."""
    try:
        with (data / FILE).open("rb") as file:
            own = file.read(MAX_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return SYNONYMS
    table = dict(SYNONYMS)
    for key, others in read(own).items():
        table[key] = tuple(dict.fromkeys((*table.get(key, ()), *others)))[:MAX_ALTERNATIVES]
    return table


def _key(text: str) -> tuple[str, ...]:
    parts = (p for w in analysis.words(text) for p in analysis.parts_of(analysis.split_elision(w)))
    return tuple(analysis.stem(analysis.clean(analysis.fold(p))) for p in parts if p not in analysis.STOP)


SYNONYMS: Table = read((Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8"))
