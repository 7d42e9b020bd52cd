"""The catalogue thread: it alone owns the catalogue and the engine, and answers questions of the screens.

Guarantees:
- the UI thread never waits: `ask` returns at once, the answer arrives on the UI thread by `drain`;
- questions are asked in lanes ("search", "rows", "notice"…): a new question in a lane takes the place of the one that
  waits there, and an answer that is not to the last question of its lane is dropped;
- an error of the work reaches `failed` on the UI thread, it never ends the thread; `close` ends it and waits.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Question:
    lane: str
    generation: int
    work: Callable[[Any], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None] | None


class Worker(Generic[T]):
    """One thread with its resource. `wake` is called from the thread when answers wait (a Clock trigger on screens)."""

    def __init__(
        self,
        acquire: Callable[[], T],
        wake: Callable[[], object],
        release: Callable[[T], object] = lambda _resource: None,
        on_error: Callable[[Exception], None] | None = None,
        name: str = "catalogue",
    ) -> None:
        self._acquire, self._release, self._wake, self._on_error = acquire, release, wake, on_error
        self._lock = threading.Condition()
        self._waiting: OrderedDict[str, _Question] = OrderedDict()
        self._generations: dict[str, int] = {}
        self._answers: deque[tuple[_Question, Any, Exception | None]] = deque()
        self._closing = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> Worker[T]:
        """Start the thread; questions asked before wait for it."""
        self._thread.start()
        return self

    def ask(self, lane: str, work: Callable[[T], R], done: Callable[[R], None], failed: Callable[[Exception], None] | None = None) -> int:
        """Have `work` done on the thread and `done` called with its result here; return the question's generation."""
        with self._lock:
            generation = self._generations.get(lane, 0) + 1
            self._generations[lane] = generation
            self._waiting.pop(lane, None)
            if not self._closing:
                self._waiting[lane] = _Question(lane, generation, work, done, failed)
                self._lock.notify()
        return generation

    def forget(self, lane: str) -> None:
        """Want no more answers in this lane."""
        with self._lock:
            self._generations[lane] = self._generations.get(lane, 0) + 1
            self._waiting.pop(lane, None)

    def current(self, lane: str, generation: int) -> bool:
        """Tell whether this is still the last question of its lane (long work may ask, to stop early)."""
        return self._generations.get(lane) == generation

    def drain(self, *_: object) -> int:
        """On the UI thread: hand over what has been answered; return how many answers were still wanted."""
        wanted = 0
        while self._answers:
            question, result, error = self._answers.popleft()
            if not self.current(question.lane, question.generation):
                continue
            wanted += 1
            if error is None:
                question.done(result)
            else:
                (question.failed or self._on_error or _raise)(error)
        return wanted

    @property
    def idle(self) -> bool:
        """Tell whether nothing is asked, being done or to be handed over."""
        with self._lock:
            return not self._waiting and not self._busy and not self._answers

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._lock:
            self._closing = True
            self._waiting.clear()
            self._lock.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _next(self) -> _Question | None:
        with self._lock:
            self._busy = False
            while not self._waiting and not self._closing:
                self._lock.wait()
            if self._closing:
                return None
            self._busy = True
            return self._waiting.popitem(last=False)[1]

    def _run(self) -> None:
        resource: Any = None
        opened = False
        while (question := self._next()) is not None:
            result, error = None, None
            try:
                if not opened:
                    resource, opened = self._acquire(), True
                result = question.work(resource)
            except Exception as problem:  # any fault of the work belongs to who asked, and is told there
                error = problem
            self._answers.append((question, result, error))
            del question, result, error  # a patron's words must not stay in the frame of a waiting thread
            self._wake()
        if opened:
            self._release(resource)


def _raise(error: Exception) -> None:
    raise error
