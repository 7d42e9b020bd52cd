"""What is taken home goes to a stick, whole, beside what is already there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediation_apps.errors import NotFound, PackStoreError
from mediation_apps.runtime import sticks
from mediation_apps.runtime.sticks import keep

MOUNTS = (
    "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/ana/CLE\\040BLEUE vfat rw 0 0\nbroken\n/dev/sdc1 /run/media/ana/AUTRE vfat rw 0 0\n"
    "tmpfs /media2 tmpfs rw 0 0\n"
)


def test_sticks_are_what_the_system_mounted_for_people() -> None:
    """The last plugged in comes first; spaces in names are read."""
    assert sticks.sticks(MOUNTS) == (Path("/run/media/ana/AUTRE"), Path("/media/ana/CLE BLEUE"))


def test_nothing_is_replaced(tmp_path: Path) -> None:
    """A second copy takes the next number, and the folder holds nothing else."""
    assert [keep(lambda: b"ab", "rythme", "wav", tmp_path) for _copy in range(3)] == ["rythme-1.wav", "rythme-2.wav", "rythme-3.wav"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rythme-1.wav", "rythme-2.wav", "rythme-3.wav"]


def test_without_a_stick_one_is_asked_for_and_nothing_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sticks, "MOUNTS", tmp_path / "none")
    with pytest.raises(NotFound, match="clé USB"):
        keep(lambda: pytest.fail("computed for nothing"), "rythme", "wav")


def test_a_stick_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full or protected: a sentence, and no half file."""

    def refuse(_path: Path, _data: bytes) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(sticks, "write_whole", refuse)
    with pytest.raises(PackStoreError, match="pleine"):
        keep(lambda: b"ab", "rythme", "wav", tmp_path)
    assert not list(tmp_path.iterdir())
