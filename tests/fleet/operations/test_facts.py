"""What a device says of itself is read purely, and odd text is no exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.operations.facts import (
    Account,
    Facts,
    Mount,
    parse_facts,
    parse_kobo,
    parse_mounts,
    parse_packages,
    parse_passwd,
    parse_release,
    parse_serial,
)


@pytest.mark.parametrize(
    ("files", "serial"),
    [
        ({"/etc/colporteur/serial": "LAB0001\n", "/etc/machine-id": "ab" * 16}, "LAB0001"),
        ({"/sys/class/dmi/id/product_serial": "Default string\n", "/etc/machine-id": "ab" * 16}, "ab" * 16),
        ({"/sys/class/dmi/id/product_serial": "To Be Filled By O.E.M."}, ""),
        ({"/proc/device-tree/serial-number": "10000000abcdef01\0"}, "10000000abcdef01"),
        ({"/etc/colporteur/serial": "x\x1b[2J"}, ""),
        ({"/.kobo/version": "N4182Z0001,4.1.15,4.38.23171", "/etc/machine-id": "ab" * 16}, "N4182Z0001"),
        ({}, ""),
    ],
)
def test_the_first_real_serial_counts(files: dict[str, str], serial: str) -> None:
    """Manufacturers' fillers and control characters are no serial."""
    assert parse_serial(files) == serial


def test_accounts_mounts_release_packages() -> None:
    """passwd(5), /proc/mounts with its octal escapes, os-release(5), dpkg's status."""
    assert parse_passwd("root:x:0:0:root:/root:/bin/bash\nbad line\n+::::::\n") == (Account("root", 0, 0, "/root"),)
    mounts = parse_mounts("/dev/sda1 / ext4 rw 0 0\n/dev/mmcblk0p3 /media/cl\\303\\251 vfat ro 0 0\nshort\n", {"sda"})
    assert mounts[0] == Mount("/dev/sda1", "/", "ext4", True)
    assert mounts[1].kind == "vfat" and not mounts[1].spinning
    assert parse_release('ID=debian\nVERSION_ID="12"\nIMAGE_VERSION=2026.11\n') == "2026.11"
    status = "Package: a\nStatus: install ok installed\nVersion: 1.2-3\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n"
    assert parse_packages(status) == {"a": "1.2-3"}


def test_of_two_disks_at_one_place_the_later_is_seen() -> None:
    """A folder of the session volume is mounted over the system's own /dev/shm."""
    facts = Facts(
        mounts=parse_mounts("overlay / overlay rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n/dev/mapper/session /dev/shm ext4 rw 0 0\n", set())
    )
    seen = facts.mount_of("/dev/shm/x")
    assert seen is not None and seen.source == "/dev/mapper/session"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("N4182Z0001,4.1.15,4.38.23171,4.1.15", ("N4182Z0001", "4.38.23171")),
        ("N4182Z0001,4.1.15,\x1b[2J", ("N4182Z0001", "")),
        ("../../etc,1,2", ("", "")),
        ("N4182Z0001", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_kobo_says_its_serial_and_firmware(text: str, found: tuple[str, str]) -> None:
    """Only what has their form is believed."""
    assert parse_kobo(text) == found


@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=30) | st.integers() | st.lists(st.binary(max_size=4)), max_size=6))
def test_any_answer_gives_facts(answer: dict[bytes, object]) -> None:
    """Whatever a device answers, there is a value for each field."""
    assert parse_facts(answer).clock is not None  # type: ignore[arg-type]
    assert parse_facts(b"").serial == ""
