"""All devices at once on a terminal, one line each, drawn again in place; plain lines when there is no terminal.

Guarantees: writes to the standard error only; what it draws fits the terminal's width; it stops drawing before it returns; safe to
call from every device's thread.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Mapping
from typing import TextIO

from fleet.cli.console import clip, printable, width
from fleet.operations.outcome import END_LABELS, STEP_LABELS, End, Progress
from fleet.words import typography

EVERY = 0.2  # seconds between two drawings
BAR = 10


class Live:
    """Progress of a run; `report` is given to the operations. A context manager."""

    def __init__(self, names: Mapping[str, str], err: TextIO, quiet: bool = False) -> None:
        self.names, self.err, self.quiet = dict(names), err, quiet
        lines = shutil.get_terminal_size((100, 24)).lines
        self.drawn = err.isatty() and len(names) < lines and not quiet
        self._lock = threading.Lock()
        self._last: dict[str, Progress] = {}
        self._said: dict[str, str] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._draw_often, name="progress", daemon=True)
        self._rows = 0
        self._started = time.monotonic()

    def __enter__(self) -> Live:
        if self.drawn:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self.drawn:
            self._thread.join()
            self._draw()

    def report(self, progress: Progress) -> None:
        """Take what one device says."""
        with self._lock:
            self._last[progress.device_id] = progress
            if self.drawn or self.quiet:
                return
            text = line_of(progress, bar=False)
            if self._said.get(progress.device_id) != text:
                self._said[progress.device_id] = text
                name = self.names.get(progress.device_id, progress.device_id)
                print(printable(typography(f"{time.monotonic() - self._started:6.1f} s  {name} : {text}")), file=self.err, flush=True)

    def _draw_often(self) -> None:
        while not self._stop.wait(EVERY):
            self._draw()

    def _draw(self) -> None:
        columns = shutil.get_terminal_size((100, 24)).columns
        widest = max((width(n) for n in self.names.values()), default=0)
        with self._lock:
            rows = []
            for device_id, name in self.names.items():
                progress = self._last.get(device_id)
                text = line_of(progress, bar=True) if progress is not None else ""
                rows.append(clip(printable(typography(f"{name}{' ' * (widest - width(name))}  {text}")), columns - 1))
            up = f"\x1b[{self._rows}F" if self._rows else ""
            self.err.write(up + "".join(f"\x1b[2K{row}\n" for row in rows))
            self.err.flush()
            self._rows = len(rows)


class OneLine:
    """A count that grows, on one line of a terminal, cleared at the end; nothing when nobody looks."""

    def __init__(self, err: TextIO, quiet: bool = False) -> None:
        self.err, self.drawn, self._last = err, err.isatty() and not quiet, ""

    def say(self, text: str) -> None:
        """Show another text in the same place."""
        if self.drawn and text != self._last:
            self._last = text
            shown = clip(printable(typography(text)), shutil.get_terminal_size((100, 24)).columns - 1)
            self.err.write(f"\r\x1b[2K{shown}")
            self.err.flush()

    def end(self) -> None:
        """Leave the line empty."""
        if self._last:
            self.err.write("\r\x1b[2K")
            self.err.flush()


def line_of(progress: Progress, bar: bool) -> str:
    """What is said of one device."""
    if progress.step == "end":
        return END_LABELS[End(progress.note)]
    label = STEP_LABELS.get(progress.step, progress.step)
    if progress.note:
        return f"{label} : {progress.note}"
    if not bar:
        return label
    filled = round(BAR * max(0, progress.index - 1) / progress.count) if progress.count else 0
    amount = f" {100 * min(progress.done, progress.total) // progress.total} %" if progress.total and progress.done else ""
    return f"{'█' * filled}{'░' * (BAR - filled)} {label}{amount}"
