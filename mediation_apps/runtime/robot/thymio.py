"""Guarantees: a Thymio does a program's steps one after the other and stands still at the end, at a stop, and when anything goes wrong.

A step is the two motors at a speed for a time: the robot knows no distance, so the times of a cell and of a quarter turn are measured once
on the library's own mat (`workshop robot`). After each step the motors are read back: a robot that does not answer has gone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from mediation_apps.errors import SessionError
from mediation_apps.i18n import _
from mediation_apps.runtime.robot import aseba
from mediation_apps.runtime.robot.aseba import Message, Stream, message, named_variable, variable_count
from mediation_apps.runtime.robot.line import Line, SerialLine

ANSWER = 2.0  # seconds a robot has to answer
LEFT, RIGHT = "motor.left.target", "motor.right.target"
BY_ID = Path("/dev/serial/by-id")  # udev names a cable and a dongle after what they are
MOVES = {"avance": (1, 1), "recule": (-1, -1), "gauche": (-1, 1), "droite": (1, -1)}
MAX_VARIABLES = 400


class RobotGone(SessionError):
    """The robot is not there, or does not answer any more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Speed in Thymio's own unit (500 is some 20 cm a second), seconds of a cell, of a quarter turn, of rest between steps."""

    speed: int = 200
    cell: float = 2.6
    turn: float = 1.15
    rest: float = 0.4


class Robot(Protocol):
    """A robot that can be told a program."""

    name: str

    def run(self, program: tuple[str, ...], told: Callable[[int], None], stop: Event) -> None:
        """Do a program; `told(n)` when step n begins. Returns early after `stop`; raises `RobotGone`."""
        ...

    def close(self) -> None:
        """Let go of the line."""
        ...


class Thymio:
    """One Thymio behind a line."""

    name = "Thymio"

    def __init__(self, line: Line, pace: Pace | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._line, self._pace, self._clock = line, pace or Pace(), clock
        self._stream = Stream()
        self._waiting: list[Message] = []
        self._node = self._find()
        self._variables = self._describe()
        if LEFT not in self._variables or RIGHT not in self._variables:
            raise RobotGone(_("Ce robot n’est pas un Thymio."))

    # ── the line ───────────────────────────────────────────────────────────────────────────────────────

    def _send(self, sent: Message) -> None:
        try:
            self._line.write(sent.encoded())
        except OSError as e:
            raise RobotGone(_("Le robot est débranché.")) from e

    def _next(self, kinds: tuple[int, ...]) -> Message:
        """The next message of these kinds; others are passed over."""
        end = self._clock() + ANSWER
        while True:
            while self._waiting:
                found = self._waiting.pop(0)
                if found.kind in kinds:
                    return found
            left = end - self._clock()
            if left <= 0:
                raise RobotGone(_("Le robot ne répond pas. Allumez-le, vérifiez le câble, recommencez."))
            try:
                self._waiting += self._stream.feed(self._line.read(left))
            except OSError as e:
                raise RobotGone(_("Le robot est débranché.")) from e

    def _find(self) -> int:
        self._send(message(aseba.LIST_NODES, aseba.VERSION))
        return self._next((aseba.NODE_PRESENT,)).source

    def _describe(self) -> dict[str, int]:
        """Where each variable lies."""
        self._send(message(aseba.GET_NODE_DESCRIPTION, self._node, aseba.VERSION))
        count = variable_count(self._next((aseba.DESCRIPTION,)).payload)
        if not 0 < count <= MAX_VARIABLES:
            raise RobotGone(_("Ce robot n’est pas un Thymio."))
        found, at = {}, 0
        for _variable in range(count):
            named = named_variable(self._next((aseba.NAMED_VARIABLE,)).payload)
            if named is None:
                raise RobotGone(_("Ce robot n’est pas un Thymio."))
            found[named[0]] = at
            at += named[1]
        return found

    # ── moving ─────────────────────────────────────────────────────────────────────────────────────────

    def _motors(self, left: int, right: int) -> None:
        for name, speed in ((LEFT, left), (RIGHT, right)):
            self._send(message(aseba.SET_VARIABLES, self._node, self._variables[name], speed))

    def _confirmed(self) -> None:
        """Read a motor back: what was sent has arrived, somebody is there."""
        at = self._variables[LEFT]
        self._send(message(aseba.GET_VARIABLES, self._node, at, 1))
        while self._next((aseba.VARIABLES,)).words()[:1] != (at,):
            continue

    def run(self, program: tuple[str, ...], told: Callable[[int], None], stop: Event) -> None:
        """Step after step; the motors are stopped whatever happens."""
        try:
            for number, command in enumerate(program):
                if stop.is_set():
                    return
                told(number)
                left, right = MOVES[command]
                self._motors(left * self._pace.speed, right * self._pace.speed)
                stop.wait(self._pace.cell if left == right else self._pace.turn)
                self._motors(0, 0)
                self._confirmed()
                stop.wait(self._pace.rest)
        finally:
            self._motors(0, 0)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()


def find_thymio(pace: Pace | None = None, by_id: Path | None = None) -> Thymio:
    """The first Thymio plugged in, cable or dongle."""
    folder = by_id or BY_ID
    names = sorted(entry for entry in folder.iterdir() if "thymio" in entry.name.lower()) if folder.is_dir() else []
    for name in names:
        try:
            line = SerialLine(name)
        except PermissionError as e:
            raise RobotGone(_("La tablette n’a pas le droit de parler au robot : ajoutez son compte au groupe « dialout ».")) from e
        except OSError:
            continue
        try:
            return Thymio(line, pace)
        except RobotGone:
            line.close()
            raise
    raise RobotGone(_("Aucun Thymio branché. Branchez son câble, allumez-le, attendez cinq secondes."))
