"""The battery as the kernel tells it."""

from __future__ import annotations

from pathlib import Path

from mediation_apps.runtime.session.battery import percent


def supply(folder: Path, name: str, kind: str, capacity: str | None) -> None:
    (folder / name).mkdir()
    (folder / name / "type").write_text(f"{kind}\n")
    if capacity is not None:
        (folder / name / "capacity").write_text(f"{capacity}\n")


def test_lowest_battery_counts_and_mains_do_not(tmp_path: Path) -> None:
    """Two batteries: the lower one; a mains adapter has no capacity and does not matter."""
    supply(tmp_path, "AC", "Mains", None)
    supply(tmp_path, "BAT0", "Battery", "81")
    supply(tmp_path, "BAT1", "Battery", "37")
    assert percent(tmp_path) == 37


def test_no_battery_or_nonsense_is_unknown(tmp_path: Path) -> None:
    """No folder, no battery, figures that make no sense: unknown."""
    assert percent(tmp_path / "absent") == -1 == percent(tmp_path)
    supply(tmp_path, "BAT0", "Battery", "many")
    assert percent(tmp_path) == -1
