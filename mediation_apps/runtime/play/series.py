"""Guarantees: SingleChoiceSet 1.11 gives one try a question, Summary 1.10 goes on until right and counts first tries only.

Neither moves on by itself: the time limits of the official types are left out (WCAG 2.2.1), "next" is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import SingleChoiceSet, Statements, Summary
from mediation_apps.runtime.play.base import (
    MISSED,
    NEXT,
    RETRY,
    RIGHT,
    WRONG,
    Feedback,
    Intent,
    Press,
    Score,
    Target,
    index_of,
    numbered,
    order,
    spoken_score,
)


@dataclass(frozen=True, slots=True)
class SeriesState:
    """Where the series stands: per question, the options tried in order (0 is the right one)."""

    activity: SingleChoiceSet | Summary
    seed: int
    tried: tuple[tuple[int, ...], ...]
    at: int = 0
    closed: bool = False  # the last question was left

    @classmethod
    def start(cls, activity: SingleChoiceSet | Summary, seed: int) -> Self:
        """At the first question."""
        return cls(activity, seed, ((),) * len(groups_of(activity)))

    @property
    def group(self) -> Statements:
        """The question under way."""
        return groups_of(self.activity)[self.at]

    @property
    def shown(self) -> tuple[int, ...]:
        """Its options in the order of this participant."""
        return order(len(self.group.options), self.seed + self.at, True)

    @property
    def settled(self) -> bool:
        """Whether the question under way takes no more answers."""
        tries = self.tried[self.at]
        return 0 in tries or (isinstance(self.activity, SingleChoiceSet) and bool(tries))

    @property
    def done(self) -> bool:
        """The end was reached."""
        return self.closed

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The options of the question under way, then "next"."""
        if self.closed:
            full = self.score().points >= self.score().maximum
            return (Target(RETRY, "button", _("Réessayer")),) if self.activity.retry and not full else ()
        tries = self.tried[self.at]
        offered = [
            Target(
                f"choice:{index}",
                "choice",
                numbered(self.group.options[index].plain, rank, len(self.shown)),
                selected=index in tries,
                enabled=not self.settled and index not in tries,
                mark=self._mark(index, tries),
            )
            for rank, index in enumerate(self.shown, 1)
        ]
        label = _("Question suivante") if self.at + 1 < len(self.tried) else _("Terminer")
        return (*offered, Target(NEXT, "button", label, enabled=self.settled))

    def _mark(self, index: int, tries: tuple[int, ...]) -> str:
        if index in tries:
            return RIGHT if index == 0 else WRONG
        return MISSED if index == 0 and self.settled and self.activity.solution else ""

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Answer, go on, start again."""
        if not isinstance(intent, Press):
            return self, None
        if intent.target == RETRY and self.closed and self.activity.retry:
            return type(self).start(self.activity, self.seed), None
        if intent.target == NEXT and self.settled and not self.closed:
            if self.at + 1 < len(self.tried):
                return replace(self, at=self.at + 1), None
            after = replace(self, closed=True)
            return after, spoken_score(self.activity, after.score())
        index = index_of(intent.target, "choice", len(self.group.options))
        if index is None or self.closed or self.settled or index in self.tried[self.at]:
            return self, None
        after = replace(self, tried=(*self.tried[: self.at], (*self.tried[self.at], index), *self.tried[self.at + 1 :]))
        if index == 0:
            return after, Feedback(RIGHT, _("Oui, c’est juste."))
        if isinstance(self.activity, Summary):
            hint = self.group.tip
            return after, Feedback(WRONG, hint or _("Pas celle-ci. Essayez une autre phrase."))
        return after, Feedback(WRONG, _("La bonne réponse : {answer}").format(answer=self.group.options[0].plain))

    def score(self) -> Score:
        """Right at the first try, out of all the questions."""
        points = sum(tries[:1] == (0,) for tries in self.tried)
        limit = self.activity.pass_percentage if isinstance(self.activity, SingleChoiceSet) else 100
        return Score(points, len(self.tried), 100 * points >= limit * len(self.tried), any(self.tried))


def groups_of(activity: SingleChoiceSet | Summary) -> tuple[Statements, ...]:
    """The questions of either type."""
    return activity.questions if isinstance(activity, SingleChoiceSet) else activity.groups
