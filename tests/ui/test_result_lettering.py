"""What a row says, written on any thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui.results_view import Row
from tests.ui.stage import kiosk, prepare

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
ROW = Row(7, "r7", "Histoire d’une montagne, par le menu", "Élisée Reclus", "1880 · Livre", "En rayon ici", "map_marker", "ok", "book")


@pytest.fixture(autouse=True)
def _window() -> None:
    prepare()


def _fit(width: int = 500, words: str = "montagne", height: int = 88) -> Any:
    from kiosk.ui.result_lettering import Fit, marks_of
    from kiosk.ui.theme import look

    return Fit(width, height, marks_of(words), (66, 88), look())


def test_another_thread_writes_the_same_pixels() -> None:
    from kiosk.ui.result_lettering import row_lettering

    fit, done = _fit(), list[Any]()
    threads = [threading.Thread(target=lambda: done.append(row_lettering(ROW, fit))) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(lettering == row_lettering(ROW, fit) for lettering in done)
    assert done[0].picture is not None
    assert any(done[0].picture.data)


def test_words_that_begin_with_what_was_searched_are_marked_after_an_apostrophe_too() -> None:
    from kiosk.ui.result_lettering import row_lettering

    assert len(row_lettering(ROW, _fit(words="mont")).marks) == 1
    assert len(row_lettering(ROW, _fit(words="l’une")).marks) == 1
    assert row_lettering(ROW, _fit(words="ontagne")).marks == ()


def test_nothing_of_a_lettering_leaves_its_room() -> None:
    from kiosk.ui.result_lettering import row_lettering

    for width in (120, 300, 700):
        lettering = row_lettering(ROW, _fit(width))
        assert lettering.picture is not None
        assert lettering.picture.width <= width + 4
        for x, y, wide, tall in lettering.picture.inked:
            assert 0 <= x <= x + wide <= lettering.picture.width
            assert 0 <= y <= y + tall <= lettering.picture.height


def test_what_was_lettered_beforehand_is_what_the_screen_needs(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawing thread writes no row and no facet of an answer that arrives."""
    from kiosk.ui import result_rows
    from kiosk.ui.widgets import facets

    with kiosk(data, start="results") as driver:
        written: list[str] = []

        def told(module: Any, name: str) -> None:
            real = getattr(module, name)

            def telling(*args: Any) -> Any:
                written.append(name)
                return real(*args)

            monkeypatch.setattr(module, name, telling)

        told(result_rows, "row_lettering")
        told(facets, "column")
        driver.type("provence")
        screen = driver.app.parts.navigator.screen
        assert screen.found.total >= 1
        assert screen.found.asked.words == "provence"
        assert written == []
