"""The composition root of the kiosk: the one place that wires settings, visit, catalogue thread and screens.

Guarantees: the first picture needs no catalogue (it is opened by its own thread while the home screen is drawn); closing
ends every thread and timer; a change of comforts or of window size reaches every screen by one way, the look.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.session import Change, Comforts, Session
from kiosk.settings import KioskSettings
from kiosk.ui import home_view, i18n, theme
from kiosk.ui.desk import Desk, HomeSource
from kiosk.ui.home_view import HomeView
from kiosk.ui.theme import PALETTES, Look
from kiosk.ui.worker import Worker


def data_folder(chosen: str = "") -> Path:
    """Return DATA: what was given, else $COLPORTEUR_DATA, else the user's data folder."""
    if chosen or os.environ.get("COLPORTEUR_DATA"):
        return Path(chosen or os.environ["COLPORTEUR_DATA"])
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "colporteur"


def look_of(comforts: Comforts, width: int, height: int, width_mm: float = 0.0) -> Look:
    """Turn the patron's comforts into the look of the screens."""
    return Look(
        width=width,
        height=height,
        palette=PALETTES.get(comforts.palette, PALETTES["limestone"]),
        text=comforts.text,
        family=comforts.family,
        reach=comforts.reach,
        motion=comforts.motion,
        width_mm=width_mm,
    )


class Home:
    """The home's view: kept beside the catalogue, read again on the catalogue thread."""

    def __init__(self, data: Path, settings: KioskSettings) -> None:
        self._data, self._settings = data, settings
        self._view: HomeView | None = None

    def kept(self) -> HomeView | None:
        """Return the view of last time; the file is read once."""
        if self._view is None:
            self._view = home_view.kept(self._data)
        return self._view

    def read(self, catalogue: Any) -> HomeView:
        """Return the present view, and keep it when it changed."""
        settings = self._settings
        view = home_view.home_view(catalogue, settings.branch, settings.department, settings.branch_name, datetime.now().astimezone())
        if view != self._view:
            self._view = view
            home_view.keep(view, self._data)
        return view

    def online(self) -> bool:
        """Tell whether there is a way out."""
        return home_view.has_line()


@dataclass(slots=True)
class Parts:
    """What the kiosk is made of; tests, tour and bench reach it by this."""

    desk: Desk
    shell: Any
    navigator: Any
    worker: Worker[Any]
    session: Session


class KioskApp:
    """The kiosk in one window. `acquire` opens the catalogue, on the catalogue thread."""

    def __init__(self, acquire: Callable[[], Any], settings: Any, home: HomeSource, *, width_mm: float = 0.0, speech: Any = None) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        from kiosk.ui.app_window import Shell
        from kiosk.ui.navigation import Navigator

        self._window = Window
        self._width_mm = width_mm or settings.width_mm
        session = Session(settings.idle, settings.comforts)
        self._wake = Clock.create_trigger(self._drain, 0)
        worker: Worker[Any] = Worker(acquire, self._wake, release=lambda c: getattr(c, "close", lambda: None)())
        i18n.speak(session.comforts.language)
        theme.use(look_of(session.comforts, round(Window.width), round(Window.height), self._width_mm))
        desk = Desk(worker, settings, session, home)
        shell = Shell(desk, speech, size=Window.size)
        desk.shell = shell
        desk.navigator = Navigator(desk, shell.stage)
        self.parts = Parts(desk, shell, desk.navigator, worker, session)
        self._ends = [session.watch(self._visit_changed)]
        Window.clearcolor = theme.look().colour("ground")
        Window.bind(size=self._resized, on_key_down=self._key, on_textinput=self._text)

    def start(self, name: str = "home", **args: Any) -> None:
        """Show the first screen and start the catalogue thread."""
        self._window.add_widget(self.parts.shell)
        self.parts.navigator.restart(name, **args)
        self.parts.worker.start()

    def run(self) -> None:
        """Stay until the window is closed."""
        from kivy.base import runTouchApp

        try:
            runTouchApp()
        finally:
            self.close()

    def close(self) -> None:
        """End threads, timers and bindings."""
        self._window.unbind(size=self._resized, on_key_down=self._key, on_textinput=self._text)
        for end in self._ends:
            end()
        self.parts.worker.close()
        self._wake.cancel()
        if self.parts.navigator.screen is not None:
            self.parts.navigator.screen.leave()
        self.parts.shell.close()
        self._window.remove_widget(self.parts.shell)

    def _drain(self, *_: object) -> None:
        self.parts.worker.drain()

    def _visit_changed(self, change: Change) -> None:
        if change in (Change.COMFORTS, Change.WIPED):
            self._relook()
        if change in (Change.BASKET, Change.WIPED):
            self.parts.shell.show_basket()

    def _relook(self) -> None:
        comforts = self.parts.session.comforts
        language = comforts.language
        changed = language != i18n.spoken()
        i18n.speak(language)
        new = look_of(comforts, round(self._window.width), round(self._window.height), self._width_mm)
        self._window.clearcolor = new.colour("ground")
        if changed and new == theme.look():
            self.parts.shell.rebuild()
        theme.use(new)

    def _resized(self, *_: object) -> None:
        self.parts.shell.size = self._window.size
        self._relook()

    def _key(self, _window: Any, key: int, _scan: int, _text: str | None, modifiers: list[str]) -> bool:
        return bool(self.parts.shell.on_key(key, modifiers))

    def _text(self, _window: Any, text: str) -> bool:
        return bool(self.parts.shell.on_text(text))
