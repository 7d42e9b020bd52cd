"""The small fleet as a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two cases, three libraries, a clock."""
    made = World(tmp_path / "fleet")
    yield made
    made.close()
