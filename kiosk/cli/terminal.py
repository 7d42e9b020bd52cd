"""What a command shows: French lines that fit the terminal on the standard output, progress on the standard error.

Guarantees: text that came from a catalogue cannot drive the terminal; colour only on a terminal and without NO_COLOR, and
never the only way to tell; a pipe that closes early is not an error.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata
from typing import TextIO

_STYLES = {"strong": "1", "mute": "2", "title": "1;36", "good": "32", "warn": "33", "bad": "31"}
MOST_COLUMNS = 110  # lines longer than that are tiring to read


def printable(text: str) -> str:
    """Drop what a terminal would obey rather than show."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in text)


def columns(stream: TextIO = sys.stdout) -> int:
    """Return how wide to write."""
    return min(shutil.get_terminal_size((100, 24)).columns, MOST_COLUMNS) if stream.isatty() else MOST_COLUMNS


def number(value: int) -> str:
    """12345 → 12 345, with the narrow space that keeps figures together."""
    return f"{value:,}".replace(",", "\u202f")


def plural(count: int, singular: str, many: str = "") -> str:
    """3, "notice" → "3 notices"; zero and one are singular in French."""
    word = singular if abs(count) < 2 else many or f"{singular}s"
    return f"{number(count)} {word}"


def size(count: int) -> str:
    """Bytes in octets, for people."""
    value, unit = float(count), "octets"
    for unit in ("octets", "ko", "Mo", "Go"):
        if value < 1000 or unit == "Go":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "octets" or value >= 100 else f"{value:.1f} {unit}".replace(".", ",")


class Terminal:
    """Standard output for answers, standard error for what goes on."""

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self._colour = self.out.isatty() and "NO_COLOR" not in os.environ
        self._err_colour = self.err.isatty() and "NO_COLOR" not in os.environ
        self._status = ""

    def style(self, text: str, style: str) -> str:
        """Dress a text for the standard output."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour and text else text

    def line(self, text: str = "") -> None:
        """Write one line of the answer."""
        print(text, file=self.out)

    def paragraph(self, text: str, indent: str = "") -> None:
        """Write a long text, cut at the terminal's width."""
        for part in printable(text).split("\n"):
            wrapped = textwrap.fill(part, columns(self.out), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
            self.line(wrapped)

    def bars(self, rows: list[tuple[str, int]], indent: str = "  ") -> None:
        """Write counts as a table with bars, the largest first."""
        if not rows:
            return
        wide = max(len(label) for label, _count in rows)
        figures = max(len(number(count)) for _label, count in rows)
        room = max(columns(self.out) - len(indent) - wide - figures - 4, 0)
        most = max(count for _label, count in rows) or 1
        for label, count in rows:
            bar = "█" * max(1, round(min(room, 40) * count / most)) if room > 8 and count else ""
            self.line(f"{indent}{label.ljust(wide)}  {number(count).rjust(figures)}  {self.style(bar, 'mute')}".rstrip())

    def status(self, text: str) -> None:
        """Replace the progress line on a terminal; nothing elsewhere."""
        if not self.err.isatty():
            return
        text = printable(text)[: columns(self.err) - 1]
        print(f"\r\x1b[2K{text}", end="", file=self.err, flush=True)
        self._status = text

    def clear(self) -> None:
        """Remove the progress line."""
        if self._status:
            print("\r\x1b[2K", end="", file=self.err, flush=True)
            self._status = ""

    def say(self, text: str, style: str = "") -> None:
        """Write one line on the standard error."""
        self.clear()
        text = printable(text)
        print(f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style and self._err_colour else text, file=self.err, flush=True)
