"""One generated catalogue for all the tests that only read."""

from __future__ import annotations

import pytest

from kiosk.demo.generator import generate
from kiosk.domain import Record

SIZE, SEED = 6_000, 2026


@pytest.fixture(scope="session")
def generated() -> tuple[Record, ...]:
    """Return the first records of the demonstration."""
    return tuple(generate(SIZE, SEED))
