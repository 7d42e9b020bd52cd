"""The sound studio by several fingers, by keys, by switches, large, without sound: in a real window, with the real process."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediation_apps.runtime.play.base import Press
from tests.mediation_apps.runtime.sound.test_engine import card, samples
from tests.mediation_apps.ui.conftest import shipped_pack, wait

Table = Callable[..., Any]
__all__ = ["card"]
TAB, ENTER, SPACE = 9, 13, 32
RHYTHM, FINGERS, ASKED = 5, 4, 3  # pages


def at(hands: Any, page: int) -> Any:
    hands.player.go(page)
    hands.settle()
    return hands.player.page.task


def tool(view: Any, name: str) -> Any:
    found = [*view.tools.values(), *view.shelf.children]
    return next(one for one in found if one.target == name)


def test_eight_fingers_drum_at_once(table: Table, card: Path) -> None:
    """Each pad answers when its finger comes down, not when it leaves; the sound goes out of the other process."""
    from kiosk.ui.widgets.base import window_area

    hands = table(shipped_pack("studio-son"))
    view = at(hands, FINGERS)
    wait(hands, lambda: len(samples(card)) > 0)
    fingers = [hands.down(*window_area(pad).center) for pad in view.pads.pads]
    hands.frame()
    assert all(pad._fingers for pad in view.pads.pads) and hands.player.run.state.touched
    wait(hands, lambda: bool(abs(samples(card).astype(int)).max(initial=0) > 5_000))
    for finger in fingers:
        hands.up(finger)
    hands.frame()
    assert not any(pad._fingers for pad in view.pads.pads)


def test_a_rhythm_lights_without_sound_and_stops_with_the_page(table: Table) -> None:
    """No card: it is said, and the steps light one after the other; leaving the page is silence."""
    hands = table(shipped_pack("studio-son"))
    view = at(hands, RHYTHM)
    wait(hands, lambda: hands.player.bench.silent and bool(view.quiet.opacity))
    lit: list[int] = []
    hands.tap_on(tool(view, "play"))
    wait(hands, lambda: bool(lit.append(view.grid.lit)) or {0, 1, 2} <= set(lit))
    hands.tap_on(hands.player.bar.on)
    hands.settle()
    assert hands.player.run.states[RHYTHM].sounding == "" and hands.player.bench._playing is None


def test_a_rhythm_is_built_put_aside_taken_up_and_carried_home(table: Table, tmp_path: Path) -> None:
    """Cells by touch; the shelf lives until the end; the stick gets a WAV file."""
    hands = table(shipped_pack("studio-son"))
    hands.player.bench.stick = tmp_path
    view, player = at(hands, RHYTHM), hands.player
    for step in (0, 3, 6):
        hands.tap(*view.grid.to_window(*view.grid.cell_area(1, step).center))
    built = player.run.state.pattern
    assert built.lanes[1] == ("caisse-claire", 0b0100_1001)
    hands.tap_on(tool(view, "aside"))
    hands.tap_on(tool(view, "clear"))
    assert player.run.state.pattern.count() == 0 and player.bench.patterns == [built]
    hands.settle()
    hands.tap_on(tool(view, "kept:0"))
    assert player.run.state.pattern == built
    hands.tap_on(tool(view, "home"))
    wait(hands, lambda: not player.bench.busy)
    hands.frames(3)
    assert "studio-son-1.wav" in player.said.words
    with wave.open(str(tmp_path / "studio-son-1.wav")) as file:
        assert file.getnframes() > 48_000
    player.forget()
    assert player.bench.patterns == []


def test_live_hits_are_written_on_the_step_that_sounds(table: Table) -> None:
    """While the rhythm plays, what the finger plays on a pad enters the grid."""
    hands = table(shipped_pack("studio-son"))
    view, player = at(hands, RHYTHM), hands.player
    hands.tap_on(tool(view, "keep"))
    hands.tap_on(tool(view, "play"))
    wait(hands, lambda: view.grid.lit >= 1)
    lit = view.grid.lit
    hands.key(ord("2"))
    on = [step for step in range(8) if player.run.state.pattern.on(1, step)]
    assert len(on) == 1 and on[0] in (lit, (lit + 1) % 8)


def go_to(hands: Any, key: str, most: int = 40) -> int:
    """Space until the ring is there; how often it was pressed."""
    for presses in range(1, most):
        hands.key(SPACE)
        if hands.player.focus.stop.key == key:
            return presses
    raise AssertionError(f"{key} is never reached")


def test_everything_is_reached_by_two_switches_in_large_text(table: Table) -> None:
    """At the largest text on a small screen: tools, lanes, pads, shelf; a lane is entered, its steps pressed, and left again."""
    hands = table(shipped_pack("studio-son"), size=(800, 480), text=1.6, switches=True)
    view, player = at(hands, RHYTHM), hands.player
    met: dict[str, str] = {}
    for _press in range(40):
        hands.key(SPACE)
        met[player.focus.stop.key] = player.focus.stop.spoken
    wanted = {target.id for target in player.run.state.targets() if target.enabled and target.role in ("tool", "pad")}
    assert wanted | {f"enter:{lane}" for lane in range(4)} | {"aside", "home"} <= set(met) and all(met.values())
    go_to(hands, "enter:1")
    hands.key(ENTER)
    assert go_to(hands, "cell:10") <= 4, "the ring went into the lane"
    hands.key(ENTER)
    assert player.run.state.pattern.on(1, 2) and view.grid.state.pattern.on(1, 2)
    go_to(hands, "lane:1")
    hands.key(ENTER)
    assert player.run.state.pattern.lanes[1][0] != "caisse-claire"
    go_to(hands, "leave")
    hands.key(ENTER)
    assert go_to(hands, "enter:3") == 2


def test_everything_is_reached_by_tab(table: Table) -> None:
    """With a keyboard every step is a stop of its own."""
    hands = table(shipped_pack("studio-son"))
    at(hands, RHYTHM)
    met = set()
    for _press in range(70):
        hands.key(TAB)
        met.add(hands.player.focus.stop.key)
    assert {target.id for target in hands.player.run.state.targets() if target.enabled} <= met


def test_on_and_off_differ_without_colour(table: Table, tmp_path: Path) -> None:
    """In grey, a step that sounds has its shape, and four people have four shapes."""
    from PIL import Image

    hands = table(shipped_pack("studio-son"))
    view = at(hands, RHYTHM)
    for _press in range(2):
        hands.tap_on(tool(view, "hands"))
    for lane in range(4):
        hands.player.give(Press(f"on:{lane * 8 + 2}"))
    hands.settle()
    image = Image.open(hands.picture(tmp_path / "grid.png")).convert("L")
    shapes = []
    for lane in range(4):
        area = view.grid.cell_area(lane, 2)
        x, y = view.grid.to_window(*area.center)
        side = 16
        crop = image.crop((round(x) - side, 800 - round(y) - side, round(x) + side, 800 - round(y) + side))
        shapes.append(tuple(value > 200 for value in crop.tobytes()))
    assert len(set(shapes)) == 4 and all(sum(shape) > 80 for shape in shapes)


def test_a_sound_to_guess_is_told_in_words(table: Table) -> None:
    """Without a card the description comes by itself; with the button it comes anyway."""
    hands = table(shipped_pack("studio-son"))
    view = at(hands, 1)
    wait(hands, lambda: bool(view.described.words))
    assert "cloches" in view.described.words
    view = at(hands, 2)
    hands.tap_on(view.button)
    assert hands.player.bench._playing is not None
    hands.tap_on(view.button)
    assert hands.player.bench._playing is None


def test_closing_leaves_no_process(table: Table) -> None:
    """The sound's process ends with the player; a look changed while playing keeps it playing."""
    hands = table(shipped_pack("studio-son"))
    view, player = at(hands, RHYTHM), hands.player
    hands.tap_on(tool(view, "play"))
    process = player.bench.engine._process
    player.next_palette()
    hands.settle()
    assert player.run.state.sounding and player.bench._playing is not None
    player.bench.close()
    assert process.poll() is not None


@pytest.mark.parametrize(("size", "text"), [((1280, 800), 1.0), ((800, 480), 1.6), ((1080, 1920), 1.6), ((480, 800), 1.6)])
def test_no_name_of_a_pad_is_broken(table: Table, size: tuple[int, int], text: float) -> None:
    """Pads stand in fewer columns rather than have their names broken; names fit in two lines below what is drawn."""
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.text import width_of, wrap
    from mediation_apps.runtime.sound.pattern import VOICES
    from mediation_apps.runtime.ui.grid_view import Pad

    hands = table(shipped_pack("studio-son"), size=size, text=text)
    for page in (FINGERS, RHYTHM):
        for pad in at(hands, page).pads.pads:
            label, room = VOICES[pad._voice].label, pad.width - 2 * look().px(8)
            assert all(width_of(word, Pad.style()) <= room for word in label.split()), (label, size)
            assert len(wrap(label, Pad.style(), int(room), 3)) <= 2
