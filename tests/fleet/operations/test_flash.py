"""A program for a micro:bit is whole or not sent, and taken or said not to be; the board is simulated as its drive behaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.errors import DataError, DeviceError, LinkError
from fleet.operations.flash import NAME, check_hex, flash

DETAILS = "# DAPLink Firmware\r\nUnique ID: 9904360258994e45006c501200000051000000009796990b\r\nInterface Version: 0257\r\n"


def line(kind: int, data: bytes, address: int = 0) -> bytes:
    record = bytes([len(data), address >> 8, address & 0xFF, kind]) + data
    return b":" + (record + bytes([-sum(record) & 0xFF])).hex().upper().encode() + b"\n"


def program(data: bytes) -> bytes:
    """An Intel HEX file of these bytes."""
    parts = [line(0, data[i : i + 16], i) for i in range(0, len(data), 16)]
    return b"".join(parts) + line(1, b"")


class Board:
    """What DAPLink does with a file: takes it, goes away, comes back with DETAILS.TXT, and FAIL.TXT when it could not."""

    def __init__(self, folder: Path, refuses: str = "", deaf: bool = False) -> None:
        self.folder, self.refuses, self.deaf = folder, refuses, deaf
        self.memory = b""
        folder.mkdir()
        self._details()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._live)
        self._thread.start()

    def _details(self) -> None:
        (self.folder / "DETAILS.TXT").write_bytes(DETAILS.encode())

    def _live(self) -> None:
        while not self._end.wait(0.01):
            file = self.folder / NAME
            if self.deaf or not file.exists():
                continue
            size = -1
            while size != file.stat().st_size:
                size = file.stat().st_size
                time.sleep(0.03)
            data = file.read_bytes()
            for path in self.folder.iterdir():
                path.unlink()
            time.sleep(0.05)  # gone from the computer
            if self.refuses:
                (self.folder / "FAIL.TXT").write_text(self.refuses)
            else:
                self.memory = data
            self._details()

    def close(self) -> None:
        self._end.set()
        self._thread.join()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "MICROBIT")
    yield made
    made.close()


def test_a_program_is_taken(board: Board) -> None:
    """The board is back, the file gone, the program in its memory."""
    flash(board.folder, program(b"bonjour" * 100), "theme.hex", wait=5)
    assert board.memory == program(b"bonjour" * 100)


def test_what_the_board_says_is_said(board: Board) -> None:
    """Its FAIL.TXT, in one line."""
    board.refuses = "error: The transfer timed out.\r\ntype: target"
    with pytest.raises(DeviceError, match=r"theme\.hex.*timed out\. type: target"):
        flash(board.folder, program(b"x"), "theme.hex", wait=5)


def test_a_board_that_does_not_come_back_is_told(board: Board) -> None:
    """And one that is not there."""
    board.deaf = True
    with pytest.raises(LinkError, match="rebranchez"):
        flash(board.folder, program(b"x"), "theme.hex", wait=0.3)
    with pytest.raises(LinkError, match="pas branchée"):
        flash(board.folder.parent, program(b"x"), "theme.hex")


@given(st.binary(min_size=1, max_size=200))
def test_a_whole_file_passes(data: bytes) -> None:
    """Whatever the program."""
    check_hex(program(data), "x.hex")


@given(st.binary(min_size=1, max_size=60), st.data())
def test_a_changed_or_cut_file_is_refused(data: bytes, draw: st.DataObject) -> None:
    """One character changed, or the end missing."""
    whole = program(data)
    place = draw.draw(st.integers(0, len(whole) - 1))
    other = draw.draw(st.sampled_from(b"0123456789ABCDEF:Zz"))
    changed = whole[:place] + bytes([other]) + whole[place + 1 :]
    if changed.split() != whole.split():
        with pytest.raises(DataError, match=r"x\.hex"):
            check_hex(changed, "x.hex")
    with pytest.raises(DataError):
        check_hex(whole[: -draw.draw(st.integers(2, len(whole)))], "x.hex")
