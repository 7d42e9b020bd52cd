"""Guarantees: a whole workshop is one row of pages; what cannot be played is not in it; going back and forth loses no answer.

A page shows what is to be read or looked at, and at most one task. A QuestionSet ends on a page that gives its result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

from mediation_apps.runtime.model import Activity, Info, Picture, QuestionSet, Sequence, Skipped, Sound, Task, Text
from mediation_apps.runtime.play.base import Feedback, Intent, Playing, Score, order
from mediation_apps.runtime.play.start import start

MAX_INFOS = 4  # things to read on one page before the next begins: a page is read without losing one's place


@dataclass(frozen=True, slots=True)
class Page:
    """One screen: infos to read, at most one task; or the result of `result_of`, whose tasks are the pages of `group`."""

    title: str
    infos: tuple[Info, ...] = ()
    task: Task | None = None
    group: int = 0
    result_of: QuestionSet | None = None
    entry: int = 0  # which activity of the pack it comes from


Part: TypeAlias = "tuple[str, Info | Task | QuestionSet]"


def pages(activities: tuple[Activity, ...], seed: int = 0) -> tuple[Page, ...]:
    """Lay the activities of a pack out on pages; one seed gives one order."""
    out: list[Page] = []
    groups = iter(range(1, 1 << 30))
    for entry, activity in enumerate(activities):
        out.extend(replace(page, entry=entry) for page in _laid_out(activity, "", seed + entry, groups))
    return tuple(out)


def _laid_out(activity: Activity, title: str, seed: int, groups: Iterator[int]) -> Iterator[Page]:
    title = activity.title or title
    if isinstance(activity, Skipped):
        return
    if isinstance(activity, QuestionSet):
        yield from _question_set(activity, title, seed, next(groups), groups)
    elif isinstance(activity, Sequence) and activity.kind in ("book", "presentation"):
        for rank, child in enumerate(activity.children):
            yield from _laid_out(child, title, seed + rank, groups)
    elif isinstance(activity, Sequence):
        yield from _column(activity, title, seed, groups)
    elif isinstance(activity, Text | Picture | Sound):
        yield Page(title, (activity,))
    else:
        yield Page(title, (), activity)


def _column(activity: Sequence, title: str, seed: int, groups: Iterator[int]) -> Iterator[Page]:
    """Texts and pictures go on the page of the task that follows them."""
    waiting: list[Info] = []
    for part in _flattened(activity):
        if isinstance(part, Text | Picture | Sound):
            if isinstance(part, Text) and not part.body:
                continue
            waiting.append(part)
            if len(waiting) == MAX_INFOS:
                yield Page(title, tuple(waiting))
                waiting.clear()
            continue
        for page in _laid_out(part, title, seed, groups):
            yield replace(page, infos=(*waiting, *page.infos))
            waiting.clear()
    if waiting:
        yield Page(title, tuple(waiting))


def _flattened(activity: Sequence) -> Iterator[Activity]:
    for child in activity.children:
        if isinstance(child, Sequence):
            yield from _flattened(child)
        elif not isinstance(child, Skipped):
            yield child


def _question_set(activity: QuestionSet, title: str, seed: int, group: int, groups: Iterator[int]) -> Iterator[Page]:
    playable = [question for question in activity.questions if not isinstance(question, Skipped)]
    drawn = order(len(playable), seed, activity.shuffled or bool(activity.pool))[: activity.pool or len(playable)]
    if not activity.shuffled:
        drawn = tuple(sorted(drawn))
    if activity.intro:
        yield Page(title, (Text(title=title, body=activity.intro),))
    for rank, index in enumerate(drawn):
        for page in _laid_out(playable[index], title, seed + rank, groups):
            yield replace(page, group=group)
    yield Page(title, group=group, result_of=activity)


@dataclass(frozen=True, slots=True)
class Run:
    """A participant's way through the pages. `states` are kept page by page."""

    pages: tuple[Page, ...]
    states: tuple[Playing | None, ...]
    at: int = 0

    @classmethod
    def begin(cls, laid_out: tuple[Page, ...], seed: int = 0) -> Self:
        """On the first page."""
        return cls(laid_out, tuple(None if page.task is None else start(page.task, seed + n) for n, page in enumerate(laid_out)))

    @property
    def page(self) -> Page:
        """The page in sight."""
        return self.pages[self.at]

    @property
    def state(self) -> Playing | None:
        """Its task under way."""
        return self.states[self.at]

    @property
    def last(self) -> bool:
        """Whether no page follows."""
        return self.at + 1 >= len(self.pages)

    def apply(self, intent: Intent) -> tuple[Self, Feedback | None]:
        """Give an intent to the task in sight."""
        if self.state is None:
            return self, None
        after, said = self.state.apply(intent)
        return (
            (self, said)
            if after is self.state
            else (replace(self, states=(*self.states[: self.at], after, *self.states[self.at + 1 :])), said)
        )

    def go(self, at: int) -> Self:
        """To another page; beyond the ends nothing happens, and a closed question set lets nobody back."""
        if not 0 <= at < len(self.pages) or (at < self.at and self._closed(at)):
            return self
        return replace(self, at=at)

    def _closed(self, at: int) -> bool:
        group = self.pages[at].group
        return any(page.group == group and page.result_of is not None and page.result_of.closed for page in self.pages if group)

    def result(self, group: int) -> Score:
        """The sum of a question set against its percentage (H5P.QuestionSet 1.21)."""
        own = [n for n, page in enumerate(self.pages) if page.group == group]
        scores = [state.score() for n in own if (state := self.states[n]) is not None]
        found, total = sum(score.points for score in scores), sum(score.maximum for score in scores)
        limit = next((page.result_of.pass_percentage for page in self.pages if page.group == group and page.result_of), 100)
        return Score(found, total, 100 * found >= limit * total, any(score.answered for score in scores))
