"""Twelve test devices for this folder, one for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.lab.faults import Fault
from fleet.lab.names import LabDevice
from tests.fleet.lab_world import Bench, devices


@pytest.fixture(scope="package")
def lab_devices() -> Iterator[list[LabDevice]]:
    """One device a fault."""
    yield from devices(len(Fault))


@pytest.fixture
def bench(lab_devices: list[LabDevice], tmp_path: Path) -> Iterator[Bench]:
    """A fleet at work; afterwards every device is whole, every journal verified, and no attestation was wrong."""
    made = Bench(lab_devices, tmp_path)
    yield made
    for device in lab_devices:
        made.mend(device)
    made.check_journals()
    assert made.violations == []
