"""Guarantees: one or several hands can sort at once; no item is ever lost or held by two hands; every drag has its two presses.

Points as H5P.DragQuestion 1.15: +1 an item in a right zone; with penalties −1 elsewhere, never below 0; `single_point` all or nothing.
`by_zone` scores as H5P.DragText 1.10: a point a zone well filled. What was right stays in place when somebody tries again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Board
from mediation_apps.runtime.play.base import (
    CHECK,
    CHECKED,
    INFO,
    MISSED,
    ONGOING,
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

POOL = "pool"
MOST_REASONS = 3  # sentences a person takes in after a check; the next check gives the next ones


@dataclass(frozen=True, slots=True)
class BoardState:
    """Where everything lies: `placed` are (item, zone) in the order they were put down, `held` are (hand, item)."""

    activity: Board
    shown: tuple[int, ...]
    placed: tuple[tuple[int, int], ...] = ()
    held: Held = ()
    phase: str = ONGOING
    moved: frozenset[int] = frozenset()  # items that the solution had to move

    @classmethod
    def start(cls, activity: Board, seed: int) -> Self:
        """Everything in the pool."""
        return cls(activity, order(len(activity.items), seed, activity.shuffled))

    @property
    def done(self) -> bool:
        """Checked at least once."""
        return self.phase != ONGOING

    # ── reading ────────────────────────────────────────────────────────────────────────────────────────

    def pool(self) -> tuple[int, ...]:
        """Items still to be put somewhere, in the order shown."""
        lying = {item for item, _zone in self.placed}
        return tuple(index for index in self.shown if index not in lying or self.activity.items[index].multiple)

    def inside(self, zone: int) -> tuple[int, ...]:
        """Items in one zone, in the order they came."""
        return tuple(item for item, where in self.placed if where == zone)

    def in_hand(self, hand: int) -> int | None:
        """The item this hand holds."""
        return in_hand(self.held, hand)

    def right(self, item: int, zone: int) -> bool:
        """Whether an item belongs into a zone."""
        return item in self.activity.zones[zone].correct

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """Items, zones, the pool while something is held, buttons; `enabled` for this hand."""
        holding = self.in_hand(hand)
        items = tuple(self._item_target(index, holding) for index in self.shown)
        zones = tuple(self._zone_target(index, holding) for index in range(len(self.activity.zones)))
        back = (Target(POOL, "zone", _("Remettre avec les autres")),) if holding is not None else ()
        score = self.score()
        return (*items, *zones, *back, *buttons(self.activity, self.phase, score.points >= score.maximum, bool(self.placed)))

    def _item_target(self, index: int, holding: int | None) -> Target:
        zones = [zone for item, zone in self.placed if item == index]
        label = self.activity.items[index].label
        if zones and not self.activity.items[index].multiple:
            label = _("{item}, dans « {zone} »").format(item=label, zone=self.activity.zones[zones[0]].label)
        taken = any(item == index for _hand, item in self.held)
        free = self.phase == ONGOING and (holding == index or (holding is None and not taken and not self._locked(index)))
        return Target(f"item:{index}", "item", label, selected=taken, enabled=free, mark=self.mark(index, zones[0]) if zones else "")

    def _zone_target(self, index: int, holding: int | None) -> Target:
        zone = self.activity.zones[index]
        names = ", ".join(self.activity.items[item].label for item in self.inside(index))
        label = _("{zone} : {items}").format(zone=zone.label, items=names or _("vide"))
        fits = holding is not None and self._accepts(index, holding)
        return Target(f"zone:{index}", "zone", label, enabled=self.phase == ONGOING and fits)

    def mark(self, item: int, zone: int) -> str:
        """The sign on a placed item."""
        if self.phase == ONGOING and not self.activity.instant:
            return ""
        if item in self.moved:
            return MISSED
        return RIGHT if self.right(item, zone) else WRONG

    def _accepts(self, zone: int, item: int) -> bool:
        return zone in self.activity.items[item].zones

    def _locked(self, item: int) -> bool:
        return self.activity.instant and any(where == item and self.right(item, zone) for where, zone in self.placed)

    # ── moving ─────────────────────────────────────────────────────────────────────────────────────────

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Pick up, put down, put back, check, try again, see the answer."""
        if isinstance(intent, Drop):
            return self._drop(intent)
        if not isinstance(intent, Press):
            return self, None
        if intent.target == CHECK and self.phase == ONGOING and self.placed:
            return self._check()
        if intent.target == RETRY and self.phase != ONGOING and self.activity.retry:
            kept = () if self.phase == SOLVED else tuple(pair for pair in self.placed if self.right(*pair))
            return replace(self, placed=kept, held=(), phase=ONGOING, moved=frozenset()), None
        if intent.target == SOLUTION and self.phase == CHECKED and self.activity.solution:
            return self._solved(), None
        if self.phase != ONGOING:
            return self, None
        holding = self.in_hand(intent.hand)
        item = index_of(intent.target, "item", len(self.activity.items))
        zone = index_of(intent.target, "zone", len(self.activity.zones))
        if holding is None:
            return (self, None) if item is None else self._pick(item, intent.hand)
        if item == holding:
            return self._let_go(intent.hand), None
        if item is not None:
            zone = next((where for index, where in self.placed if index == item), None)
        if intent.target == POOL:
            return self._let_go(intent.hand)._without(holding), None
        return (self, None) if zone is None else self._put(holding, zone, intent.hand)

    def _drop(self, intent: Drop) -> tuple[Self, Feedback | None]:
        item = index_of(intent.item, "item", len(self.activity.items))
        zone = index_of(intent.zone, "zone", len(self.activity.zones))
        if item is None or self.phase != ONGOING or self._locked(item):
            return self, None
        if any(held == item and hand != intent.hand for hand, held in self.held):
            return self, None
        if zone is None:
            return self._let_go(intent.hand)._without(item), None
        return self._put(item, zone, intent.hand)

    def _pick(self, item: int, hand: int) -> tuple[Self, Feedback | None]:
        if any(held == item for _hand, held in self.held) or self._locked(item):
            return self, None
        said = _("« {item} » est dans la main. Touchez sa place.").format(item=self.activity.items[item].label)
        return replace(self, held=(*self.held, (hand, item))), Feedback(INFO, said)

    def _let_go(self, hand: int) -> Self:
        return replace(self, held=without_hand(self.held, hand))

    def _without(self, item: int) -> Self:
        if self.activity.items[item].multiple:
            return self
        return replace(self, placed=tuple(pair for pair in self.placed if pair[0] != item))

    def _put(self, item: int, zone: int, hand: int) -> tuple[Self, Feedback | None]:
        after = self._let_go(hand)
        name = self.activity.zones[zone].label
        if not self._accepts(zone, item):
            said = _("« {item} » ne se range pas dans « {zone} ».").format(item=self.activity.items[item].label, zone=name)
            return after, Feedback(INFO, said)
        occupants = self.inside(zone) if self.activity.zones[zone].single else ()
        if any(self._locked(occupant) for occupant in occupants):
            return after, None
        after = after._without(item)
        gone = {(occupant, zone) for occupant in occupants} | {(item, zone)}
        after = replace(after, placed=(*(pair for pair in after.placed if pair not in gone), (item, zone)))
        if self.activity.instant:
            said = self.activity.zones[zone].on_correct if self.right(item, zone) else self.activity.zones[zone].on_wrong
            good = self.right(item, zone)
            return after._finished(), Feedback(RIGHT if good else WRONG, said or (_("Oui, c’est là.") if good else _("Pas ici.")))
        said = _("« {item} » est dans « {zone} ».").format(item=self.activity.items[item].label, zone=name)
        return after, Feedback(INFO, said)

    def _finished(self) -> Self:
        score = self.score()
        return replace(self, phase=CHECKED, held=()) if score.points >= score.maximum else self

    def _check(self) -> tuple[Self, Feedback]:
        after = replace(self, phase=CHECKED, held=())
        general = spoken_score(self.activity, after.score())
        details = []
        for item, zone in self.placed:
            place, thing = self.activity.zones[zone], self.activity.items[item]
            good = self.right(item, zone)
            details += [place.on_correct if good else place.on_wrong, "" if good else thing.why]
        told = tuple(dict.fromkeys(word for word in details if word))[:MOST_REASONS]
        return after, Feedback(general.verdict, " ".join((general.said, *told)))

    def _solved(self) -> Self:
        kept = [pair for pair in self.placed if self.right(*pair)]
        lying = {item for item, _zone in kept}
        filled = {zone for _item, zone in kept}
        added: list[tuple[int, int]] = []
        for index, zone in enumerate(self.activity.zones):
            for item in sorted(zone.correct):
                stock = self.activity.items[item].multiple
                if (item in lying and not stock) or (item, index) in kept or (zone.single and index in filled):
                    continue
                added.append((item, index))
                lying.add(item)
                filled.add(index)
        return replace(self, placed=(*kept, *added), phase=SOLVED, held=(), moved=frozenset(item for item, _zone in added))

    # ── counting ───────────────────────────────────────────────────────────────────────────────────────

    def score(self) -> Score:
        """Points by the rule of the module's head."""
        board = self.activity
        placed = self.placed if self.phase != SOLVED else tuple(pair for pair in self.placed if pair[0] not in self.moved)
        good = sum(self.right(item, zone) for item, zone in placed)
        if board.by_zone:
            maximum = len(board.zones)
            return Score(good, maximum, good == maximum, bool(self.placed))
        if not any(zone.correct for zone in board.zones):  # nothing belongs anywhere: leaving all aside is right
            return Score(int(not placed), 1, not placed, True)
        points = max(0, 2 * good - len(placed)) if board.penalties or board.single_point else good
        maximum = self._maximum()
        if board.single_point:
            return Score(int(points == maximum), 1, points == maximum, bool(self.placed))
        return Score(points, maximum, points == maximum, bool(self.placed))

    def _maximum(self) -> int:
        homes = [sum(index in zone.correct for zone in self.activity.zones) for index in range(len(self.activity.items))]
        return sum(count if item.multiple else 1 for item, count in zip(self.activity.items, homes, strict=True) if count)
