"""What a device sends is read exactly, or refused; never believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.drivers.codec import MAX_DEPTH, decode, encode
from fleet.drivers.device.wire import decode as device_decode

values = st.recursive(
    st.integers(-(2**62), 2**62) | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.binary(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_round_trip_at_both_ends(value: object) -> None:
    """What is written is read again the same, on this computer and on the device."""
    assert decode(encode(value)) == value
    assert device_decode(encode(value)) == value


@given(st.binary(max_size=60))
def test_hostile_bytes_are_refused_or_canonical(data: bytes) -> None:
    """Any bytes are a ValueError, or the one way to write a value."""
    try:
        value = decode(data)
    except ValueError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [b"", b"i01e", b"i-0e", b"5:abc", b"99999999999:", b"d1:bi1e1:ai1ee", b"i1ei2e", b"l" * (MAX_DEPTH + 2) + b"e" * (MAX_DEPTH + 2)],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    """Short, long, unordered and deep values are refused."""
    with pytest.raises(ValueError):
        decode(data)


def test_text_keeps_undecodable_bytes() -> None:
    """A path that is not UTF-8 comes back as it left."""
    assert decode(encode(b"\xff\xfe".decode("utf-8", "surrogateescape"))) == b"\xff\xfe"
