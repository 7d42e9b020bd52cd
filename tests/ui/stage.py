"""The real kiosk in its window, driven by real touches, for tests of screens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.line import Line
from kiosk.settings import KioskSettings, Koha
from kiosk.ui import boot

SIZES = {(800, 480): 154.0, (1280, 800): 217.0, (1080, 1920): 344.0}  # pixels → visible width in millimetres (7″, 10.1″, 27″)
NO_LINE = Koha("https://koha.invalid", "borne", "x")  # a name that can never answer (RFC 6761)


def prepare() -> None:
    """Set Kivy up, offscreen, once a process. The first size is the largest: an offscreen buffer shrinks, it does not grow."""
    if "kivy.core.window" not in sys.modules:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        boot.prepare(1280, 1920, offscreen=True)
        from kivy.core.window import Window  # noqa: F401  (made now, at that size)


class Voice:
    """A speech sink that remembers what it was asked to say."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.silenced = 0
        self.paused = False

    def say(self, words: str) -> None:
        self.said.append(words)

    def stop(self) -> None:
        self.silenced += 1

    def pause(self) -> None:
        self.paused = not self.paused

    def repeat(self) -> None:
        self.said.append(self.said[-1])

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_args: None


@contextmanager
def kiosk(
    data: Path,
    size: tuple[int, int] = (1280, 800),
    *,
    link: Callable[[], Any] | None = None,
    pictures: Callable[[], Any] | None = None,
    start: str = "help",
    online: bool = False,
    resting: str = "attract",
    **settings: Any,
) -> Iterator[Any]:
    """Open the kiosk on `data`; yields the driver. The window is reused, threads and timers are ended."""
    prepare()
    from kivy.core.window import Window

    from kiosk import app as root
    from kiosk.store.catalogue import Catalogue
    from kiosk.ui.driver import Driver

    if tuple(map(int, Window.size)) != size:
        Window.size = size
    wanted = KioskSettings(**{"branch": "BAR", "branch_name": "Bibliothèque de Barrême", "width_mm": SIZES.get(size, 0.0), **settings})
    home = root.Home(data, wanted)
    home.line = lambda: Line.UP if online else Line.DOWN  # type: ignore[method-assign]
    voice = Voice()
    app = root.KioskApp(lambda: Catalogue.open(data), wanted, home, link=link, pictures=pictures, speech=voice)
    driver = Driver(app)
    driver.voice = voice
    try:
        app.start(start, resting=resting)
        driver.settle()
        yield driver
    finally:
        driver.close()
        app.close()


def settle(driver: Any, seconds: float = 30.0) -> None:
    """Wait for the catalogue and for the link."""
    import time

    link, end = driver.app.parts.desk.link, time.monotonic() + seconds
    driver.settle()
    while link is not None and not link.idle and time.monotonic() < end:
        driver.frame()
        time.sleep(0.005)
    driver.settle()


def words_of(widget: Any) -> list[str]:
    """Every text and label that is visible under a widget."""
    if widget.opacity <= 0 or widget.width <= 0 or widget.height <= 0:
        return []
    own = [getattr(widget, name, "") for name in ("words", "text", "message", "title") if isinstance(getattr(widget, name, ""), str)]
    if hasattr(widget, "where") and hasattr(widget, "_words"):
        own += [widget.where.name, widget._words()]
    if hasattr(widget, "value"):
        own += [str(getattr(widget, "name_", "")), str(widget.value)]
    if hasattr(widget, "hit"):
        own.append(widget.hit.title)
    if hasattr(widget, "review"):
        own.append(widget.review.text)
    found = [word for word in own if word]
    for child in reversed(widget.children):
        found += words_of(child)
    return found


def screen_words(driver: Any) -> str:
    """Everything the screen says, in one text."""
    return "\n".join(words_of(driver.app.parts.navigator.screen))
