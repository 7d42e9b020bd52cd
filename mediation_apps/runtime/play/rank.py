"""Guarantees: things are put in order by picking one up and pressing the place it goes to; nothing starts in the right order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Rank
from mediation_apps.runtime.play.base import (
    CHECK,
    CHECKED,
    INFO,
    MISSED,
    ONGOING,
    PARTLY,
    RETRY,
    RIGHT,
    SOLUTION,
    SOLVED,
    WRONG,
    Drop,
    Feedback,
    Held,
    Intent,
    Press,
    Score,
    Target,
    buttons,
    in_hand,
    index_of,
    order,
    spoken_score,
    without_hand,
)


@dataclass(frozen=True, slots=True)
class RankState:
    """The order as it stands; an item's index is its right place."""

    activity: Rank
    standing: tuple[int, ...]
    held: Held = ()  # (hand, item)
    phase: str = ONGOING

    @classmethod
    def start(cls, activity: Rank, seed: int) -> Self:
        """Shuffled, and never solved by chance."""
        count = len(activity.items)
        standing = order(count, seed, True)
        return cls(activity, standing if standing != tuple(range(count)) or count < 2 else (*standing[1:], standing[0]))

    @property
    def done(self) -> bool:
        """Checked at least once."""
        return self.phase != ONGOING

    def in_hand(self, hand: int) -> int | None:
        """The item this hand holds."""
        return in_hand(self.held, hand)

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The items from first to last, then the buttons."""
        total = len(self.standing)
        mine = self.in_hand(hand)
        taken = {item for _hand, item in self.held}
        items = [
            Target(
                f"item:{item}",
                "item",
                _("{label}. Place {rank} sur {total}").format(label=self.activity.items[item].label, rank=rank, total=total),
                selected=item in taken,
                enabled=self.phase == ONGOING and (item not in taken or item == mine),
                mark=self._mark(item, rank - 1),
            )
            for rank, item in enumerate(self.standing, 1)
        ]
        score = self.score()
        return (*items, *buttons(self.activity, self.phase, score.points >= score.maximum))

    def _mark(self, item: int, place: int) -> str:
        if self.phase == ONGOING:
            return ""
        return MISSED if self.phase == SOLVED else RIGHT if item == place else WRONG

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Pick up, put before another, check, try again, see the answer."""
        if isinstance(intent, Drop):
            item = index_of(intent.item, "item", len(self.standing))
            place = index_of(intent.zone, "item", len(self.standing))
            if item is None or place is None or self.phase != ONGOING:
                return self, None
            return self._moved(item, place, intent.hand)
        if not isinstance(intent, Press):
            return self, None
        if intent.target == CHECK and self.phase == ONGOING:
            after = replace(self, phase=CHECKED, held=())
            return after, after._said()
        if intent.target == RETRY and self.phase == CHECKED and self.activity.retry:
            return replace(self, phase=ONGOING), None
        if intent.target == SOLUTION and self.phase == CHECKED and self.activity.solution:
            return replace(self, standing=tuple(range(len(self.standing))), phase=SOLVED), None
        item = index_of(intent.target, "item", len(self.standing))
        if item is None or self.phase != ONGOING:
            return self, None
        return self._pressed(item, intent.hand)

    def _pressed(self, item: int, hand: int) -> tuple[Self, Feedback | None]:
        mine = self.in_hand(hand)
        if mine == item:
            return self._let_go(hand), None
        if mine is not None:
            return self._moved(mine, item, hand)
        if any(held == item for _hand, held in self.held):
            return self, None
        said = _("« {item} » est dans la main. Touchez sa nouvelle place.").format(item=self.activity.items[item].label)
        return replace(self, held=(*self.held, (hand, item))), Feedback(INFO, said)

    def _let_go(self, hand: int) -> Self:
        return replace(self, held=without_hand(self.held, hand))

    def _moved(self, item: int, place: int, hand: int) -> tuple[Self, Feedback]:
        at = self.standing.index(place)
        rest = [other for other in self.standing if other != item]
        rest.insert(at, item)
        said = _("« {item} » est à la place {rank}.").format(item=self.activity.items[item].label, rank=at + 1)
        return replace(self._let_go(hand), standing=tuple(rest)), Feedback(INFO, said)

    def _said(self) -> Feedback:
        general = spoken_score(self.activity, self.score())
        if general.verdict != PARTLY:
            return general
        where = _("Ce qui est à sa place porte un signe ✓.")
        return Feedback(PARTLY, f"{general.said} {where}")

    def score(self) -> Score:
        """A point for each item at its place; none once the answer was shown."""
        points = 0 if self.phase == SOLVED else sum(item == place for place, item in enumerate(self.standing))
        return Score(points, len(self.standing), points == len(self.standing), True)

    def explanations(self) -> tuple[tuple[int, str], ...]:
        """Why each item stands where it stands, once the order is right or shown."""
        told = self.phase == SOLVED or (self.phase == CHECKED and self.score().passed)
        return tuple((index, item.why) for index, item in enumerate(self.activity.items) if item.why) if told else ()
