"""A device's list is read exactly; anything else is refused, and capped."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.operations import manifest
from fleet.operations.manifest import Entry, parse_manifest


def packed(*lines: bytes) -> bytes:
    """A list as a device sends it."""
    return zlib.compress(b"".join(line + b"\0" for line in lines))


def test_lines_become_entries() -> None:
    """Spaces, accents, new lines and bytes that are no text stay in a path."""
    found = parse_manifest(packed(b"f 644 1000 1000 12 77 " + b"a" * 64 + b" /home/x/a b\n\xff.txt", b"d 1777 0 0 0 0 - /tmp"))
    assert found == {"/home/x/a b\n\udcff.txt": Entry("f", 0o644, 1000, 1000, 12, "a" * 64, 77), "/tmp": Entry("d", 0o1777, 0, 0)}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"f 644 0 0 1 0 - relative",
        b"f 999 0 0 1 0 - /x",
        b"q 644 0 0 1 0 - /x",
        b"f 644 0 0 1 0 - /a/../b",
        b"f 644 0 0 -1 0 - /x",
        b"f 644 0 0 1 - /x",
    ],
)
def test_other_lines_are_refused(line: bytes) -> None:
    """One bad line refuses the list: a device that invents is not half believed."""
    with pytest.raises(ValueError):
        parse_manifest(packed(line))


@given(st.binary(max_size=100))
def test_junk_is_refused(data: bytes) -> None:
    """Bytes that are not compressed are a ValueError."""
    with pytest.raises(ValueError):
        parse_manifest(data)


def test_a_list_that_explodes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small answer cannot fill the memory of this computer."""
    monkeypatch.setattr(manifest, "MAX_BYTES", 10_000)
    with pytest.raises(ValueError):
        parse_manifest(zlib.compress(bytes(1_000_000)))
    monkeypatch.setattr(manifest, "MAX_ENTRIES", 2)
    with pytest.raises(ValueError):
        parse_manifest(packed(*(b"d 755 0 0 0 0 - /%d" % n for n in range(3))))
