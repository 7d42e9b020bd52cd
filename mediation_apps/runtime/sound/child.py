"""The process that sounds: `python -m mediation_apps.runtime.sound.child`. It reads orders, a line each, and has its own clock.

Orders: `need VOICE…` (compute them now), `piece LINE`, `play`, `stop`, `hit VOICE`. It answers `ready NAME` once, `step N MS` when a step
begins (MS: milliseconds until it is heard), `gone` when the card was unplugged.

Guarantees: it ends with its parent (end of input) and keeps nothing; a line that is no order changes nothing.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import sys
import time

from mediation_apps.runtime.sound.mixer import Mixer, pcm
from mediation_apps.runtime.sound.pattern import VOICES, read_pattern
from mediation_apps.runtime.sound.sinks import SilentSink, Sink, SinkGone, open_sink
from mediation_apps.runtime.sound.voices import Bank

BLOCK = 240  # samples of a block: 5 ms, the longest that a finger waits to be mixed
RESTING = 2.0  # seconds of silence after which the card is let rest
LONGEST_LINE = 400  # bytes; a longer one is no order


class Orders:
    """Lines of a file descriptor, never waited for unless asked."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._rest, self.ended = descriptor, b"", False
        os.set_blocking(descriptor, False)

    def take(self, wait: float | None = 0) -> list[str]:
        """The lines that have come; `wait` seconds for one (None: as long as it takes)."""
        if wait != 0:
            select.select([self._descriptor], [], [], wait)
        try:
            data = os.read(self._descriptor, 65_536)
        except BlockingIOError:
            return []
        self.ended = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[:LONGEST_LINE]
        return [line.decode("ascii", "replace") for line in lines if len(line) <= LONGEST_LINE]


def obey(mixer: Mixer, bank: Bank, line: str) -> None:
    """Do what a line orders."""
    word, _space, rest = line.partition(" ")
    if word == "need":
        for voice in rest.split():
            if voice in VOICES:
                bank[voice]
    elif word == "hit" and rest in VOICES:
        mixer.hit(rest)
    elif word == "piece":
        mixer.pattern = read_pattern(rest) or mixer.pattern
    elif word == "play":
        mixer.play()
    elif word == "stop":
        mixer.stop()


def say(line: str) -> None:
    """Tell the parent; one that has gone hears nothing."""
    with contextlib.suppress(OSError):
        os.write(1, f"{line}\n".encode("ascii"))


def run(sink: Sink, orders: Orders) -> None:
    """Mix and write, block after block, until the orders end."""
    bank = Bank()
    mixer, quiet_since = Mixer(bank), time.monotonic()
    while not orders.ended:
        resting = mixer.idle and time.monotonic() - quiet_since > RESTING
        if resting:
            sink.rest()
        for line in orders.take(None if resting else 0):
            obey(mixer, bank, line)
        if not mixer.idle:
            quiet_since = time.monotonic()
        samples, begun = mixer.render(BLOCK)
        for step in begun:
            say(f"step {step} {round(sink.delay() * 1000)}")
        try:
            sink.write(pcm(samples))
        except SinkGone:
            say("gone")
            sink.close()
            sink = SilentSink()
    sink.close()


def main(wanted: str = "") -> None:
    """Open the card and begin."""
    sink = open_sink(wanted)
    gc.disable()  # nothing here makes cycles; a collection would be heard
    say(f"ready {sink.name}")
    with contextlib.suppress(KeyboardInterrupt):
        run(sink, Orders(0))


if __name__ == "__main__":
    main(*sys.argv[1:2])
