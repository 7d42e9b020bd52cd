"""The tour: every screen of the real application, driven by real touches, written as numbered PNG files.

Guarantees: nothing is drawn for the tour alone; the same data on the same day gives the same pictures, pixel for pixel; a step
that finds nothing to touch ends the tour with its name, so that a picture is never of the wrong screen. The line, the
library system and the disk of the outbox are stand-ins: a tour asks nobody, reserves nothing, and leaves the kiosk's own
outbox alone.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.demo.library_system import DemoLibrary
from kiosk.domain import Hold, Patron, Record
from kiosk.errors import KioskError
from kiosk.line import Line
from kiosk.ui.tour_steps import Step, empty_steps, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.settings import KioskSettings

NOWHERE = "https://koha.invalid"  # a name that never resolves (RFC 6761)
STAFF_CODE = "4711"


class TourError(KioskError):
    """A step could not be driven."""


@dataclass(slots=True)
class World:
    """What stands in for what is around the kiosk."""

    line: Line = Line.DOWN
    library: DemoLibrary = field(default_factory=lambda: DemoLibrary(most=1))
    fault: Exception | None = None  # what the disk says when a hold is to be kept


class Mute:
    """A voice for machines without one: the buttons are there, nothing is heard."""

    paused = False

    def say(self, _words: str) -> None:
        """Say nothing."""

    def stop(self) -> None:
        """Nothing to stop."""

    pause = repeat = forget = close = stop


def ensure_catalogue(data: Path, report: Callable[[str], None]) -> None:
    """Build the demonstration when there is no catalogue in `data`."""
    if (data / "catalogue.sqlite").exists():
        return
    from kiosk.cli.first_start import place
    from kiosk.demo import build_demo

    build_demo(data, progress=lambda done, total: report(f"Catalogue de démonstration : {done} sur {total}"))
    place(data)


def _settings(data: Path) -> KioskSettings:
    """The kiosk's own, with a library system and a code for the pages that need them."""
    from kiosk.settings import load

    own = load(data)
    koha = own.koha if own.koha.url else replace(own.koha, url=NOWHERE)
    return replace(own, koha=koha, staff_code=own.staff_code or STAFF_CODE, covers_online=False, language="fr")


@contextmanager
def _kiosk(data: Path, settings: KioskSettings, name: str, **args: Any) -> Iterator[Any]:
    """A started kiosk in its stand-in world, and hands in front of it."""
    from kiosk.app import Home, KioskApp
    from kiosk.link import Link
    from kiosk.store.catalogue import Catalogue
    from kiosk.ui.driver import Driver

    world = World()
    world.library.answering = False

    class TourHome(Home):
        def line(self) -> Line:
            return world.line

    class TourLink(Link):
        def place(self, patron: Patron, record: Record, pickup: str, key: str) -> Hold:
            if world.fault is not None:
                raise world.fault
            return super().place(patron, record, pickup, key)

    with tempfile.TemporaryDirectory(prefix="colporteur-tour-") as scratch:
        app = KioskApp(
            lambda: Catalogue.open(data),
            settings,
            TourHome(data, settings),
            link=lambda: TourLink.open(Path(scratch), settings, world.library),
            speech=Mute(),
        )
        driver = Driver(app)
        driver.world = world
        try:
            app.start(name, resting="attract", **args)
            driver.settle()
            yield driver
        finally:
            driver.close()
            app.close()


def run_tour(folder: Path, data: Path, size: tuple[int, int], report: Callable[[str], None] = lambda _words: None) -> list[Path]:
    """Draw every screen of `data` at `size` into `folder`; return the files. Raises TourError."""
    from kiosk.ui import boot

    ensure_catalogue(data, report)
    boot.prepare(*size, offscreen=True)
    settings, pictures = _settings(data), _Album(folder, report)
    with _kiosk(data, settings, "home") as driver:
        pictures.take(driver, steps())
    with tempfile.TemporaryDirectory(prefix="colporteur-tour-") as empty:
        with _kiosk(Path(empty), settings, "home") as driver:
            pictures.take(driver, empty_steps())
        with _kiosk(Path(empty), settings, "setup") as driver:
            pictures.take(driver, _first_start(Path(empty)))
    return pictures.files


def _first_start(empty: Path) -> Sequence[Step]:
    """The demonstration being built, then a folder in which nothing can be built."""

    def under_way(driver: Any) -> None:
        screen = driver.app.parts.navigator.screen
        screen.arrival.share = 0.62
        screen.arrival.words, screen.arrival.detail = screen.words_under_way(12_400, 20_000)
        driver.settle()

    def impossible(driver: Any) -> None:
        (empty / "not-a-folder").write_text("")
        screen = driver.app.parts.navigator.screen
        screen.show(str(empty / "not-a-folder" / "data"))
        while screen.building:
            driver.frame()
        driver.settle()

    return Step("premier-demarrage", under_way), Step("premier-demarrage-impossible", impossible)


class _Album:
    """Numbered pictures in a folder."""

    def __init__(self, folder: Path, report: Callable[[str], None]) -> None:
        self._folder, self._report = folder, report
        self.files: list[Path] = []

    def take(self, driver: Any, wanted: Sequence[Step]) -> None:
        """Do each step and take its picture."""
        for step in wanted:
            self._report(step.name)
            try:
                if step.act(driver) is False:
                    continue
            except LookupError as error:
                missing = error.args[0]
                raise TourError(f"La visite s’arrête à « {step.name} » : rien ne s’appelle « {missing} » sur cet écran.") from error
            self.files.append(driver.picture(self._folder / f"{len(self.files) + 1:02d}-{step.name}.png"))
