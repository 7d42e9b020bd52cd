"""Guarantees: a program is laid card by card, never longer than the author allows, and runs the same way every time, one step a press.

Targets: `card:NAME` lays a card, `undo`, `clear`; RUN, STEP and RETRY as when a program is foreseen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.making import Program
from mediation_apps.runtime.model import Predict
from mediation_apps.runtime.play.base import INFO, RETRY, RIGHT, WRONG, Feedback, Intent, Press, Score, Target
from mediation_apps.runtime.play.predict import COMMANDS, RUN, STEP, Pose, trace

LABELS = {"avance": _("Avance"), "recule": _("Recule"), "gauche": _("Tourne à gauche"), "droite": _("Tourne à droite")}


@dataclass(frozen=True, slots=True)
class ProgramState:
    """The cards laid, and how far they have run (−1 = not started). `foreseen` is there for the mat, which shows none here."""

    activity: Program
    cards: tuple[str, ...] = ()
    at: int = -1
    foreseen: None = None

    @classmethod
    def start(cls, activity: Program, seed: int) -> Self:
        """No card."""
        return cls(activity)

    def _poses(self) -> tuple[Pose, ...]:
        mat = self.activity
        return trace(Predict(columns=mat.columns, rows=mat.rows, start=mat.start, heading=mat.heading, program=self.cards, walls=mat.walls))

    @property
    def pose(self) -> Pose:
        """Where the robot stands now."""
        return self._poses()[max(self.at, 0)]

    @property
    def running(self) -> bool:
        """Started and not at the end."""
        return 0 <= self.at < len(self.cards)

    @property
    def done(self) -> bool:
        """The program ran to its end."""
        return self.at >= len(self.cards) and self.at >= 0

    @property
    def arrived(self) -> bool:
        """Whether the program ends on the flag."""
        last = self._poses()[-1]
        return (last.column, last.row) == self.activity.goal

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The cards to lay, what takes them back, then the button of the moment."""
        laying = self.at < 0
        room = laying and len(self.cards) < self.activity.most
        found = [Target(f"card:{name}", "card", LABELS[name], enabled=room) for name in COMMANDS]
        found.append(Target("undo", "tool", _("Retirer la dernière carte"), enabled=laying and bool(self.cards)))
        found.append(Target("clear", "tool", _("Tout retirer"), enabled=laying and bool(self.cards)))
        if laying:
            found.append(Target(RUN, "button", _("Lancer le programme"), enabled=bool(self.cards)))
        elif self.running:
            found.append(Target(STEP, "button", _("Pas suivant")))
        else:
            found.append(Target(RETRY, "button", _("Changer le programme")))
        return tuple(found)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Lay, take back, run, go one step on, change."""
        if not isinstance(intent, Press) or not any(target.id == intent.target and target.enabled for target in self.targets()):
            return self, None
        if intent.target.startswith("card:"):
            return replace(self, cards=(*self.cards, intent.target.partition(":")[2])), None
        if intent.target == "undo":
            return replace(self, cards=self.cards[:-1]), None
        if intent.target == "clear":
            return replace(self, cards=()), None
        if intent.target == RETRY:
            return replace(self, at=-1), None
        return self._to(self.at + 1)

    def _to(self, at: int) -> tuple[Self, Feedback]:
        after = replace(self, at=at)
        if not after.done:
            return after, Feedback(INFO, _("Le robot heurte un mur.") if after.pose.bumped else LABELS[self.cards[at]])
        if self.activity.goal is None:
            return after, Feedback(INFO, _("Le programme est fini. Rejouez-le avec le vrai robot."))
        if after.arrived:
            return after, Feedback(RIGHT, _("Bravo, le robot est au drapeau !"))
        return after, Feedback(WRONG, _("Le robot s’arrête ailleurs. Suivez les cartes une par une, avec le doigt."))

    def score(self) -> Score:
        """One point at the flag; without a flag there is nothing to win."""
        if self.activity.goal is None:
            return Score(0, 0, True, bool(self.cards))
        reached = self.done and self.arrived
        return Score(int(reached), 1, reached, bool(self.cards))
