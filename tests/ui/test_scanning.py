"""Two switches: groups first, everything within reach, nothing that traps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import kiosk, prepare

prepare()
from kiosk.ui.plugged_keys import NAMED  # noqa: E402  (after Kivy's settings)
from kiosk.ui.scanning import FEW, MANY, Group, columns_of, rows_of, tree  # noqa: E402
from kiosk.ui.widgets.area import Area  # noqa: E402
from kiosk.ui.widgets.base import Stop  # noqa: E402

NEXT, CHOOSE = NAMED["f7"], NAMED["f8"]


def _stop(x: int, y: int, width: int = 40, height: int = 40) -> Stop:
    return Stop(None, Area(x, y, width, height), f"{x},{y}", lambda: None, f"{x},{y}")


def _leaves(things: tuple[Any, ...]) -> list[Stop]:
    return [s for t in things for s in (t.stops() if isinstance(t, Group) else [t])]


def _widest(things: tuple[Any, ...]) -> int:
    return max([len(things), *(_widest(t.children) for t in things if isinstance(t, Group))])


def test_a_grid_is_rows_and_a_page_with_a_column_is_columns() -> None:
    """Keys of a keyboard stay in rows; a list beside its facets is two columns, each with rows of its own."""
    keys = [_stop(x * 50, y * 50) for y in range(4) for x in range(6)]
    assert [len(row) for row in rows_of(keys)] == [6, 6, 6, 6]
    assert [len(row.stops()) for row in tree(keys) if isinstance(row, Group)] == [6, 6, 6, 6]
    rows = [_stop(0, y * 100, 500, 90) for y in range(6)]
    facets = [_stop(600, y * 44, 200, 40) for y in range(12)]
    assert [len(c) for c in columns_of([*rows, *facets])] == [6, 12]
    left, right = tree([*rows, *facets])
    assert isinstance(left, Group)
    assert isinstance(right, Group)
    assert [s.area.y for s in left.stops()] == [500, 400, 300, 200, 100, 0]
    assert len(right.stops()) == 12


def test_nothing_is_lost_and_no_level_is_long() -> None:
    """However many there are, each stop is in the tree once and at most `MANY` stand at a level."""
    for count in (1, FEW, FEW + 1, 30, 300):
        stops = [_stop((n % 9) * 50, (n // 9) * 50) for n in range(count)]
        things = tree(stops)
        assert sorted(s.key for s in _leaves(things)) == sorted(s.key for s in stops)
        assert _widest(things) <= max(MANY, FEW)


def _press(driver: Any, key: int) -> None:
    driver.key(key)
    driver.frames(18)


def _steps_to(driver: Any, words: str, longest: int = 40) -> int:
    """Press the switches until the thing called `words` has the focus; return how many presses that took."""
    shell = driver.app.parts.shell
    for presses in range(1, longest + 1):
        stop = shell.focus.stop
        scanner = driver.app._keys.scanner
        group = scanner._group()
        child = group.children[scanner._at] if stop is not None and 0 <= scanner._at < len(group.children) else None
        if isinstance(child, Stop) and words in child.spoken:
            return presses - 1
        inside = isinstance(child, Group) and any(words in s.spoken for s in child.stops())
        _press(driver, CHOOSE if inside else NEXT)
    raise AssertionError(f"{words}: not reached in {longest} presses")


@pytest.mark.parametrize("size", [(800, 480), (1280, 800)])
def test_the_last_result_in_sight_is_a_few_presses_away(data: Path, size: tuple[int, int]) -> None:
    """From an empty screen to a notice by two switches; the rows come in groups, not one after the other."""
    with kiosk(data, size, start="home") as driver:
        parts = driver.app.parts
        parts.desk.go("results", words="")
        driver.settle()
        rows = parts.navigator.screen.list.stops()
        title = rows[-2].spoken
        assert _steps_to(driver, title) <= 14
        _press(driver, CHOOSE)
        driver.settle()
        assert parts.navigator.place.name == "notice"


def test_a_whole_search_by_two_switches(data: Path) -> None:
    """Write a word on the screen's keyboard, letter by letter, open the list, leave a group again: no finger, no other key."""
    with kiosk(data, start="home") as driver:
        shell = driver.app.parts.shell
        _steps_to(driver, "Titre, auteur")
        _press(driver, CHOOSE)
        assert shell.keyboard is not None
        for letter in "verne":
            assert _steps_to_key(driver, letter) <= 14
            _press(driver, CHOOSE)
        driver.settle()
        assert shell.header.search.text == "verne"
        assert "Vingt mille lieues" in " ".join(s.spoken for s in shell.focus.stops())


def _steps_to_key(driver: Any, letter: str) -> int:
    scanner = driver.app._keys.scanner
    keyboard = driver.app.parts.shell.keyboard
    for presses in range(30):
        group = scanner._group()
        child = group.children[scanner._at] if 0 <= scanner._at < len(group.children) else None
        if isinstance(child, Stop) and child.owner is keyboard and child.spoken == letter:
            return presses
        inside = isinstance(child, Group) and any(s.owner is keyboard and s.spoken == letter for s in child.stops())
        _press(driver, CHOOSE if inside else NEXT)
    raise AssertionError(f"{letter}: {[c.spoken for c in scanner._group().children]}")


def test_a_switch_held_counts_once(data: Path) -> None:
    """Key repeat every 30 ms, or a trembling hand, is one press."""
    with kiosk(data, start="home") as driver:
        scanner = driver.app._keys.scanner
        for _repeat in range(12):
            driver.key(NEXT)
        assert scanner._at == 0
        driver.frames(18)
        driver.key(NEXT)
        assert scanner._at == 1


def test_every_group_can_be_left(data: Path) -> None:
    """After the last thing of a group comes the way out, and going on at the top goes round."""
    with kiosk(data, start="home") as driver:
        scanner, shell = driver.app._keys.scanner, driver.app.parts.shell
        _press(driver, NEXT)
        _press(driver, CHOOSE)
        assert scanner._path == [0]
        for _step in range(len(scanner._group().children)):
            _press(driver, NEXT)
        assert shell.focus.stop.spoken == "Sortir de ce groupe"
        _press(driver, CHOOSE)
        assert scanner._path == []
        said = set()
        for _step in range(6):
            _press(driver, NEXT)
            said.add(shell.focus.stop.spoken)
        assert {"La page", "En bas : réglages, aide"} <= said
