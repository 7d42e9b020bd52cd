"""The bench in a window, or drawn into pictures. Import it only after `kiosk.ui.boot.prepare`.

Guarantees: the drawing thread never waits for a device or the disk: snapshots come from `BenchWork` by a trigger; closing the
window leaves no thread behind but a reset that runs, which ends its steps first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window

from fleet.ui.bench import BenchScreen
from fleet.ui.work import BenchWork
from kiosk.ui import theme
from kiosk.ui.theme import Look, look


class BenchApp(App):
    """The bench in one window."""

    def __init__(self, work: BenchWork, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.screen: BenchScreen

    def build(self) -> BenchScreen:
        """The root widget."""
        self.title = "Colporteur · table de remise à zéro"
        Clock.max_iteration = 60
        theme.use(Look(width=Window.width, height=Window.height, palette=look().palette, text=look().text))
        Window.clearcolor = look().colour("ground")
        self.screen = BenchScreen(self.work, size=Window.size)
        self.screen.snapshot = self.work.snapshot
        trigger = Clock.create_trigger(self._arrived, 0)
        self.work.changed = trigger
        Window.bind(on_key_down=self._key, on_resize=self._resized)
        return self.screen

    def _arrived(self, *_: object) -> None:
        self.screen.snapshot = self.work.snapshot

    def _key(self, _window: Any, key: int, _code: int, _text: str, modifiers: list[str]) -> bool:
        return self.screen.on_key(key, modifiers)

    def _resized(self, window: Any, width: int, height: int) -> None:
        """Built again for the new shape."""
        theme.use(Look(width=width, height=height, palette=look().palette, text=look().text))
        old = self.screen
        window.remove_widget(old)
        self.screen = self.root = BenchScreen(self.work, size=(width, height))
        self.screen.snapshot = self.work.snapshot
        window.add_widget(self.screen)

    def on_start(self) -> None:
        """Begin to look at the inventory."""
        self.work.start()

    def on_stop(self) -> None:
        """Leave nothing running."""
        Window.unbind(on_key_down=self._key, on_resize=self._resized)
        self.work.changed = lambda: None
        self.work.close()


def run_bench(work: BenchWork) -> None:
    """Open the window and stay until it is closed."""
    BenchApp(work).run()


def begin(work: BenchWork) -> tuple[BenchApp, Any]:
    """Put the bench on the window without running its loop, and hands in front of it (tour, tests)."""
    from kiosk.ui.driver import Driver

    EventLoop.ensure_window()
    app = BenchApp(work)
    app.root = app.build()
    Window.add_widget(app.root)
    return app, Driver(app)


def end(app: BenchApp, hands: Any) -> None:
    """Take it off again."""
    hands.close()
    Window.remove_widget(app.screen)
    app.on_stop()
    Clock.tick()


def run_tour(work: BenchWork, folder: Path, report: Callable[[str], None] = lambda _text: None) -> list[Path]:
    """Draw every case of the inventory, a question and a device into `folder`, by real touches."""
    app, hands = begin(work)
    pictures: list[Path] = []

    def shoot(name: str) -> None:
        hands.frames(6)
        pictures.append(hands.picture(folder / f"{len(pictures) + 1:02d}-{name}.png"))
        report(pictures[-1].name)

    try:
        first = None
        while True:
            app.screen.snapshot = work.read()
            shown = app.screen.snapshot
            if shown.case_id == first:
                break
            first = first or shown.case_id
            shoot(shown.case_id or "vide")
            if app.screen.can_act:
                hands.frames(2)
                hands.tap_on(app.screen.ids.deed)
                shoot(f"{shown.case_id}-question")
                app.screen.close()
            look_at = next((child for child in app.screen.ids.grid.children if child.tile.reason), None)
            if look_at is not None:
                hands.tap_on(look_at)
                shoot(f"{shown.case_id}-appareil")
                app.screen.close()
            if not shown.after:
                break
            hands.tap_on(app.screen.ids.after)
    finally:
        end(app, hands)
    return pictures
