"""Guarantees: a participant's run is reported as numbers only, once a change; orders come back as what the player understands. Pure.

What was typed, chosen or drawn never leaves the tablet.
"""

from __future__ import annotations

from collections.abc import Callable

from mediation_apps.runtime.flow import Run
from mediation_apps.runtime.play.base import Score
from mediation_apps.runtime.session.wire import ENDED, FROZEN, RUNNING, Order

Sender = Callable[[int, int, int, int, bool], None]
NOTHING = Score(0, 0, True, False)


def standing(run: Run) -> tuple[int, int, int, int, bool]:
    """Page in sight, page reported, points, maximum, done: what a report carries."""
    state = run.state
    score = state.score() if state is not None else run.result(run.page.group) if run.page.result_of else NOTHING
    done = state.done if state is not None else True
    counted = score if done else Score(0, score.maximum, False, score.answered)  # what is not checked yet is nobody's business
    return run.at, run.at, counted.points, counted.maximum, done


class Reporter:
    """Sends how the page in sight stands whenever that changes."""

    def __init__(self, send: Sender) -> None:
        self._send = send
        self._last: tuple[int, int, int, int, bool] | None = None

    def changed(self, run: Run, ended: bool) -> None:
        """Called by the player after every gesture."""
        now = standing(run)
        if now != self._last and not ended:
            self._last = now
            self._send(*now)


def obedience(order: Order) -> tuple[str, int]:
    """What an order asks of the player: `go` (to a page, −1 = nowhere), `wait`, `look` (up) or `end`."""
    if order.phase == RUNNING:
        return "go", order.step
    return {FROZEN: "look", ENDED: "end"}.get(order.phase, "wait"), -1
