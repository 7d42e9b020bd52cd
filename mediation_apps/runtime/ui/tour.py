"""Walks a workshop from the first page to the end by real touches, and saves what is on the screen.

Nothing calls into a widget: fingers go through Kivy's input pipeline, answers are found by trying what is offered.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.ui.driver import Driver
from kiosk.ui.widgets.base import Stop, window_area
from kiosk.ui.widgets.focus import stops_under
from mediation_apps.runtime.play.base import CHECK, NEXT
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.play.predict import RUN, STEP
from mediation_apps.runtime.ui.app import WorkshopApp
from mediation_apps.runtime.ui.bottom_bar import BottomBar
from mediation_apps.runtime.ui.player import Player

MOST = 120  # gestures on one page


class Hands(Driver):
    """Fingers in front of a player. Without `drawing` only time passes: a test that looks at no picture needs no pixels."""

    drawing = True

    def frame(self, draw: bool = True) -> None:
        """Let one sixtieth of a second pass."""
        super().frame(draw and self.drawing)
        if not (draw and self.drawing):
            Clock.tick_draw()  # what is laid out before a frame is laid out, only the pixels are left out

    @property
    def player(self) -> Player:
        """The player in the window."""
        player: Player = self.app.player
        return player

    def settle(self, longest: float = 5.0) -> None:
        """Wait for pictures, books, and for what moves."""
        end = time.monotonic() + longest
        self.frames(4)
        while (self.player.bench.busy or not self.player.decoder.idle) and time.monotonic() < end:
            time.sleep(0.005)
            self.frame()
        self.frames(8)

    def tap_stop(self, stop: Stop) -> None:
        """Touch the middle of what a stop is about, after scrolling to it as a finger would need."""
        self.player.focus.set(stop)
        self.player.focus.clear()
        self.frames(2)
        fresh = next((found for found in stops_under(stop.owner) if found.key == stop.key), stop)
        self.tap(*fresh.area.center)
        self.frames(2)


def begin(app: WorkshopApp) -> Hands:
    """Put an app on the window without running its loop, and hands in front of it."""
    from kivy.base import EventLoop

    EventLoop.ensure_window()
    app.root = app.build()
    Window.add_widget(app.root)
    hands = Hands(app)
    hands.settle()
    return hands


def end(app: WorkshopApp, hands: Hands) -> None:
    """Take it off again."""
    hands.close()
    Window.remove_widget(app.root)
    app.on_stop()
    Clock.tick()


def walk(hands: Hands, folder: Path | None, seed: int = 4) -> list[Path]:
    """Go through every page; a picture on arriving and one after the task, when a folder is given."""
    found: list[Path] = []
    chance = random.Random(seed)

    def shoot(name: str) -> None:
        if folder is not None:
            hands.settle()
            found.append(hands.picture(folder / f"{name}.png"))

    player = hands.player
    while not player.ended:
        at = player.run.at
        shoot(f"{at + 1:02d}-arrivee")
        if player.run.state is not None:
            answer(hands, chance)
            shoot(f"{at + 1:02d}-fait")
        hands.tap_on(player.bar.on)
        hands.settle()
        if player.run.at == at and not player.ended:
            raise AssertionError(f"page {at + 1} cannot be left")
    shoot("99-fin")
    return found


def answer(hands: Hands, chance: random.Random) -> None:
    """Touch what is offered until the task is done."""
    player = hands.player
    for _gesture in range(MOST):
        state = player.run.state
        if state is None or state.done:
            break
        if player.keyboard is not None:
            player.stop_editing()
            hands.frames(2)
        stops = {stop.key: stop for stop in stops_under(player.page) if stop.key}
        offered = [target for target in state.targets() if target.enabled]
        pressing = [target for target in offered if target.id in stops and not target.selected]
        zones = [target for target in pressing if target.role == "zone"]
        leading = [number for number, target in enumerate(_verbs(state)) if target.enabled and target.id in (CHECK, NEXT, RUN, STEP)]
        gaps = [target for target in pressing if target.role == "gap"]
        if gaps and player.keyboard is None and chance.random() < 0.9 and state.score().points != len(gaps):
            _write(hands, stops[gaps[_gesture % len(gaps)].id])
        elif zones:
            hands.tap_stop(stops[chance.choice(zones).id])
        elif pressing and not (leading and _enough(state, chance)):
            hands.tap_stop(stops[chance.choice(pressing).id])
        elif leading:
            hands.tap_on(_bar(player).verbs[leading[0]])
        hands.frames(2)


def _verbs(state: Any) -> list[Any]:
    return [target for target in state.targets() if target.role == "button"]


def _bar(player: Player) -> BottomBar:
    return player.bar


def _enough(state: Any, chance: random.Random) -> bool:
    if isinstance(state, BoardState):
        return not state.pool() or (state.activity.by_zone and len(state.placed) == len(state.activity.zones))
    return bool(state.score().answered) and chance.random() < 0.5


def _write(hands: Hands, stop: Stop) -> None:
    hands.tap_stop(stop)
    hands.settle()
    for letter in "oui":
        Window.dispatch("on_textinput", letter)
        hands.frame()
    hands.player.stop_editing()
    hands.settle()


def drag(hands: Hands, tile: Any, zone: Any, frames: int = 10) -> None:
    """Drag the middle of one widget to the middle of another."""
    hands.drag(window_area(tile).center, window_area(zone).center, frames)
    hands.frames(3)
