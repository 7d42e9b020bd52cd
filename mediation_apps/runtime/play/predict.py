"""Guarantees: a program is foreseen before it is run, and runs the same way every time, one step a press.

Moves are those of floor robots (Bee-Bot, Thymio cards): one cell forward or back, a quarter turn left or right. A wall or the
edge of the mat stops the step, not the program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Predict
from mediation_apps.runtime.play.base import INFO, RETRY, RIGHT, WRONG, Feedback, Intent, Press, Score, Target, index_of

HEADINGS = ("nord", "est", "sud", "ouest")
STEPS = {"nord": (0, 1), "est": (1, 0), "sud": (0, -1), "ouest": (-1, 0)}
COMMANDS = ("avance", "recule", "gauche", "droite")
RUN, STEP = "run", "step"


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the robot stands, where it looks, and whether its last step hit something."""

    column: int
    row: int
    heading: str
    bumped: bool = False


def trace(activity: Predict) -> tuple[Pose, ...]:
    """Every pose from the start to the end of the program: one more than it has commands."""
    poses = [Pose(*activity.start, activity.heading)]
    for command in activity.program:
        poses.append(_after(activity, poses[-1], command))
    return tuple(poses)


def _after(activity: Predict, pose: Pose, command: str) -> Pose:
    if command in ("gauche", "droite"):
        turned = HEADINGS[(HEADINGS.index(pose.heading) + (1 if command == "droite" else -1)) % 4]
        return Pose(pose.column, pose.row, turned)
    way = 1 if command == "avance" else -1
    dx, dy = STEPS[pose.heading]
    column, row = pose.column + way * dx, pose.row + way * dy
    if not (0 <= column < activity.columns and 0 <= row < activity.rows) or (column, row) in activity.walls:
        return replace(pose, bumped=True)
    return Pose(column, row, pose.heading)


@dataclass(frozen=True, slots=True)
class PredictState:
    """The cell foreseen, and how far the program has run (−1 = not started)."""

    activity: Predict
    foreseen: int | None = None
    at: int = -1

    @classmethod
    def start(cls, activity: Predict, seed: int) -> Self:
        """Nothing foreseen, not started."""
        return cls(activity)

    @property
    def running(self) -> bool:
        """Started and not at the end."""
        return 0 <= self.at < len(self.activity.program)

    @property
    def done(self) -> bool:
        """The program ran to its end."""
        return self.at >= len(self.activity.program)

    @property
    def pose(self) -> Pose:
        """Where the robot stands now."""
        return trace(self.activity)[max(self.at, 0)]

    @property
    def arrival(self) -> int:
        """The cell where the program ends, counted row by row from the bottom left."""
        last = trace(self.activity)[-1]
        return last.row * self.activity.columns + last.column

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The cells row by row from the top left, then the button of the moment."""
        activity = self.activity
        cells = [
            self._cell(row * activity.columns + column) for row in range(activity.rows - 1, -1, -1) for column in range(activity.columns)
        ]
        if self.at < 0:
            return (*cells, Target(RUN, "button", _("Lancer le programme"), enabled=self.foreseen is not None))
        if self.running:
            return (*cells, Target(STEP, "button", _("Pas suivant")))
        full = self.score().passed
        return (*cells, Target(RETRY, "button", _("Réessayer"))) if activity.retry and not full else tuple(cells)

    def _cell(self, index: int) -> Target:
        column, row = index % self.activity.columns, index // self.activity.columns
        name = f"{chr(65 + column % 26)}{row + 1}"
        wall = (column, row) in self.activity.walls
        label = _("Case {name}, mur").format(name=name) if wall else _("Case {name}").format(name=name)
        mark = ""
        if self.done and index == self.foreseen:
            mark = RIGHT if index == self.arrival else WRONG
        return Target(f"cell:{index}", "cell", label, index == self.foreseen, self.at < 0 and not wall, mark)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Foresee, run, go one step on, try again."""
        if not isinstance(intent, Press):
            return self, None
        if intent.target == RUN and self.at < 0 and self.foreseen is not None:
            return self._to(0)
        if intent.target == STEP and self.running:
            return self._to(self.at + 1)
        if intent.target == RETRY and self.done and self.activity.retry:
            return replace(self, foreseen=None, at=-1), None
        index = index_of(intent.target, "cell", self.activity.columns * self.activity.rows)
        if index is None or self.at >= 0 or (index % self.activity.columns, index // self.activity.columns) in self.activity.walls:
            return self, None
        return replace(self, foreseen=index), None

    def _to(self, at: int) -> tuple[Self, Feedback]:
        after = replace(self, at=at)
        if after.done:
            if self.score().passed:
                return after, Feedback(RIGHT, _("Bien vu ! Le robot s’arrête où vous l’aviez dit."))
            return after, Feedback(WRONG, _("Le robot s’arrête ailleurs. Rejouez le programme pas à pas, avec le doigt."))
        said = _("Le robot heurte un mur.") if after.pose.bumped else self.activity.program[at]
        return after, Feedback(INFO, said)

    def score(self) -> Score:
        """One point for the right cell."""
        right = self.foreseen == self.arrival
        return Score(int(right), 1, right, self.foreseen is not None)
