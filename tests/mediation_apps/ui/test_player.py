"""The shipped workshops are walked from the first page to the last, by fingers, by keys, by two switches, small and large."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mediation_apps.cli.places import shipped
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import h5p_bytes, picture, zipped
from tests.mediation_apps.ui.conftest import shipped_pack

TAB, ENTER, SPACE = 9, 13, 32
Table = Callable[..., Any]


def made(**activities: str | bytes) -> Pack:
    """A small pack with these activities only."""
    files: dict[str, bytes] = {
        name: text.encode() for name, text in new_files("Essai", "essai").items() if not name.startswith("activities/")
    }
    files |= {
        f"activities/{name.replace('__', '.')}": text.encode() if isinstance(text, str) else text for name, text in activities.items()
    }
    files["media/a.png"] = picture(640, 400)
    return read_pack(ZipFiles(zipped(files)))


SORT = 'type="sort"\ninstruction="Rangez."\nzones=["A","B"]\nshuffled=false\n' + "".join(
    f'[[items]]\ntext="mot {n}"\nzone="{"AB"[n % 2]}"\n' for n in range(8)
)


@pytest.mark.parametrize("name", shipped())
def test_walked_by_fingers(table: Table, name: str) -> None:
    """Touches alone lead through every page to the end; answers change with each touch."""
    from mediation_apps.runtime.ui.tour import walk

    hands = table(shipped_pack(name))
    walk(hands, None)
    assert hands.player.ended
    assert all(state is None or state.done for state in hands.player.run.states)


def keyed(hands: Any, onward: Callable[[], None], press: Callable[[], None]) -> None:
    """Walk by a key that goes on and a key that presses; every enabled stop is met, none traps."""
    from kiosk.ui.widgets.focus import stops_under

    player, chance = hands.player, random.Random(3)
    for _gesture in range(1500):
        if player.ended:
            return
        stops = stops_under(player)
        state = player.run.state
        wanted = {
            stop.key
            for stop in stops
            if stop.key.partition(":")[0] in ("choice", "item", "zone", "piece", "panel", "card", "cell", "gap", "pad")
        }
        done = state is None or state.done
        going = chance.choice(sorted(wanted)) if wanted and not done and chance.random() < 0.75 else ""
        target = player.bar.on if done else next((b for b in player.bar.verbs if b.enabled and b.opacity and b.kind != "quiet"), None)
        for _step in range(2 * len(stops) + 2):
            onward()
            here = player.focus.stop
            assert here is not None
            if (going and here.key == going) or (not going and target is not None and here.owner is target):
                break
        else:
            continue
        press()
        if player.field is not None:
            hands.type("oui", settle=False)
            player.stop_editing()
        hands.frames(2)
    raise AssertionError(f"stuck on page {player.run.at + 1}: {player.run.page.title}")


@pytest.mark.parametrize("name", shipped())
def test_walked_by_tab_and_enter_alone(table: Table, name: str) -> None:
    """No finger: Tab goes on, Enter presses, letters write."""
    hands = table(shipped_pack(name))
    keyed(hands, lambda: hands.key(TAB), lambda: hands.key(ENTER))
    assert hands.player.ended


def test_walked_by_two_switches(table: Table) -> None:
    """Space goes on, Enter presses; every arrival of the focus is said once."""
    hands = table(shipped_pack(shipped()[0]), switches=True)
    hands.player.speaking = True
    before = len(hands.player.voice.said)
    for _step in range(5):
        hands.key(SPACE)
    assert len(hands.player.voice.said) == before + 5
    keyed(hands, lambda: hands.key(SPACE), lambda: hands.key(ENTER))
    assert hands.player.ended


def test_letters_are_written_by_two_switches(table: Table) -> None:
    """The keys of the docked keyboard are stops as well: a word is written without a keyboard."""
    hands = table(made(a__toml='type="blanks"\ninstruction="?"\ntext="Dire *oui*"\n'), switches=True)
    player = hands.player
    for wanted in ("gap:0", "o", "u", "i"):
        for _step in range(80):
            hands.key(SPACE)
            stop = player.focus.stop
            if stop is not None and (stop.key == wanted or (wanted in "oui" and stop.spoken == wanted)):
                break
        hands.key(ENTER)
        hands.frames(2)
    assert player.run.state.written == ("oui",)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ((1280, 800), 1.0),
        ((800, 480), 1.6),
        *(pytest.param(size, text, marks=pytest.mark.slow) for size, text in (((1280, 800), 1.6), ((800, 480), 1.0))),
        *(pytest.param((1080, 1920), text, marks=pytest.mark.slow) for text in (1.0, 1.6)),
    ],
)
def test_targets_are_large_labelled_and_inside(table: Table, size: tuple[int, int], text: float) -> None:
    """On each page, at each size: what can be pressed is a target high, inside the window once revealed, and labelled."""
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.focus import stops_under

    for name in shipped():
        hands = table(shipped_pack(name), size=size, text=text)
        player = hands.player
        for at in range(len(player.laid_out)):
            player.go(at)
            hands.frames(3)
            for stop in stops_under(player):
                placed = player.focus.set(stop)
                area = player.focus.stop.area
                assert placed.spoken.strip()
                assert area.height >= min(look().target, look().px(48)) - 1, (name, at, stop)
                assert area.x >= 0 and area.right <= size[0] + 1, (name, at, stop.spoken, area)
                assert area.top > 0 and area.y < size[1], (name, at, stop.spoken, area)


def test_comforts_keep_every_answer(table: Table) -> None:
    """Larger text and contrast draw the page again with what was chosen still chosen."""
    hands = table(made(a__toml='type="truefalse"\nquestion="Oui ?"\ncorrect=true\n', b__toml=SORT))
    player = hands.player
    hands.tap_on(player.page.task.tiles["choice:1"])
    for comfort in player.bar.comforts:
        hands.tap_on(comfort)
        hands.settle()
    assert player.run.state.chosen == {1} and player.page.task.tiles["choice:1"].selected


def test_eight_fingers_drag_at_once(table: Table) -> None:
    """Eight items follow eight fingers over the table at the same time, and each lands where its finger left it."""
    from kiosk.ui.widgets.base import window_area

    hands = table(made(a__toml=SORT), size=(1280, 800))
    view, player = hands.player.page.task, hands.player
    fingers = []
    for index in range(8):
        fingers.append(hands.down(*window_area(view.tiles[index]).center))
    hands.frame()
    ends = [window_area(view.zones[index % 2]).center for index in range(8)]
    for step in range(1, 9):
        for finger, end in zip(fingers, ends, strict=True):
            x, y = finger.x, finger.y
            hands.move(finger, x + (end[0] - x) * step / 8, y + (end[1] - y) * step / 8)
        hands.frame()
    assert len(player.ghosts.children) == 8 and all(view.tiles[index].lifted for index in range(8))
    for finger in fingers:
        hands.up(finger)
    hands.frames(3)
    assert sorted(player.run.state.placed) == [(index, index % 2) for index in range(8)]
    assert not player.ghosts.children and player.run.state.held == ()


def test_an_item_let_go_nowhere_goes_back(table: Table) -> None:
    """A drag that ends outside of the zones loses nothing; a second finger on the same item takes nothing."""
    from kiosk.ui.widgets.base import window_area

    hands = table(made(a__toml=SORT))
    view = hands.player.page.task
    start = window_area(view.tiles[0]).center
    hands.drag(start, (start[0] + 200, hands.player.height - 20))
    hands.frames(2)
    assert hands.player.run.state.placed == () and 0 in hands.player.run.state.pool() and not view.tiles[0].lifted


def test_the_page_behind_the_hands_is_the_same_pixel_for_pixel(table: Table, tmp_path: Path) -> None:
    """While something is dragged the page is one picture: nobody sees it, also where it scrolls, and it follows what changes in it."""
    from PIL import Image, ImageChops

    from kiosk.ui.widgets.base import window_area

    hands = table(made(a__toml=SORT), size=(800, 480))
    player, view = hands.player, hands.player.page.task

    def alike(one: str, other: str) -> bool:
        hands.picture(tmp_path / f"{other}.png")
        first, second = (Image.open(tmp_path / f"{name}.png") for name in (one, other))
        return ImageChops.difference(first, second).getbbox() is None

    hands.picture(tmp_path / "live.png")
    player.backdrop.hold(True)
    assert player.backdrop.held and alike("live", "held")
    view.tiles[0].selected = True
    hands.frame()
    assert not alike("live", "changed")
    view.tiles[0].selected = False
    hands.frame()
    assert alike("live", "again")
    player.backdrop.hold(False)
    assert alike("live", "let_go")
    finger = hands.down(*window_area(view.tiles[0]).center)
    hands.move(finger, finger.x + 60, finger.y)
    assert player.backdrop.held
    hands.up(finger)
    hands.frames(2)
    assert not player.backdrop.held and alike("live", "after")


def test_what_is_carried_when_the_page_goes_is_put_nowhere(table: Table) -> None:
    """The facilitator sends everybody on while a finger drags: the next page takes nothing from it."""
    from kiosk.ui.widgets.base import window_area

    hands = table(made(a__toml=SORT, b__toml=SORT))
    player = hands.player
    place = window_area(player.page.task.zones[0]).center
    finger = hands.down(*window_area(player.page.task.tiles[0]).center)
    hands.move(finger, *place)
    player.go(1)
    hands.frames(3)
    assert not player.ghosts.children and not player.backdrop.held  # the finger is still down
    hands.up(finger)
    hands.frames(2)
    assert player.run.state.placed == () and not player.ghosts.children and not player.backdrop.held


def test_right_and_wrong_differ_without_colour(table: Table, tmp_path: Path) -> None:
    """In a greyscale picture the sign of a right answer is not the sign of a wrong one."""
    from PIL import Image, ImageChops

    from kiosk.ui.widgets.base import window_area

    grey = []
    for answer in (0, 1):
        hands = table(made(a__toml='type="truefalse"\nquestion="Oui ?"\ncorrect=true\nlabels=["Mot","Mot"]\n'))
        tile = hands.player.page.task.tiles[f"choice:{answer}"]
        hands.tap_on(tile)
        hands.tap_on(hands.player.bar.verbs[0])
        hands.settle()
        area = window_area(tile)
        image = Image.open(hands.picture(tmp_path / f"{answer}.png")).convert("L")
        right, size = area.right, 60
        box = (right - size, 800 - round(area.center[1]) - size // 2, right - 10, 800 - round(area.center[1]) + size // 2)
        grey.append(image.crop(box).point(lambda value: 255 if value > 150 else 0))
    different = ImageChops.difference(*grey).histogram()[255]
    assert different > 120, "pixels that differ between the two signs"


def test_pictures_of_h5p_are_shown_and_missing_ones_leave_their_words(table: Table) -> None:
    """A picture inside a package in a pack is decoded off the UI thread and drawn."""
    inner = h5p_bytes("H5P.Image", {"file": {"path": "a.png"}, "alt": "Un mouton"}, {"a.png": picture(300, 200)})
    hands = table(made(a__h5p=inner))
    hands.settle()
    view = hands.player.page.scrollers[0].content.children[-1]
    assert view.alt == "Un mouton" and view.texture is not None and view.texture.size == (300, 200)


def test_a_tablet_without_sound_says_so(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program to play: a sentence, and the workshop goes on."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    hands = table(made(a__h5p=h5p_bytes("H5P.Audio", {"files": [{"path": "a.mp3"}]}, {"a.mp3": b"ID3"})))
    button = hands.player.page.scrollers[0].content.children[-1]
    hands.tap_on(button)
    assert "ne peut pas jouer" in hands.player.said.words


def test_ending_forgets_everything_and_leaves_no_thread(table: Table) -> None:
    """After the end everything written is gone; closing leaves no thread behind."""
    before = threading.active_count()
    hands = table(made(a__toml='type="blanks"\ninstruction="?"\ntext="*secret*"\n'))
    player = hands.player
    hands.tap_on(player.page.task.fields[0])
    hands.type("secret")
    assert player.run.state.written == ("secret",)
    hands.tap_on(player.bar.on) if player.keyboard is None else player.stop_editing()
    hands.settle()
    while not player.ended:
        hands.tap_on(player.bar.on)
        hands.settle()
    hands.tap_on(player.bar.on)
    hands.settle()
    assert player.run.at == 0 and player.run.state.written == ("",)
    player.decoder.close()
    assert threading.active_count() <= before + 1


def test_what_is_written_in_stays_above_the_keyboard(table: Table) -> None:
    """On a small screen the field being written in is scrolled above the docked keyboard."""
    from kiosk.ui.widgets.base import window_area

    lines = "\n".join(f"Ligne {n} : *mot*" for n in range(8))
    hands = table(made(a__toml=f'type="blanks"\ninstruction="?"\ntext="""{lines}"""\n'), size=(800, 480))
    field = hands.player.page.task.fields[3]
    hands.player.edit(field)
    hands.settle()
    assert window_area(field).y >= hands.player.keyboard.height - 1


def test_robot_runs_by_itself_or_step_by_step(table: Table) -> None:
    """With motion the program runs after the start; without, each press of "Pas suivant" is one step."""
    from kiosk.ui import theme

    toml = 'type="predict"\ninstruction="?"\ncolumns=3\nrows=3\nstart="A1"\nprogram=["avance","droite","avance"]\n'
    hands = table(made(a__toml=toml))
    player = hands.player
    mat = player.page.task.mat
    hands.tap(*next(stop.area.center for stop in mat.stops() if stop.key == "cell:4"))
    hands.tap_on(player.bar.verbs[0])
    hands.frames(160)
    assert player.run.state.done and player.run.state.score().passed
    theme.use(replace(theme.look(), motion=False))
    player.run = type(player.run).begin(player.laid_out, 0)
    player.go(0)
    hands.settle()
    hands.tap(*next(stop.area.center for stop in player.page.task.mat.stops() if stop.key == "cell:8"))
    hands.tap_on(player.bar.verbs[0])
    hands.frames(120)
    assert player.run.state.at == 0
    for _step in range(3):
        hands.tap_on(player.bar.verbs[0])
    assert player.run.state.done


def resident_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@pytest.mark.slow
def test_memory_stays_flat_over_many_sessions(table: Table) -> None:
    """The same workshop walked again and again, with comforts changed on the way, takes no more memory after the first rounds."""
    import gc

    hands = table(shipped_pack("info-ou-intox"))
    hands.drawing = True
    player = hands.player

    def rounds(count: int) -> float:
        for number in range(count):
            for at in range(len(player.laid_out)):
                player.go(at)
                hands.frames(2)
            hands.tap_on(player.bar.comforts[number % len(player.bar.comforts)])
            hands.frames(3)
            player.forget()
        gc.collect()
        return resident_mb()

    warm = rounds(18)
    assert rounds(36) - warm < 12, "MB more after twice as many rounds"


@pytest.mark.parametrize("width", range(420, 900, 60))
def test_a_hole_leaves_neither_its_lamp_nor_the_sign_after_it(table: Table, width: int) -> None:
    """However narrow the screen, lamp, hole and full stop stand on one line, and nothing covers anything."""
    from kiosk.ui.widgets.base import window_area

    text = "Je prends un mot de passe *différent:un pour chacun*, puis je le dis *à personne*."
    hands = table(made(a__toml=f'type="blanks"\ninstruction="?"\ntext="{text}"\n'), size=(width, 800))
    view = hands.player.page.task
    for field, sign in zip(view.fields, (",", "."), strict=True):
        held = list(reversed(field.parent.children))
        assert held[-1].words == sign and (sign == "." or len(held) == 3)
        areas = [window_area(part) for part in held]
        assert all(one.right <= other.x for one, other in pairwise(areas))
        assert all(abs(area.center[1] - areas[0].center[1]) < 2 and area.right <= width for area in areas)
    hands.tap_on(view.fields[0])
    hands.type("différent", settle=False)
    assert hands.player.run.state.written[0] == "différent"


@pytest.mark.parametrize("chosen", [0, 1, 2])
def test_what_is_said_of_an_answer_does_not_hide_it(table: Table, chosen: int) -> None:
    """On a small screen in the largest text: the answer that was checked stands whole above what is said of it."""
    from kiosk.ui.widgets.base import window_area

    answers = "".join(f'[[answers]]\ntext="Réponse {n}"\ncorrect={str(n == 0).lower()}\nwhy="{"Parce que. " * 8}"\n' for n in range(3))
    hands = table(made(a__toml=f'type="multichoice"\nquestion="Laquelle est la bonne, parmi ces trois ?"\n{answers}'), (800, 480), 1.6)
    player = hands.player
    player.give(Press(f"choice:{chosen}"))
    player.give(Press("check"))
    hands.frames(3)
    tile, page = window_area(player.page.task.tiles[f"choice:{chosen}"]), window_area(player.page)
    assert player.said.words and page.y <= tile.y and tile.top <= page.top
