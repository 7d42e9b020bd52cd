"""The bench screen: what is known is what is shown, nothing is wiped by accident, every finger's path is a keyboard's path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fleet.cli.console import Console
from fleet.cli.context import Context
from fleet.model import Condition, Device, DeviceKind, DeviceState, DriverName, Loan
from fleet.operations.outcome import End, Progress
from fleet.ui.snapshot import BenchSnapshot, Deed, Tone, bench_snapshot
from fleet.ui.work import BenchWork
from tests.fleet.world import World
from tests.ui.stage import SIZES, prepare

READY = DeviceState.READY


def _snapshot(world: World, progress: dict[str, Progress] | None = None, running: bool = False, case_id: str = "valise-3") -> BenchSnapshot:
    inventory = world.inventory
    libraries = {library.id: library for library in inventory.libraries()}
    case, devices = inventory.case(case_id), inventory.devices(case_id)
    return bench_snapshot(
        case, inventory.cases(), "Info ou intox", devices, world.loans.active(), libraries, progress or {}, running, world.clock.today
    )


def test_every_device_has_one_tile_and_green_means_proved(world: World) -> None:
    """Tablets before readers; a device that is not ready is never green, whatever a run says."""
    reader = Device("l-1", "Liseuse 1", DeviceKind.EREADER, DriverName.KOBO, case_id="valise-3", state=DeviceState.DIRTY)
    world.inventory.save_device(reader)
    world.inventory.set_state("v3-tablette-2", DeviceState.ATTENTION, "Injoignable depuis 2\u00a0min : rallumez-la.")
    shown = _snapshot(world, {"l-1": Progress("l-1", "end", note=End.CLEAN.value)})
    assert [(t.name, t.tone, t.word) for t in shown.tiles] == [
        ("Tablette 1", Tone.GOOD, "Propre, prouvé"),
        ("Tablette 2", Tone.LOOK, "Injoignable depuis 2\u00a0min"),
        ("Tablette 3", Tone.GOOD, "Propre, prouvé"),
        ("Liseuse 1", Tone.CALM, "À vérifier à\u00a0la\u00a0main"),
    ]
    assert shown.sentence.replace("\u00a0", " ") == "2 prêtes, 1 à voir, 1 à remettre à zéro"
    assert shown.deed is Deed.RESET and "3\u00a0appareils" in shown.question


def test_a_run_is_told_step_by_step(world: World) -> None:
    """The share grows with steps and bytes; while it runs the button does nothing."""
    world.inventory.set_state("v3-tablette-1", DeviceState.WORKING)
    said = {"v3-tablette-1": Progress("v3-tablette-1", "content", index=3, count=4, done=64, total=100)}
    shown = _snapshot(world, said, running=True)
    assert (shown.tiles[0].tone, shown.tiles[0].word, shown.tiles[0].share) == (Tone.BUSY, "Contenu… 64\u00a0%", 0.66)
    assert shown.deed is Deed.NONE
    stopped = _snapshot(world, {"v3-tablette-1": Progress("v3-tablette-1", "end", note=End.UNREACHABLE.value)})
    assert (stopped.tiles[0].tone, stopped.tiles[0].share) == (Tone.LOOK, None)
    assert _snapshot(world).tiles[0].word == "Interrompue, à\u00a0reprendre"


@pytest.mark.parametrize("end", [End.NOT_CLEAN, End.UNKNOWN, End.FAILED, End.STOPPED, End.INTERRUPTED, End.UNREACHABLE])
def test_no_bad_end_is_ever_green(world: World, end: End) -> None:
    """Even when the inventory still says ready."""
    shown = _snapshot(world, {"v3-tablette-1": Progress("v3-tablette-1", "end", note=end.value)})
    assert shown.tiles[0].tone is Tone.LOOK


def test_a_case_that_is_lent_or_ready_offers_nothing_to_wipe(world: World) -> None:
    """All green: done. Out: not here. Only in repair or new: nothing to reset."""
    assert (_snapshot(world).button, _snapshot(world).deed) == ("Tout est prêt", Deed.NONE)
    world.inventory.save_device(
        Device("l-1", "Thymio", DeviceKind.ROBOT, DriverName.CHECKLIST, case_id="valise-3", state=DeviceState.DIRTY)
    )
    assert (_snapshot(world).button, _snapshot(world).deed) == ("À vérifier à la main", Deed.NONE)
    world.inventory.update_device("l-1", condition=Condition.REPAIR)
    assert _snapshot(world).button == "Tout est prêt"
    world.inventory.save_device(Device("t-9", "Tablette 9", case_id="valise-3"))
    assert (_snapshot(world).button, _snapshot(world).deed) == ("Apparier d’abord", Deed.NONE)
    loan: Loan = world.loans.reserve("valise-3", "castellane", world.clock.today, world.clock.today)
    world.loans.check_out(loan.id, anyway="essai")
    assert _snapshot(world).deed is Deed.NONE and _snapshot(world).where.startswith("Retour de Castellane")
    for n in (1, 2, 3):
        world.inventory.update_device(f"v4-tablette-{n}", condition=Condition.REPAIR)
    assert _snapshot(world, case_id="valise-4").deed is Deed.NONE


def _work(world: World) -> BenchWork:
    context = Context(world.folder.parent, Console(json=True), now=world.clock)
    context._inventory = world.inventory
    return BenchWork(context)


def test_the_case_on_the_table_is_shown_first_and_others_by_turns(world: World) -> None:
    """The one that leaves soon and is not ready."""
    work = _work(world)
    assert work.read().case_id == "valise-3"
    world.loans.reserve("valise-4", "allos", world.clock.today, world.clock.today)
    world.inventory.set_state("v4-tablette-1", DeviceState.DIRTY)
    shown = work.read()
    assert (shown.case_id, shown.after, shown.before) == ("valise-4", "valise-3", "valise-3")
    work.choose("valise-3")
    assert work.read().case_id == "valise-3"


def test_a_reset_that_cannot_begin_says_why_and_leaves_no_thread(world: World) -> None:
    """Nothing is paired: every device is told, nothing is called clean."""
    world.inventory.set_state("v3-tablette-1", DeviceState.DIRTY)
    work = _work(world)
    work.start()
    work.reset("valise-3")
    runner = work._runner
    assert runner is not None
    runner.join(30)
    work.close()
    assert not runner.is_alive() and not work._reader.is_alive()
    assert world.inventory.device("v3-tablette-1").state is not READY
    assert "apparié" in work.read().where


class Hand:
    """Remembers what the screen asked for."""

    def __init__(self) -> None:
        self.chosen: list[str] = []
        self.resets: list[str] = []
        self.answers: list[tuple[str, dict[str, bool]]] = []

    def choose(self, case_id: str) -> None:
        self.chosen.append(case_id)

    def reset(self, case_id: str) -> None:
        self.resets.append(case_id)

    def answer(self, device_id: str, answers: Mapping[str, bool]) -> None:
        self.answers.append((device_id, dict(answers)))


@pytest.fixture
def table() -> Iterator[Callable[..., Any]]:
    """`table(snapshot, size)` puts the bench on the window; returns the screen, the hands and what was asked."""
    prepare()
    from kivy.clock import Clock
    from kivy.core.window import Window

    from fleet.ui.bench import BenchScreen
    from kiosk.ui import theme
    from kiosk.ui.driver import Driver

    opened: list[tuple[Any, Any]] = []
    before = theme.look()

    def put(snapshot: BenchSnapshot, size: tuple[int, int] = (1280, 800)) -> tuple[Any, Any, Hand]:
        Window.size = size
        theme.use(theme.Look(width=size[0], height=size[1]))
        asked = Hand()
        screen = BenchScreen(asked, size=size)
        screen.snapshot = snapshot
        Window.add_widget(screen)
        hands = Driver(None)
        hands.frames(6)
        opened.append((screen, hands))
        return screen, hands, asked

    yield put
    for screen, hands in opened:
        hands.close()
        Window.remove_widget(screen)
    theme.use(before)
    Clock.tick()


def _button(screen: Any, text: str) -> Any:
    return next(w for w in screen.walk() if getattr(w, "text", "") == text)


def test_a_wipe_is_asked_twice_and_no_means_no(world: World, table: Callable[..., Any]) -> None:
    """Beside the question or « Non »: nothing. « Oui »: once, for the case that was shown."""
    world.inventory.set_state("v3-tablette-1", DeviceState.DIRTY)
    screen, hands, asked = table(_snapshot(world))
    hands.tap_on(screen.ids.deed)
    hands.frames(4)
    assert asked.resets == []
    hands.tap_on(_button(screen, "Non"))
    hands.tap_on(screen.ids.deed)
    hands.frames(4)
    hands.tap(5, 5)
    hands.frames(4)
    assert asked.resets == [] and screen._veil is None
    hands.tap_on(screen.ids.deed)
    hands.frames(4)
    screen.snapshot = _snapshot(world, case_id="valise-4")  # another window changed the case meanwhile
    hands.tap_on(_button(screen, "Oui, remettre à zéro"))
    assert asked.resets == ["valise-3"]


def _robot(world: World) -> Device:
    robot = Device("r-1", "Thymio", DeviceKind.ROBOT, DriverName.CHECKLIST, case_id="valise-3", state=DeviceState.DIRTY, profile_id="robot")
    world.inventory.save_device(robot)
    return robot


def test_a_device_without_a_program_is_asked_about_point_by_point(world: World, table: Callable[..., Any]) -> None:
    """Yes, no, not checked; leaving half-way keeps nothing."""
    _robot(world)
    screen, hands, asked = table(_work(world).read())
    tile = next(child for child in screen.ids.grid.children if child.tile.device_id == "r-1")
    points = tile.tile.questions
    assert len(points) == 5
    hands.tap_on(tile)
    hands.frames(4)
    hands.tap_on(_button(screen, "Oui"))
    screen.on_key(27, [])
    assert asked.answers == []
    hands.tap_on(tile)
    for word in ("Oui", "Non", "Pas vérifié", "Oui", "Oui"):
        hands.frames(4)
        hands.tap_on(_button(screen, word))
    assert asked.answers == [("r-1", {points[0].id: True, points[1].id: False, points[3].id: True, points[4].id: True})]


@pytest.mark.parametrize(("last", "state"), [(True, READY), (False, DeviceState.ATTENTION)])
def test_what_a_person_answers_is_attested_and_signed(world: World, last: bool, state: DeviceState) -> None:
    """All the points of the proof must be yes; the level says that a person checked, nothing stronger."""
    from fleet.attestation import verify

    _robot(world)
    work = _work(world)
    points = next(t for t in work.read().tiles if t.device_id == "r-1").questions
    work.answer("r-1", {item.id: True for item in points} | {points[0].id: last})
    assert work._runner is not None
    work._runner.join(30)
    device = world.inventory.device("r-1")
    found = verify(world.inventory.attestation(device.attestation_id))
    assert (device.state, found.level.value) == (state, "checked_by_person")
    assert bool(work.trouble) is not last


def test_everything_is_reached_by_keys(world: World, table: Callable[..., Any]) -> None:
    """Tab goes over the arrows, the button and every tile; Enter acts; Escape closes."""
    world.inventory.set_state("v3-tablette-2", DeviceState.ATTENTION, "À voir : écran noir.")
    screen, hands, asked = table(_snapshot(world))
    labels = [stop.spoken for stop in screen.focus.stops()]
    assert labels[:2] == ["Valise d’avant", "Valise d’après"] and "Remettre à zéro la valise" in labels
    assert any(label.startswith("Tablette 2, À voir") for label in labels)
    screen.on_key(9, [])
    screen.on_key(13, [])
    assert asked.chosen == ["valise-4"]
    for _ in range(len(labels)):
        screen.on_key(9, [])
        if screen.focus.stop and screen.focus.stop.spoken.startswith("Tablette 2"):
            break
    screen.on_key(13, [])
    hands.frames(4)
    assert screen._veil is not None and [s.spoken for s in screen.focus.stops()] == ["Fermer"]
    screen.on_key(27, [])
    assert screen._veil is None


@pytest.mark.parametrize("size", sorted(SIZES))
def test_nothing_overlaps_nor_is_too_small_to_touch(world: World, table: Callable[..., Any], size: tuple[int, int]) -> None:
    """At every size: tiles stand apart inside the screen's width, targets hold, the sentence is whole."""
    for n in range(4, 20):
        world.inventory.save_device(Device(f"n-{n}", f"Tablette {n}", case_id="valise-3", battery=100, state=DeviceState.DIRTY))
    screen, _hands, _asked = table(_snapshot(world), size)
    from fleet.ui.tiles import fitting_name
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.text import Style, width_of

    tiles = list(screen.ids.grid.children)
    assert len(tiles) == 19
    for index, one in enumerate(tiles):
        assert one.width >= look().target and one.height >= look().target
        assert one.x >= 0 and one.right <= size[0]
        for other in tiles[index + 1 :]:
            apart = one.right <= other.x or other.right <= one.x or one.top <= other.y or other.top <= one.y
            assert apart
    for name in ("before", "after", "deed"):
        assert screen.ids[name].height >= look().target - 1
    assert fitting_name("Tablette 19", 1000)[0] == "Tablette 19"
    short, units = fitting_name("Liseuse Kobo Clara de la salle du fond 12", round(look().px(120)))
    assert short.endswith("\u00a012") and width_of(short, Style(look().font(units))) <= look().px(140)


def test_a_tile_is_made_anew_only_when_it_changed(world: World, table: Callable[..., Any]) -> None:
    """Twenty devices that report five times a second leave the others alone."""
    screen, hands, _asked = table(_snapshot(world))
    before = list(screen.ids.grid.children)
    first = screen.snapshot
    screen.snapshot = replace(first, tiles=(replace(first.tiles[0], battery="50\u00a0%"), *first.tiles[1:]))
    hands.frames(2)
    assert list(screen.ids.grid.children) == before
    assert next(w.tile.battery for w in reversed(before)) == "50\u00a0%"


def test_the_tour_draws_a_real_inventory(world: World, tmp_path: Path) -> None:
    """Each case, its question, as PNG files that are not blank."""
    from PIL import Image

    prepare()
    world.inventory.set_state("v3-tablette-1", DeviceState.ATTENTION, "Écran noir : à voir.")
    from fleet.ui.app import run_tour

    pictures = run_tour(_work(world), tmp_path / "tour")
    assert [p.name for p in pictures] == ["01-valise-3.png", "02-valise-3-question.png", "03-valise-3-appareil.png", "04-valise-4.png"]
    for picture in pictures:
        with Image.open(picture) as image:
            assert len(image.getcolors(1 << 24) or []) > 50
