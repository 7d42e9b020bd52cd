"""E-readers by their USB disk: what a borrower left is gone from every byte of it, and what only a person sees is asked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fleet.attestation import verify
from fleet.codes import DriverName
from fleet.errors import Unreachable
from fleet.model import Level, Method, Verdict
from fleet.operations.outcome import End, Progress
from fleet.transport.port import Target
from fleet.transport.volume import VolumeTransport
from fleet.volumes import identify, plugged
from tests.fleet.operations.volume_world import SECRET, SERIAL, content, firmware, lend, run


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """A lent reader, as a folder."""
    place = tmp_path / "disque"
    place.mkdir()
    firmware(place)
    lend(place)
    content(tmp_path / "content")
    return place


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A lent reader on a small disk of its own."""
    place = tmp_path / "disque"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "essai", str(place)], capture_output=True, check=False, timeout=30)
    if done.returncode:
        pytest.skip("needs root and the right to mount")
    try:
        firmware(place)
        lend(place)
        content(tmp_path / "content")
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True, timeout=30)


def test_a_lent_reader_comes_back_clean(reader: Path, tmp_path: Path) -> None:
    """Books and settings of the network, nothing else but what says which reader it is; the level is the weakest reached."""
    outcome = run("reset", reader, tmp_path, {"wifi": True})
    assert outcome.end is End.CLEAN, outcome.reasons
    assert outcome.attestation is not None
    signed = outcome.attestation.attestation
    assert (signed.verdict, signed.level, signed.method, signed.serial) == (Verdict.CLEAN, Level.CHECKED_BY_PERSON, Method.NONE, SERIAL)
    assert "vérifié par une personne" in signed.technique and ("wifi", "done") in [(s.name, s.outcome) for s in signed.steps]
    assert {m.place for m in signed.marks} >= {"/", "/.kobo", "/.adds"}
    assert verify((tmp_path / f"fleet/attestations/{signed.id}.json").read_bytes()) == signed
    left = sorted(str(p.relative_to(reader)) for p in reader.rglob("*") if p.is_file())
    assert left == [".kobo/Kobo/Kobo eReader.conf", ".kobo/affiliate.conf", ".kobo/version", *(f"Livres/conte-{n}.epub" for n in range(3))]
    assert (reader / ".kobo/Kobo/Kobo eReader.conf").read_text() == "[ApplicationPreferences]\nSideloadedMode=true\n"
    assert run("verify", reader, tmp_path).end is End.EQUAL
    assert run("provision", reader, tmp_path).end is End.UNCHANGED


@pytest.mark.parametrize(("answers", "end"), [({}, End.UNKNOWN), ({"wifi": False}, End.NOT_CLEAN)])
def test_what_only_a_person_sees_is_part_of_the_proof(reader: Path, tmp_path: Path, answers: dict[str, bool], end: End) -> None:
    """Not looked at: not proved. Looked at and wrong: not clean."""
    outcome = run("reset", reader, tmp_path, answers)
    assert outcome.end is end
    assert any("Wi-Fi" in reason for reason in outcome.reasons)


def test_a_folder_of_this_computer_is_never_filled(reader: Path, tmp_path: Path) -> None:
    """Only a disk of its own has a free space to overwrite; the level says what was done."""
    outcome = run("reset", reader, tmp_path)
    assert outcome.attestation is not None
    assert (outcome.attestation.attestation.level, outcome.attestation.attestation.method) == (Level.DELETE, Method.NONE)


def test_another_disk_is_not_touched(tmp_path: Path) -> None:
    """Somebody's own stick, or a reader with another serial number, keeps everything."""
    stick = tmp_path / "disque"
    stick.mkdir()
    (stick / "photos.zip").write_bytes(b"photos")
    content(tmp_path / "content")
    assert run("reset", stick, tmp_path).end is End.FAILED
    firmware(stick)
    (stick / ".kobo/version").write_text("N999999999,4.1.15,4.38.23171,x")
    outcome = run("reset", stick, tmp_path)
    assert outcome.end is End.FAILED and "N999999999" in outcome.reasons[0]
    assert (stick / "photos.zip").read_bytes() == b"photos"


@pytest.mark.root
def test_the_free_space_is_written_over(disk: Path, tmp_path: Path) -> None:
    """The disk is filled to its last byte, twice, and given back; every address was written over: Clear."""
    outcome = run("reset", disk, tmp_path)
    assert outcome.end is End.CLEAN, outcome.reasons
    assert outcome.attestation is not None
    signed = outcome.attestation.attestation
    assert (signed.level, signed.method) == (Level.OVERWRITE, Method.CLEAR) and "espace libre" in signed.technique
    step = next(s for s in signed.steps if s.name == "free-space")
    assert step.outcome == "done" and int(step.detail.partition("bytes=")[2].split()[0]) > 5_000_000
    assert shutil.disk_usage(disk).free > 5_000_000
    assert not list(disk.rglob(".colporteur-*")) and not list(disk.rglob("CP0*"))
    assert run("verify", disk, tmp_path).end is End.EQUAL


@pytest.mark.root
def test_a_full_disk_is_emptied_first_and_a_locked_one_never_certified(disk: Path, tmp_path: Path) -> None:
    """No room for marks: planted after a first cleaning. No writing at all: said, and proved by nobody."""
    with (disk / "video.mp4").open("wb") as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(SECRET * 1000)
            file.flush()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, timeout=30)
    locked = run("reset", disk, tmp_path)
    assert locked.end in (End.FAILED, End.UNKNOWN, End.NOT_CLEAN), locked.reasons
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, timeout=30)
    outcome = run("reset", disk, tmp_path)
    assert outcome.end is End.CLEAN, outcome.reasons
    assert outcome.attestation is not None
    steps = {s.name: s.outcome for s in outcome.attestation.attestation.steps}
    assert steps["marks-again"] == steps["clean-again"] == steps["free-space"] == "done"
    assert not [p for p in disk.rglob("*") if p.is_file() and SECRET in p.read_bytes()]


@pytest.mark.parametrize("step", ["connect", "marks", "clean", "content", "read-back", "attest"])
def test_a_disk_pulled_out_at_any_step_goes_on_when_it_is_back(reader: Path, tmp_path: Path, step: str) -> None:
    """Never clean while it is away; clean in the next run, from the step where it was pulled out."""
    away, pulled = tmp_path / "away", []

    def pull(progress: Progress) -> None:
        if progress.step == step and not pulled:
            pulled.append(step)
            reader.rename(away)

    first = run("reset", reader, tmp_path, report=pull)
    assert pulled
    if step == "attest":  # everything was read back: the disk is not needed any more
        assert first.end is End.CLEAN
    else:
        assert first.end in (End.INTERRUPTED, End.UNREACHABLE, End.FAILED), first.reasons
    assert not reader.exists()
    away.rename(reader)
    second = run("reset", reader, tmp_path)
    assert second.end is End.CLEAN, second.reasons
    assert not [p for p in reader.rglob("*") if p.is_file() and SECRET in p.read_bytes()]
    assert run("verify", reader, tmp_path).end is End.EQUAL


def test_plugged_disks_are_recognised(tmp_path: Path, reader: Path) -> None:
    """By what is written on them; a link, a stick or a folder that is not mounted is nobody."""
    volume = identify(reader)
    assert volume is not None and (volume.driver, volume.serial, volume.firmware) == (DriverName.KOBO, SERIAL, "4.38.23171")
    board = tmp_path / "MICROBIT"
    board.mkdir()
    details = "# DAPLink Firmware\r\nUnique ID: 9904360258994e45006c501200000051000000009796990b\r\nInterface Version: 0257\r\n"
    (board / "DETAILS.TXT").write_text(details)
    found = identify(board)
    assert found is not None and (found.driver, found.firmware) == (DriverName.MICROBIT, "0257")
    assert identify(tmp_path) is None
    mounts = f"/dev/sdb1 {reader} vfat rw 0 0\n/dev/sdc1 /media/x/absent vfat rw 0 0\n"
    assert plugged(mounts) == []  # not below a folder where desktops mount
    assert plugged("", also=[reader]) == [volume]


def test_a_reader_that_was_pulled_out_is_not_there(tmp_path: Path) -> None:
    """Said as such, and nothing was begun."""
    with pytest.raises(Unreachable):
        VolumeTransport().connect(Target(str(tmp_path / "absent")))
    content(tmp_path / "content")
    assert run("reset", tmp_path / "absent", tmp_path).end is End.UNREACHABLE
