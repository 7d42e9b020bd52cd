"""The sound studio on the screen: tools, a grid of steps, pads under the fingers, a shelf for what is put aside; and sounds to guess.

Guarantees: nothing here waits for sound; without a sound card the grid lights in rhythm and says so, and what is to be guessed is told in
words.
"""

from __future__ import annotations

import time
from typing import Any

from kiosk.ui.theme import BODY, HEAD, SMALL, Form, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.layouts import Column, Flow
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import Listen
from mediation_apps.runtime.play.base import Press, Write
from mediation_apps.runtime.play.beat import BeatState
from mediation_apps.runtime.play.choice import ChoiceState
from mediation_apps.runtime.sound.pattern import STEPS, Pattern
from mediation_apps.runtime.ui.choice_view import ChoiceView
from mediation_apps.runtime.ui.grid_view import PadRow, StepGrid, Tool
from mediation_apps.runtime.ui.host import Host

TOOL_ICONS = {"slower": "minus", "faster": "plus", "clear": "delete_sweep", "hands": "account_group", "keep": "record"}
DIGITS = {49 + n: n for n in range(8)}  # keys 1 to 8 are the pads


def bench_of(host: Host) -> Any:
    """The player's workbench; a projected page has none."""
    return getattr(host, "bench", None)


class BeatView(Column):
    """Tools, grid, pads and shelf of a `BeatState`."""

    def __init__(self, host: Host, state: BeatState, **kwargs: Any) -> None:
        super().__init__(gap=14, **kwargs)
        self._host, self.state, self.bench = host, state, bench_of(host)
        self.note = Text(units=SMALL, paint="mute", weight="semibold")
        self.quiet = Button(icon="volume_off", kind="pill", enabled=False, opacity=0, width=0)
        self.tools = {target.id: self._tool(target.id) for target in state.targets() if target.role == "tool"}
        self.grid: StepGrid | None = None
        if state.activity.grid:
            bar = Flow(gap=10)
            self.pace = Text(units=HEAD, align="center", fit=False, size_hint=(None, None), size=(look().tall(64), look().target))
            for name, tool in self.tools.items():
                if name == "faster":
                    bar.add_widget(self.pace)
                bar.add_widget(tool)
            bar.add_widget(self.quiet)
            self.grid = StepGrid(host, state)
            self.add_widget(bar)
            self.add_widget(self.grid)
        self.pads = PadRow(self, state.activity.pads, not state.activity.grid)
        if state.activity.pads:
            self.add_widget(self.pads)
        self.shelf = Flow(gap=10)
        if state.activity.grid and state.activity.goal is None and self.bench is not None:
            self.add_widget(self.shelf)
        if self.grid is None:
            self.add_widget(self.note)
        self._lit_at = 0.0
        if self.bench is not None:
            self.bench.lit, self.bench.turned = self._lit, self._tell_silence
            self.bench.engine.need(
                tuple(dict.fromkeys((*(voice for voice, _s in state.pattern.lanes), *state.activity.pads, *state.activity.palette)))
            )
        self._tell_silence()
        self.show(state)

    def _tool(self, name: str) -> Tool:
        words = {"clear": _("Effacer"), "keep": _("Noter mes coups")}.get(name, "")
        if look().form is Form.WIDE and look().text < 1.3:
            words = {"slower": _("Moins vite"), "faster": _("Plus vite")}.get(name, words)
        tool = Tool(name, text=words, icon=TOOL_ICONS.get(name, "play"), kind="primary" if name == "play" else "paper", units=SMALL)
        tool.bind(on_release=lambda *_: self._host.give(Press(name)))
        return tool

    def leave(self) -> None:
        """Be silent before another page comes."""
        if self.state.sounding:
            self._host.give(Press("play" if self.state.sounding == "mine" else "model"))

    def key(self, key: int) -> bool:
        """The keys 1 to 8 are the pads."""
        number = DIGITS.get(key, 99)
        if number >= len(self.state.activity.pads):
            return False
        self.hit(number)
        return True

    def hit(self, number: int) -> None:
        """One live hit: heard at once, written down when asked to."""
        voice = self.state.activity.pads[number]
        if self.bench is not None:
            self.bench.engine.hit(voice)
        lane = next((n for n, (name, _steps) in enumerate(self.state.pattern.lanes) if name == voice), None)
        if self.state.keeping and self.state.sounding and lane is not None and self.grid is not None and self.grid.lit >= 0:
            late = time.monotonic() - self._lit_at > self.state.pattern.step_seconds / 2
            self._host.give(Press(f"on:{lane * STEPS + (self.grid.lit + late) % STEPS}"))
        else:
            self._host.give(Press(f"pad:{number}"))

    def _lit(self, step: int) -> None:
        self._lit_at = time.monotonic()
        if self.grid is not None and self.state.sounding:
            self.grid.light(step)

    def _tell_silence(self) -> None:
        silent = self.bench is not None and self.bench.silent
        if self.grid is None:
            self.note.words = _("Cette tablette n’a pas de son. Faites le bruit vous-même !") if silent else ""
        elif silent and not self.quiet.opacity:
            self.quiet.text = _("Sans son : suivez les lumières") if self.state.activity.goal is not None else ""
            self.quiet.opacity = 1

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────

    def show(self, state: BeatState) -> None:
        """The rhythm as it stands, heard and seen."""
        self.state = state
        if self.grid is not None:
            self.grid.state = state
            self.grid.redraw()
            if not state.sounding:
                self.grid.light(-1)
        for target in state.targets():
            tool = self.tools.get(target.id)
            if tool is not None:
                tool.enabled, tool.spoken = target.enabled, target.label
                self._dress(tool, target.label, target.selected)
        self._show_shelf()
        if self.bench is not None:
            self.bench.sound(state.heard)

    def _dress(self, tool: Tool, label: str, selected: bool) -> None:
        if tool.target in ("play", "model"):
            tool.text, tool.icon = label, "stop" if selected else "play" if tool.target == "play" else "headphones"
            tool.kind = "primary" if tool.target == "play" and tool.enabled else "paper"
        elif tool.target == "faster":
            self.pace.words = str(self.state.pattern.tempo)
        elif tool.target == "hands":
            tool.text = {1: "1", 2: "2 ● ▲", 4: "4 ● ▲ ■ ◆"}[self.state.hands]
        elif tool.target == "keep":
            tool.icon, tool.kind = ("check", "ok") if selected else ("record", "paper")

    # ── the shelf ──────────────────────────────────────────────────────────────────────────────────────

    def _show_shelf(self) -> None:
        if self.shelf.parent is None:
            return
        kept: list[Pattern] = self.bench.patterns
        names = ["aside", *(f"kept:{n}" for n in range(len(kept))), "home"]
        if [tool.target for tool in reversed(self.shelf.children)] != names:
            self.shelf.clear_widgets()
            for name in names:
                self.shelf.add_widget(self._shelf_tool(name))
            self.shelf.place()
        for tool in self.shelf.children:
            if tool.target in ("aside", "home"):
                tool.enabled = self.state.pattern.count() > 0

    def _shelf_tool(self, name: str) -> Tool:
        number = int(name.partition(":")[2] or 0)
        words = {"aside": _("Mettre de côté"), "home": _("Copier sur la clé")}.get(name) or _("Reprendre {n}").format(n=number + 1)
        icon = {"aside": "tray_arrow_down", "home": "usb_flash_drive"}.get(name, "tray_arrow_up")
        acts = {"aside": self._put_aside, "home": self._take_home}
        tool = Tool(name, text=words, icon=icon, kind="quiet", units=SMALL)
        tool.bind(on_release=lambda *_: acts[name]() if name in acts else self._take_up(number))
        return tool

    def _put_aside(self) -> None:
        self.bench.put_aside(self.state.pattern)
        self._show_shelf()
        say = getattr(self._host, "say", None)  # heard, not written: the button that appears says it to the eye, and the page stays still
        if say is not None:
            say(_("Votre rythme est de côté, jusqu’à la fin de l’atelier."))

    def _take_up(self, number: int) -> None:
        if number < len(self.bench.patterns):
            self._host.give(Write("pattern", self.bench.patterns[number].line()))

    def _take_home(self) -> None:
        pattern = self.state.pattern

        def make() -> bytes:
            from mediation_apps.runtime.sound.mixer import wav_bytes  # numpy is loaded on the thread that needs it

            return wav_bytes(pattern)

        def told(words: str, written: bool) -> None:
            self._host.tell(_("Copié sur la clé : {name}").format(name=words) if written else words)

        self.bench.take_home(make, "studio-son", "wav", told)


class ListenView(Column):
    """A sound, or a rhythm, to hear as often as one likes, and answers to choose from."""

    def __init__(self, host: Host, state: ChoiceState, **kwargs: Any) -> None:
        super().__init__(gap=16, **kwargs)
        self._host, self._bench = host, bench_of(host)
        assert isinstance(state.activity, Listen)
        self.activity: Listen = state.activity
        row = Flow(gap=12)
        self.button = Tool("listen", text=_("Écouter"), icon="headphones", kind="quiet", units=HEAD)
        self.button.bind(on_release=lambda *_: self._listen())
        self.words = Tool("described", text=_("Le dire en mots"), icon="message_text", kind="quiet")
        self.words.bind(on_release=lambda *_: self._describe())
        row.add_widget(self.button)
        row.add_widget(self.words)
        self.described = Text(units=BODY + 1, paint="ink", weight="semibold")
        self.choices = ChoiceView(host, state)
        for widget in (row, self.described, self.choices):
            self.add_widget(widget)
        self._heard = False
        if self._bench is not None:
            self._bench.lit, self._bench.turned = lambda _step: None, self._turned
            heard = self.activity.heard
            self._bench.engine.need((heard,) if isinstance(heard, str) else tuple(voice for voice, _steps in heard.lanes))
            self._turned()

    @property
    def tiles(self) -> dict[str, Any]:
        """The answers' tiles."""
        return self.choices.tiles

    def _turned(self) -> None:
        if self._bench.silent:
            self._describe()

    def _listen(self) -> None:
        if self._bench is None:
            return
        heard = self.activity.heard
        if isinstance(heard, str):
            self._bench.engine.hit(heard)
        else:
            self._heard = not self._heard
            self._bench.sound(heard if self._heard else None)
            self.button.text, self.button.icon = (_("Arrêter"), "stop") if self._heard else (_("Écouter"), "headphones")
        if self._bench.silent:
            self._describe()

    def _describe(self) -> None:
        self.described.words = self.activity.described

    def show(self, state: ChoiceState) -> None:
        """What is chosen, and what was right."""
        self.choices.show(state)
