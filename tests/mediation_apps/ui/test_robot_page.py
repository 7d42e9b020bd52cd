"""Programs laid by finger and by scanner on the screen, then played by a robot on a pseudo-terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mediation_apps.runtime.robot import thymio
from mediation_apps.runtime.robot.pace import bounded, write_pace
from tests.mediation_apps.ui.conftest import shipped_pack
from tests.mediation_apps.ui.test_reader import tool, wait
from tests.simulators.thymio import ThymioSimulator

Table = Callable[..., Any]
FLAG, FREE, ENTER = 7, 8, 13


def at(hands: Any, page: int) -> Any:
    hands.player.go(page)
    hands.settle()
    return hands.player.page.task


def scan(hands: Any, code: str) -> None:
    """As a scanner does: letters, then Enter."""
    hands.type(code, settle=False)
    hands.key(ENTER)
    hands.frames(2)


def test_scanned_cards_lay_the_same_program_as_fingers(table: Table) -> None:
    """Cards by scanner, one by finger; a card to take back, one to launch; a book's barcode is told to be none of ours."""
    hands = table(shipped_pack("robot"))
    view, player = at(hands, FLAG), hands.player
    for code in ("RBU", "rbu", "RBR", "RBR", "RBC", "9782070612758"):
        scan(hands, code)
    assert player.run.state.cards == ("avance", "avance", "droite") and "n’est pas une carte du robot" in player.said.words
    for _press in range(2):
        hands.tap_stop(tool(view, "card:avance").stops()[0])
    assert player.run.state.cards == ("avance", "avance", "droite", "avance", "avance")
    scan(hands, "RBG")
    hands.frames(60 * 5)
    assert player.run.state.done and player.run.state.score().passed


def test_letters_without_a_scanner_press_nothing(table: Table) -> None:
    """Enter alone still presses what has the focus."""
    hands = table(shipped_pack("robot"))
    at(hands, FLAG)
    hands.key(9)
    stop = hands.player.focus.stop
    hands.key(ENTER)
    assert stop.key.startswith("card:") and len(hands.player.run.state.cards) == 1


def test_keys_of_a_robot_without_a_line_are_shown_in_order(table: Table) -> None:
    """Clear, the orders, GO: as signs that the fonts of this tablet have."""
    from kiosk.ui.widgets.icons import glyph

    hands = table(shipped_pack("robot"))
    view = at(hands, FREE)
    for code in ("RBU", "RBL", "RBD"):
        scan(hands, code)
    hands.tap_stop(tool(view, "keys").stops()[0])
    shown = [getattr(widget, "name", "") or getattr(widget, "words", "") for widget in reversed(view.keys.children[0].children)]
    assert shown == ["close", "arrow_up_bold", "arrow_left_top_bold", "arrow_down_bold", "GO"]
    assert all(glyph(name) for name in shown[:-1]), "each is drawn by the icon font"


def test_the_real_robot_plays_the_program(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent, shown card by card, finished; pressed again while it runs, it stops; without a robot, a sentence."""
    monkeypatch.setenv("COLPORTEUR_DATA", str(tmp_path))
    monkeypatch.setattr(thymio, "BY_ID", tmp_path / "serial")
    write_pace(tmp_path / "workshops", bounded(0.4, 0.2))
    hands = table(shipped_pack("robot"))
    view, player = at(hands, FREE), hands.player
    for code in ("RBU", "RBR", "RBU"):
        scan(hands, code)
    hands.tap_stop(tool(view, "send").stops()[0])
    wait(hands, lambda: "Aucun Thymio" in player.said.words)
    robot = ThymioSimulator()
    try:
        (tmp_path / "serial").mkdir()
        (tmp_path / "serial" / "usb-Thymio").symlink_to(robot.device)
        hands.tap_stop(tool(view, "send").stops()[0])
        wait(hands, lambda: view._on_robot == 1)
        wait(hands, lambda: "a fini" in player.said.words)
        assert [(left > 0, right > 0) for left, right, _seconds in robot.drives] == [(True, True), (True, False), (True, True)]
        hands.tap_stop(tool(view, "send").stops()[0])
        wait(hands, lambda: view._on_robot == 0)
        hands.tap_on(player.bar.on)
        hands.settle()
        end = time.monotonic() + 5
        while player.bench.busy and time.monotonic() < end:
            time.sleep(0.01)
            hands.frame()
        assert robot.speeds == (0, 0) and len(robot.drives) == 4
    finally:
        player.bench.close()
        robot.close()
