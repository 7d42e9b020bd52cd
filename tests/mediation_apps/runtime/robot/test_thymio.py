"""The adapter against a robot on a pseudo-terminal: it moves, stops, and stands still whatever goes wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation_apps.runtime.robot import thymio
from mediation_apps.runtime.robot.aseba import MAX_PAYLOAD, Message, Stream, message, named_variable, variable_count
from mediation_apps.runtime.robot.cards import CODES, PAUSE, Scanned
from mediation_apps.runtime.robot.line import SerialLine
from mediation_apps.runtime.robot.pace import bounded, read_pace, write_pace
from mediation_apps.runtime.robot.thymio import Pace, RobotGone, Thymio, find_thymio
from tests.simulators.thymio import VARIABLES, ThymioSimulator

QUICK = Pace(speed=200, cell=0.12, turn=0.06, rest=0.02)
KINDS = st.sampled_from([0x9000, 0x9001, 0x900C, 0xA00C, 0x0001])
MESSAGES = st.builds(Message, KINDS, st.binary(max_size=60), st.integers(0, 0xFFFF))


@pytest.fixture
def robot() -> Iterator[Callable[..., ThymioSimulator]]:
    made: list[ThymioSimulator] = []

    def make(**how: object) -> ThymioSimulator:
        made.append(ThymioSimulator(**how))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def run(simulator: ThymioSimulator, *program: str) -> list[int]:
    told: list[int] = []
    adapter = Thymio(SerialLine(simulator.device), QUICK)
    try:
        adapter.run(program, told.append, threading.Event())
    finally:
        adapter.close()
    return told


@settings(deadline=None)
@given(st.lists(MESSAGES, max_size=6), st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_messages_cut_anywhere_come_back_whole(sent: list[Message], cuts: list[int]) -> None:
    """The line delivers bytes as it likes; messages are the same."""
    data, stream, found, at = b"".join(one.encoded() for one in sent), Stream(), [], 0
    for cut in [*cuts, len(data)]:
        found += stream.feed(data[at : at + cut])
        at += cut
    found += stream.feed(data[at:])
    assert found == sent


@settings(deadline=None)
@given(st.binary(max_size=3_000))
def test_noise_never_fills_the_memory(noise: bytes) -> None:
    """Whatever a line carries, no more than one message is ever held."""
    stream = Stream()
    for message_ in stream.feed(noise):
        named_variable(message_.payload)
        variable_count(message_.payload)
    assert len(stream._held) <= MAX_PAYLOAD + 6


def test_numbers_below_zero_go_as_the_robot_expects() -> None:
    """A speed of −200 is two's complement, little-endian."""
    assert message(0xA00C, 1, 3, -200).encoded().hex() == "060000000ca0" + "0100" + "0300" + "38ff"


def test_a_program_drives_the_wheels_step_by_step(robot: Callable[..., ThymioSimulator]) -> None:
    """Forward, back, both turns: the right signs, in order, for the right time, then standing still."""
    simulator = robot()
    assert run(simulator, "avance", "droite", "recule", "gauche") == [0, 1, 2, 3]
    assert [(left, right) for left, right, _seconds in simulator.drives] == [(200, 200), (200, -200), (-200, -200), (-200, 200)]
    for (left, right, seconds), wanted in zip(simulator.drives, (0.12, 0.06, 0.12, 0.06), strict=True):
        assert wanted * 0.8 <= seconds < wanted + 0.5, (left, right)
    assert simulator.speeds == (0, 0)


def test_noise_at_the_start_and_tiny_packets_change_nothing(robot: Callable[..., ThymioSimulator]) -> None:
    """A dongle that was in the middle of something, and delivers byte by byte."""
    simulator = robot(noise=b"\xff\xfe\xfd", chunk=1)
    assert run(simulator, "avance") == [0] and simulator.speeds == (0, 0)


def test_stop_stands_still_at_once(robot: Callable[..., ThymioSimulator]) -> None:
    """The page's stop button ends a long step in its middle."""
    simulator = robot()
    adapter, stop = Thymio(SerialLine(simulator.device), Pace(cell=30.0)), threading.Event()
    threading.Timer(0.1, stop.set).start()
    begun = time.monotonic()
    adapter.run(("avance", "avance"), lambda _step: None, stop)
    adapter.close()
    assert time.monotonic() - begun < 5
    until = time.monotonic() + 2
    while simulator.speeds != (0, 0) and time.monotonic() < until:
        time.sleep(0.01)
    assert simulator.speeds == (0, 0) and len(simulator.drives) == 1


def test_a_robot_that_falls_silent_has_gone(robot: Callable[..., ThymioSimulator], monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off in the middle: a sentence that says what to do, after two seconds at most."""
    monkeypatch.setattr(thymio, "ANSWER", 0.2)
    simulator = robot()
    adapter = Thymio(SerialLine(simulator.device), QUICK)
    simulator.deaf = True
    with pytest.raises(RobotGone, match="Allumez-le"):
        adapter.run(("avance",), lambda _step: None, threading.Event())
    adapter.close()


def test_a_cable_pulled_out_has_gone(robot: Callable[..., ThymioSimulator]) -> None:
    simulator = robot()
    adapter = Thymio(SerialLine(simulator.device), QUICK)
    simulator.pull_out()
    with pytest.raises(RobotGone):
        adapter.run(("avance", "avance"), lambda _step: None, threading.Event())
    adapter.close()


def test_something_else_on_the_line_is_no_thymio(robot: Callable[..., ThymioSimulator], monkeypatch: pytest.MonkeyPatch) -> None:
    """A robot without motors, and a device that says nothing, are refused with a sentence."""
    monkeypatch.setattr(thymio, "ANSWER", 0.2)
    without = robot(variables=VARIABLES[:3])
    line = SerialLine(without.device)
    with pytest.raises(RobotGone, match="pas un Thymio"):
        Thymio(line, QUICK)
    line.close()
    mute = robot()
    mute.deaf = True
    line = SerialLine(mute.device)
    with pytest.raises(RobotGone, match="ne répond pas"):
        Thymio(line, QUICK)
    line.close()


def test_the_robot_is_found_by_its_name(robot: Callable[..., ThymioSimulator], tmp_path: Path) -> None:
    """Among the lines of the system only one that calls itself Thymio is opened."""
    with pytest.raises(RobotGone, match="Branchez"):
        find_thymio(QUICK, tmp_path / "none")
    (tmp_path / "usb-Mobsya_Thymio-II_Robot-if00").symlink_to(robot().device)
    (tmp_path / "usb-Somebody_Printer").symlink_to("/dev/null")
    found = find_thymio(QUICK, tmp_path)
    assert found.name == "Thymio"
    found.close()


def test_a_line_that_may_not_be_opened_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not "no robot": what is missing is a right, and the referent can give it."""

    def refuse(_path: Path) -> SerialLine:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(thymio, "SerialLine", refuse)
    (tmp_path / "usb-Thymio").touch()
    with pytest.raises(RobotGone, match="dialout"):
        find_thymio(QUICK, tmp_path)


def test_a_robot_that_is_switched_off_gives_its_line_back(
    robot: Callable[..., ThymioSimulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again and again, no file stays open."""
    monkeypatch.setattr(thymio, "ANSWER", 0.05)
    simulator = robot()
    simulator.deaf = True
    (tmp_path / "usb-Thymio").symlink_to(simulator.device)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _try in range(5):
        with pytest.raises(RobotGone):
            find_thymio(QUICK, tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_is_no_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError):
        SerialLine(tmp_path / "file")


def test_the_pace_of_the_house_is_kept(tmp_path: Path) -> None:
    """Bounds hold; a file that is none gives the usual pace."""
    write_pace(tmp_path / "new", bounded(3.0, 1.5))
    assert (read_pace(tmp_path / "new").cell, read_pace(tmp_path / "new").turn) == (3.0, 1.5)
    for text in ("cell = 900\nturn = 1", "cell = 'x'", "[", ""):
        (tmp_path / "robot.toml").write_text(text)
        assert read_pace(tmp_path) == Pace()
    with pytest.raises(ValueError):
        bounded(0.0, 1.0)


@pytest.mark.parametrize("code", list(CODES))
def test_codes_are_typed_the_same_on_both_keyboards(code: str) -> None:
    """A scanner types as an American keyboard; on a French one these letters lie at the same place. Case does not matter."""
    assert code.isascii() and code.isalpha() and not set(code) & set("AQZWM")
    scanned = Scanned()
    for number, letter in enumerate(code.lower()):
        scanned = scanned.typed(letter, number * 0.01)
    assert scanned.order == CODES[code]


def test_letters_typed_long_before_are_no_part_of_a_card() -> None:
    scanned = Scanned().typed("xyz", 0.0).typed("RBU", PAUSE + 0.1)
    assert scanned.order == "avance" and Scanned().typed("RBUX", 0).order == ""
    assert len(Scanned().typed("a" * 10_000, 0).letters) < 100
