"""What the kiosk does while nobody is there: the index brought to few pieces, missing records given to it, first answers worked out.

Guarantees: never begun during a visit; a touch stops it at its next step, and what was done stays done; it runs on the
catalogue thread, so that the screen never waits and no second thread writes; a failure (a full disk) is nobody's trouble
and is tried again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.ui.worker import Worker

EVERY = 60.0  # seconds between two looks whether there is something to do


class Upkeep:
    """Call `look` now and then, `hold` at each sign of life. `present` says whether a visit is under way."""

    def __init__(self, worker: Worker[Any], present: Callable[[], bool]) -> None:
        self._worker, self._present = worker, present
        self._stop = threading.Event()
        self._running = False

    def look(self, *_: object) -> None:
        """Begin, or go on, when nobody is there."""
        if self._running or self._present():
            return
        self._running = True
        self._stop.clear()
        self._worker.ask("upkeep", self._work, self._ended, self._ended)

    def hold(self) -> None:
        """Somebody is there: stop at the next step."""
        self._stop.set()

    def _work(self, catalogue: Any) -> bool:
        if catalogue.readonly:
            return True
        return bool(catalogue.ready(stop=self._stop.is_set))

    def _ended(self, _result: object) -> None:
        self._running = False
