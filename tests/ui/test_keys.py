"""The keys of the on-screen keyboards: complete, stable, large enough."""

from __future__ import annotations

import pytest

from kiosk.ui.widgets.keys import ACCENTS, DIGITS, LETTERS, SHIFT, VARIANTS, Key, narrow_board, number_board, placed, spoken, text_board

FRENCH = "abcdefghijklmnopqrstuvwxyzâàäçéèêëîïôöùûüÿœæ"
SIGNS = "’«»€-.,?!0123456789"
PAGE_KEYS = {SHIFT, ACCENTS, DIGITS, LETTERS}
BOARDS = {
    "azerty": text_board(),
    "abc": text_board(abc=True),
    "narrow 5": narrow_board(5),
    "narrow 7": narrow_board(7),
    "narrow 9": narrow_board(9),
}


def typed(board: str) -> set[str]:
    """Every character that a tap types on some page."""
    return {key.text for rows in BOARDS[board].values() for row in rows for key in row if key.text}


@pytest.mark.parametrize("board", list(BOARDS))
def test_every_letter_of_french_is_typed_by_taps_alone(board: str) -> None:
    """Small and capital letters with every accent, quotes, apostrophe, euro, digits: no long press needed."""
    everything = set(FRENCH + SIGNS + FRENCH.upper())
    assert everything - typed(board) == set()


@pytest.mark.parametrize("board", list(BOARDS))
def test_every_page_can_be_left(board: str) -> None:
    """From any page the letters are at most two taps away, and enter and erase are on every one."""
    for name, rows in BOARDS[board].items():
        actions = {key.action for row in rows for key in row if key.action}
        assert "enter" in actions
        assert "backspace" in actions
        assert name in ("lower", "upper") or LETTERS in actions


@pytest.mark.parametrize("board", list(BOARDS))
def test_changing_pages_moves_nothing(board: str) -> None:
    """Pages have as many rows as each other, and keys never overlap nor leave the board."""
    assert len({len(rows) for rows in BOARDS[board].values()}) == 1
    for rows in BOARDS[board].values():
        places = placed(rows)
        assert min(p.x for p in places) >= -1e-9
        assert max(p.x + p.width for p in places) <= 1 + 1e-9
        for one in places:
            for other in places:
                apart = one is other or one.y != other.y or one.x + one.width <= other.x + 1e-9 or other.x + other.width <= one.x + 1e-9
                assert apart


@pytest.mark.parametrize("board", list(BOARDS))
def test_no_key_is_narrower_than_its_column(board: str) -> None:
    """Ten columns at most: 15 mm on a 7-inch panel; a narrow glass gets fewer columns of 9 mm."""
    columns = int(board.split()[1]) if board.startswith("narrow") else 10
    assert min(p.width for rows in BOARDS[board].values() for p in placed(rows)) >= 1 / columns - 1e-9


def test_azerty_is_azerty() -> None:
    """The letters stand where French fingers look for them."""
    rows = ["".join(k.text for k in row) for row in text_board()["lower"]]
    assert rows[1:4] == ["azertyuiop", "qsdfghjklm", "wxcvbn’-"]
    assert "".join("".join(k.text for k in row) for row in text_board(abc=True)["lower"])[10:36] == "abcdefghijklmnopqrstuvwxyz"


def test_variants_follow_the_capital() -> None:
    """A long press on a capital gives capitals."""
    assert Key("e").variants == VARIANTS["e"]
    assert Key("E").variants == "ÉÈÊË€"
    assert Key("O").variants == "ÔÖŒ"


def test_every_key_has_a_spoken_name() -> None:
    """No key is silent, and a capital says that it is one."""
    for board in (*BOARDS.values(), number_board()):
        for rows in board.values():
            assert all(spoken(key).strip() for row in rows for key in row)
    assert spoken(Key("É")) == "é majuscule"
    assert spoken(Key("’")) == "apostrophe"
