"""A linked notice opens over its page, by finger and by keys, and the page is as it was when it closes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mediation_apps.runtime.notices import Notice
from tests.mediation_apps.runtime.test_notices import NOTICE, pack_with

Table = Callable[..., Any]
TAB, ENTER, ESCAPE = 9, 13, 27
LINKED = {"00": 'type="truefalse"\nquestion="?"\ncorrect=true\nrecords=["koha-12"]\n'}


def tile(hands: Any) -> Any:
    from mediation_apps.runtime.ui.notice_view import NoticeTile

    return next(widget for widget in hands.player.page.walk() if isinstance(widget, NoticeTile))


@pytest.mark.parametrize(("size", "text"), [((1280, 800), 1.0), ((800, 480), 1.6)])
def test_a_notice_opens_and_closes_by_touch(table: Table, size: tuple[int, int], text: float) -> None:
    """Touch the book: its notice; nothing below is touched meanwhile; close: the page with what was chosen."""
    from kiosk.ui.widgets.base import window_area

    hands = table(pack_with(NOTICE, **LINKED), size=size, text=text)
    player = hands.player
    hands.tap_on(player.page.task.tiles["choice:0"])
    book = tile(hands)
    player.page.scrollers[-1].reveal(window_area(book))
    hands.frames(3)
    hands.tap(*window_area(book).center)
    hands.settle()
    assert player.notice is not None and player.notice.notice.record == "koha-12"
    assert any(getattr(widget, "words", "") == "Cote : 070.4 AUB" for widget in player.notice.walk())
    hands.tap_on(player.notice.button)
    assert player.notice is None and player.run.state.chosen == {0}


def test_a_notice_by_keys_says_itself_and_keeps_the_focus_inside(table: Table) -> None:
    """Tab to the book, Enter; the voice reads it; Tab finds only the notice; Escape closes it."""
    hands = table(pack_with(NOTICE, **LINKED))
    player = hands.player
    player.speaking = True
    book = tile(hands)
    for _step in range(20):
        hands.key(TAB)
        if player.focus.stop.owner is book:
            break
    hands.key(ENTER)
    assert player.notice is not None and "Jeanne Aubert" in player.voice.said[-1]
    for _step in range(4):
        hands.key(TAB)
        assert player.focus.stop.owner is player.notice.button
    hands.key(ESCAPE)
    assert player.notice is None and player.run.at == 0


def test_the_devices_catalogue_adds_what_it_knows_without_a_wait(table: Table) -> None:
    """A slow catalogue: the page stands at once, the call number of the shelf comes later; closing leaves no thread."""

    class Slow:
        def find(self, record: str) -> Notice | None:
            time.sleep(0.2)
            return Notice(record, "Autre titre", call_number="J 070", libraries=3)

    before = threading.active_count()
    hands = table(pack_with(NOTICE, **LINKED), catalogue=Slow())
    player = hands.player
    assert player.notices(("koha-12",))[0].libraries in (0, 3)
    end = time.monotonic() + 5
    while player.notices(("koha-12",))[0].libraries != 3 and time.monotonic() < end:
        time.sleep(0.02)
        hands.frame()
    found = player.notices(("koha-12",))[0]
    assert (found.title, found.call_number, found.libraries) == ("Vérifier une info", "J 070", 3)
    player.shelf.close()
    player.decoder.close()
    time.sleep(0.1)
    assert threading.active_count() <= before + 1
