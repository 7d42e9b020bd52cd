"""A program laid card by card, on the screen or with a scanner, run on the mat, then on the real robot.

Guarantees: scanner, fingers, keys and switches lay the same cards; the robot is spoken to away from the UI thread and stands still when the
page is left; for a robot that cannot be spoken to, its keys are shown in order.
"""

from __future__ import annotations

import time
from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import HEAD, SMALL, Form, look
from kiosk.ui.widgets.layouts import Column, Flow, Sheet
from kiosk.ui.widgets.text import width_of
from kiosk.ui.widgets.texts import Icon, Text
from mediation_apps.cli.places import data_folder
from mediation_apps.errors import WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.play.predict import COMMANDS, RUN, STEP
from mediation_apps.runtime.play.program import LABELS, ProgramState
from mediation_apps.runtime.robot.cards import CLEAR, LAUNCH, UNDO, Scanned
from mediation_apps.runtime.robot.pace import read_pace
from mediation_apps.runtime.robot.thymio import find_thymio
from mediation_apps.runtime.ui.beat_view import bench_of
from mediation_apps.runtime.ui.board_view import _fill
from mediation_apps.runtime.ui.grid_view import Tool
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.order_view import ARROWS, NAMES, PACE, Mat, lay_beside
from mediation_apps.runtime.ui.tiles import Tile

ENTERS = (13, 271)


class ProgramView(Column):
    """Cards, program, mat and robot of a `ProgramState`."""

    def __init__(self, host: Host, state: ProgramState, **kwargs: Any) -> None:
        super().__init__(gap=12, **kwargs)
        self._host, self.state, self.bench = host, state, bench_of(host)
        self._tick: Any = None
        self._scanned, self._on_robot = Scanned(), -1
        self._laid: tuple[str, ...] = ("",)
        self.tools = {target.id: self._tool(target.id) for target in state.targets() if target.role in ("card", "tool")}
        self.strip = Flow(gap=8)
        self.empty = Text(words=_("Posez la première carte."), units=SMALL, paint="mute")
        self.mat = Mat(host, state)  # type: ignore[arg-type]  # it asks for no more than a ProgramState has
        self.keys = Sheet(gap=6, edge="line")
        left = Column(gap=12)
        palette = Flow(gap=8)
        for tool in self.tools.values():
            palette.add_widget(tool)
        self.robot = Flow(gap=8)
        if self.bench is not None:
            for name, words, icon, act in (
                ("keys", _("Touches du robot"), "gesture_tap", self._show_keys),
                ("send", _("Envoyer au Thymio"), "robot", self._send),
            ):
                self.robot.add_widget(self._robot_tool(name, words, icon, act))
        for part in (palette, Text(words=_("Le programme"), units=HEAD, weight="bold"), self.empty, self.strip, self.robot):
            left.add_widget(part)
        self.left = left
        lay_beside(self, left, self.mat, 0.52)
        self.show(state)

    def _tool(self, name: str) -> Tool:
        kind, _colon, command = name.partition(":")
        if kind == "card":
            words = NAMES[command] if look().form is not Form.COMPACT or look().text < 1.3 else ""
            tool = Tool(name, text=words, icon=ARROWS[command], kind="paper", units=SMALL)
        else:
            words = (
                {"undo": _("Annuler"), "clear": _("Tout effacer")}[name] if look().form is not Form.COMPACT and look().text < 1.3 else ""
            )
            tool = Tool(name, text=words, icon={"undo": "undo", "clear": "delete_sweep"}[name], kind="quiet", units=SMALL)
        tool.bind(on_release=lambda *_: self._host.give(Press(name)))
        return tool

    def _robot_tool(self, name: str, words: str, icon: str, act: Any) -> Tool:
        tool = Tool(name, text=words, icon=icon, kind="quiet", units=SMALL)
        tool.bind(on_release=lambda *_: act())
        return tool

    # ── showing ────────────────────────────────────────────────────────────────────────────────────────

    def show(self, state: ProgramState) -> None:
        """Cards and robot where they stand."""
        self.state = state
        self.mat.state = state  # type: ignore[assignment]
        self.mat.redraw()
        if state.cards != self._laid:
            self._laid = state.cards
            _fill(self.strip, [self._card(number, command) for number, command in enumerate(state.cards, 1)])
            self.empty.words = "" if state.cards else _("Posez la première carte.")
            self._hide_keys()
        for number, card in enumerate(reversed(self.strip.children)):
            card.selected = number in (state.at - 1, self._on_robot)
        for target in state.targets():
            tool = self.tools.get(target.id)
            if tool is not None:
                tool.enabled, tool.spoken = target.enabled, target.label
        for tool in self.robot.children:
            tool.enabled = bool(state.cards)
        if state.running and look().motion and self._tick is None:
            self._tick = Clock.schedule_interval(self._step, PACE)
        elif not state.running and self._tick is not None:
            self._tick.cancel()
            self._tick = None

    def _step(self, _seconds: float) -> None:
        if self.parent is None and self._tick is not None:
            self._tick.cancel()
        else:
            self._host.give(Press(STEP))

    def _card(self, number: int, command: str) -> Tile:
        return Tile(words=NAMES[command], lead=ARROWS[command], number=str(number), hug=True, enabled=False, units=SMALL)

    def leave(self) -> None:
        """Nothing runs on another page."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if self.bench is not None:
            self.bench.halt.set()

    # ── scanner ────────────────────────────────────────────────────────────────────────────────────────

    def typed(self, text: str) -> bool:
        """Letters of a scanner, or of somebody who types the orders."""
        if text.strip():
            self._scanned = self._scanned.typed(text, time.monotonic())
        return True

    def key(self, key: int) -> bool:
        """The end of a card."""
        if key not in ENTERS or not self._scanned.letters:
            return False
        order, self._scanned = self._scanned.order, Scanned()
        done = {LAUNCH: RUN, UNDO: "undo", CLEAR: "clear"}.get(order) or (f"card:{order}" if order in COMMANDS else "")
        if not done:
            self._host.tell(_("Cette carte n’est pas une carte du robot."))
        elif not any(target.id == done and target.enabled for target in self.state.targets()):
            self._host.tell(_("Le programme tourne, ou il est plein."))
        else:
            self._host.give(Press(done))
        return True

    # ── the real robot ─────────────────────────────────────────────────────────────────────────────────

    def _hide_keys(self) -> None:
        if self.keys.parent is not None:
            self.left.remove_widget(self.keys)

    def _show_keys(self) -> None:
        """What to press on a robot that nothing can speak to (Bee-Bot and the like)."""
        if self.keys.parent is not None:
            self._hide_keys()
            return
        self.keys.clear_widgets()
        self.keys.add_widget(Text(words=_("Sur le robot : X pour effacer, puis dans l’ordre, puis GO."), units=SMALL))
        pressed, side = Flow(gap=12), look().tall(36)
        for icon in ("close", *(ARROWS[command] for command in self.state.cards)):  # drawn: text fonts lack the turning arrows
            pressed.add_widget(Icon(name=icon, units=side / look().unit, size_hint=(None, None), size=(side, side)))
        go = Text(words="GO", units=HEAD + 4, weight="bold", size_hint=(None, None))
        go.width = width_of(go.words, go.style()) + look().px(4)
        pressed.add_widget(go)
        self.keys.add_widget(pressed)
        self.left.add_widget(self.keys)
        say = getattr(self._host, "say", None)  # heard, not written a second time
        if say is not None:
            say(", ".join([_("Effacer"), *(LABELS[command] for command in self.state.cards), "GO"]))

    def _send(self) -> None:
        if self.bench.busy:
            self.bench.halt.set()
            return
        self.bench.halt.clear()
        program, halt, folder = self.state.cards, self.bench.halt, data_folder()

        def told(number: int) -> None:
            Clock.schedule_once(lambda _dt: self._robot_at(number), 0)

        def work() -> str:
            try:
                robot = find_thymio(read_pace(folder))
                try:
                    robot.run(program, told, halt)
                finally:
                    robot.close()
            except WorkshopError as e:
                return str(e)
            return _("Le robot s’est arrêté.") if halt.is_set() else _("Le robot a fini le programme.")

        self.bench.job(work, self._robot_done)

    def _robot_at(self, number: int) -> None:
        self._on_robot = number
        self.show(self.state)
        send = next(tool for tool in self.robot.children if tool.target == "send")
        send.text, send.icon = _("Arrêter le robot"), "stop"

    def _robot_done(self, words: str) -> None:
        self._on_robot = -1
        self.show(self.state)
        send = next(tool for tool in self.robot.children if tool.target == "send")
        send.text, send.icon = _("Envoyer au Thymio"), "robot"
        self._host.tell(words)
