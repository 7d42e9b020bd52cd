"""Guarantees: what is only to be opened or turned over is done once everything was seen; a memory game never hides a found pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.model import Explore, Media, MemoryGame
from mediation_apps.runtime.play.base import (
    INFO,
    RETRY,
    RIGHT,
    Feedback,
    Intent,
    Press,
    Score,
    Target,
    index_of,
    order,
)


@dataclass(frozen=True, slots=True)
class ExploreState:
    """Which part is open, which were seen."""

    activity: Explore
    open: int | None = None
    seen: frozenset[int] = frozenset()

    @classmethod
    def start(cls, activity: Explore, seed: int) -> Self:
        """Everything closed."""
        return cls(activity)

    @property
    def done(self) -> bool:
        """Every part was seen."""
        return len(self.seen) == len(self.activity.panels)

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The parts, in order."""
        return tuple(
            Target(f"panel:{index}", "card", self._label(index), selected=index == self.open, mark=RIGHT if index in self.seen else "")
            for index in range(len(self.activity.panels))
        )

    def _label(self, index: int) -> str:
        panel = self.activity.panels[index]
        return f"{panel.header}. {panel.body.plain}" if index == self.open else panel.header

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Open a part, or close it."""
        index = index_of(intent.target, "panel", len(self.activity.panels)) if isinstance(intent, Press) else None
        if index is None:
            return self, None
        if index == self.open:
            return replace(self, open=None), None
        return replace(self, open=index, seen=self.seen | {index}), Feedback(INFO, self.activity.panels[index].body.plain)

    def score(self) -> Score:
        """Nothing to win: it was there to be looked at."""
        return Score(0, 0, True, bool(self.seen))


@dataclass(frozen=True, slots=True)
class MemoryState:
    """Cards `2·pair` and `2·pair+1` in the order laid out; at most two lie open besides those found."""

    activity: MemoryGame
    shown: tuple[int, ...]
    up: tuple[int, ...] = ()
    found: frozenset[int] = frozenset()  # pairs
    turns: int = 0

    @classmethod
    def start(cls, activity: MemoryGame, seed: int) -> Self:
        """All face down, shuffled."""
        return cls(activity, order(2 * len(activity.pairs), seed, True))

    @property
    def done(self) -> bool:
        """Every pair was found."""
        return len(self.found) == len(self.activity.pairs)

    def face(self, card: int) -> Media | str:
        """What is on one card."""
        pair = self.activity.pairs[card // 2]
        return pair.second if card % 2 and pair.second is not None else pair.first

    def open(self, card: int) -> bool:
        """Whether a card lies face up."""
        return card in self.up or card // 2 in self.found

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The cards as they lie."""
        total = len(self.shown)
        cards = tuple(
            Target(
                f"card:{card}",
                "card",
                self._label(card, rank, total),
                selected=card in self.up,
                enabled=not self.open(card),
                mark=RIGHT if card // 2 in self.found else "",
            )
            for rank, card in enumerate(self.shown, 1)
        )
        return (*cards, Target(RETRY, "button", _("Rejouer"))) if self.done and self.activity.retry else cards

    def _label(self, card: int, rank: int, total: int) -> str:
        if not self.open(card):
            return _("Carte cachée, {rank} sur {total}").format(rank=rank, total=total)
        face = self.face(card)
        return face if isinstance(face, str) else face.alt or _("Image {n}").format(n=card // 2 + 1)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Turn a card over; a third card first turns two that differ back."""
        if not isinstance(intent, Press):
            return self, None
        if intent.target == RETRY and self.done and self.activity.retry:
            return type(self).start(self.activity, self.turns), None
        card = index_of(intent.target, "card", len(self.shown))
        if card is None or self.open(card):
            return self, None
        if len(self.up) != 1:
            after = replace(self, up=(card,))
            return after, Feedback(INFO, after._label(card, 0, 0))
        after = replace(self, up=(*self.up, card), turns=self.turns + 1)
        if self.up[0] // 2 != card // 2:
            return after, Feedback(INFO, _("{card}. Ce n’est pas une paire.").format(card=after._label(card, 0, 0)))
        after = replace(after, up=(), found=self.found | {card // 2})
        return after, Feedback(RIGHT, self.activity.pairs[card // 2].description or _("Une paire !"))

    def score(self) -> Score:
        """One point for finishing (H5P.MemoryGame 1.3)."""
        return Score(int(self.done), 1, self.done, bool(self.turns))
