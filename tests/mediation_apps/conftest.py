"""No test of the workshops is heard: the sound's process runs, without a card."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLPORTEUR_SOUND", "silent")
