"""Pages where something is made, shown to everybody on the facilitator’s screen: drawn from their gestures, silent, touching nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mediation_apps.runtime.play.base import Press, Write
from mediation_apps.runtime.session.link import replay, write_log
from tests.mediation_apps.ui.conftest import shipped_pack

Table = Callable[..., Any]
DONE = {
    "studio-son": (5, (Press("cell:3"), Press("hands"), Press("play"), Write("pattern", "120;bois=01;tom=02;charley=04;galoubet=08"))),
    "ma-liseuse": (6, (Press("choice:size+"), Press("choice:ruler"), Write("place", "1:2:0"))),
    "robot": (7, (Press("card:avance"), Press("card:droite"), Press("run"))),
}


@pytest.mark.parametrize("name", DONE)
def test_a_page_is_rebuilt_from_its_gestures(table: Table, name: str) -> None:
    """The state is the same on the other screen, and its picture starts no process and opens no book."""
    from kivy.core.window import Window

    from mediation_apps.runtime.flow import Run
    from mediation_apps.runtime.ui.page_view import PageView
    from mediation_apps.runtime.ui.projection import Silent

    page, gestures = DONE[name]
    hands = table(shipped_pack(name))
    hands.player.go(page)
    hands.settle()
    for gesture in gestures:
        hands.player.give(gesture)
    there = hands.player.run
    here = replay(Run.begin(there.pages, hands.player.seed), page, write_log(gestures))
    assert here.state == there.state
    host = Silent(hands.player.pack)
    view = PageView(host, here)
    view.size = Window.size
    Window.add_widget(view)
    hands.frames(10)
    view.show(here)
    Window.remove_widget(view)
    hands.frames(60)
    host.decoder.close()
