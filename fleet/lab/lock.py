"""One laboratory at a time on a computer: tests, measurements and people take turns.

Guarantees: the lock is the kernel's and goes with the process that holds it, however that ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = Path("/run/colporteur-lab.lock")


@contextmanager
def lab_lock() -> Iterator[None]:
    """Wait for the laboratory, hold it."""
    with LOCK.open("w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield
