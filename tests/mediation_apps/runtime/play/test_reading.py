"""Settings, places and books of a reader change by presses and by what the screen says, and by nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mediation_apps.runtime.common import Media
from mediation_apps.runtime.epub.comfort import CHOICES, Comfort
from mediation_apps.runtime.making import Reading
from mediation_apps.runtime.play.base import Drop, Press, Write
from mediation_apps.runtime.play.reading import ReadingState


def start(*controls: str) -> ReadingState:
    return ReadingState.start(Reading(books=(Media("a.epub", "A"),), controls=controls or tuple(CHOICES)), 0)


def test_size_goes_both_ways_and_stops_at_its_ends() -> None:
    state = start()
    for _press in range(20):
        state, _said = state.apply(Press("choice:size+"))
    assert state.comfort.size == CHOICES["size"] - 1 and state.done
    assert [target.enabled for target in state.targets()[:2]] == [True, False]


def test_only_the_settings_of_the_page_can_be_changed() -> None:
    """A page about the size leaves the letters alone."""
    state = start("size")
    for target in ("choice:letters", "choice:ruler", "choice:nothing", "size", ""):
        assert state.apply(Press(target))[0] == state


def test_settings_of_an_earlier_page_go_on_here() -> None:
    kept = Comfort(size=5, ground=3)
    state, _said = start("ruler").apply(Write("comfort", kept.line()))
    assert state.comfort == kept and not state.done, "going on is not trying"
    assert state.apply(Write("comfort", "zzz"))[0] == state


def test_another_book_begins_at_its_beginning() -> None:
    state, _said = start().apply(Write("place", "2:14:3"))
    assert state.place == (2, 14, 3) and state.done
    assert state.apply(Write("book", "1"))[0].place == (0, 0, 0)


def test_a_card_is_done_when_it_was_shown() -> None:
    assert ReadingState.start(Reading(books=()), 0).done


@settings(deadline=None)
@given(st.sampled_from(["place", "book", "comfort", "x"]), st.text(max_size=20))
def test_hostile_logs_change_nothing_that_is_not_a_place(target: str, text: str) -> None:
    """A projected page replays gestures from the network: none raises."""
    state, _said = start().apply(Write(target, text))
    assert all(0 <= part < 10_000_000 for part in state.place) and 0 <= state.book < 1_000
    assert state.apply(Drop("a", "b"))[0] == state
