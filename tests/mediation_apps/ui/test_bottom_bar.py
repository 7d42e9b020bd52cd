"""The bar at the bottom: nothing covers anything, everything keeps its spoken label, and switches are one press away."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from mediation_apps.runtime.play.base import Press
from tests.mediation_apps.ui.test_player import SORT, made

Table = Callable[..., Any]
ENTER, SPACE = 13, 32


def shown(hands: Any) -> list[Any]:
    bar = hands.player.bar
    return [button for button in (bar.fold, *bar.comforts, bar.back, *bar.verbs, bar.on) if button.opacity]


@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (480, 800)])
@pytest.mark.parametrize("text", [1.0, 1.6])
def test_buttons_stand_apart_inside_the_screen(table: Table, size: tuple[int, int], text: float) -> None:
    """Before and after the check, in the middle of a workshop: all that can be done, side by side, at least a target wide."""
    from kiosk.ui.theme import look

    hands = table(made(a__md="# Un", b__toml=SORT), size=size, text=text)
    player = hands.player
    hands.tap_on(player.bar.on)
    for press in ("item:0", "zone:1", "check"):
        player.give(Press(press))
        hands.frames(2)
        buttons = sorted(shown(hands), key=lambda button: button.x)
        assert buttons[0].x >= 0 and buttons[-1].right <= size[0]
        assert all(one.right < other.x for one, other in itertools.pairwise(buttons)), [b.label() for b in buttons]
        assert all(button.width >= look().target - 1 and button.label().strip() for button in buttons)


@pytest.mark.parametrize("size", [(1080, 1920), (800, 480), (480, 800)])
def test_a_long_verb_leaves_the_way_on_its_arrow(table: Table, size: tuple[int, int]) -> None:
    """ "Lancer le programme" in the largest text: still side by side, and what lost its words is said all the same."""
    robot = 'type="predict"\ninstruction="Où ?"\ncolumns=3\nrows=2\nstart="A1"\nheading="nord"\nprogram=["avance"]\n'
    hands = table(made(a__md="# Un", b__toml=robot, c__md="# Trois"), size=size, text=1.6)
    hands.tap_on(hands.player.bar.on)
    hands.frames(2)
    buttons = sorted(shown(hands), key=lambda button: button.x)
    assert buttons[0].x >= 0 and buttons[-1].right <= size[0]
    assert all(one.right < other.x for one, other in itertools.pairwise(buttons)), [b.label() for b in buttons]
    assert [button.label() for button in buttons[-2:]] == ["Lancer le programme", "Passer"]
    hands.tap_on(hands.player.bar.on)
    assert hands.player.run.at == 2 and hands.player.bar.on.text == "Terminer"


def test_folded_comforts_open_in_their_place(table: Table) -> None:
    """Where there is no room for them, one button opens all comforts, and the page's own verbs come back when it closes."""
    hands = table(made(a__md="# Un", b__toml=SORT), size=(480, 800), text=1.6)
    player = hands.player
    hands.tap_on(player.bar.on)
    player.give(Press("item:0"))
    player.give(Press("zone:1"))
    player.give(Press("check"))
    hands.frames(2)
    assert player.bar.fold.opacity and not any(button.opacity for button in player.bar.comforts)
    hands.tap_on(player.bar.fold)
    assert all(button.opacity for button in player.bar.comforts) and not player.bar.on.opacity
    assert len({round(button.x) for button in shown(hands)}) == len(shown(hands))
    hands.tap_on(player.bar.fold)
    assert player.bar.on.opacity and not player.bar.comforts[0].opacity


def test_two_switches_are_put_on_and_off_by_a_button_that_is_seen(table: Table) -> None:
    """A touch puts them on; Space goes on and Enter presses from then; by switches alone they are put off again."""
    hands = table(made(a__toml=SORT))
    player = hands.player
    hands.tap_on(player.bar.comforts[-1])
    assert player.switches and "Espace avance" in player.said.words and player.bar.comforts[-1].selected
    hands.key(SPACE)
    assert player.focus.stop is not None
    for _step in range(40):
        if player.focus.stop.owner is player.bar.comforts[-1]:
            break
        hands.key(SPACE)
    hands.key(ENTER)
    assert not player.switches
