"""What tests of screens share: one little catalogue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ui import little


@pytest.fixture(scope="session")
def little_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the little catalogue, shared: copy it before writing."""
    return little.build(tmp_path_factory.mktemp("little"))


@pytest.fixture
def data(little_catalogue: Path, tmp_path: Path) -> Path:
    """A folder of one's own with the little catalogue."""
    return Path(shutil.copytree(little_catalogue, tmp_path / "data"))


@pytest.fixture(scope="session")
def ids(little_catalogue: Path) -> dict[int, str]:
    """The id of each work by its number in `little`."""
    from kiosk.store.catalogue import Catalogue

    with Catalogue.open(little_catalogue) as catalogue:
        return {n: hit.id for n, hit in enumerate(catalogue.hits(range(1, len(little.RECORDS) + 1)), 1)}
