"""Guarantees: a reader's settings, place and book are a value; where a page ends is the screen's business, where it begins is kept here.

Targets: `choice:NAME` takes the next step of a setting, `choice:size-` and `choice:size+` go both ways. `Write("place", …)` turns a page
("chapter:passage:word"), `Write("comfort", digits)` goes on with the settings of another page, `Write("book", number)` opens another book.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from mediation_apps.i18n import _
from mediation_apps.runtime.epub.comfort import CHOICES, NAMES, Comfort, read_comfort
from mediation_apps.runtime.making import Reading
from mediation_apps.runtime.play.base import Feedback, Intent, Press, Score, Target, Write

MOST_BOOKS = 1_000  # numbers of books: those above the shelf's are of this visit, on this tablet only


@dataclass(frozen=True, slots=True)
class ReadingState:
    """What is read and how. `place` is (chapter, passage, word)."""

    activity: Reading
    comfort: Comfort
    place: tuple[int, int, int] = (0, 0, 0)
    book: int = 0
    touched: bool = False

    @classmethod
    def start(cls, activity: Reading, seed: int) -> Self:
        """The first book, at its beginning."""
        return cls(activity, Comfort())

    @property
    def done(self) -> bool:
        """A page was turned or a setting tried; a card is only to be looked at."""
        return self.touched or not self.activity.controls

    def targets(self, hand: int = 0) -> tuple[Target, ...]:
        """The settings of this page."""
        found = []
        for name in self.activity.controls:
            said = _("{name} : {value}").format(name=NAMES[name], value=self.comfort.said(name))
            if name == "size":
                found.append(Target("choice:size-", "choice", _("Plus petit. {said}").format(said=said), enabled=self.comfort.size > 0))
                last = CHOICES["size"] - 1
                found.append(Target("choice:size+", "choice", _("Plus grand. {said}").format(said=said), enabled=self.comfort.size < last))
            else:
                found.append(Target(f"choice:{name}", "choice", _("{said}. Changer").format(said=said)))
        return tuple(found)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """One setting, one page, another book."""
        if isinstance(intent, Press):
            return self._set(intent.target.removeprefix("choice:")), None
        if not isinstance(intent, Write):
            return self, None
        if intent.target == "comfort":
            comfort = read_comfort(intent.text)
            return (replace(self, comfort=comfort) if comfort is not None else self), None
        numbers = [int(part) for part in intent.text.split(":") if part.isascii() and part.isdecimal() and len(part) < 7]
        if intent.target == "place" and len(numbers) == 3:
            return replace(self, place=(numbers[0], numbers[1], numbers[2]), touched=True), None
        if intent.target == "book" and len(numbers) == 1 and numbers[0] < MOST_BOOKS:
            return replace(self, book=numbers[0], place=(0, 0, 0)), None
        return self, None

    def _set(self, name: str) -> Self:
        if name in ("size+", "size-") and "size" in self.activity.controls:
            comfort = self.comfort.put("size", self.comfort.size + (1 if name == "size+" else -1))
        elif name in self.activity.controls and name != "size":
            comfort = self.comfort.next(name)
        else:
            return self
        return replace(self, comfort=comfort, touched=True) if comfort != self.comfort else self

    def score(self) -> Score:
        """Nothing to win."""
        return Score(0, 0, True, self.touched)
