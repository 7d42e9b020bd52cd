"""Guarantees: MultiChoice and TrueFalse score as H5P.MultiChoice 1.16 and H5P.TrueFalse 1.8 do.

Several answers: +1 a right choice, −1 a wrong one, never below 0. `single_point`: all or nothing against the pass percentage.
No right answer at all: leaving everything blank is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.runtime.model import Choice, MultiChoice, TrueFalse
from mediation_apps.runtime.play.base import (
    CHECK,
    CHECKED,
    MISSED,
    ONGOING,
    RETRY,
    RIGHT,
    SOLUTION,
    SOLVED,
    WRONG,
    Feedback,
    Intent,
    Press,
    Score,
    Target,
    buttons,
    index_of,
    numbered,
    order,
    spoken_score,
    verdict,
)
from mediation_apps.runtime.richtext import plain


def choices_of(activity: MultiChoice | TrueFalse) -> tuple[Choice, ...]:
    """The answers to choose from."""
    if isinstance(activity, MultiChoice):
        return activity.choices
    said = {True: activity.on_correct, False: activity.on_wrong}
    values = zip(activity.labels, (True, False), strict=True)
    return tuple(Choice(plain(label), value == activity.correct, chosen=said[value == activity.correct]) for label, value in values)


@dataclass(frozen=True, slots=True)
class ChoiceState:
    """Answers chosen so far, in the order shown."""

    activity: MultiChoice | TrueFalse
    shown: tuple[int, ...]
    chosen: frozenset[int] = frozenset()
    phase: str = ONGOING

    @classmethod
    def start(cls, activity: MultiChoice | TrueFalse, seed: int) -> Self:
        """Nothing chosen."""
        shuffled = isinstance(activity, MultiChoice) and activity.shuffled
        return cls(activity, order(len(choices_of(activity)), seed, shuffled))

    @property
    def single(self) -> bool:
        """Whether one choice lets go of the other."""
        return isinstance(self.activity, TrueFalse) or self.activity.single

    @property
    def done(self) -> bool:
        """Checked at least once."""
        return self.phase != ONGOING

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The answers, then the buttons."""
        choices = choices_of(self.activity)
        offered = [
            Target(
                f"choice:{index}",
                "choice",
                numbered(choices[index].text.plain, rank, len(choices)),
                selected=index in self.chosen,
                enabled=self.phase == ONGOING,
                mark=self._mark(index, choices[index]),
            )
            for rank, index in enumerate(self.shown, 1)
        ]
        score = self.score()
        return (*offered, *buttons(self.activity, self.phase, score.points >= score.maximum, score.answered))

    def _mark(self, index: int, choice: Choice) -> str:
        automatic = self.activity.auto_check and index in self.chosen
        if self.phase == ONGOING and not automatic:
            return ""
        if index in self.chosen:
            return RIGHT if choice.correct else WRONG
        return MISSED if choice.correct and self.phase == SOLVED else ""

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Choose, check, try again, see the answer."""
        if not isinstance(intent, Press):
            return self, None
        if intent.target == CHECK and self.phase == ONGOING and self.score().answered:
            return self._checked()
        if intent.target == RETRY and self.phase != ONGOING and self.activity.retry:
            return replace(self, chosen=frozenset(), phase=ONGOING), None
        if intent.target == SOLUTION and self.phase == CHECKED and self.activity.solution:
            return replace(self, phase=SOLVED), None
        index = index_of(intent.target, "choice", len(self.shown))
        if index is None or self.phase != ONGOING:
            return self, None
        chosen = frozenset({index}) if self.single else self.chosen ^ {index}
        after = replace(self, chosen=chosen)
        if self.activity.auto_check and (self.single or after.score().points >= after.score().maximum):
            return after._checked()
        return after, None

    def _checked(self) -> tuple[Self, Feedback]:
        after = replace(self, phase=CHECKED)
        score = after.score()
        choices = choices_of(self.activity)
        said = [choices[index].chosen if index in self.chosen else choices[index].not_chosen for index in self.shown]
        detail = " ".join(word for word in said if word)
        general = spoken_score(self.activity, score)
        return after, Feedback(verdict(score), detail or general.said)

    def score(self) -> Score:
        """Points by the official rule."""
        choices = choices_of(self.activity)
        right = sum(choice.correct for choice in choices)
        points = max(0, sum(1 if choices[index].correct else -1 for index in self.chosen))
        if right == 0:
            points = 0 if self.chosen else 1
        full = max(right, 1)
        limit = self.activity.pass_percentage if isinstance(self.activity, MultiChoice) else 100
        maximum = 1 if self.single else full
        if isinstance(self.activity, MultiChoice) and self.activity.single_point:
            points, maximum = int(100 * points >= limit * full), 1
        return Score(points, maximum, 100 * points >= limit * maximum, bool(self.chosen) or right == 0)
