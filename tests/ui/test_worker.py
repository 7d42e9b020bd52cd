"""The catalogue thread: answers in order of wanting, nothing stale, nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from kiosk.ui.worker import Worker


def _wait(worker: Worker[Any], until: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not until() and time.monotonic() < end:
        worker.drain()
        time.sleep(0.001)
    assert until()


def test_a_question_that_waits_is_replaced_and_a_late_answer_dropped() -> None:
    """While "a" is being answered, "b" and "c" are asked: only "c" is ever shown."""
    gate, shown, done = threading.Event(), [], []
    worker: Worker[None] = Worker(lambda: None, lambda: None).start()
    try:
        worker.ask("search", lambda _r: gate.wait(5) and done.append("a"), lambda _x: shown.append("a"))
        time.sleep(0.02)
        worker.ask("search", lambda _r: done.append("b"), lambda _x: shown.append("b"))
        worker.ask("search", lambda _r: done.append("c"), lambda _x: shown.append("c"))
        gate.set()
        _wait(worker, lambda: shown == ["c"])
        assert done == ["a", "c"]
    finally:
        worker.close()


def test_lanes_do_not_disturb_each_other_and_forgetting_is_silent() -> None:
    shown: list[str] = []
    worker: Worker[str] = Worker(lambda: "catalogue", lambda: None).start()
    try:
        worker.ask("one", lambda resource: resource, shown.append)
        worker.ask("two", lambda resource: resource.upper(), shown.append)
        worker.ask("three", lambda _r: "never", shown.append)
        worker.forget("three")
        _wait(worker, lambda: len(shown) == 2 and worker.idle)
        assert sorted(shown) == ["CATALOGUE", "catalogue"]
    finally:
        worker.close()


def test_an_error_reaches_who_asked_and_the_thread_lives_on() -> None:
    heard: list[str] = []
    worker: Worker[None] = Worker(lambda: None, lambda: None, on_error=lambda e: heard.append(f"general {e}")).start()

    def fails(_resource: None) -> None:
        raise ValueError("no")

    try:
        worker.ask("a", fails, lambda _x: None, lambda e: heard.append(f"own {e}"))
        worker.ask("b", fails, lambda _x: None)
        worker.ask("c", lambda _r: "yes", heard.append)
        _wait(worker, lambda: len(heard) == 3)
        assert sorted(heard) == ["general no", "own no", "yes"]
    finally:
        worker.close()


def test_closing_ends_the_thread_and_gives_the_resource_back_on_it() -> None:
    released: list[str] = []
    worker: Worker[int] = Worker(
        lambda: 7, lambda: None, lambda r: released.append(f"{r} {threading.current_thread().name}"), name="test lane"
    )
    worker.start()
    worker.ask("a", lambda r: r, lambda _x: None)
    worker.close()
    assert released in (["7 test lane"], [])  # closed before the question began: nothing was opened
    assert not any(t.name == "test lane" for t in threading.enumerate())
