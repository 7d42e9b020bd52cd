"""What a command says: French sentences, tables that fit the terminal, or JSON; progress goes to the standard error.

Guarantees: with `--json` the standard output holds exactly one JSON value; colour only on a terminal and never alone;
text from a file or a device cannot drive the terminal (control characters are shown, not sent).
"""

from __future__ import annotations

import json as json_module
import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from fleet.errors import Cancelled, FleetError
from fleet.i18n import _
from fleet.words import typography

STYLES = {"strong": "1", "mute": "2", "good": "32", "warn": "33", "bad": "31", "action": "35"}
GAP = 2  # columns of a table are this far apart
NARROWEST = 6  # a column is never cut below this


def printable(text: str) -> str:
    """Show control characters instead of sending them."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "·" for c in text)


def width(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def clip(text: str, columns: int) -> str:
    """Cut to a number of columns, with an ellipsis."""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table with its style (a key of `STYLES`, or empty)."""

    text: str
    style: str = ""


@dataclass(slots=True)
class Console:
    """Where a command writes."""

    json: bool = False
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    columns: int = 0  # 0: ask the terminal

    @property
    def room(self) -> int:
        """Columns of the terminal; 100 when there is none."""
        return self.columns or shutil.get_terminal_size((100, 24)).columns

    @property
    def coloured(self) -> bool:
        """True on a terminal, unless NO_COLOR says otherwise."""
        return self.out.isatty() and "NO_COLOR" not in os.environ

    def styled(self, text: str, style: str) -> str:
        """The text in a style, when colours are on."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and self.coloured else text

    def say(self, text: str = "", style: str = "") -> None:
        """One line for a person; nothing with `--json`."""
        if not self.json:
            print(self.styled(printable(typography(text)), style), file=self.out)

    def note(self, text: str) -> None:
        """One line beside the result (standard error), in both modes."""
        print(printable(typography(text)), file=self.err, flush=True)

    def value(self, value: object) -> None:
        """The result, with `--json` only."""
        if self.json:
            print(json_module.dumps(value, ensure_ascii=False, indent=2, sort_keys=False), file=self.out)

    def failure(self, error: FleetError) -> int:
        """Say why it stopped; return the exit code."""
        if self.json:
            kind = type(error).__name__
            self.value({"error": {"kind": kind, "message": str(error), "exit": error.exit_code}})
        else:
            for line in typography(str(error)).splitlines() or [""]:
                print(printable(line), file=self.err)
        return error.exit_code

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]], shrink: int = -1) -> None:
        """A table as wide as the terminal at most; column `shrink` is cut first (the last by default)."""
        if self.json:
            return
        cells = [[c if isinstance(c, Cell) else Cell(str(c)) for c in row] for row in rows]
        cells = [[Cell(printable(typography(c.text)).replace("\n", " "), c.style) for c in row] for row in cells]
        titles = [typography(h) for h in headers]
        wide = [max([width(titles[i]), *(width(row[i].text) for row in cells)]) for i in range(len(titles))]
        wide = fit(wide, self.room, shrink % len(wide))
        print(self.styled(self._row([Cell(t) for t in titles], wide), "mute"), file=self.out)
        print(self.styled("─" * min(self.room, sum(wide) + GAP * (len(wide) - 1)), "mute"), file=self.out)
        for row in cells:
            print(self._row(row, wide), file=self.out)

    def _row(self, row: Sequence[Cell], wide: Sequence[int]) -> str:
        parts = []
        for cell, columns in zip(row, wide, strict=True):
            text = clip(cell.text, columns)
            parts.append(self.styled(text, cell.style) + " " * (columns - width(text)))
        return (" " * GAP).join(parts).rstrip()

    def ask(self, question: str) -> str:
        """One line from the person; `Cancelled` when there is nobody."""
        print(typography(question), end=" ", file=self.err, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise Cancelled(_("Personne n’a répondu : rien n’a été fait. (Pour un script, ajoutez --yes.)"))
        return line.strip()


def fit(wide: Sequence[int], room: int, first: int) -> list[int]:
    """Widths that fit `room`: column `first` gives way, then the widest."""
    result = list(wide)
    excess = sum(result) + GAP * (len(result) - 1) - room
    while excess > 0:
        victim = first if result[first] > 3 * NARROWEST else max(range(len(result)), key=lambda i: result[i])
        if result[victim] <= NARROWEST:
            break
        result[victim] -= 1
        excess -= 1
    return result
