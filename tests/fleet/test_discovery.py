"""What is announced is a hint: reconciled with what is known, capped, cleaned, and never an identity."""

from __future__ import annotations

from fleet.discovery import SERVICE, Sighting, reconcile, same_names, sighting_of
from fleet.model import Device

A = Device("a", "Tablette A", serial="S1", address="10.0.0.9")
B = Device("b", "Tablette B", serial="S2", address="10.0.0.5")


def test_a_device_is_tried_where_it_announces_itself_then_where_it_was() -> None:
    """Serial first, last address after, and the address typed by hand before all."""
    seen = [Sighting("x", "10.0.0.2", 22, "S1"), Sighting("y", "10.0.0.7", 22, "S9")]
    a, b, unknown = reconcile(seen, [A, B], {"b": ("10.0.0.99", 2222)})
    assert a.addresses == (("10.0.0.2", 22), ("10.0.0.9", 22))
    assert b.addresses == (("10.0.0.99", 2222), ("10.0.0.5", 22)) and not b.sightings
    assert unknown.device is None and unknown.sightings == (seen[1],)


def test_two_that_claim_one_serial_are_both_kept_and_said() -> None:
    """The key decides later; the person is told now."""
    seen = [Sighting("x", "10.0.0.2", 22, "S1"), Sighting("x #2", "10.0.0.3", 22, "S1")]
    (a,) = reconcile(seen, [A])
    assert [address for address, _ in a.addresses[:2]] == ["10.0.0.2", "10.0.0.3"]
    assert "S1" in a.trouble
    assert set(same_names(seen)) == {"x"}


def test_an_unannounced_device_is_still_tried() -> None:
    """Multicast misses some: the last address remains."""
    assert reconcile([], [A])[0].addresses == (("10.0.0.9", 22),)
    assert reconcile([], [Device("c", "C")])[0].addresses == ()


def test_a_known_address_with_another_serial_is_said() -> None:
    """Addresses move from device to device."""
    _a, stranger = reconcile([Sighting("x", "10.0.0.9", 22, "S7")], [A])
    assert stranger.device is None and stranger.trouble


def test_announcements_are_cleaned_and_capped() -> None:
    """Control characters and long texts of a stranger never reach a screen; nonsense is dropped."""
    name = "a\x1b[2J\u202e" + "x" * 200 + "." + SERVICE
    found = sighting_of(name, ["10.0.0.1"], 22, {b"serial": b"S1\n" + b"9" * 500, b"model": None})
    assert found is not None
    assert len(found.name) <= 64 and "\x1b" not in found.name and "\u202e" not in found.name
    assert len(found.serial) <= 64 and "\n" not in found.serial
    assert sighting_of(name, [], 22, {}) is None
    assert sighting_of(name, ["10.0.0.1"], 0, {}) is None
