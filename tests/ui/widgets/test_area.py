"""Rectangles cut to pieces: the pieces and the rest always make up the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.widgets.area import Area

sizes = st.integers(0, 2000)


@given(
    sizes,
    sizes,
    st.lists(st.tuples(st.sampled_from(["left", "right", "top", "bottom"]), st.integers(0, 900), st.integers(0, 50)), max_size=8),
)
def test_pieces_stay_inside_and_never_overlap_the_rest(width: int, height: int, cuts: list[tuple[str, int, int]]) -> None:
    rest, whole = Area(10, 20, width, height), Area(10, 20, width, height)
    pieces = []
    for side, size, gap in cuts:
        pieces.append(getattr(rest, f"cut_{side}")(size, gap))
    for piece in (*pieces, rest):
        assert whole.x <= piece.x
        assert piece.right <= whole.right
        assert whole.y <= piece.y
        assert piece.top <= whole.top
    assert sum(p.width * p.height for p in (*pieces, rest)) <= width * height
