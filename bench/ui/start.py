"""From process start to a drawn screen, for the kiosk's home and for an empty Kivy App, in turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

EMPTY = """
import os, sys, time
from kivy.app import App
from kivy.clock import Clock
def drawn(_dt):
    from kivy.graphics.opengl import glFinish
    glFinish()
    print(time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)
    os._exit(0)
class Empty(App):
    def on_start(self):
        Clock.schedule_once(lambda dt: Clock.schedule_once(drawn), 0)
Empty().run()
"""

HOME = """
import os, sys, time
from pathlib import Path
from kiosk.app import start_for_bench
def drawn():
    print(time.clock_gettime(time.CLOCK_MONOTONIC), flush=True)
    os._exit(0)
start_for_bench(Path(sys.argv[1]), drawn)
"""


def _once(program: Path, arguments: list[str], environment: dict[str, str]) -> float:
    begun = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run([sys.executable, str(program), *arguments], env=environment, stdout=subprocess.PIPE, check=True, timeout=60)
    return float(done.stdout.split()[-1]) - begun


def compare(data: Path, times: int, scratch: Path) -> dict[str, Any]:
    """Start both `times` times, alternating, after one warm start of each; seconds."""
    home = scratch / "kivy-home"
    home.mkdir(exist_ok=True)
    common = os.environ | {"SDL_VIDEODRIVER": "offscreen", "KIVY_NO_ARGS": "1", "KIVY_NO_CONSOLELOG": "1"}
    programs = {"empty": scratch / "empty.py", "home": scratch / "home.py"}
    programs["empty"].write_text(EMPTY, encoding="utf-8")
    programs["home"].write_text(HOME, encoding="utf-8")
    common["PYTHONPATH"] = str(ROOT)
    empty_environment = common | {"KIVY_HOME": str(home), "KIVY_NO_FILELOG": "1"}
    sides: dict[str, list[float]] = {"empty": [], "home": []}
    for turn in range(times + 2):
        empty = _once(programs["empty"], [], empty_environment)
        kiosk = _once(programs["home"], [str(data)], common)
        if turn >= 2:  # the first ones fill caches: shaders, compiled modules, the home's kept view
            sides["empty"].append(empty)
            sides["home"].append(kiosk)
    return {
        name: {"median": round(statistics.median(values), 4), "min": round(min(values), 4), "max": round(max(values), 4)}
        for name, values in sides.items()
    }
