"""Where things stand in a TOML text, which `tomllib` does not tell. Pure.

Guarantees: for a text that `tomllib` accepts, the line (1-based) of every table, array item and key written as `key = …`;
what stands inside an inline value has the line of its key.
"""

from __future__ import annotations

import re

Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
# Strings and comments, longest first, so that a bracket inside them does not count.
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


def line_numbers(text: str) -> dict[Place, int]:
    """Path of keys and indexes → line; `("files", 1, "mode")` is the mode of the second `[[files]]`."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    open_string, depth = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if not open_string and depth == 0:
            header = _HEADER.match(line)
            if header:
                table = _resolve(_parts(header.group(2)), counts, new_item=header.group(1) == "[[")
                lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key:
                lines.setdefault((*table, *_parts(key.group(1))), number)
                line = line[key.end() :]
        open_string, depth = _scan(line, open_string, depth)
    return lines


def line_of(lines: dict[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest thing around it; 0 when nothing is known."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return 0


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(name))


def _resolve(names: tuple[str, ...], counts: dict[Place, int], new_item: bool) -> Place:
    """The place of a header, with the index of each array of tables on the way."""
    place: Place = ()
    for index, name in enumerate(names):
        place = (*place, name)
        if new_item and index == len(names) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _scan(line: str, open_string: str, depth: int) -> tuple[str, int]:
    """Follow multi-line strings and brackets over one line."""
    position = 0
    while position < len(line):
        if open_string:
            end = line.find(open_string, position)
            while end > 0 and open_string == '"""' and line[end - 1] == "\\":
                end = line.find(open_string, end + 1)
            if end < 0:
                return open_string, depth
            position, open_string = end + 3, ""
            continue
        token = _TOKEN.search(line, position)
        if token is None:
            break
        position, word = token.end(), token.group()
        if word in ('"""', "'''"):
            open_string = word
        elif word in "[{":
            depth += 1
        elif word in "]}":
            depth = max(0, depth - 1)
    return open_string, depth
