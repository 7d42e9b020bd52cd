"""Where there is no graphics card: the threads of Mesa's software rasteriser, each on a processor of its own.

Mesa starts as many threads as there are processors, and a frame is ready when the last of them is. Between two frames of a kiosk all
of them sleep; woken together, while the drawing thread still runs, two are often put on one processor, and stay there for the whole
frame beside an idle one. Measured at 60 frames a second on two processors, the slowest twentieth of a fling's frames took half as
long again. Guarantees: only threads of the rasteriser are moved, and only to processors this process may use; with a graphics
card, with fewer processors than threads, or where threads cannot be seen, nothing is done.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

NAME = "llvmpipe-"  # and a number from 0: how Mesa calls them (src/gallium/drivers/llvmpipe/lp_rast.c)
TASKS = Path("/proc/self/task")


def threads(tasks: Path = TASKS) -> dict[int, int]:
    """Return the thread of each number of the rasteriser; none when it is not used."""
    found = {}
    for entry in tasks.glob("*/comm"):
        try:
            name = entry.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:  # it has ended meanwhile
            continue
        if name.startswith(NAME) and name.removeprefix(NAME).isdigit():
            found[int(name.removeprefix(NAME))] = int(entry.parent.name)
    return found


def shares(numbered: dict[int, int], processors: Iterable[int]) -> dict[int, int]:
    """Return the processor of each thread, one for each; nothing when there are not enough."""
    allowed = sorted(processors)
    if len(numbered) > len(allowed):
        return {}
    return {thread: processor for (_number, thread), processor in zip(sorted(numbered.items()), allowed, strict=False)}


def spread() -> int:
    """Give each thread of the rasteriser its processor; return how many have one. Call it once the window is there."""
    if not hasattr(os, "sched_setaffinity"):
        return 0
    placed = 0
    for thread, processor in shares(threads(), os.sched_getaffinity(0)).items():
        try:
            os.sched_setaffinity(thread, {processor})
        except OSError:  # not allowed here: it is slower, that is all
            continue
        placed += 1
    return placed
