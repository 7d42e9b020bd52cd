"""The software rasteriser's threads: each has a processor of its own, and no other thread is touched."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from kiosk.ui import rasteriser
from tests.ui.stage import kiosk


def _task(folder: Path, thread: int, name: str) -> None:
    (folder / str(thread)).mkdir()
    (folder / str(thread) / "comm").write_text(f"{name}\n", encoding="utf-8")


def test_only_threads_of_the_rasteriser_are_found(tmp_path: Path) -> None:
    for thread, name in ((7, "python"), (8, "llvmpipe-0"), (9, "llvmpipe-1"), (10, "llvmpipe-x"), (11, "python:disk$0")):
        _task(tmp_path, thread, name)
    assert rasteriser.threads(tmp_path) == {0: 8, 1: 9}


def test_each_has_a_processor_of_its_own_or_none_is_moved() -> None:
    assert rasteriser.shares({0: 80, 1: 81}, {3, 5}) == {80: 3, 81: 5}
    assert rasteriser.shares({0: 80}, {3, 5}) == {80: 3}
    assert rasteriser.shares({0: 80, 1: 81}, {3}) == {}
    assert rasteriser.shares({}, {3}) == {}


def test_in_the_kiosk_they_do_not_share_and_its_own_threads_stay_free(data: Path) -> None:
    with kiosk(data, start="home"):
        before = os.sched_getaffinity(0)
        numbered = rasteriser.threads()
        enough = len(numbered) <= len(before)
        assert rasteriser.spread() == (len(numbered) if enough else 0)
        if enough:
            places = [os.sched_getaffinity(thread) for thread in numbered.values()]
            assert all(len(place) == 1 for place in places)
            assert len(set().union(*places)) == len(numbered)
        assert os.sched_getaffinity(0) == before
        assert all(os.sched_getaffinity(t.native_id or 0) == before for t in threading.enumerate())
