"""What a player lends to activities in which something is made: the sound, what was put aside, the stick.

Guarantees: the UI thread starts a process at most and waits for none; what is put aside lives until the end of the workshop and nowhere
but in memory; `forget` leaves nothing of a participant, `close` no process and no thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from kivy.clock import Clock

from mediation_apps.errors import WorkshopError
from mediation_apps.runtime.sound.engine import SILENT, ChildEngine
from mediation_apps.runtime.sound.pattern import Pattern
from mediation_apps.runtime.sticks import keep

MOST_KEPT = 3


class Workbench:
    """One tablet's. `stick`: the folder for what is taken home, when the facilitator named one."""

    def __init__(self, stick: Path | None = None, device: str = "") -> None:
        self.stick, self._device = stick, device
        self.patterns: list[Pattern] = []
        self.notes: dict[str, str] = {}  # settings that go on from one page to the next
        self.books: dict[int, Any] = {}  # opened from a stick, by their number
        self.lit: Callable[[int], None] = lambda _step: None
        self.turned: Callable[[], None] = lambda: None
        self._engine: ChildEngine | None = None
        self._playing: Pattern | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self.halt = Event()  # set: a robot under way stands still
        self.busy = 0  # jobs under way, counted on the UI thread

    # ── sound ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def engine(self) -> ChildEngine:
        """The sound, begun when first asked for, and again when its process has died."""
        if self._engine is None or not self._engine.alive:
            self._drop_engine()
            self._engine = ChildEngine(self._stepped, self._turned, self._device)
            self._playing = None
        return self._engine

    @property
    def silent(self) -> bool:
        """Whether it is known that nothing will be heard."""
        return self._engine is not None and self._engine.state == SILENT

    def _stepped(self, step: int, seconds: float) -> None:
        Clock.schedule_once(lambda _dt: None if self._closed or self._playing is None else self.lit(step), seconds)

    def _turned(self) -> None:
        Clock.schedule_once(lambda _dt: None if self._closed else self.turned(), 0)

    def sound(self, pattern: Pattern | None) -> None:
        """Play this over and over from now on; None for silence. The same again changes nothing."""
        if pattern is None:
            if self._playing is not None and self._engine is not None:
                self._engine.stop()
            self._playing = None
            return
        engine = self.engine
        if self._playing is None:
            engine.play(pattern)
        elif pattern != self._playing:
            engine.change(pattern)
        self._playing = pattern

    def put_aside(self, pattern: Pattern) -> None:
        """Keep a rhythm until the end of the workshop; the oldest leaves when there are too many."""
        if pattern not in self.patterns:
            self.patterns = [*self.patterns, pattern][-MOST_KEPT:]

    # ── work away from the UI thread ───────────────────────────────────────────────────────────────────

    def take_home(self, make: Callable[[], bytes], stem: str, suffix: str, told: Callable[[str, bool], None]) -> None:
        """Write to the stick on a thread; then `told(name or sentence, whether it was written)` on the UI thread."""

        def work() -> tuple[str, bool]:
            try:
                return keep(make, stem, suffix, self.stick), True
            except WorkshopError as e:
                return str(e), False

        self.job(work, lambda found: told(*found))

    def job(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Do something slow elsewhere; what comes after the end is dropped."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "workbench")

        def arrive(found: Any) -> None:
            self.busy -= 1
            if not self._closed:
                done(found)

        def run() -> None:
            found = work()
            Clock.schedule_once(lambda _dt: arrive(found), 0)

        self.busy += 1
        self._pool.submit(run)

    # ── the end ────────────────────────────────────────────────────────────────────────────────────────

    def forget(self) -> None:
        """The workshop is over: nothing put aside stays."""
        self.sound(None)
        self.halt.set()
        self.patterns, self.notes, self.books = [], {}, {}

    def close(self) -> None:
        """End everything."""
        self._closed = True
        self.forget()
        self._drop_engine()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _drop_engine(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
