"""Guarantees: MarkTheWords scores as H5P.MarkTheWords 1.11 does (a wrong word takes a point back, never below 0).

In a message to inspect nothing is taken back: touching a sound part only says why it is sound, and looking costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import InspectMessage, MarkTheWords, Piece
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
    spoken_score,
)


@dataclass(frozen=True, slots=True)
class MarkState:
    """The parts marked so far."""

    activity: MarkTheWords | InspectMessage
    marked: frozenset[int] = frozenset()
    phase: str = ONGOING

    @classmethod
    def start(cls, activity: MarkTheWords | InspectMessage, seed: int) -> Self:
        """Nothing marked."""
        return cls(activity)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every part in reading order; `piece:N` is the N-th."""
        if isinstance(self.activity, InspectMessage):
            return self.activity.pieces
        return tuple(piece for line in self.activity.lines for piece in line)

    @property
    def done(self) -> bool:
        """Checked at least once."""
        return self.phase != ONGOING

    def mark(self, index: int) -> str:
        """The sign on one part."""
        if self.phase == ONGOING:
            return ""
        if index in self.marked:
            return RIGHT if self.pieces[index].answer else WRONG
        return MISSED if self.pieces[index].answer and self.phase == SOLVED else ""

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The parts that can be marked, then the buttons."""
        offered = [
            Target(
                f"piece:{index}",
                "piece",
                piece.text if index not in self.marked else _("{text}, marqué").format(text=piece.text),
                selected=index in self.marked,
                enabled=self.phase == ONGOING,
                mark=self.mark(index),
            )
            for index, piece in enumerate(self.pieces)
            if not piece.fixed
        ]
        score = self.score()
        return (*offered, *buttons(self.activity, self.phase, score.points >= score.maximum, score.answered))

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Mark, unmark, check, try again, see the answer."""
        if not isinstance(intent, Press):
            return self, None
        if intent.target == CHECK and self.phase == ONGOING and self.score().answered:
            after = replace(self, phase=CHECKED)
            return after, after._said()
        if intent.target == RETRY and self.phase != ONGOING and self.activity.retry:
            kept = frozenset(index for index in self.marked if self.pieces[index].answer)
            return replace(self, marked=kept, phase=ONGOING), None
        if intent.target == SOLUTION and self.phase == CHECKED and self.activity.solution:
            return replace(self, phase=SOLVED), None
        index = index_of(intent.target, "piece", len(self.pieces))
        if index is None or self.phase != ONGOING or self.pieces[index].fixed:
            return self, None
        return replace(self, marked=self.marked ^ {index}), None

    def _said(self) -> Feedback:
        score = self.score()
        general = spoken_score(self.activity, score)
        if not isinstance(self.activity, InspectMessage) or self.activity.feedback:
            return general
        if score.points >= score.maximum:
            return Feedback(RIGHT, _("Vous avez trouvé tous les indices.") + (f" {self.activity.verdict}" if self.activity.verdict else ""))
        said = _("Indices trouvés : {points} sur {total}. Cherchez encore, ou regardez la réponse.")
        return Feedback(general.verdict, said.format(points=score.points, total=score.maximum))

    def score(self) -> Score:
        """Right parts, minus wrong words where the type says so."""
        good = sum(self.pieces[index].answer for index in self.marked)
        wrong = len(self.marked) - good
        wanted = sum(piece.answer for piece in self.pieces)
        if wanted == 0:
            return Score(int(wrong == 0), 1, wrong == 0, True)
        points = good if isinstance(self.activity, InspectMessage) else max(0, good - wrong)
        return Score(points, wanted, points == wanted, bool(self.marked))

    def explanations(self) -> tuple[tuple[int, str], ...]:
        """Why each part is suspicious or sound: those marked once checked, every clue once the answer is shown."""
        if self.phase == ONGOING:
            return ()
        told = (
            (index, piece.why)
            for index, piece in enumerate(self.pieces)
            if piece.why and (index in self.marked or (piece.answer and self.phase == SOLVED))
        )
        return tuple(told)
