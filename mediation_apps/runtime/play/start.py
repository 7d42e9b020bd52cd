"""Guarantees: every task of the model has its state machine; a DragText is played on a board whose zones are its gaps."""

from __future__ import annotations

from typing import assert_never

from mediation_apps.i18n import _
from mediation_apps.runtime.model import (
    Beat,
    Blanks,
    Board,
    DragText,
    Explore,
    Flashcards,
    InspectMessage,
    Item,
    MarkTheWords,
    MemoryGame,
    MultiChoice,
    Predict,
    Program,
    Rank,
    Reading,
    SingleChoiceSet,
    Summary,
    Task,
    TrueFalse,
    Zone,
)
from mediation_apps.runtime.play.base import Playing
from mediation_apps.runtime.play.beat import BeatState
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.play.choice import ChoiceState
from mediation_apps.runtime.play.explore import ExploreState, MemoryState
from mediation_apps.runtime.play.gaps import BlanksState, FlashcardsState
from mediation_apps.runtime.play.marks import MarkState
from mediation_apps.runtime.play.predict import PredictState
from mediation_apps.runtime.play.program import ProgramState
from mediation_apps.runtime.play.rank import RankState
from mediation_apps.runtime.play.reading import ReadingState
from mediation_apps.runtime.play.series import SeriesState
from mediation_apps.runtime.words import normal


def start(task: Task, seed: int = 0) -> Playing:
    """The first state of a task."""
    match task:
        case MultiChoice() | TrueFalse():
            return ChoiceState.start(task, seed)
        case SingleChoiceSet() | Summary():
            return SeriesState.start(task, seed)
        case Blanks():
            return BlanksState.start(task, seed)
        case Flashcards():
            return FlashcardsState.start(task, seed)
        case Board():
            return BoardState.start(task, seed)
        case DragText():
            return BoardState.start(word_board(task), seed)
        case MarkTheWords() | InspectMessage():
            return MarkState.start(task, seed)
        case Explore():
            return ExploreState.start(task, seed)
        case MemoryGame():
            return MemoryState.start(task, seed)
        case Rank():
            return RankState.start(task, seed)
        case Predict():
            return PredictState.start(task, seed)
        case Beat():
            return BeatState.start(task, seed)
        case Reading():
            return ReadingState.start(task, seed)
        case Program():
            return ProgramState.start(task, seed)
    assert_never(task)


def word_board(task: DragText) -> Board:
    """The words as items, the gaps as zones of one item each; equal words fit the same gaps."""
    gaps = task.gaps
    words = [gap.solutions[0] for gap in gaps] + list(task.distractors)
    everywhere = frozenset(range(len(gaps)))
    zones = tuple(
        Zone(
            _("Trou {n}").format(n=rank),
            frozenset(index for index, word in enumerate(words) if normal(word, True) == normal(gap.solutions[0], True)),
            single=True,
            tip=gap.tip,
            on_correct=gap.on_correct,
            on_wrong=gap.on_wrong,
        )
        for rank, gap in enumerate(gaps, 1)
    )
    return Board(
        title=task.title,
        instruction=task.instruction,
        media=task.media,
        feedback=task.feedback,
        retry=task.retry,
        solution=task.solution,
        items=tuple(Item(word, everywhere) for word in words),
        zones=zones,
        shuffled=True,
        by_zone=True,
        instant=task.instant,
    )
