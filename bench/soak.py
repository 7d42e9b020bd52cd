"""`bench soak [--touches N] [--hours H] [--json]`: whole sessions one after the other, the facilitator's screen and a participant's.

Each session is a real one: the facilitator's screen on a real socket, fifteen tablets that report, drop and come back, and a
sixteenth whose player is walked to the end by real touches, with its comforts changed on the way; the facilitator freezes, sends
to a step, projects a page and ends. Resident memory is read after a quarter of the touches and at the end. Without `--hours`
nothing waits: 7,200 touches are two hours at one touch a second. With `--hours` the same goes on in real time, a session every
ten minutes of the clock.
Exit code 1 when memory grew by more than 12 MB.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

TOUCHES, TABLETS, GROWTH = 7_200, 15, 12.0
PAUSE = 600.0  # seconds of one session in real time


def resident() -> float:
    """Resident memory of this process in MB, after what is free was given back (malloc_trim(3))."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Session:
    """One session from the first tablet to the wiped end; `touches` counts fingers put down."""

    def __init__(self, name: str, seed: int) -> None:
        from kivy.core.window import Window

        from mediation_apps.cli.session import named
        from mediation_apps.runtime.flow import pages
        from mediation_apps.runtime.session.follower import Follower
        from mediation_apps.runtime.session.link import Reporter
        from mediation_apps.runtime.session.results import save_to
        from mediation_apps.runtime.session.room import Room
        from mediation_apps.runtime.ui.app import WorkshopApp
        from mediation_apps.runtime.ui.session_app import LeadApp
        from mediation_apps.runtime.ui.tour import begin

        self.chance, pack = random.Random(seed), named(name)
        self.pages = len(pages(pack.activities, seed))
        self.lead = LeadApp(pack, Room(f"{seed % 10_000:04d}", name, seed, self.pages), 0, save_to(None, name), ["127.0.0.1"])
        self.lead.root = self.lead.build()
        Window.add_widget(self.lead.root)
        port, code = self.lead.leader.port, self.lead.leader.room.code
        self.lines = [Follower("127.0.0.1", port, code, lambda _told: None, lambda: 60).start() for _n in range(TABLETS + 1)]
        self.app = WorkshopApp(pack, seed)
        self.hands = begin(self.app)
        self.app.player.watch = Reporter(self.lines[-1].report).changed
        self.touches = 0
        down = self.hands.down

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.touches += 1
            return down(*args, **kwargs)

        self.hands.down = counted  # type: ignore[method-assign]

    def play(self) -> None:
        """The participant walks; around, the facilitator and fifteen tablets do what they do."""
        from mediation_apps.runtime.session.wire import FROZEN, RUNNING
        from mediation_apps.runtime.ui.tour import answer

        player, leader, view = self.app.player, self.lead.leader, self.lead.view
        leader.order(RUNNING)
        for number in range(3 * self.pages):
            if player.ended:
                break
            for line in self.lines[:TABLETS]:
                page = self.chance.randrange(self.pages)
                line.report(page, page, self.chance.randrange(5), 5, True)
                if self.chance.random() < 0.05:
                    line.drop()
            if number % 5 == 4:
                leader.order(self.chance.choice((FROZEN, RUNNING)))
                self.hands.tap_on(player.bar.comforts[self.chance.randrange(len(player.bar.comforts))])
            if view.tiles and number % 4 == 1:
                leader.ask(next(iter(view.tiles)))
            if player.run.state is not None:
                answer(self.hands, self.chance)
            self.hands.tap_on(player.bar.on)
            self.hands.frames(4)
        if player.switches:
            player.toggle_switches()

    def end(self) -> None:
        """Ended, wiped, closed; nothing is left of it."""
        from kivy.core.window import Window

        from mediation_apps.runtime.session.wire import ENDED
        from mediation_apps.runtime.ui.tour import end

        self.lead.leader.order(ENDED)
        self.app.player.forget()
        self.app.player.reset_look()
        self.hands.frames(10)
        for line in self.lines:
            line.stop()
        end(self.app, self.hands)
        Window.remove_widget(self.lead.root)
        self.lead.on_stop()


def measure(touches: int, hours: float) -> dict[str, Any]:
    """Sessions until the touches are done, or the hours are over."""
    from kiosk.ui import boot

    boot.prepare(1280, 800, offscreen=True)
    from mediation_apps.cli.places import shipped

    begun, done, sessions = time.monotonic(), 0, 0
    warm: tuple[float, int] | None = None
    names = shipped()
    while (time.monotonic() - begun < hours * 3600) if hours else (done < touches):
        session = Session(names[sessions % len(names)], 1000 + sessions)
        session.play()
        session.end()
        done, sessions = done + session.touches, sessions + 1
        share = (time.monotonic() - begun) / (hours * 3600) if hours else done / touches
        if warm is None and share >= 0.25 and sessions >= len(names):
            warm = (resident(), done)
        _report(done, sessions)
        if hours:
            time.sleep(max(0.0, min(begun + sessions * PAUSE, begun + hours * 3600) - time.monotonic()))
    end = resident()
    start, after = warm or (end, done)
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "sessions": sessions,
        "touches": done,
        "start_mb": round(start, 1),
        "start_after_touches": after,
        "end_mb": round(end, 1),
        "growth_mb": round(end - start, 1),
    }


def _report(touches: int, sessions: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{sessions} séances, {touches} touchers, {resident():.0f} Mo", end="", file=sys.stderr, flush=True)


def main(argv: list[str]) -> int:
    """Measure, print, and judge."""
    made = argparse.ArgumentParser(prog="colporteur bench soak", description="Deux heures de séances : la mémoire reste-t-elle plate ?")
    made.add_argument("--touches", type=int, default=TOUCHES, metavar="N", help=f"touchers en tout ({TOUCHES} : deux heures)")
    made.add_argument("--hours", type=float, default=0.0, metavar="H", help="en temps réel, pendant H heures")
    made.add_argument("--json", action="store_true")
    options = made.parse_args(argv)
    found = measure(options.touches, options.hours)
    if options.json:
        print(json.dumps(found))
    else:
        print("{sessions} séances, {touches} touchers : {start_mb} Mo puis {end_mb} Mo ({growth_mb:+} Mo)".format(**found))
    return 0 if found["growth_mb"] <= GROWTH else 1
