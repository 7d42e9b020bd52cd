"""Only what changed is drawn again, and the picture is the same as if everything had been: compared after every such frame."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import kiosk

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Watched:
    """Draws everything after each part, and compares. With `age`, the buffer holds what was shown so many pictures ago."""

    def __init__(self, replace: Callable[[Any, str, Any], None], age: int = 1) -> None:
        from kiosk.ui.widgets import pane

        self.age = age
        self.parts: list[Any] = []
        self.wrong: list[Any] = []
        self._shown: list[bytes] = []
        self._paint, self._paint_part = pane._paint, pane._paint_part
        replace(pane, "_paint", self.everything)
        replace(pane, "_paint_part", self.part)
        replace(pane, "buffer_age", lambda: age)
        self._inside = False

    def everything(self, window: Any) -> None:
        self._paint(window)
        if not self._inside:
            self._shown.append(_pixels(window))

    def part(self, window: Any, area: Any) -> None:
        if self.age > 1:
            _put_back(window, self._shown[-self.age])
        self._inside = True
        self._paint_part(window, area)
        drawn = _pixels(window)
        self._paint(window)
        self._inside = False
        whole = _pixels(window)
        self.parts.append(area)
        if drawn != whole:
            self.wrong.append((area, _first_difference(drawn, whole, round(window.width))))
        self._shown.append(whole)
        del self._shown[:-4]


def _pixels(window: Any) -> bytes:
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    return bytes(glReadPixels(0, 0, round(window.width), round(window.height), GL_RGBA, GL_UNSIGNED_BYTE))


def _first_difference(one: bytes, other: bytes, width: int) -> tuple[int, int]:
    at = next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b) // 4
    return at % width, at // width


def _put_back(window: Any, pixels: bytes) -> None:
    """Make the buffer what it was: pixels as they were read."""
    from kivy.graphics import Rectangle, RenderContext
    from kivy.graphics.texture import Texture
    from kivy.graphics.transformation import Matrix

    size = round(window.width), round(window.height)
    texture = Texture.create(size=size, colorfmt="rgba")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    context = RenderContext()
    context["projection_mat"], context["modelview_mat"] = Matrix().view_clip(0, size[0], 0, size[1], -1, 1, 0), Matrix()
    context.add(Rectangle(size=size, texture=texture))
    context.draw()
    assert _pixels(window) == pixels


@contextmanager
def watched(data: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (1280, 800), **args: Any) -> Iterator[Any]:
    age = args.pop("age", 1)
    with kiosk(data, size, start="home", **args) as driver:
        watch = Watched(monkeypatch.setattr, age)
        driver.app.parts.shell.canvas.ask_update()
        driver.frame()
        yield driver, watch
        assert watch.wrong == []


@pytest.mark.parametrize("age", [1, 2, 3])
def test_typing_draws_the_field_the_list_and_the_facets_one_after_the_other(data: Path, monkeypatch: pytest.MonkeyPatch, age: int) -> None:
    with watched(data, monkeypatch, age=age) as (driver, watch):
        driver.type("provence")
        driver.type(" x")
        driver.settle()
        screen, header = driver.app.parts.navigator.screen, driver.app.parts.shell.header
        sizes = [(area.width, area.height) for area in watch.parts]
        if age == 1:
            assert (header.width, header.height) in sizes
            assert tuple(map(round, screen.list.size)) in sizes
            assert any(width == round(screen.panel.scroller.width) for width, _height in sizes)
        else:
            assert sizes


@pytest.mark.parametrize("size", [(1280, 800), (800, 480)])
def test_an_hour_in_a_library(data: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    with watched(data, monkeypatch, size) as (driver, watch):
        desk, shell = driver.app.parts.desk, driver.app.parts.shell
        driver.tap_on(shell.header.search)  # the keyboard of the screen
        driver.frames(12)
        for label in ("l", "e", "Effacer"):
            driver.press(label)
        driver.settle()
        shell.stop_editing()
        desk.go("results", heading="Tout")
        driver.settle()
        rows = desk.navigator.screen.list
        driver.drag((rows.x + 200, rows.y + 60), (rows.x + 200, rows.y + 200))
        driver.frames(20)
        driver.press("Mettre au panier")  # a word in passing
        driver.frames(20)
        desk.navigator.screen.choose_sort()  # a dialogue
        driver.settle()
        driver.press("Par titre")
        driver.settle()
        driver.key(9)  # the ring of the focus
        driver.key(9)
        driver.tap(*rows.stops()[0].area.center)
        driver.settle()
        assert desk.navigator.place.name == "notice"
        driver.drag((400, size[1] * 0.3), (400, size[1] * 0.6), rest=3)
        driver.frames(10)
        shell.larger_text()
        driver.settle()
        desk.back()
        desk.go("agenda")
        driver.settle()
        desk.go("basket")
        driver.settle()
        assert len(watch.parts) > 60


def _tour(data: Path, folder: Path, size: tuple[int, int]) -> None:
    """A tour in a process of its own, each part compared."""
    from kiosk.ui import boot

    boot.prepare(*size, offscreen=True)
    from kiosk.ui.tour import run_tour

    watch = Watched(setattr)
    run_tour(folder, data, size)
    print(len(watch.parts), watch.wrong)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (1080, 1920)])
def test_every_part_of_a_tour_is_as_the_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    from kiosk.demo import build_demo

    build_demo(tmp_path / "data", records=3000)
    code = f"from pathlib import Path\nfrom tests.ui.test_damage import _tour\n_tour(Path('data'), Path('tour'), {size})"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "SDL_VIDEODRIVER": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    parts, _space, wrong = done.stdout.strip().partition(" ")
    assert (done.returncode, wrong) == (0, "[]"), done.stderr
    assert int(parts) > 300


def test_a_buffer_of_unknown_age_is_drawn_whole(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(data, monkeypatch, age=0) as (driver, watch):
        driver.type("provence")
        assert watch.parts == []


def test_an_offscreen_buffer_holds_the_last_picture(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kiosk(data, start="home"):
        from kiosk.ui.widgets.buffer_age import UNKNOWN, buffer_age

        assert buffer_age() == 1
        monkeypatch.setenv("COLPORTEUR_DRAW_ALL", "1")
        assert buffer_age() == UNKNOWN


def test_without_egl_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    from kiosk.ui.widgets import buffer_age

    def missing(_name: str) -> None:
        raise OSError("libEGL.so.1: cannot open shared object file")

    buffer_age._egl.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert buffer_age.buffer_age() == buffer_age.UNKNOWN
    buffer_age._egl.cache_clear()
