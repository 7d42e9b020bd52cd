"""How a list moves after the finger: bounded, ending, and the same each time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.widgets.kinetic import FASTEST, Kinetic


def _thrown(step: float) -> Kinetic:
    list_ = Kinetic()
    list_.bound(100_000)
    list_.jump(50_000)
    list_.hold(0.0, 0.0)
    for number in range(1, 7):
        list_.drag(number / 60, -step * number)
    list_.release(6 / 60)
    return list_


def test_the_content_follows_the_finger_and_goes_on() -> None:
    moved = _thrown(40)
    assert moved.at == 50_000 + 240
    assert moved.moving
    while moved.step(1 / 60):
        pass
    assert moved.at > 50_000 + 800
    assert not moved.moving


def test_a_finger_that_rests_before_it_leaves_flings_nothing() -> None:
    moved = _thrown(40)
    moved.hold(1.0, 0.0)
    moved.drag(1.02, -30)
    moved.drag(1.20, -30)
    moved.release(1.30)
    assert not moved.moving


@given(st.lists(st.floats(-3000, 3000), min_size=1, max_size=12), st.floats(0, 5000))
def test_it_never_leaves_its_bounds_and_always_ends(fingers: list[float], reach: float) -> None:
    moved = Kinetic()
    moved.bound(reach)
    moved.hold(0.0, fingers[0])
    for number, finger in enumerate(fingers, 1):
        moved.drag(number / 60, finger)
        assert 0 <= moved.at <= moved.reach
    moved.release(len(fingers) / 60)
    assert abs(moved.speed) <= FASTEST
    for _frame in range(600):
        if not moved.step(1 / 60):
            break
        assert 0 <= moved.at <= moved.reach
    assert not moved.moving
