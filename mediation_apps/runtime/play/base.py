"""Guarantees: every activity is played with the same three intents and offers its targets in the order of Tab and switches.

`Press` is a touch, Enter, or a switch; with items it picks up, and with zones it puts down, so every drag has its two presses.
`hand` tells several hands on one table apart; keyboard and switches are hand 0.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Protocol, Self, TypeAlias

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Common

ONGOING, CHECKED, SOLVED = "ongoing", "checked", "solved"
RIGHT, WRONG, PARTLY, INFO = "right", "wrong", "partly", "info"
MISSED = "missed"
CHECK, RETRY, SOLUTION, NEXT = "check", "retry", "solution", "next"
MAX_ANSWER = 200  # characters a person may type into one gap


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a target."""

    target: str
    hand: int = 0


@dataclass(frozen=True, slots=True)
class Drop:
    """An item dragged by a finger and let go over `zone` ("" = over nothing)."""

    item: str
    zone: str
    hand: int = 0


@dataclass(frozen=True, slots=True)
class Write:
    """What stands in a gap now."""

    target: str
    text: str


Intent: TypeAlias = Press | Drop | Write


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be pressed. `label` is what the voice says; `mark` is right, wrong or missed, to be drawn as a sign."""

    id: str
    role: str  # choice, gap, item, zone, piece, card, cell, button
    label: str
    selected: bool = False
    enabled: bool = True
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What to say after an intent."""

    verdict: str
    said: str


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached. `passed` follows the activity's own rule; `answered`: there is something to check."""

    points: int
    maximum: int
    passed: bool
    answered: bool


class Playing(Protocol):
    """An activity under way."""

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """Everything that can be seen and pressed, in reading order; `enabled` is for this hand."""
        ...

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """The state after an intent; an intent that fits nothing changes nothing."""
        ...

    def score(self) -> Score:
        """Points so far."""
        ...

    @property
    def done(self) -> bool:
        """Whether the participant has been through it (not whether it is right)."""
        ...


def order(count: int, seed: int, shuffled: bool) -> tuple[int, ...]:
    """Indexes in the order of this participant; one seed gives one order, so a tablet that drops finds its screen again."""
    indexes = list(range(count))
    if shuffled:
        random.Random(seed).shuffle(indexes)
    return tuple(indexes)


def buttons(activity: Common, phase: str, full: bool, can_check: bool = True) -> tuple[Target, ...]:
    """Check while it goes on; then retry and solution, as far as the author allows and something is left to find."""
    if phase == ONGOING:
        return (Target(CHECK, "button", _("Vérifier"), enabled=can_check),)
    offered = []
    if activity.retry and not full:
        offered.append(Target(RETRY, "button", _("Réessayer")))
    if activity.solution and not full and phase == CHECKED:
        offered.append(Target(SOLUTION, "button", _("Voir la réponse")))
    return tuple(offered)


# What the official types write for figures: Blanks "@score of @total", SingleChoiceSet ":numcorrect of :maxscore".
_FIGURE = re.compile(r"[@:](numcorrect|num|score|percent|total|maxscore)\b", re.IGNORECASE)


def verdict(score: Score) -> str:
    """Right, partly or wrong."""
    return RIGHT if score.points >= score.maximum else PARTLY if score.points else WRONG


def spoken_score(activity: Common, score: Score) -> Feedback:
    """What the author wrote for this score, or a plain sentence; never a reproach."""
    percent = round(100 * score.points / score.maximum) if score.maximum else 100
    said = next((entry.text for entry in activity.feedback if entry.lowest <= percent <= entry.highest), "")
    values = {"score": score.points, "num": score.points, "numcorrect": score.points, "percent": percent}
    said = _FIGURE.sub(lambda found: str(values.get(found[1].lower(), score.maximum)), said)
    if not said and score.points >= score.maximum:
        said = _("Bravo, tout est juste !")
    elif not said and 2 * score.points >= score.maximum:
        said = _("{points} sur {total} : presque !").format(points=score.points, total=score.maximum)
    elif not said and score.points:
        said = _("{points} sur {total} : c’est un début.").format(points=score.points, total=score.maximum)
    elif not said:
        said = _("Ce n’est pas encore ça. Regardez de nouveau.")
    return Feedback(verdict(score), said)


def index_of(target: str, kind: str, count: int) -> int | None:
    """The number in `kind:number` when it exists."""
    name, colon, number = target.partition(":")
    found = int(number) if colon and name == kind and number.isdecimal() and len(number) < 6 else -1
    return found if 0 <= found < count else None


Held: TypeAlias = "tuple[tuple[int, int], ...]"  # (hand, item), for activities that several hands play at once


def in_hand(held: Held, hand: int) -> int | None:
    """The item a hand holds."""
    return next((item for owner, item in held if owner == hand), None)


def without_hand(held: Held, hand: int) -> Held:
    """What is held once this hand has let go."""
    return tuple(pair for pair in held if pair[0] != hand)


def numbered(label: str, rank: int, total: int) -> str:
    """A label with its place, for the voice."""
    return _("{label}. {rank} sur {total}").format(label=label, rank=rank, total=total)
