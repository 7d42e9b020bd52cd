"""From screen to screen, and back.

Guarantees:
- a screen is `kiosk/ui/screens/<name>.py` with its layout in `<name>.kv`, loaded when first gone to;
- history holds places (a name and its arguments), never widgets: a change of look, of size or of language builds the
  present place again, with what `state()` remembered;
- moving takes at most 200 ms, and no time at all without motion;
- the screen that every place leads to is made before anybody goes there, while no finger is on the glass.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kivy.animation import Animation
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.lang import Builder
from kivy.properties import OptionProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.theme import look

if TYPE_CHECKING:
    from kiosk.ui.desk import Desk

DEEPEST = 30  # places remembered
MOVE_SECONDS = 0.16
SWEEP_SECONDS = 0.25  # after the new screen has arrived
AHEAD = "results"  # where a word typed anywhere leads: made ahead, so that the first letter waits for no widget
AHEAD_SECONDS = 0.6  # after the arrival elsewhere; then each step in a frame of its own


@dataclass(frozen=True, slots=True)
class Place:
    """Where the patron is: a screen and what it shows."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


class Screen(BoxLayout):
    """Base of every screen: gets the desk, shows a place, forgets when left.

    `header` and `bar` tell which of the fixed parts stay around it; `keep` keeps its widgets for the next visit of the
    same screen (home, results), otherwise they are built again each time.
    """

    header = True
    bar = True
    keep = False
    stays = False  # nobody there is no reason to leave it (the catalogue is being built)
    many = False  # going from one to another of the same screen is a step of the way back (notice to notice)
    orientation = OptionProperty("vertical", options=("horizontal", "vertical"))

    def __init__(self, desk: Desk, **kwargs: Any) -> None:
        self.desk = desk
        super().__init__(**kwargs)

    def show(self, **args: Any) -> None:
        """Arrive at a place: called each time, with the place's arguments."""

    def ready(self) -> None:
        """Make what the first visit needs besides widgets: called when it is made ahead, with its size."""

    def leave(self) -> None:
        """Go away: cancel what was asked (`desk.forget(lane)`), stop what moves."""

    def dispose(self) -> None:
        """End for good what outlives a visit of the screen (watches): it will not be shown again."""

    def state(self) -> Mapping[str, Any]:
        """Return arguments that bring back what the patron sees now (a tab, a scroll position)."""
        return {}

    def title(self) -> str:
        """What is said on arrival."""
        return ""


_laid_out: set[str] = set()


def screen_class(name: str) -> type[Screen]:
    """Import a screen and its layout: "basket" → `BasketScreen`."""
    module = import_module(f"kiosk.ui.screens.{name}")
    kv = Path(str(module.__file__)).with_suffix(".kv")
    if name not in _laid_out and kv.is_file():
        Builder.load_file(str(kv))
        _laid_out.add(name)
    found: type[Screen] = getattr(module, name.title().replace("_", "") + "Screen")
    return found


class Navigator:
    """Puts one screen at a time into `stage` (a widget with room for one child)."""

    def __init__(self, desk: Desk, stage: Any) -> None:
        self._desk, self._stage = desk, stage
        self._kept: dict[str, Screen] = {}
        # a screen's widgets hold each other, and textures that the collector does not weigh: told when they are gone
        self._sweep = Clock.create_trigger(lambda _dt: gc.collect(), SWEEP_SECONDS)
        self._make_ahead = Clock.create_trigger(self._ahead, AHEAD_SECONDS)
        self._next_step = Clock.create_trigger(self._ahead, 0)
        self._steps: Iterator[str] | None = None
        self._past: list[Place] = []
        self.place: Place | None = None
        self.screen: Screen | None = None

    @property
    def can_go_back(self) -> bool:
        """Tell whether there is somewhere to go back to."""
        return bool(self._past)

    def go(self, name: str, **args: Any) -> None:
        """Go to a screen; going to where one is already shows it again with the new arguments."""
        if self.place is not None and self.screen is not None and (self.place.name != name or self._elsewhere(args)):
            self._past.append(Place(self.place.name, {**self.place.args, **self.screen.state()}))
            del self._past[:-DEEPEST]
        self._arrive(Place(name, args))

    def _elsewhere(self, args: Mapping[str, Any]) -> bool:
        """Another work on the same screen is another place to come back from."""
        return self.screen is not None and self.screen.many and any(self.place.args.get(k) != v for k, v in args.items())  # type: ignore[union-attr]

    def replace(self, name: str, **args: Any) -> None:
        """Go to a screen that takes the place of this one: "back" does not return here (a sign-in, a confirmation)."""
        self._arrive(Place(name, args))

    def back(self) -> None:
        """Go back to the last place, or home."""
        self._arrive(self._past.pop() if self._past else Place("home"))

    def restart(self, name: str = "home", **args: Any) -> None:
        """Forget the way here and every widget kept: a new visit begins."""
        self._past.clear()
        self._drop()
        self._release()
        self._arrive(Place(name, args))

    def rebuild(self) -> None:
        """Build the present place again, after a change of look, size or language."""
        place, screen = self.place, self.screen
        if place is None or screen is None:
            return
        place = Place(place.name, {**place.args, **screen.state()})
        self._drop()
        self._release()
        self._arrive(place)

    def close(self) -> None:
        """End every screen."""
        self._drop()
        self._release()

    def _release(self) -> None:
        self._make_ahead.cancel()
        self._next_step.cancel()
        self._steps = None
        for screen in self._kept.values():
            screen.dispose()
        self._kept.clear()

    def _drop(self) -> None:
        if self.screen is not None:
            self.screen.leave()
            self._stage.clear_widgets()
            if not self.screen.keep:
                self.screen.dispose()
                self._sweep()
            self.screen = None

    def _arrive(self, place: Place) -> None:
        if self.screen is not None and self.place is not None and self.place.name == place.name:
            self.place = place
            self.screen.show(**place.args)
            self._desk.arrived(self.screen)
            return
        self._drop()
        screen = self._kept.get(place.name) or screen_class(place.name)(self._desk)
        if screen.keep:
            self._kept[place.name] = screen
        self.place, self.screen = place, screen
        self._desk.arrived(screen)
        self._stage.add_widget(screen)
        screen.show(**place.args)
        self._move_in(screen, typing=bool(place.args.get("typing")))
        if AHEAD not in self._kept and not screen.stays:
            self._make_ahead()

    def _ahead(self, *_: object) -> None:
        """Take one step of what is made ahead, never under a finger; the next in a later frame."""
        if EventLoop.touches:
            self._make_ahead()
            return
        if self._steps is None:
            self._steps = self._steps_ahead()
        if next(self._steps, None) is not None:
            self._next_step()

    def _steps_ahead(self) -> Iterator[str]:
        """Import the screen, make its widgets, and once they are laid out what else the first visit needs."""
        made = screen_class(AHEAD)
        yield "imported"
        if AHEAD in self._kept:  # somebody was faster
            return
        screen = self._kept[AHEAD] = made(self._desk)
        screen.size = self._stage.size
        yield "made"
        if screen.parent is None:
            screen.ready()

    def _move_in(self, screen: Screen, *, typing: bool) -> None:
        """Let it appear; at once where a letter led to it: what is typed is answered, it explains nothing."""
        Animation.cancel_all(screen, "opacity")
        if typing or not look().motion:
            screen.opacity = 1
            return
        screen.opacity = 0.25
        Animation(opacity=1, d=MOVE_SECONDS, t="out_quad").start(screen)
