"""The keyboard under real fingers: eight of them, long presses, trembling, a keyboard plugged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import SIZES, kiosk


@pytest.fixture
def writing(little_catalogue: Path) -> Iterator[Any]:
    """A kiosk whose search field is being written in."""
    with kiosk(little_catalogue) as driver:
        driver.press("Titre, auteur")
        driver.settle()
        yield driver


def place(driver: Any, name: str) -> tuple[float, float]:
    """The middle of a key, in window pixels."""
    keyboard = driver.app.parts.shell.keyboard
    area = next(a for p, a in keyboard._places() if p.key.name == name)
    x, y = area.center
    return x, y


def test_taps_write_into_the_field(writing: Any) -> None:
    """Letters, an accent by its page, a capital, the apostrophe, a space, and erasing."""
    for key in ("shift", "L", "’", "accents", "é", "t", "accents", "é", "space", "a", "backspace"):
        writing.tap(*place(writing, key))
    assert writing.app.parts.shell.header.search.text == "L’été "


def test_eight_fingers_type_eight_letters(writing: Any) -> None:
    """Each finger types its own key, in the order they are lifted."""
    letters = "azertyui"
    fingers = [writing.down(*place(writing, c)) for c in letters]
    writing.frames(2)
    for finger in fingers:
        writing.up(finger)
    writing.frames(2)
    assert writing.app.parts.shell.header.search.text == letters


def test_a_finger_may_slide_to_the_right_key(writing: Any) -> None:
    """What counts is where the finger is lifted."""
    finger = writing.down(*place(writing, "q"))
    writing.frame()
    writing.move(finger, *place(writing, "s"))
    writing.up(finger)
    writing.frame()
    assert writing.app.parts.shell.header.search.text == "s"


def test_a_held_key_shows_its_letters_and_keeps_them(writing: Any) -> None:
    """Held for half a second, "e" offers é è ê ë €; they stay after the finger has left, and one tap chooses."""
    keyboard = writing.app.parts.shell.keyboard
    finger = writing.down(*place(writing, "e"))
    writing.frames(40)
    writing.up(finger)
    writing.frames(3)
    assert [c for c, _a in keyboard._popup] == list("éèêë€")
    assert writing.app.parts.shell.header.search.text == ""
    assert all(keyboard.x <= a.x and a.right <= keyboard.right for _c, a in keyboard._popup)
    writing.tap(*keyboard._popup[1][1].center)
    assert writing.app.parts.shell.header.search.text == "è"
    assert keyboard._popup == ()


def test_a_trembling_finger_types_once(writing: Any) -> None:
    """The same key lifted twice within 60 ms is one letter; at a normal pace it is two."""
    x, y = place(writing, "l")
    for _ in range(2):
        writing.up(writing.down(x, y))
    assert writing.app.parts.shell.header.search.text == "l"
    writing.frames(12)
    writing.up(writing.down(x, y))
    assert writing.app.parts.shell.header.search.text == "ll"


def test_erase_repeats_while_held_and_stops(writing: Any) -> None:
    """Held, erase goes on; lifted, nothing runs any more."""
    search = writing.app.parts.shell.header.search
    search.insert("provence")
    finger = writing.down(*place(writing, "backspace"))
    writing.frames(60)
    writing.up(finger)
    left = search.text
    assert len(left) < 6
    writing.frames(60)
    assert search.text == left


def test_a_key_lays_nothing_out_again(writing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty letters draw no page and place nothing: only the highlight of the key."""
    keyboard = writing.app.parts.shell.keyboard
    drawn: list[str] = []
    monkeypatch.setattr(type(keyboard), "_draw_page", lambda _self, page: drawn.append(page))
    monkeypatch.setattr(type(keyboard), "_lay_out", lambda *_a: drawn.append("layout"))
    for character in "azertyuiopqsdfghjklm":
        writing.tap(*place(writing, character))
    assert drawn == []


def test_letters_in_their_order(writing: Any) -> None:
    """ABC puts letters in alphabetical order, for this visit."""
    writing.tap(*place(writing, "order"))
    writing.settle()
    keyboard = writing.app.parts.shell.keyboard
    assert keyboard is not None
    assert keyboard.abc
    assert place(writing, "a")[0] < place(writing, "b")[0] < place(writing, "c")[0]
    assert writing.app.parts.session.comforts.abc


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("text", [1.0, 1.6])
def test_the_keyboard_never_hides_the_field_and_its_keys_are_large(little_catalogue: Path, size: tuple[int, int], text: float) -> None:
    """Above the keyboard the whole field is seen; each key measures at least 9 mm both ways."""
    with kiosk(little_catalogue, size, text=text) as driver:
        driver.press("Titre, auteur")
        driver.settle()
        shell = driver.app.parts.shell
        assert shell.header.search.y >= shell.keyboard.top
        assert shell.header.search.top <= driver.app.parts.shell.top
        mm = SIZES[size] / size[0]
        for _place, area in shell.keyboard._places():
            assert area.width * mm >= 9
            assert area.height * mm >= 9


def test_a_narrow_glass_gets_fewer_columns(little_catalogue: Path) -> None:
    """On a glass 70 mm wide ten keys of 9 mm do not fit: seven columns do, in alphabetical order."""
    with kiosk(little_catalogue, (1080, 1920), width_mm=70.0) as driver:
        driver.press("Titre, auteur")
        driver.settle()
        keyboard = driver.app.parts.shell.keyboard
        mm = 70 / 1080
        assert min(a.width * mm for _p, a in keyboard._places()) >= 9
        assert place(driver, "a")[0] < place(driver, "b")[0]


def test_a_plugged_in_keyboard_writes_too(writing: Any) -> None:
    """What a keyboard or a barcode reader types goes into the field, whatever is on the screen."""
    writing.type("9782070364220", settle=False)
    assert writing.app.parts.shell.header.search.text == "9782070364220"
