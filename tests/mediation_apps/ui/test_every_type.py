"""Every kind of activity, on a small screen in the largest text: readable, reachable, said; and several hands on one table."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.mediation_apps.runtime.test_keyboard import TASKS
from tests.mediation_apps.ui.test_player import SORT, made

Table = Callable[..., Any]
LONG = "un mot très long à dire : intercommunalité"


def activity(kind: str) -> str:
    """The smallest one of its kind, with one long label where it has labels."""
    return f'type="{kind}"\n' + TASKS[kind].replace('text="x"', f'text="{LONG}"').replace('text="a"', f'text="{LONG}"')


@pytest.mark.parametrize("kind", TASKS)
def test_large_text_cuts_nothing_and_hides_nothing(table: Table, kind: str) -> None:
    """800×480 at the largest text: each target said, tall enough and on the screen once reached; no tile shows an ellipsis."""
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.focus import stops_under
    from kiosk.ui.widgets.text import wrap
    from mediation_apps.runtime.ui.tiles import Tile
    from mediation_apps.runtime.ui.tour import answer

    hands = table(made(a__toml=activity(kind)), size=(800, 480), text=1.6)
    player = hands.player
    for moment in ("before", "after"):
        for stop in stops_under(player):
            player.focus.set(stop)
            area = player.focus.stop.area
            assert stop.spoken.strip() and area.height >= min(look().target, look().px(48)) - 1, (moment, stop)
            assert area.x >= 0 and area.right <= 801 and area.top > 0 and area.y < 480, (moment, stop.spoken, area)
        for tile in player.page.walk():
            if isinstance(tile, Tile) and tile.parent is not None and tile.width > 50 and tile.words.strip("…"):
                room = int(tile.width - 2 * tile._pad() - tile._extras())
                assert not any(line.endswith("…") for line in wrap(tile.words, tile.style(), room, 40)), tile.words
        answer(hands, random.Random(2))
        hands.frames(3)
    assert player.run.state.done


@pytest.mark.parametrize("kind", TASKS)
def test_what_was_said_and_marked_is_spoken_and_signed(table: Table, kind: str) -> None:
    """With the voice on, the page is said on arriving, and what the check says is said and shown with a sign."""
    from mediation_apps.runtime.ui.bars import PLAIN, SAID
    from mediation_apps.runtime.ui.tour import answer

    hands = table(made(a__toml=activity(kind)))
    player = hands.player
    player.toggle_voice()
    assert player.voice.said
    answer(hands, random.Random(2))
    hands.frames(3)
    assert player.run.state.done
    if player.said.words:
        assert player.said.words in player.voice.said
        assert SAID.get(player.said.verdict, PLAIN)[0] in ("check", "close", "tune", "lightbulb_on")
    assert len({icon for icon, _ground, _ink in (*SAID.values(), PLAIN)}) == 4, "four verdicts, four signs"


def test_two_people_sort_and_a_third_uses_keys(table: Table) -> None:
    """Two fingers hold an item each while somebody picks a third by keys: nobody takes what another holds, all three land."""
    from kiosk.ui.widgets.base import window_area

    hands = table(made(a__toml=SORT))
    view, player = hands.player.page.task, hands.player
    fingers = [hands.down(*window_area(view.tiles[n]).center) for n in (0, 1)]
    for finger in fingers:
        hands.move(finger, finger.x, finger.y - 60)
    hands.frame()
    for wanted in ("item:2", "zone:0"):
        for _step in range(40):
            player.focus.move(1)
            if player.focus.stop.key == wanted:
                break
        player.focus.act()
        hands.frames(2)
    assert player.run.state.placed == ((2, 0),)
    for n, finger in enumerate(fingers):
        x, y = window_area(view.zones[n]).center
        hands.move(finger, x, y)
        hands.frame()
        hands.up(finger)
    hands.frames(3)
    assert sorted(player.run.state.placed) == [(0, 0), (1, 1), (2, 0)] and player.run.state.held == ()


def test_two_people_rank_at_once(table: Table) -> None:
    """Two fingers move two things of one list at the same time; each goes where it was left, none is lost."""
    from kiosk.ui.widgets.base import window_area

    toml = 'type="rank"\ninstruction="?"\n' + "".join(f'[[items]]\ntext="chose {n}"\n' for n in range(5))
    hands = table(made(a__toml=toml))
    view, player = hands.player.page.task, hands.player
    standing = player.run.state.standing
    first, last = standing[0], standing[-1]
    fingers = [hands.down(*window_area(view.tiles[n]).center) for n in (first, last)]
    ends = [window_area(view.tiles[standing[2]]).center, window_area(view.tiles[standing[1]]).center]
    for step in range(1, 6):
        for finger, (x, y) in zip(fingers, ends, strict=True):
            hands.move(finger, finger.x + (x - finger.x) * step / 5, finger.y + (y - finger.y) * step / 5)
        hands.frame()
    for finger in fingers:
        hands.up(finger)
    hands.frames(3)
    after = player.run.state.standing
    assert sorted(after) == sorted(standing) and after != standing and player.run.state.held == ()
