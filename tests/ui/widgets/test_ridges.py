"""Landscapes: the same record always has the same, within the heights that leave room for words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.widgets.ridges import landscape


@given(st.text(min_size=1, max_size=40))
def test_a_record_always_has_the_same_landscape_in_its_bounds(identity: str) -> None:
    scene = landscape(identity)
    landscape.cache_clear()
    assert landscape(identity) == scene
    for line, highest in zip(scene.ranges, (0.66, 0.47, 0.26), strict=True):
        assert line[0][0] == 0.0
        assert line[-1][0] == 1.0
        assert list(line) == sorted(line)
        assert all(0 < height <= highest for _at, height in line)


def test_records_look_different() -> None:
    assert len({(s.colour, s.other, s.ranges[0]) for s in (landscape(f"r{n}") for n in range(200))}) == 200
