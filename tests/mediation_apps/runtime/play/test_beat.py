"""A rhythm is built, shared, written down live, compared: every rule by presses alone."""

from __future__ import annotations

from typing import Any

import pytest

from mediation_apps.errors import PackError
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.model import Beat
from mediation_apps.runtime.native.activities import read
from mediation_apps.runtime.native.source import Source
from mediation_apps.runtime.play.base import CHECK, RETRY, SOLUTION, Press, Write
from mediation_apps.runtime.play.beat import BeatState
from mediation_apps.runtime.sound.pattern import Pattern
from tests.mediation_apps.building import zipped

LANES = (("bois", 0), ("tom", 0), ("charley", 0), ("galoubet", 0))


def free(**fields: Any) -> BeatState:
    return BeatState.start(Beat(start=Pattern(LANES), pads=("bois", "tom"), palette=("bois", "tom", "cloche"), **fields), 0)


def asked() -> BeatState:
    goal = Pattern((("bois", 0b0001_0001),))
    return BeatState.start(Beat(start=goal.cleared(), goal=goal), 0)


def press(state: BeatState, *targets: str) -> BeatState:
    for target in targets:
        state, _said = state.apply(Press(target))
    return state


def test_a_step_is_turned_on_and_off() -> None:
    state = press(free(), "cell:9")
    assert state.pattern.on(1, 1) and state.done
    assert press(state, "cell:9").pattern.count() == 0


def test_a_live_hit_is_written_once() -> None:
    """Hitting the same step twice while it is written down leaves it on."""
    assert press(free(), "on:3", "on:3").pattern.on(0, 3)


def test_playing_is_part_of_the_state() -> None:
    """An empty rhythm cannot be played; a playing one stops by the same press, and when everything is wiped."""
    assert press(free(), "play").heard is None
    state = press(free(), "cell:0", "play")
    assert state.heard == state.pattern and press(state, "play").heard is None and press(state, "clear").heard is None


def test_tempo_stays_within_its_bounds() -> None:
    state = press(free(), *["faster"] * 40)
    assert state.pattern.tempo == 180 and not next(t for t in state.targets() if t.id == "faster").enabled
    assert press(state, *["slower"] * 40).pattern.tempo == 50


@pytest.mark.parametrize(("times", "owners"), [(0, [0, 0, 0, 0]), (1, [0, 0, 1, 1]), (2, [0, 1, 2, 3]), (3, [0, 0, 0, 0])])
def test_lanes_are_shared_between_people(times: int, owners: list[int]) -> None:
    """One, two or four people; whose lane it is is said by its sign, not by a colour."""
    state = press(free(), *["hands"] * times)
    assert [state.owner(lane) for lane in range(4)] == owners
    labels = [target.label for target in state.targets() if target.role == "lane"]
    assert len({label.split(", ")[-1].split(".")[0] for label in labels if times in (1, 2)}) == len(set(owners)) * (times in (1, 2))


def test_a_lane_goes_through_its_palette() -> None:
    state = press(free(), "lane:0")
    assert state.pattern.lanes[0][0] == "tom" and press(state, "lane:0", "lane:0").pattern.lanes[0][0] == "bois"
    assert press(free(), "lane:2").pattern.lanes[2][0] == "bois", "a voice outside of the palette enters it"


def test_what_was_put_aside_is_taken_up_and_bad_lines_are_not() -> None:
    kept = Pattern((("cloche", 3), *LANES[1:]), 120)
    state, _said = free().apply(Write("pattern", kept.line()))
    assert state.pattern == kept
    for line in ("", "90;bois=01", "1;bois=01", "90;canon=01", "x" * 500):
        assert free().apply(Write("pattern", line))[0].pattern == free().pattern


def test_the_rhythm_asked_for_scores_each_step_and_takes_back_what_is_too_much() -> None:
    assert press(asked(), "cell:0", "cell:4", CHECK).score().passed
    state = press(asked(), "cell:0", "cell:1", CHECK)
    assert state.score().points == 0 and state.done
    marks = {target.id: target.mark for target in state.targets() if target.role == "cell"}
    assert (marks["cell:0"], marks["cell:1"], marks["cell:4"]) == ("right", "wrong", "")
    again = press(state, RETRY)
    assert again.phase == "ongoing" and again.pattern == state.pattern
    shown = press(state, SOLUTION)
    assert shown.pattern == shown.activity.goal and shown.score().points == 0 and press(shown, "cell:0").pattern == shown.pattern


def test_the_model_is_heard_but_never_shown_before_the_check() -> None:
    state = press(asked(), "model")
    assert state.heard == state.activity.goal and not any(target.selected for target in state.targets() if target.role == "cell")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('type="beat"\ninstruction="?"\n[[lanes]]\nvoice="canon"\n', "ligne 4"),
        ('type="beat"\ninstruction="?"\n[[lanes]]\nvoice="bois"\nsteps="x.x"\n', "huit signes"),
        ('type="beat"\ninstruction="?"\ngoal=true\n[[lanes]]\nvoice="bois"\n', "vide"),
        ('type="beat"\ninstruction="?"\ntempo=900\n[[lanes]]\nvoice="bois"\n', "tempo"),
        ('type="beat"\ninstruction="?"\npads=["bois","bois","bois","bois","bois","bois","bois","bois","bois"]\n', "8 sons au plus"),
        ('type="beat"\ninstruction="?"\n', "lanes"),
        ('type="listen"\nquestion="?"\nvoice="bois"\n[[answers]]\ntext="a"\n[[answers]]\ntext="b"\n', "une seule réponse"),
        ('type="listen"\nquestion="?"\nvoice="canon"\n[[answers]]\ntext="a"\ncorrect=true\n[[answers]]\ntext="b"\n', "n’existe pas"),
        ('type="listen"\nquestion="?"\n[[answers]]\ntext="a"\ncorrect=true\n[[answers]]\ntext="b"\n[[lanes]]\nvoice="bois"\n', "described"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(toml: str, words: str) -> None:
    """An author reads where and what to write."""
    with pytest.raises(PackError, match="ligne") as told:
        read(Source("activities/x.toml", toml).root(), ZipFiles(zipped({"a.md": b"x"})))
    assert words in str(told.value)
