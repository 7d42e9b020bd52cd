"""Guarantees: a participant's run is reported as numbers only; orders come back as what the player understands.

What was typed, chosen or drawn never leaves the tablet.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from mediation_apps.runtime.flow import Run
from mediation_apps.runtime.play.base import Drop, Intent, Press, Score, Write
from mediation_apps.runtime.session.wire import ENDED, FROZEN, LONGEST_LOG, RUNNING, Order

Sender = Callable[[int, int, int, int, bool], None]
BUSY = 15.0  # seconds between two reports of a page on which fingers are busy
NOTHING = Score(0, 0, True, False)


def standing(run: Run) -> tuple[int, int, int, int, bool]:
    """Page in sight, page reported, points, maximum, done: what a report carries."""
    state = run.state
    score = state.score() if state is not None else run.result(run.page.group) if run.page.result_of else NOTHING
    done = state.done if state is not None else True
    counted = score if done else Score(0, score.maximum, False, score.answered)  # what is not checked yet is nobody's business
    return run.at, run.at, counted.points, counted.maximum, done


def write_log(intents: tuple[Intent, ...]) -> str:
    """The gestures of one page, to be done again elsewhere; empty when there are too many to send."""
    rows = [
        ["p", intent.target]
        if isinstance(intent, Press)
        else ["d", intent.item, intent.zone]
        if isinstance(intent, Drop)
        else ["w", intent.target, intent.text]
        for intent in intents
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST_LOG else ""


def read_log(text: str) -> tuple[Intent, ...]:
    """The gestures of a log; what is none falls away."""
    try:
        rows = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    found: list[Intent] = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and all(isinstance(part, str) for part in row):
            match row:
                case ["p", target]:
                    found.append(Press(target))
                case ["d", item, zone]:
                    found.append(Drop(item, zone))
                case ["w", target, written]:
                    found.append(Write(target, written))
    return tuple(found)


def replay(run: Run, page: int, log: str) -> Run:
    """The page as it stands on the other tablet: states are values, so the same gestures give the same one."""
    run = run.go(page)
    for intent in read_log(log):
        run, _said = run.apply(intent)
    return run


class Reporter:
    """Sends how the page in sight stands whenever that changes, and now and then while fingers are busy: who drums, writes or reads
    on one page for ten minutes is not somebody who needs help."""

    def __init__(self, send: Sender, clock: Callable[[], float] = time.monotonic) -> None:
        self._send, self._clock = send, clock
        self._last: tuple[int, int, int, int, bool] | None = None
        self._sent = 0.0

    def changed(self, run: Run, ended: bool) -> None:
        """Called by the player after every gesture."""
        now = standing(run)
        if now != self._last and not ended:
            self._last, self._sent = now, self._clock()
            self._send(*now)

    def touched(self) -> None:
        """Called at each finger and key, whatever it does."""
        if self._last is not None and self._clock() - self._sent >= BUSY:
            self._sent = self._clock()
            self._send(*self._last)


def obedience(order: Order) -> tuple[str, int]:
    """What an order asks of the player: `go` (to a page, −1 = nowhere), `wait`, `look` (up) or `end`."""
    if order.phase == RUNNING:
        return "go", order.step
    return {FROZEN: "look", ENDED: "end"}.get(order.phase, "wait"), -1
