"""The desk: everything a screen may ask for, in one value given to each.

Guarantees: a screen needs nothing else of the application (no global, no running app); questions to the catalogue go
through `ask`, which never makes the UI thread wait.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kiosk.ui.cover_pictures import CoverPictures

if TYPE_CHECKING:
    from kiosk.line import Line
    from kiosk.ui.app_window import Shell
    from kiosk.ui.home_view import HomeView
    from kiosk.ui.navigation import Navigator, Screen
    from kiosk.ui.worker import Worker

R = TypeVar("R")


class HomeSource(Protocol):
    """Where the home's view comes from."""

    def kept(self) -> HomeView | None:
        """Return the view of last time, at once, or None."""

    def read(self, catalogue: Any) -> HomeView:
        """Return the present view; on the catalogue thread."""

    def settled(self, settings: Any) -> None:
        """Take other settings: the first start has placed the kiosk."""

    def online(self) -> bool:
        """Tell whether it is worth trying: the line is not known to be down."""

    def line(self) -> Line:
        """Tell what is known of the line."""


class Desk:
    """See the module. `settings` is the kiosk's (branch, department, portal…), `visit` the patron's session
    (basket, comforts: `desk.visit.set_comforts(text=1.3)` draws every screen again)."""

    def __init__(self, worker: Worker[Any], settings: Any, visit: Any, home: HomeSource) -> None:
        self.home = home
        self.covers = CoverPictures(self)
        self.worker = worker
        self.settings = settings
        self.visit = visit
        self.link: Worker[Any] | None = None  # the link thread (kiosk.link.Link), None where there is none
        self.pictures: Worker[Any] | None = None  # covers' own thread (kiosk.link.Pictures); the link's where there is none
        self.shell: Shell
        self.navigator: Navigator

    def go(self, name: str, **args: Any) -> None:
        """Go to a screen: `desk.go("notice", record_id="…")`, `desk.go("home")`."""
        self.shell.stop_editing()
        self.navigator.go(name, **args)

    def back(self) -> None:
        """Go back to the last place, or home."""
        self.shell.stop_editing()
        self.navigator.back()

    def ask(self, lane: str, work: Callable[[Any], R], done: Callable[[R], None], failed: Callable[[Exception], None] | None = None) -> int:
        """Have `work(catalogue)` done on the catalogue thread, `done(result)` called here if it is still wanted."""
        return self.worker.ask(lane, work, done, failed)

    def forget(self, lane: str) -> None:
        """Want no more answers in this lane."""
        self.worker.forget(lane)

    def toast(self, words: str, icon: str = "information", action: str = "", act: Callable[[], None] | None = None) -> None:
        """Tell something in passing; with `action`, offer one thing to do about it ("Annuler")."""
        self.shell.toast(words, icon, action, act)

    def overlay(self, widget: Any) -> None:
        """Put a dialogue over everything; the focus stays in it until `close_overlay`."""
        self.shell.overlay(widget)

    def close_overlay(self) -> None:
        """Take the dialogue away."""
        self.shell.close_overlay()

    def edit(self, field: Any) -> None:
        """Give a field the keyboard, the one on the screen too."""
        self.shell.edit(field)

    def say(self, words: str) -> None:
        """Read aloud, when the patron wants it and a voice is there."""
        self.shell.say(words)

    def basket_changed(self) -> None:
        """Show the basket's new count in the header."""
        self.shell.show_basket()

    def arrived(self, screen: Screen) -> None:
        """Called by the navigator: lay out the fixed parts around a screen."""
        self.shell.arrived(screen)
