"""Boards with a picture, and tiles with pictures: things are put where they are seen, by finger and by keys, large or small."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import h5p_bytes, picture, sub, zipped
from tests.mediation_apps.ui.test_player import made

Table = Callable[..., Any]
TAB, ENTER = 9, 13


def pack_of(activity: str, data: bytes) -> Pack:
    files = {name: text.encode() for name, text in new_files("Essai", "essai").items() if not name.startswith("activities/")}
    return read_pack(ZipFiles(zipped(files | {f"activities/{activity}": data, "media/a.png": picture(300, 200)})))


def element(x: float, words: str, zones: list[str], image: bool = False) -> dict[str, Any]:
    kind = (
        sub("H5P.Image 1.1", {"file": {"path": "images/b.png"}, "alt": words})
        if image
        else sub("H5P.AdvancedText 1.1", {"text": f"<p>{words}</p>"})
    )
    return {"x": x, "y": 5, "width": 6, "height": 3, "dropZones": zones, "type": kind}


def zone(x: float, y: float, correct: list[str], label: str = "<div>zone</div>") -> dict[str, Any]:
    return {"x": x, "y": y, "width": 8, "height": 6, "label": label, "showLabel": True, "correctElements": correct, "single": True}


def drag_question(zones: list[dict[str, Any]] | None = None) -> Pack:
    task = {
        "elements": [element(5, "mouton", ["0", "1"]), element(30, "truite", ["0", "1"], True), element(60, "titre", [])],
        "dropZones": zones if zones is not None else [zone(5, 40, ["0"], "pré"), zone(60, 40, ["1"], "rivière")],
    }
    content = {"question": {"settings": {"size": {"width": 620, "height": 310}, "background": {"path": "images/a.png"}}, "task": task}}
    media = {"images/a.png": picture(620, 310), "images/b.png": picture(90, 60)}
    return pack_of("a.h5p", h5p_bytes("H5P.DragQuestion", content, media))


def test_a_board_with_a_picture_plays_whole() -> None:
    """Background, decor and images of a DragQuestion leave nothing to tell the author."""
    entry = drag_question().entries[0]
    assert (entry.status, entry.remarks) == ("plays", ())


def test_hotspots_open_where_they_are_touched(table: Table) -> None:
    """The number on the picture opens its text, as its line below does; the line alone is a stop of the focus."""
    from kiosk.ui.theme import look
    from kiosk.ui.widgets.focus import stops_under

    activity = 'type="explore"\nkind="hotspots"\ninstruction="Touchez."\nimage="media/a.png"\nimage_alt="Une vallée"\n'
    activity += '[[panels]]\ntitle="Le village"\ntext="En haut."\nx=20\ny=30\n[[panels]]\ntitle="Le lac"\ntext="En bas."\nx=70\ny=60\n'
    hands = table(made(a__toml=activity))
    hands.settle()
    view = hands.player.page.task
    spots = next(child for child in view.children if hasattr(child, "dots"))
    shown = spots._view.shown()
    assert [round(100 * (dot.center_x - shown.x) / shown.width) for dot in spots.dots] == [20, 70]
    assert all(dot.width >= look().target for dot in spots.dots)
    hands.tap_on(spots.dots[1])
    assert hands.player.run.state.open == 1
    assert [stop.key for stop in stops_under(view) if stop.key] == ["panel:0", "panel:1"]


def test_cards_of_a_row_hang_from_one_line(table: Table) -> None:
    """One card turned, its neighbour not: their heads stay side by side."""
    cards = "".join(f'[[panels]]\ntitle="Carte {n}"\ntext="{"mot " * n * 9}"\n' for n in range(1, 6))
    hands = table(made(a__toml=f'type="explore"\nkind="cards"\ninstruction="Touchez."\n{cards}'), size=(800, 480))
    view = hands.player.page.task
    for n in (0, 2):
        hands.tap_stop(next(stop for stop in view.parts[n].children[-1].stops()))
        hands.frames(3)
    assert len({round(part.top) for part in view.parts[:3]}) == 1 and view.parts[3].top < view.parts[0].y


@pytest.mark.parametrize(("size", "rows"), [((1280, 800), 1), ((800, 480), 1), ((1080, 1920), 2)])
def test_no_card_is_left_alone_in_its_row(table: Table, size: tuple[int, int], rows: int) -> None:
    """Four cards stand on one line, or on two of two."""
    cards = "".join(f'[[panels]]\ntitle="Carte {n}"\ntext="mot"\n' for n in range(4))
    view = table(made(a__toml=f'type="explore"\nkind="cards"\ninstruction="Touchez."\n{cards}'), size=size).player.page.task
    tops = [round(part.top) for part in view.parts]
    assert sorted(tops.count(top) for top in set(tops)) == [4 // rows] * rows


@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (1080, 1920)])
def test_things_are_dragged_onto_the_places_of_the_picture(table: Table, size: tuple[int, int]) -> None:
    """Each place lies where its author put it, in percent of the picture; a drag and two taps both land there."""
    from kiosk.ui.widgets.base import window_area
    from mediation_apps.runtime.ui.stage_view import StageView
    from mediation_apps.runtime.ui.tour import drag

    hands = table(drag_question(), size=size)
    hands.settle()
    view = hands.player.page.task
    assert isinstance(view.inner, StageView)
    ground, spot = view.inner.stage.ground, view.zones[0]
    assert abs(spot.center_x - (ground.x + (0.05 + 8 * 16 / 620 / 2) * ground.width)) <= 2
    assert abs(spot.center_y - (ground.top - (0.40 + 6 * 16 / 310 / 2) * ground.height)) <= 2
    drag(hands, view.tiles[0], view.zones[0])
    hands.tap_on(view.tiles[1])
    hands.tap(*window_area(view.zones[1]).center)
    hands.frames(3)
    assert hands.player.run.state.placed == ((0, 0), (1, 1))
    assert view.tiles[1].texture is not None and view.tiles[1].wordless and view.tiles[1].spoken.startswith("truite")
    hands.tap_on(hands.player.bar.verbs[0])
    assert hands.player.run.state.score().passed


def test_a_board_with_a_picture_by_tab_and_enter(table: Table) -> None:
    """Pick with Enter, go to the place with Tab, put down with Enter; places are stops only while something is in the hand."""
    hands = table(drag_question())
    player = hands.player
    for wanted in ("item:0", "zone:0", "item:1", "zone:1"):
        for _step in range(30):
            hands.key(TAB)
            if player.focus.stop is not None and player.focus.stop.key == wanted:
                break
        else:
            raise AssertionError(wanted)
        hands.key(ENTER)
    assert player.run.state.placed == ((0, 0), (1, 1))


@pytest.mark.parametrize("crowded", [True, False])
def test_what_cannot_be_touched_apart_becomes_a_list(table: Table, crowded: bool) -> None:
    """Places too close together, or very large text: the picture counts its places, and below it each is a zone to fill."""
    from mediation_apps.runtime.ui.board_view import BoardView
    from mediation_apps.runtime.ui.tour import drag

    near = [zone(10, 40, ["0"], "pré"), zone(12, 42, ["1"], "rivière")]
    hands = table(drag_question(near) if crowded else drag_question(), text=1.0 if crowded else 1.6)
    view = hands.player.page.task
    assert isinstance(view.inner, BoardView)
    assert [box.name for box in view.zones] == ["1 · pré", "2 · rivière"]
    drag(hands, view.tiles[0], view.zones[0])
    assert hands.player.run.state.placed == ((0, 0),)


def test_comforts_keep_what_was_placed(table: Table) -> None:
    """From the picture to the list and back: the same answer in another dress."""
    from mediation_apps.runtime.ui.tour import drag

    hands = table(drag_question())
    drag(hands, hands.player.page.task.tiles[0], hands.player.page.task.zones[0])
    for _size in range(3):
        hands.player.larger_text()
        hands.settle()
        assert hands.player.run.state.placed == ((0, 0),)
        assert hands.player.page.task.tiles[0].parent is not None


@pytest.mark.parametrize(
    ("kind", "rest"),
    [
        ("sort", 'zones=["A","B"]\n[[items]]\ntext="x"\nzone="A"\n{picture}[[items]]\ntext="y"\nzone="B"\n'),
        ("rank", '[[items]]\ntext="x"\n{picture}[[items]]\ntext="y"\n'),
        ("inspect", 'sender={{text="De"}}\n[[parts]]\ntext="x"\nsuspicious=true\nwhy="z"\n{picture}'),
    ],
)
def test_pictures_of_tiles_are_drawn_and_nothing_is_to_tell(table: Table, kind: str, rest: str) -> None:
    """A picture on a label, on something to rank, on a part of a message: shown, and its words with it."""
    shown = 'picture="media/a.png"\nalt="un dessin"\n'
    hands = table(pack_of("a.toml", f'type="{kind}"\ninstruction="?"\n{rest.format(picture=shown)}'.encode()))
    hands.settle()
    assert hands.player.pack.entries[0].remarks == ()
    tiles = hands.player.page.task.tiles
    found = [tile for tile in (tiles.values() if isinstance(tiles, dict) else tiles) if tile.texture is not None]
    assert len(found) == 1 and found[0].words == "x" and not found[0].wordless
    assert found[0].height >= found[0].thumb[1]
