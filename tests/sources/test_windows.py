"""Spans of dates."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk.sources import windows
from kiosk.sources.windows import DAY, SECOND, Window


@given(st.datetimes(), st.datetimes(), st.sampled_from([DAY, SECOND]))
def test_halves_touch_and_cover(one: datetime, other: datetime, granularity: str) -> None:
    """Two halves meet at one date, which both include, and cover the whole; a window too small stays whole."""
    start, end = sorted(f"{t.replace(microsecond=0).isoformat()}Z" for t in (one, other))
    cut = windows.halves(Window(start, end), "", "", granularity)
    if len(cut) == 2:
        assert cut[0].end == cut[1].start and cut[1].end == end
        assert start[:10] == cut[0].start[:10] and cut[0].start <= cut[0].end <= end
    else:
        assert cut == (Window(start, end),)


def test_the_state_survives_anything() -> None:
    """What is written is read; what is not ours is nothing."""
    kept = [Window("2026-01-01", ""), Window("", "2026-02-01")]
    assert windows.load(windows.dump(kept)) == kept
    assert windows.load("pas du JSON") == windows.load('[["a"]]') == windows.load("7") == []
