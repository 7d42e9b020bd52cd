"""Measurements inside one process of the real application: `python -m bench.ui.inside DATA FLINGS` prints JSON."""

from __future__ import annotations

import gc
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

TYPED = ("la montagne magique", "lettres de mon moulin", "giono", "histoire de provence", "contes d'hiver", "musique", "zola germinal")
ROUNDS = 3  # of all that is typed: with 99 letters, the fifth slowest alone would be the p95
PACE = 1 / 60  # s
FLOOR_FRAMES, FLOOR_SPREAD, TRIES = 120, 1.3, 3
FEW, FLAT_SPREAD = 15, 1.25  # flat quads in the middle of what is measured, and how far their p95 may be from F
SPEEDS = (2_000, 3_500, 5_000, 7_000)  # px/s


def summary(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum of milliseconds."""
    ordered = sorted(values)
    at = min(len(ordered) - 1, math.ceil(0.95 * len(ordered)) - 1)
    return {"median": round(statistics.median(ordered), 2), "p95": round(ordered[at], 2), "max": round(ordered[-1], 2), "n": len(ordered)}


def resident_mb() -> float:
    """Resident memory, MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Bench:
    """The application, a driver, and a stopwatch around frames."""

    def __init__(self, data: Path) -> None:
        from kiosk.settings import load
        from kiosk.ui import boot

        boot.prepare(1280, 800, offscreen=True)
        from kivy.core.window import Window
        from kivy.graphics.opengl import glFinish

        from kiosk.app import build
        from kiosk.ui.driver import Driver

        self.window, self._finish = Window, glFinish
        self.app = build(data, replace(load(data), idle_seconds=3_600.0), keyboard=False)
        self.flat: list[float] = []
        self.app.start()
        self.driver = Driver(self.app)
        self.driver.settle()
        boot.quicken()

    def frame(self) -> float:
        """Pump and draw one frame; return its milliseconds, rasterised."""
        begun = time.perf_counter()
        self.driver.frame()
        self._finish()
        return (time.perf_counter() - begun) * 1000

    def paced(self) -> float:
        """The same at 60 frames a second."""
        begun = time.perf_counter()
        spent = self.frame()
        time.sleep(max(0.0, PACE - (time.perf_counter() - begun)))
        return spent

    def _flat(self, frames: int) -> list[float]:
        """Milliseconds of frames that show one flat full-screen quad and nothing else."""
        from kivy.graphics import Color, Rectangle
        from kivy.uix.widget import Widget

        quad = Widget(size=self.window.size)
        with quad.canvas:
            Color(0.3, 0.4, 0.5, 1)
            Rectangle(size=self.window.size)
        children = list(self.window.children)
        for child in children:
            self.window.remove_widget(child)
        self.window.add_widget(quad)
        spent = []
        for _frame in range(frames):
            self.window.canvas.ask_update()
            spent.append(self.frame())
        self.window.remove_widget(quad)
        for child in reversed(children):
            self.window.add_widget(child)
        self.frame()
        return spent

    def floor(self, frames: int = FLOOR_FRAMES) -> float:
        """Median milliseconds of flat quads; all of a group's are kept in `flat`."""
        spent = self._flat(frames)
        self.flat += spent
        return statistics.median(spent)


def quiet(bench: Bench, measure: Callable[[Bench], dict[str, list[float]]]) -> dict[str, Any]:
    """Measure until the machine was quiet around it and during it, at most `TRIES` times; keep the last.

    F is the smaller of the medians before and after. A machine that others use makes even a flat quad take half as long again now and
    then: `flat_f_p95`, over those before, in the middle and after, tells by how much.
    """
    tries, still = 0, False
    while not still and tries < TRIES:
        tries += 1
        bench.flat.clear()
        before = bench.floor()
        values = measure(bench)
        after = bench.floor()
        floor, spread = min(before, after), summary(bench.flat)["p95"] / min(before, after)
        still = max(before, after) <= FLOOR_SPREAD * floor and spread <= FLAT_SPREAD
    return {
        "floor_ms": round(floor, 2),
        "flat_f_p95": round(spread, 2),
        "quiet": still,
        "tries": tries,
        **{name: summary(numbers) for name, numbers in values.items()},
    }


def keystrokes(bench: Bench) -> dict[str, list[float]]:
    """Type, character by character; wait for the drawn answer to exactly that text.

    The rows come first, the facets a frame later: both are waited for; the number found and the offers follow. `draw_ms` is the
    longest of the frames that show them and of the six after: what is put off counts as well.
    """
    desk, driver = bench.app.parts.desk, bench.driver
    total: list[float] = []
    draw: list[float] = []
    for words in TYPED * ROUNDS:
        bench.floor(FEW)
        desk.go("home")
        driver.settle()
        driver.tap_on(bench.app.parts.shell.header.search)
        for count in range(1, len(words) + 1):
            begun = time.perf_counter()
            bench.window.dispatch("on_textinput", words[count - 1])
            shown: list[float] = []
            while True:
                time.sleep(0.002)  # the drawing thread is idle between frames, as it is at 60 a second
                last = bench.frame()
                screen = bench.app.parts.navigator.screen
                found = getattr(screen, "found", None)
                if found is not None and found.asked.words == words[:count]:
                    shown.append(last)
                    if screen.column.groups == found.groups:
                        break
                if time.perf_counter() - begun > 5:
                    raise TimeoutError(words[:count])
            total.append((time.perf_counter() - begun) * 1000)
            draw.append(max(*shown, *(bench.paced() for _rest in range(6))))
    bench.app.parts.shell.stop_editing()
    return {"ms": total, "draw_ms": draw}


def everything(bench: Bench) -> Any:
    """Show the whole catalogue; return its list."""
    bench.app.parts.desk.go("results", heading="Tout")
    bench.driver.settle()
    return bench.app.parts.navigator.screen.list


def throw(bench: Bench, rows: Any, speed: float, frame: Callable[[], float]) -> list[float]:
    """Fling with a finger at about `speed` px/s upwards (down the list) or downwards; return the frames until it rests."""
    spent: list[float] = []
    x = rows.x + rows.width * 0.4
    step = speed / 60
    y = rows.y + rows.height * (0.2 if speed > 0 else 0.8)
    finger = bench.driver.down(x, y)
    for _move in range(6):
        y += step * 0.7
        bench.driver.move(finger, x, y)
        spent.append(frame())
    bench.driver.up(finger)
    while rows.kinetic.moving:
        spent.append(frame())
    return spent


def flings(bench: Bench) -> dict[str, list[float]]:
    """Fling down and up through 20,000 rows, at several speeds, from several places."""
    rows = everything(bench)
    spent: list[float] = []
    for turn in range(2):
        rows.kinetic.jump(rows.kinetic.reach * turn / 2)
        rows._show()
        bench.driver.settle()
        for speed in SPEEDS:
            bench.floor(FEW)
            spent += throw(bench, rows, speed, bench.paced)
            spent += throw(bench, rows, -speed * 0.8, bench.paced)
    return {"ms": spent}


def memory(bench: Bench, times: int) -> dict[str, float]:
    """Resident memory after a quarter of the flings and after all; then over 200 changes of screen."""
    rows = everything(bench)
    marks = []
    for number in range(times):
        speed = SPEEDS[number % len(SPEEDS)] * (1 if number % 3 else -0.6)
        throw_short(bench, rows, speed)
        if number + 1 in (times // 4, times):
            bench.driver.settle()
            gc.collect()
            marks.append(resident_mb())
    desk = bench.app.parts.desk
    first = rows.rows.row(0) or rows.rows.row(int(rows.offset // rows.stride))
    places: list[tuple[str, dict[str, Any]]] = [("home", {}), ("results", {"words": "provence"}), ("basket", {}), ("agenda", {})]
    if first is not None:
        places.insert(2, ("notice", {"record_id": first.record_id}))
    screens = []
    for number in range(400):
        name, args = places[number % len(places)]
        desk.go(name, **args)
        bench.driver.settle()
        if number + 1 in (200, 400):  # the first 200 fill caches and pools
            gc.collect()
            screens.append(resident_mb())
    return {
        "flings_mb": round(marks[-1] - marks[0], 2),
        "screens_mb": round(screens[-1] - screens[0], 2),
        "resident_mb": round(screens[-1], 1),
        "flings": times,
    }


def throw_short(bench: Bench, rows: Any, speed: float) -> None:
    """A fling seen for ten frames, then stopped."""
    rows.fling(speed)
    for _frame in range(10):
        bench.frame()
    rows._stop()
    if not 0 < rows.kinetic.at < rows.kinetic.reach:
        rows.kinetic.jump(rows.kinetic.reach / 2)
        rows._show()


def main(argv: list[str]) -> int:
    """Measure everything inside and print it."""
    bench = Bench(Path(argv[0]))
    try:
        measured: dict[str, Any] = {"keystroke": quiet(bench, keystrokes), "fling": quiet(bench, flings)}
        measured["memory"] = memory(bench, int(argv[1]))
    finally:
        bench.driver.close()
        bench.app.close()
    print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
