"""What is damaged: patches that changed, where they were too; everything as soon as anything else changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.stage import prepare

SIZE = (1280, 800)


class Room:
    """A container with two patches and something else beside them, drawn as the window draws."""

    def __init__(self) -> None:
        prepare()
        from kivy.graphics import Canvas, Rectangle, RenderContext
        from kivy.uix.widget import Widget

        from kiosk.ui.widgets.damage import Damage, patch

        self.root, self.inner = Widget(size=SIZE), Widget(size=SIZE)
        self.root.add_widget(self.inner)
        self.one, self.two, self.other = Widget(pos=(10, 20), size=(100, 50)), Widget(pos=(200, 300), size=(40, 30)), Widget()
        self.drawn: dict[Any, Any] = {}
        for widget in (self.one, self.two, self.other):
            self.drawn[widget] = Rectangle(size=widget.size)
            widget.canvas.add(self.drawn[widget])
            self.inner.add_widget(widget)
        patch(self.one)
        patch(self.two)
        self.top, self.context = Canvas(), RenderContext()
        self.context.add(self.top)
        self.top.add(self.root.canvas)
        self.damage = Damage()

    def touch(self, *widgets: Any) -> None:
        for widget in widgets:
            self.drawn[widget].size = (self.drawn[widget].size[0] + 1, 5)

    def next(self, age: int = 1) -> Any:
        area = self.damage.next(self.top, SIZE, age)
        self.context.draw()
        return None if area is None else (area.x, area.y, area.width, area.height)


@pytest.fixture
def room() -> Room:
    made = Room()
    assert made.next() is None  # the first picture is whole
    return made


def test_a_patch_that_changed_is_all_there_is_to_draw(room: Room) -> None:
    room.touch(room.one)
    assert room.next() == (10, 20, 100, 50)
    room.touch(room.two)
    assert room.next() == (200, 300, 40, 30)


def test_two_patches_are_drawn_as_one_rectangle(room: Room) -> None:
    room.touch(room.one, room.two)
    assert room.next() == (10, 20, 230, 310)


def test_what_is_no_patch_damages_everything_even_beside_one(room: Room) -> None:
    room.touch(room.one, room.other)
    assert room.next() is None


def test_what_is_taken_away_or_added_or_hidden_beside_a_changed_patch_damages_everything(room: Room) -> None:
    room.touch(room.one)
    room.inner.remove_widget(room.other)
    assert room.next() is None
    room.touch(room.one)
    room.inner.add_widget(room.other)
    assert room.next() is None
    room.touch(room.one)
    room.inner.opacity = 0.5
    assert room.next() is None
    room.touch(room.one)
    assert room.next() == (10, 20, 100, 50)


def test_a_patch_that_moved_damages_where_it_was(room: Room) -> None:
    room.one.pos = (30, 40)
    room.touch(room.one)
    assert room.next() == (10, 20, 120, 70)
    room.touch(room.one)
    assert room.next() == (30, 40, 100, 50)


def test_smaller_patches_inside_a_patch_tell_more(room: Room) -> None:
    from kiosk.ui.widgets.damage import patch

    patch(room.inner)
    room.touch(room.two)
    assert room.next() == (200, 300, 40, 30)
    room.touch(room.other)
    assert room.next() is None  # the inner patch is the whole window


def test_patches_in_what_was_added_to_a_patch_are_known_at_once(room: Room) -> None:
    """A screen comes into the stage: the next letter changes its list only."""
    from kivy.uix.widget import Widget

    from kiosk.ui.widgets.damage import patch

    patch(room.inner)
    screen = Widget(size=SIZE)
    room.inner.remove_widget(room.one)
    screen.add_widget(room.one)
    room.inner.add_widget(screen)
    assert room.next() is None
    room.touch(room.one)
    assert room.next() == (10, 20, 100, 50)
    room.inner.size = (600, 400)
    room.inner.remove_widget(room.two)
    assert room.next() is None  # it was the whole window before
    room.inner.add_widget(room.two)
    assert room.next() == (0, 0, 600, 400)
    room.touch(room.two)
    assert room.next() == (200, 300, 40, 30)
    assert len(room.damage._made) == 4  # the window, the room, the patch, the screen


def test_an_older_buffer_lacks_what_changed_since(room: Room) -> None:
    room.touch(room.one)
    assert room.next(age=2) is None  # it was drawn before the first whole picture
    room.touch(room.two)
    assert room.next(age=2) == (10, 20, 230, 310)
    room.touch(room.two)
    assert room.next(age=2) == (200, 300, 40, 30)
    room.touch(room.two)
    assert room.next(age=9) is None
    room.touch(room.two)
    assert room.next(age=0) is None


def test_nothing_changed_and_asked_all_the_same_is_everything(room: Room) -> None:
    assert room.next() is None


def test_another_size_is_everything(room: Room) -> None:
    room.touch(room.one)
    assert room.damage.next(room.top, (800, 480), 1) is None


def test_a_patch_reaches_no_further_than_the_window(room: Room) -> None:
    room.one.pos, room.one.size = (-20, 780), (100, 50)
    room.touch(room.one)
    room.next()
    room.touch(room.one)
    assert room.next() == (0, 780, 80, 20)


def test_a_patch_that_covers_the_window_is_drawn_without_scissors(room: Room) -> None:
    room.one.pos, room.one.size = (0, 0), SIZE
    room.touch(room.one)
    assert room.next() is None


def test_patches_that_nobody_keeps_are_forgotten(room: Room, tmp_path: Path) -> None:
    import gc

    from kiosk.ui.widgets import damage

    uid = room.one.canvas.uid
    assert uid in damage._patches
    room.inner.remove_widget(room.one)
    room.drawn.pop(room.one)
    del room.one
    room.next()
    gc.collect()
    assert uid not in damage._patches


def test_a_shader_of_its_own_marks_nothing_as_changed(room: Room) -> None:
    """Kivy's own groups with a shader mark what they stand in, each second time they are drawn."""
    from kiosk.ui.widgets.area import Area
    from kiosk.ui.widgets.solid import Solid

    solid = Solid()
    room.two.canvas.add(solid.group)
    made = solid.fill((Area(0, 0, 5, 5),), (1.0, 0.0, 0.0, 1.0))
    assert room.next() == (200, 300, 40, 30)
    for _picture in range(4):
        room.touch(room.one)
        assert room.next() == (10, 20, 100, 50)
    solid.refill(made, [Area(0, 0, 9, 9)])
    assert room.next() == (200, 300, 40, 30)
