"""The process that sounds: started, ordered, killed, unplugged; what it writes is what a sound card would be given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mediation_apps.runtime.sound.engine import SILENT, SOUNDING, ChildEngine
from mediation_apps.runtime.sound.pattern import Pattern
from mediation_apps.runtime.sound.sinks import AlsaSink, PipeSink, SilentSink, SinkGone, open_sink
from mediation_apps.runtime.sound.voices import RATE

PATTERN = Pattern((("bois", 0b0101_0101),), 180)
PROGRAM = """#!{python}
import sys, time
with open({file!r}, "wb", buffering=0) as out:
    while data := sys.stdin.buffer.read1(4096):
        out.write(data)
        time.sleep(len(data) / 2 / 48000)
"""


def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound card of paper: a `pacat` that takes samples at the pace of sound and keeps them in a file."""
    heard, program = tmp_path / "heard.raw", tmp_path / "bin" / "pacat"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable, file=str(heard)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("COLPORTEUR_SOUND", "no-such-device")
    return heard


@pytest.fixture
def engine() -> Iterator[Callable[..., ChildEngine]]:
    made: list[ChildEngine] = []

    def make(*args: object) -> ChildEngine:
        made.append(ChildEngine(*args))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def samples(file: Path) -> np.ndarray:
    data = file.read_bytes() if file.exists() else b""
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")


def test_without_a_card_the_steps_come_in_rhythm(engine: Callable[..., ChildEngine]) -> None:
    """The grid has something to follow: eight steps in order, at the tempo on average."""
    came: list[tuple[int, float]] = []
    sounding = engine(lambda step, _seconds: came.append((step, time.monotonic())))
    sounding.play(PATTERN)
    until(lambda: len(came) >= 13)
    assert sounding.state == SILENT and [step for step, _at in came[:10]] == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]
    mean = (came[12][1] - came[2][1]) / 10
    assert abs(mean - PATTERN.step_seconds) < 0.05, "seconds a step"
    sounding.stop()


def test_what_fingers_hit_reaches_the_card(engine: Callable[..., ChildEngine], card: Path) -> None:
    """Eight hits in one go are mixed and arrive as samples; before them there was silence."""
    sounding = engine()
    until(lambda: sounding.state == SOUNDING)
    assert sounding.sink == "pacat"
    until(lambda: len(samples(card)) > RATE // 20)
    assert not samples(card).any()
    for voice in ("grosse-caisse", "caisse-claire", "charley", "tom", "bois", "tambourin", "claquement", "galoubet"):
        sounding.hit(voice)
    until(lambda: bool(np.max(np.abs(samples(card)), initial=0) > 5_000))


def test_orders_that_are_none_change_nothing(engine: Callable[..., ChildEngine]) -> None:
    """Unknown voices, endless lines, broken rhythms: the process goes on."""
    came: list[int] = []
    sounding = engine(lambda step, _seconds: came.append(step))
    sounding.hit("../../etc/passwd")
    sounding._order("piece 90;bois=zz")
    sounding._order("x" * 3000)
    sounding._order("\x00\n\n play play")
    sounding.play(PATTERN)
    until(lambda: len(came) > 2)
    assert sounding.alive


def test_a_killed_process_is_silence_and_says_so(engine: Callable[..., ChildEngine]) -> None:
    """kill −9 raises nothing anywhere; whoever watches is told."""
    turned = threading.Event()
    sounding = engine(lambda _step, _seconds: None, lambda: turned.set())
    assert sounding._process is not None
    until(lambda: sounding.state == SILENT)
    turned.clear()
    sounding._process.send_signal(signal.SIGKILL)
    until(lambda: not sounding.alive)
    for _order in range(5):
        sounding.hit("bois")
    assert sounding.state == SILENT
    sounding.close()
    sounding.hit("bois")


def test_a_hung_process_never_makes_the_screen_wait(engine: Callable[..., ChildEngine]) -> None:
    """A stopped process takes no orders; when its pipe is full they are dropped, at once."""
    sounding = engine()
    until(lambda: sounding.state == SILENT)
    assert sounding._process is not None
    sounding._process.send_signal(signal.SIGSTOP)
    start = time.monotonic()
    for _order in range(20_000):
        sounding.hit("grosse-caisse")
    assert time.monotonic() - start < 5
    sounding.close()


def test_the_process_ends_with_its_parent() -> None:
    """A player that is killed leaves no sound behind."""
    child = subprocess.Popen(
        [sys.executable, "-m", "mediation_apps.runtime.sound.child", "silent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None and child.stdout is not None
    assert child.stdout.readline() == b"ready silent\n"
    child.stdin.close()
    assert child.wait(10) == 0
    child.stdout.close()


def test_silence_keeps_time() -> None:
    """Without a card, half a second of samples takes half a second."""
    sink, start = SilentSink(), time.monotonic()
    for _block in range(100):
        sink.write(bytes(2 * RATE // 200))
    assert 0.4 < time.monotonic() - start < 2


def test_a_card_pulled_out_is_told(card: Path, tmp_path: Path) -> None:
    """The program that took samples ends: `SinkGone`, and the child goes on in silence."""
    sink = open_sink()
    assert isinstance(sink, PipeSink)
    sink._program.kill()
    sink._program.wait()
    with pytest.raises(SinkGone):
        for _block in range(100):
            sink.write(bytes(4096))
    sink.close()


def test_alsa_itself_takes_samples() -> None:
    """Where ALSA's library is installed, its null device takes our samples; a device that does not exist is an `OSError`."""
    pytest.importorskip("ctypes")
    try:
        sink = AlsaSink("null")
    except OSError as e:
        pytest.skip(f"no ALSA here: {e}")
    for _block in range(10):
        sink.write(bytes(960))
    assert sink.delay() >= 0
    sink.rest()
    sink.write(bytes(960))
    sink.close()
    with pytest.raises(OSError):
        AlsaSink("no-such-device")
