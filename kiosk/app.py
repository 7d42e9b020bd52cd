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
from typing import TYPE_CHECKING, Any

from kiosk import upkeep
from kiosk.errors import KioskError
from kiosk.line import Line, LineWatch
from kiosk.session import Change, Comforts, Session
from kiosk.settings import KioskSettings
from kiosk.ui import home_view, i18n, theme
from kiosk.ui.desk import Desk, HomeSource
from kiosk.ui.home_view import HomeView
from kiosk.ui.theme import PALETTES, Look
from kiosk.ui.worker import Worker
from kiosk.upkeep import Upkeep

if TYPE_CHECKING:
    from kiosk.link import Report  # loaded by its own thread: requests and cryptography cost the first picture nothing

FIRST_QUESTION = 1.5  # seconds after the start until the portal is asked: the first picture comes first
ROUND_SECONDS = 60.0  # between two looks at what waits for a line; each hold has its own, longer, pause


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

    def __init__(self, data: Path, settings: KioskSettings, watch: LineWatch | None = None) -> None:
        self._data, self._settings, self.watch = data, settings, watch or LineWatch("")
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

    def settled(self, settings: KioskSettings) -> None:
        """Take other settings: the first start has placed the kiosk."""
        self._settings = settings

    def line(self) -> Line:
        """Tell what is known of the line."""
        return self.watch.state()

    def online(self) -> bool:
        """Tell whether it is worth trying: the line is not known to be down."""
        return self.line() is not Line.DOWN


@dataclass(slots=True)
class Parts:
    """What the kiosk is made of; tests, tour and bench reach it by this."""

    desk: Desk
    shell: Any
    navigator: Any
    worker: Worker[Any]
    session: Session
    watch: Any = None


class KioskApp:
    """The kiosk in one window. `acquire` opens the catalogue on the catalogue thread, `link` the outbox and
    `pictures` the covers on threads of their own."""

    def __init__(
        self,
        acquire: Callable[[], Any],
        settings: KioskSettings,
        home: HomeSource,
        *,
        link: Callable[[], Any] | None = None,
        pictures: Callable[[], Any] | None = None,
        line: LineWatch | None = None,
        speech: Any = None,
        keyboard: bool = True,
    ) -> None:
        from kivy.clock import Clock
        from kivy.core.window import Window

        from kiosk.ui.app_window import Shell
        from kiosk.ui.navigation import Navigator
        from kiosk.ui.plugged_keys import PluggedKeys
        from kiosk.ui.widgets import pane
        from kiosk.ui.widgets.text import forget_pictures

        self._window = Window
        self._settings = settings
        session = Session(settings.idle, settings.comforts)
        self._wake = Clock.create_trigger(self._drain, 0)
        worker: Worker[Any] = Worker(acquire, self._wake, _close, self._failed)
        i18n.speak(session.comforts.language)
        theme.use(self._look(session.comforts))
        desk = Desk(worker, settings, session, home)
        if link is not None:
            desk.link = Worker(link, self._wake, _close, lambda _error: None, "link")
        if pictures is not None:
            desk.pictures = Worker(pictures, self._wake, _close, lambda _error: None, "covers")
        shell = Shell(desk, speech, size=Window.size)
        shell.keyboard_wanted = keyboard
        self._keys = PluggedKeys(shell, settings.switches)
        desk.shell = shell
        desk.navigator = Navigator(desk, shell.stage)
        self.parts = Parts(desk, shell, desk.navigator, worker, session)
        self._rounds: Any = None
        self._upkeep = Upkeep(worker, lambda: session.present)
        self._upkeeping: Any = None
        self._line = line or LineWatch("")
        self._line_moved = Clock.create_trigger(self._line_changed, 0)
        self._line.changed = self._line_moved
        self._asking = Clock.create_trigger(lambda _dt: self._line.start(), FIRST_QUESTION)
        self._ends = [session.watch(self._visit_changed)]
        session.on_wipe(desk.covers.forget)
        session.on_wipe(forget_pictures)  # texts that were drawn, what was typed among them
        Window.set_title("Colporteur")
        Window.clearcolor = theme.look().colour("ground")
        self._bound = {
            "size": self._resized,
            "on_key_down": self._key,
            "on_textinput": self._text,
            "on_touch_down": self._touched,
            "on_draw": pane.draw,
        }
        Window.bind(**self._bound)

    def start(self, name: str = "home", *, resting: str = "home", **args: Any) -> None:
        """Show the first screen and start the threads; `resting` is the screen of an empty room."""
        from kiosk.ui.idle_watch import IdleWatch

        self._window.add_widget(self.parts.shell)
        self.parts.navigator.restart(name, **args)
        self.parts.watch = IdleWatch(self.parts.desk, self.parts.session, resting)
        self.parts.shell.finished = self.parts.watch.finish
        self.parts.worker.start()
        self.parts.worker.ask("warm", _warm, lambda _nothing: None, lambda _error: None)
        self._upkeeping = self._every(upkeep.EVERY, self._upkeep.look)
        self._asking()
        if self.parts.desk.pictures is not None:
            self.parts.desk.pictures.start()
        if self.parts.desk.link is not None:
            self.parts.desk.link.start()
            self._rounds = self._every(ROUND_SECONDS, self._round)

    def run(self) -> None:
        """Stay until the window is closed."""
        from kivy.base import runTouchApp

        self._window.request_keyboard(lambda: None, self.parts.shell, "text")  # typed characters, not only keys
        try:
            runTouchApp()
        finally:
            self.close()

    def close(self) -> None:
        """End threads, timers and bindings."""
        self._window.unbind(**self._bound)
        for end in self._ends:
            end()
        self._upkeep.hold()
        for event in (self._rounds, self._upkeeping):
            if event is not None:
                event.cancel()
        self._asking.cancel()
        self._line.close()
        self._line.changed = lambda: None
        self._line_moved.cancel()
        if self.parts.watch is not None:
            self.parts.watch.close()
        for worker in (self.parts.worker, self.parts.desk.link, self.parts.desk.pictures):
            if worker is not None:
                worker.close()
        self._wake.cancel()
        self.parts.navigator.close()
        self.parts.shell.close()
        _close(self.parts.shell.speech)
        self._window.remove_widget(self.parts.shell)

    def _look(self, comforts: Comforts) -> Look:
        return look_of(comforts, round(self._window.width), round(self._window.height), self._settings.width_mm)

    def _drain(self, *_: object) -> None:
        for worker in (self.parts.worker, self.parts.desk.link, self.parts.desk.pictures):
            if worker is not None:
                worker.drain()

    def _round(self, _seconds: float) -> None:
        """Let the link thread send what waits."""
        if self.parts.desk.link is not None:
            self.parts.desk.link.ask("round", lambda line: line.round(), self._settled)

    def _line_changed(self, *_: object) -> None:
        """The portal answers again, or no more: it is shown, and what waited leaves at once."""
        tell = getattr(self.parts.navigator.screen, "line_changed", None)
        if tell is not None:
            tell()
        if self._line.state() is Line.UP:
            self._round(0)

    def _settled(self, report: Report) -> None:
        """Holds of this visit that became final meanwhile; those of earlier visits are nobody's business."""
        mine = {hold.key for hold in self.parts.session.holds}
        for hold in report.settled:
            if hold.key in mine:
                self.parts.session.hold_placed(hold)

    def _failed(self, error: Exception) -> None:
        """A question that nobody answers for: the kiosk stays, the person is told."""
        words = str(error) if isinstance(error, KioskError) else i18n._("Le catalogue ne répond pas. Réessayez dans un instant.")
        self.parts.shell.toast(words, "alert", "", None)

    def _visit_changed(self, change: Change) -> None:
        if change is Change.WIPED:
            self.parts.shell.header.search.put("")
        if change in (Change.COMFORTS, Change.WIPED):
            self._relook()
        if change in (Change.BASKET, Change.PATRON, Change.HOLDS, Change.WIPED):
            self.parts.shell.show_basket()

    def _relook(self) -> None:
        language = self.parts.session.comforts.language
        changed = language != i18n.spoken()
        i18n.speak(language)
        speech = self.parts.shell.speech
        if speech is not None:
            speech.language, speech.volume = language, self.parts.session.comforts.volume
        new = self._look(self.parts.session.comforts)
        self._window.clearcolor = new.colour("ground")
        if changed and new == theme.look():
            self.parts.shell.rebuild()
        theme.use(new)

    def _resized(self, *_: object) -> None:
        self.parts.shell.size = self._window.size
        self._relook()

    @staticmethod
    def _every(seconds: float, work: Callable[[float], None]) -> Any:
        from kivy.clock import Clock

        return Clock.schedule_interval(work, seconds)

    def _alive(self) -> None:
        self._upkeep.hold()
        if self.parts.watch is not None:
            self.parts.watch.alive()

    def _touched(self, _window: Any, _touch: Any) -> bool:
        self._alive()
        return False

    def _key(self, _window: Any, key: int, _scan: int, _text: str | None, modifiers: list[str]) -> bool:
        self._alive()
        return bool(self._keys.key(key, modifiers))

    def _text(self, _window: Any, text: str) -> bool:
        self._alive()
        return bool(self._keys.text(text))


def _warm(catalogue: Any) -> None:
    """Load what the first search needs (numpy, the facet columns) and the first mistake, so that nothing typed waits for it."""
    from kiosk.search.port import Query

    catalogue.engine.search(Query("a"), 1)
    catalogue.engine.search(Query("xyzzyx "), 1)


def _close(resource: Any) -> None:
    close = getattr(resource, "close", None)
    if close is not None:
        close()


def build(data: Path, settings: KioskSettings, *, speech: Any = None, keyboard: bool = True) -> KioskApp:
    """Wire the kiosk over a data folder; Kivy must have been prepared (`kiosk.ui.boot`)."""

    def catalogue() -> Any:
        from kiosk.store.catalogue import Catalogue  # on its thread: the first picture does not wait for SQLite

        return Catalogue.open(data).frugal()

    def link() -> Any:
        from kiosk.link import Link

        return Link.open(data, settings)

    def pictures() -> Any:
        from kiosk.link import Pictures

        return Pictures.open(data, settings)

    watch = LineWatch(settings.portal_url or settings.koha.url)
    home = Home(data, settings, watch)
    return KioskApp(catalogue, settings, home, link=link, pictures=pictures, line=watch, speech=speech, keyboard=keyboard)


def open_kiosk(data: Path, size: tuple[int, int], *, fullscreen: bool = False, keyboard: bool = True) -> int:
    """Open the kiosk and stay until it is closed; without a catalogue, the demonstration is built first."""
    import resource

    from kiosk.settings import load
    from kiosk.ui import boot
    from kiosk.ui.browser import sweep

    settings = load(data)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what a crash would leave on the disk may name a patron
    sweep()
    boot.prepare(*size, fullscreen=fullscreen)
    from kiosk.ui.speech import find_speech

    app = build(data, settings, speech=find_speech(settings.language) if settings.sound else None, keyboard=keyboard)
    app.start("home" if (data / "catalogue.sqlite").exists() else "setup", resting="attract", data=str(data))
    boot.quicken()
    app.run()
    return 0


def start_for_bench(data: Path, drawn: Callable[[], None]) -> None:
    """Open the kiosk as `open_kiosk` does, offscreen, and call `drawn` when the home is rasterised."""
    from kiosk.settings import load
    from kiosk.ui import boot

    settings = load(data)
    boot.prepare(1280, 800, offscreen=True)
    app = build(data, settings)
    app.start("home")
    from kivy.base import EventLoop
    from kivy.graphics.opengl import glFinish

    EventLoop.start()
    app.parts.shell.canvas.ask_update()
    EventLoop.idle()
    glFinish()
    drawn()
