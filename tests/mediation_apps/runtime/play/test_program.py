"""A program is laid, taken back, run and judged by presses alone."""

from __future__ import annotations

from typing import Any

import pytest

from mediation_apps.errors import PackError
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.making import Program
from mediation_apps.runtime.native.activities import read
from mediation_apps.runtime.native.source import Source
from mediation_apps.runtime.play.base import RETRY, Press
from mediation_apps.runtime.play.predict import RUN, STEP
from mediation_apps.runtime.play.program import ProgramState
from tests.mediation_apps.building import zipped


def start(**fields: Any) -> ProgramState:
    return ProgramState.start(Program(**({"columns": 3, "rows": 3, "start": (0, 0), "heading": "nord"} | fields)), 0)


def press(state: ProgramState, *targets: str) -> ProgramState:
    for target in targets:
        state, _said = state.apply(Press(target))
    return state


LAID = ("card:avance", "card:droite", "card:avance")


def test_cards_are_laid_and_taken_back() -> None:
    state = press(start(), *LAID)
    assert state.cards == ("avance", "droite", "avance") and press(state, "undo").cards == ("avance", "droite")
    assert press(state, "clear").cards == () and press(start(), "undo", "clear", RUN) == start()


def test_no_more_cards_than_the_author_allows() -> None:
    assert press(start(most=2), *LAID).cards == ("avance", "droite")


def test_reaching_the_flag_is_the_point() -> None:
    """Only the end counts, and only once it has been run."""
    state = press(start(goal=(1, 1)), *LAID)
    assert not state.done and not state.score().passed
    ended = press(state, RUN, STEP, STEP, STEP)
    assert ended.done and ended.score().points == 1 and (ended.pose.column, ended.pose.row) == (1, 1)
    assert press(ended, RETRY).cards == state.cards, "the program stays, to be mended"
    assert press(start(goal=(2, 2)), *LAID, RUN, STEP, STEP, STEP).score().points == 0


def test_while_it_runs_nothing_is_laid() -> None:
    state = press(start(), *LAID, RUN)
    assert press(state, "card:avance", "clear", "undo").cards == state.cards


def test_walls_and_edges_stop_a_step_not_the_program() -> None:
    state = press(start(walls=frozenset({(0, 1)})), "card:avance", "card:droite", "card:avance", RUN, STEP, STEP, STEP)
    assert (state.pose.column, state.pose.row) == (1, 0)


@pytest.mark.parametrize(
    ("more", "words"),
    [('start="A9"\n', "n’est pas sur le tapis"), ('start="A1"\nwalls=["A1"]\n', "mur"), ('start="A1"\ngoal="B1"\nwalls=["B1"]\n', "mur")],
)
def test_a_mat_that_cannot_be_is_told(more: str, words: str) -> None:
    with pytest.raises(PackError, match="ligne") as told:
        read(Source("x.toml", f'type="program"\ninstruction="?"\ncolumns=3\nrows=3\n{more}').root(), ZipFiles(zipped({"a.md": b"x"})))
    assert words in str(told.value)
