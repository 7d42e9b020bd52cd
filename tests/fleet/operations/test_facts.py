"""What a device says of itself is read purely, and odd text is no exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.operations.facts import Account, Mount, parse_facts, parse_mounts, parse_packages, parse_passwd, parse_release, parse_serial


@pytest.mark.parametrize(
    ("files", "serial"),
    [
        ({"/etc/colporteur/serial": "LAB0001\n", "/etc/machine-id": "ab" * 16}, "LAB0001"),
        ({"/sys/class/dmi/id/product_serial": "Default string\n", "/etc/machine-id": "ab" * 16}, "ab" * 16),
        ({"/sys/class/dmi/id/product_serial": "To Be Filled By O.E.M."}, ""),
        ({"/proc/device-tree/serial-number": "10000000abcdef01\0"}, "10000000abcdef01"),
        ({"/etc/colporteur/serial": "x\x1b[2J"}, ""),
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


@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=30) | st.integers() | st.lists(st.binary(max_size=4)), max_size=6))
def test_any_answer_gives_facts(answer: dict[bytes, object]) -> None:
    """Whatever a device answers, there is a value for each field."""
    assert parse_facts(answer).clock is not None  # type: ignore[arg-type]
    assert parse_facts(b"").serial == ""
