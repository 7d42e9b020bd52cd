"""A player on an offscreen window, and hands, keys and switches in front of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui import boot
from mediation_apps.cli.places import find_pack
from mediation_apps.runtime.pack import Pack, load_pack
from tests.ui import stage


class Voice:
    """Keeps what was said instead of saying it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def stop(self) -> None:
        return None


def wait(hands: Any, holds: Callable[[], Any], seconds: float = 30.0) -> None:
    """Let frames pass until `holds()`: what another thread does needs real time, whatever the number of frames."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)
        hands.frame()


def shipped_pack(name: str) -> Pack:
    folder, code = find_pack(Path(name))
    return load_pack(folder, code=code)


@pytest.fixture
def table() -> Iterator[Callable[..., Any]]:
    """`table(pack, size=(1280, 800), text=1.0, switches=False)` puts a player on the window and returns the hands."""
    stage.prepare()
    boot.prepare(1280, 800, offscreen=True)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.ui import theme
    from mediation_apps.runtime.ui.app import WorkshopApp
    from mediation_apps.runtime.ui.tour import begin, end

    opened: list[tuple[Any, Any]] = []

    def put(
        pack: Pack,
        size: tuple[int, int] = (1280, 800),
        text: float = 1.0,
        switches: bool = False,
        palette: str = "limestone",
        catalogue: Any = None,
    ) -> Any:
        EventLoop.ensure_window()
        Window.size = size
        theme.use(replace(theme.look(), text=text, palette=theme.PALETTES[palette]))
        app = WorkshopApp(pack, 7, switches, voice=Voice(), catalogue=catalogue)
        hands = begin(app)
        hands.drawing = False
        opened.append((app, hands))
        return hands

    yield put
    for app, hands in opened:
        end(app, hands)
    Window.size = (1280, 800)
    theme.use(theme.Look())
