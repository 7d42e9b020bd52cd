"""Home and results in the real window, by real touches: found, narrowed, scrolled, put aside, come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.ui.tour import steps
from tests.ui.stage import SIZES, kiosk, prepare, screen_words

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _results(driver: Any) -> Any:
    return driver.app.parts.navigator.screen


def test_typing_anywhere_searches_and_shows_only_the_answer_to_the_last_letter(data: Path) -> None:
    """Letters typed out of any field begin a search; the answer shown is to exactly what is written."""
    with kiosk(data, start="home") as driver:
        driver.type("provence")
        screen = _results(driver)
        assert screen.found.asked.words == "provence"
        assert screen.found.total >= 1
        assert driver.app.parts.shell.header.search.text == "provence"
        assert len(screen.rows.missing(0, 0)) == 0


def test_a_box_ticked_narrows_and_its_chip_takes_it_away(data: Path) -> None:
    with kiosk(data, start="results") as driver:
        screen = _results(driver)
        before = screen.found.total
        label = next(g for g in screen.found.groups if g.name == "type").values[0]
        driver.press(f"Type, {label.label}")
        driver.settle()
        assert screen.found.total == label.count <= before
        driver.press(f"Enlever {label.label}")
        driver.settle()
        assert screen.found.total == before


def test_a_row_leads_to_its_notice_and_back_to_the_same_place(data: Path) -> None:
    with kiosk(data, (800, 480), start="results") as driver:
        screen = _results(driver)
        stage = driver.app.parts.shell.stage
        driver.drag((stage.x + 200, stage.y + 40), (stage.x + 200, stage.y + 240), rest=12)
        offset = screen.list.offset
        assert offset > 100
        row = screen.list.stops()[0]
        driver.tap(*row.area.center)
        driver.settle()
        assert driver.app.parts.navigator.place.name == "notice"
        driver.app.parts.desk.back()
        driver.settle()
        assert driver.app.parts.navigator.place.name == "results"
        assert abs(_results(driver).list.offset - offset) <= 1


def test_the_button_of_a_row_puts_it_into_the_basket_and_takes_it_out(data: Path) -> None:
    with kiosk(data, start="results") as driver:
        button = next(s for s in _results(driver).list.stops() if s.key.endswith(":basket"))
        driver.tap(*button.area.center)
        assert len(driver.app.parts.session) == 1
        assert driver.app.parts.shell.header.basket.badge == "1"
        driver.press("Mis au panier")
        driver.settle()
        assert len(driver.app.parts.session) == 0


def test_a_finger_that_scrolls_presses_nothing_and_one_that_stops_a_fling_neither(data: Path) -> None:
    with kiosk(data, (800, 480), start="results") as driver:
        screen = _results(driver)
        stage = driver.app.parts.shell.stage
        driver.drag((stage.x + 200, stage.y + 40), (stage.x + 200, stage.y + 200), frames=4)
        driver.tap(stage.x + 200, stage.y + 100)
        driver.settle()
        assert driver.app.parts.navigator.screen is screen


@pytest.mark.parametrize("text", [1.0, 1.6])
def test_the_sheet_of_filters_is_wholly_on_a_small_screen(data: Path, text: float) -> None:
    with kiosk(data, (800, 480), start="results") as driver:
        driver.app.parts.session.set_comforts(text=text)
        driver.settle()
        driver.press("Filtrer")
        driver.settle()
        sheet = driver.app.parts.shell.dialogue
        assert (sheet.y >= 0, sheet.top <= 480, sheet.x >= 0, sheet.right <= 800) == (True,) * 4


def test_nothing_found_has_a_next_step(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        driver.type("zzyzxqq")
        driver.key(13)
        driver.settle()
        assert "Rien de ce nom" in screen_words(driver)
        driver.press("Voir les rubriques")
        driver.settle()
        assert driver.app.parts.navigator.place.name == "home"


def test_arrows_walk_down_a_list_longer_than_the_screen(data: Path) -> None:
    """Tab reaches the rows on the screen; the arrows go on to the end, which scrolls into sight."""
    with kiosk(data, (800, 480), start="results") as driver:
        screen, focus = _results(driver), driver.app.parts.shell.focus
        focus.set(screen.list.stops()[0])
        for _row in range(len(screen.found.ids) - 1):
            driver.key(274)
        assert focus.stop is not None
        assert focus.stop.key.startswith(f"{len(screen.found.ids) - 1}:")
        assert screen.list.offset == round(screen.list.kinetic.reach)


def test_an_empty_catalogue_says_so(tmp_path: Path) -> None:
    from kiosk.store.catalogue import Catalogue

    Catalogue.open(tmp_path).close()
    with kiosk(tmp_path, start="home") as driver:
        assert "Le catalogue n’est pas encore arrivé" in screen_words(driver)


def test_english_reaches_every_fixed_part(data: Path) -> None:
    with kiosk(data, start="home") as driver:
        driver.press("English")
        driver.settle()
        header = driver.app.parts.shell.header
        assert (header.search.verb, header.basket.text) == ("Search", "Basket")
        driver.app.parts.session.set_comforts(language="fr")
        driver.settle()
        assert driver.app.parts.shell.header.search.verb == "Chercher"


@pytest.mark.parametrize("size", list(SIZES))
def test_after_a_wipe_no_word_of_the_visit_is_left_in_the_screens(data: Path, size: tuple[int, int]) -> None:
    prepare()
    from kiosk.ui.widgets import text

    with kiosk(data, size, start="home", resting="home") as driver:
        driver.type("giono secret")
        assert any("secret" in str(key) for key in text._pictures._kept)
        driver.app.parts.watch.leave()
        driver.settle()
        assert not any("secret" in str(key) for key in (*text._pictures._kept, *text._ready))
        assert driver.app.parts.shell.header.search.text == ""
        assert driver.app.parts.navigator.place.name == "home"
        assert not driver.app.parts.navigator.can_go_back
        assert "results" not in driver.app.parts.navigator._kept


def test_the_steps_of_the_tour_have_names_that_make_files() -> None:
    names = [step.name for step in steps()]
    assert len(names) == len(set(names))
    assert all(name == name.lower() and name.replace("-", "").isascii() for name in names)


def test_every_facet_that_scrolls_into_sight_is_written(data: Path) -> None:
    """The column is written as far as it is seen; a finger that moves it brings the words with it, in the same frame."""
    with kiosk(data, start="results") as driver:
        screen = _results(driver)
        column, scroller = screen.column, screen.panel.scroller
        assert column.height > scroller.height
        seen = round(scroller.height)
        assert seen <= column._column.picture.height < column.height
        finger = driver.down(scroller.center_x, scroller.y + 40)
        for step in range(1, 30):
            driver.move(finger, scroller.center_x, scroller.y + 40 + 12 * step)
            driver.frame()
            reach = min(column.height, scroller.offset + scroller.height)
            assert column._column.picture.height >= min(reach, column._column.lines[-1].y + column._column.lines[-1].height)
        driver.up(finger)
        assert scroller.offset > 0
