"""One laboratory at a time on a computer: tests, measurements and people take turns.

Guarantees: the lock is the kernel's and goes with the process that holds it, however that ends; a process that asks for
what it already holds is told so instead of waiting for itself.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = Path("/run/colporteur-lab.lock")
_here = threading.Lock()


@contextmanager
def lab_lock() -> Iterator[None]:
    """Wait for the laboratory, hold it. RuntimeError when this process holds it already."""
    if not _here.acquire(blocking=False):
        raise RuntimeError("this process already holds the laboratory")
    try:
        with LOCK.open("w") as f:
            fcntl.flock(f, fcntl.LOCK_EX)
            yield
    finally:
        _here.release()
