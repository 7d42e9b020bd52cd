"""Guarantees: typed answers are compared as H5P.Blanks 1.14 and H5P.Flashcards 1.7 do, with ' and ’ equal besides.

One point a gap or card. `case_sensitive` and `spelling` are the author's; spaces around an answer never count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Blanks, Card, Flashcards
from mediation_apps.runtime.play.base import (
    CHECK,
    CHECKED,
    MAX_ANSWER,
    MISSED,
    NEXT,
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
    Write,
    buttons,
    index_of,
    order,
    spoken_score,
)
from mediation_apps.runtime.words import matches


@dataclass(frozen=True, slots=True)
class BlanksState:
    """What stands in each gap."""

    activity: Blanks
    written: tuple[str, ...]
    phase: str = ONGOING

    @classmethod
    def start(cls, activity: Blanks, seed: int) -> Self:
        """Every gap empty."""
        return cls(activity, ("",) * len(activity.gaps))

    @property
    def done(self) -> bool:
        """Checked at least once."""
        return self.phase != ONGOING

    def right(self, index: int) -> bool:
        """Whether one gap is filled with one of its solutions."""
        rules = {"case_sensitive": self.activity.case_sensitive, "spelling": self.activity.spelling}
        return any(matches(self.written[index], solution, **rules) for solution in self.activity.gaps[index].solutions)

    def mark(self, index: int) -> str:
        """The sign beside one gap."""
        automatic = self.activity.auto_check and self.written[index].strip()
        if self.phase == ONGOING and not automatic:
            return ""
        return RIGHT if self.right(index) else MISSED if self.phase == SOLVED else WRONG

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The gaps in reading order, then the buttons."""
        total = len(self.written)
        gaps = [
            Target(
                f"gap:{index}",
                "gap",
                _("Trou {rank} sur {total} : {text}").format(rank=index + 1, total=total, text=text or _("vide")),
                enabled=self.phase == ONGOING and not (self.activity.auto_check and self.mark(index) == RIGHT),
                mark=self.mark(index),
            )
            for index, text in enumerate(self.written)
        ]
        score = self.score()
        return (*gaps, *buttons(self.activity, self.phase, score.points >= score.maximum, score.answered))

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Write, check, try again, see the answers."""
        if isinstance(intent, Write):
            return self._write(intent)
        if not isinstance(intent, Press):
            return self, None
        if intent.target == CHECK and self.phase == ONGOING and self.score().answered:
            after = replace(self, phase=CHECKED)
            return after, self._said(after)
        if intent.target == RETRY and self.phase != ONGOING and self.activity.retry:
            kept = tuple(text if self.right(index) else "" for index, text in enumerate(self.written))
            return replace(self, written=kept, phase=ONGOING), None
        if intent.target == SOLUTION and self.phase == CHECKED and self.activity.solution:
            if self.activity.all_first and not all(text.strip() for text in self.written):
                return self, Feedback(WRONG, _("Écrivez d’abord quelque chose dans chaque trou. Se tromper n’est pas grave."))
            return replace(self, phase=SOLVED), None
        return self, None

    def _write(self, intent: Write) -> tuple[Self, Feedback | None]:
        index = index_of(intent.target, "gap", len(self.written))
        if index is None or self.phase != ONGOING:
            return self, None
        text = intent.text.replace("\n", " ")[:MAX_ANSWER]
        after = replace(self, written=(*self.written[:index], text, *self.written[index + 1 :]))
        if self.activity.auto_check and after.score().points == len(after.written):
            after = replace(after, phase=CHECKED)
            return after, self._said(after)
        return after, None

    def _said(self, after: Self) -> Feedback:
        return spoken_score(self.activity, after.score())

    def score(self) -> Score:
        """A point a gap."""
        points = sum(self.right(index) for index in range(len(self.written)))
        return Score(points, len(self.written), points == len(self.written), any(text.strip() for text in self.written))


@dataclass(frozen=True, slots=True)
class FlashcardsState:
    """One card at a time; a card once checked keeps its answer."""

    activity: Flashcards
    shown: tuple[int, ...]
    written: tuple[str, ...]
    checked: frozenset[int] = frozenset()
    at: int = 0
    closed: bool = False

    @classmethod
    def start(cls, activity: Flashcards, seed: int) -> Self:
        """The first card."""
        count = len(activity.cards)
        return cls(activity, order(count, seed, activity.shuffled), ("",) * count)

    @property
    def index(self) -> int:
        """Which card lies on top."""
        return self.shown[self.at]

    @property
    def card(self) -> Card:
        """The card on top."""
        return self.activity.cards[self.index]

    @property
    def done(self) -> bool:
        """Every card was checked."""
        return self.closed

    def right(self, index: int) -> bool:
        """Whether what was written answers this card."""
        answers = self.activity.cards[index].answers
        return any(matches(self.written[index], answer, case_sensitive=self.activity.case_sensitive) for answer in answers)

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The gap of the card on top, then check or next."""
        if self.closed:
            full = self.score().points >= self.score().maximum
            return (Target(RETRY, "button", _("Réessayer")),) if self.activity.retry and not full else ()
        checked = self.index in self.checked
        said = _("Réponse à « {text} » : {answer}").format(text=self.card.text, answer=self.written[self.index] or _("vide"))
        mark = "" if not checked else RIGHT if self.right(self.index) else WRONG
        label = _("Carte suivante") if self.at + 1 < len(self.shown) else _("Terminer")
        empty = not self.written[self.index].strip() and self.activity.all_first and not self.right(self.index)
        button = Target(NEXT, "button", label) if checked else Target(CHECK, "button", _("Vérifier"), enabled=not empty)
        return (Target(f"gap:{self.index}", "gap", said, enabled=not checked, mark=mark), button)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Write, check, turn to the next card."""
        if isinstance(intent, Write):
            index = index_of(intent.target, "gap", len(self.written))
            if index is None or index in self.checked or self.closed:
                return self, None
            text = intent.text.replace("\n", " ")[:MAX_ANSWER]
            return replace(self, written=(*self.written[:index], text, *self.written[index + 1 :])), None
        offered = {target.id for target in self.targets() if target.enabled}
        if not isinstance(intent, Press) or intent.target not in offered:
            return self, None
        if intent.target == CHECK:
            after = replace(self, checked=self.checked | {self.index})
            if self.right(self.index):
                return after, Feedback(RIGHT, _("Oui, c’est juste."))
            return after, Feedback(WRONG, _("La réponse : {answer}").format(answer=" / ".join(self.card.answers)))
        if intent.target == NEXT and self.at + 1 < len(self.shown):
            return replace(self, at=self.at + 1), None
        if intent.target == NEXT:
            return replace(self, closed=True), spoken_score(self.activity, self.score())
        if intent.target == RETRY:
            return replace(self, written=("",) * len(self.written), checked=frozenset(), at=0, closed=False), None
        return self, None

    def score(self) -> Score:
        """A point a card."""
        points = sum(self.right(index) for index in self.checked)
        total = len(self.written)
        return Score(points, total, points == total, bool(self.checked) or bool(self.written[self.index].strip()))
