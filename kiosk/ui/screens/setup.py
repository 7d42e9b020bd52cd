"""The first start: no catalogue yet, so the demonstration is built, by another process, while one watches it come.

Guarantees: this thread never waits; a build that fails says why in a sentence and can be tried again; leaving the screen,
or closing the kiosk, ends the process, and nothing half built stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.settings import load
from kiosk.ui.i18n import _, count_of
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import DISPLAY, HEAD, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.covers import paint_landscape
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap

ROOT = Path(__file__).resolve().parents[3]
POLL_SECONDS = 0.1


class Arrival(Drawn):
    """Mountains, a sentence, how far it is. `share` is from 0 to 1."""

    share = NumericProperty(0.0)
    words = StringProperty("")
    detail = StringProperty("")
    failed = BooleanProperty(False)
    redraw_on = ("share", "words", "detail", "failed")

    def draw(self, painter: Painter, area: Area) -> None:
        """The sun climbs over the ridges as the catalogue fills; without it, the reason stands in its place."""
        paint_landscape(painter, area, "colporteur", "lavender", self.share)
        block = area.inset(area.width // 10, area.height // 9)
        head, body = Style(look().font(DISPLAY), Weight.BOLD, 1.2), Style(look().font(HEAD), Weight.MEDIUM, 1.35)
        lines = wrap(self.words, head, block.width, 3)
        painter.lines(block.cut_top(line_height(head) * len(lines), look().px(16)), lines, head, "on_rubric", align="center")
        more = wrap(self.detail, body, block.width, 4)
        painter.lines(block.cut_top(line_height(body) * len(more), look().px(20)), more, body, "on_rubric", align="center")
        if self.failed:
            return
        groove = block.cut_top(look().px(28)).middle(min(block.width, look().px(640)), look().px(16))
        painter.box(groove, (1.0, 1.0, 1.0, 0.25), groove.height)
        wide = max(groove.height, round(groove.width * min(1.0, self.share)))
        painter.box(Area(groove.x, groove.y, wide, groove.height), "on_rubric", groove.height)


class SetupScreen(Screen):
    """`show(data=…)`: builds into that folder, then goes home."""

    header = False
    bar = False
    stays = True

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(desk, **kwargs)
        self._child: subprocess.Popen[bytes] | None = None
        self._poll: Any = None
        self._data = ""
        self._unread = b""
        self.arrival = Arrival()
        self.add_widget(self.arrival)

    def show(self, data: str = "", **_args: Any) -> None:
        """Start building."""
        self._data = data
        self.arrival.words = _("Bienvenue")
        self.arrival.detail = _("Je prépare le catalogue…")
        if data:
            self._start()

    def title(self) -> str:
        """Both sentences."""
        return f"{self.arrival.words}. {self.arrival.detail}"

    def leave(self) -> None:
        """End the process."""
        if self._poll is not None:
            self._poll.cancel()
        child, self._child = self._child, None
        if child is not None:
            child.terminate()
            child.wait()
            for pipe in (child.stdout, child.stderr):
                if pipe:
                    pipe.close()

    def state(self) -> dict[str, Any]:
        """Where it builds."""
        return {"data": self._data}

    @property
    def building(self) -> bool:
        """Whether the other process is at work."""
        return self._child is not None

    @staticmethod
    def words_under_way(done: int, total: int) -> tuple[str, str]:
        """What is said while the catalogue fills."""
        return _("Bienvenue"), _("{done} documents sur {total}").format(done=count_of(done), total=count_of(total))

    def _start(self) -> None:
        command = (sys.executable, "-m", "kiosk.cli.first_start", self._data)
        self._child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if self._child.stdout:
            os.set_blocking(self._child.stdout.fileno(), False)
        self._poll = Clock.schedule_interval(self._look_at_child, POLL_SECONDS)

    def _look_at_child(self, _seconds: float) -> bool | None:
        child = self._child
        if child is None:
            return False
        if child.stdout:
            self._unread += child.stdout.read(65_536) or b""
        *lines, self._unread = self._unread.split(b"\n")
        if lines:
            self._progress(lines[-1])
        if child.poll() is None:
            return None
        self._ended(child.returncode, (child.stderr.read(2_000) if child.stderr else b"").decode(errors="replace"))
        return False

    def _progress(self, line: bytes) -> None:
        done, _space, total = line.decode(errors="replace").partition(" ")
        if done.isdigit() and total.strip().isdigit() and int(total):
            self.arrival.share = int(done) / int(total)
            self.arrival.words, self.arrival.detail = self.words_under_way(int(done), int(total))

    def _ended(self, code: int, said: str) -> None:
        self.leave()
        if code == 0:
            self.desk.settings = load(Path(self._data))
            self.desk.home.settled(self.desk.settings)
            self.desk.navigator.restart("home")
            return
        self.arrival.words = _("Le catalogue n’a pas pu être préparé")
        self.arrival.detail = said.strip().splitlines()[-1][:300] if said.strip() else _("Réessayez, ou appelez le référent numérique.")
        self.arrival.failed = True
        again = Button(kind="paper", text=_("Réessayer"), icon="refresh", on_release=lambda *_a: self._again())
        self.arrival.add_widget(again)

        def place(*_args: object) -> None:
            again.center = (self.arrival.center_x, self.arrival.y + look().px(64) + again.height / 2)

        self.arrival.bind(pos=place, size=place)
        place()

    def _again(self) -> None:
        self.arrival.clear_widgets()
        self.arrival.failed, self.arrival.share = False, 0.0
        self.show(self._data)
