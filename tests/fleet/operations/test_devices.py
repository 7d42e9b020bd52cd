"""Reset, provision and verify on real devices: what they do when all goes well, and that nothing to do is nothing done."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from fleet.attestation import verify
from fleet.journal import Kind, check_journal
from fleet.lab import devices as lab
from fleet.model import Level, Verdict
from fleet.operations.outcome import End, Progress
from fleet.profiles import ProfileFolder
from tests.fleet.lab_world import Bench, add_account

pytestmark = pytest.mark.root


def tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Modes and hashes of a tree."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    return {str(p.relative_to(folder)): (p.stat().st_mode & 0o777, hashlib.sha256(p.read_bytes()).hexdigest()) for p in files}


def test_a_lent_device_comes_back_clean_and_ready(bench: Bench) -> None:
    """Nothing of the borrower is left anywhere, the content is the profile's, and the attestation says how it is known."""
    chosen = bench.devices[:2]
    for device in chosen:
        bench.lend(device)
        assert bench.traces(device)
    outcomes = bench.run("reset", chosen)
    assert {o.end for o in outcomes.values()} == {End.CLEAN}
    for device, outcome in outcomes.items():
        root = lab.inside(device)
        assert bench.traces(device) == []
        assert tree(root / "srv/pack") == tree(bench.folder / "content/pack")
        assert [p.name for p in (root / "home/lecteur").iterdir()] == ["LISEZMOI.txt"]
        assert (root / "home/lecteur/LISEZMOI.txt").stat().st_uid == 1000
        assert (root / "etc/colporteur/appareil.conf").read_text() == "ATELIER=essai\n"
        assert (root / "etc/hostname").exists()  # the link in the home led to /etc: it was not followed
        assert not (root / "var/lib/colporteur/session.key").exists()
        assert outcome.attestation is not None
        a = outcome.attestation.attestation
        assert (a.verdict, a.level, a.serial) == (Verdict.CLEAN, Level.DELETE, device.serial)
        assert {m.place for m in a.marks} >= {"/home/lecteur", "/tmp", "/var/tmp", "/dev/shm"}
        assert all(m.found_before and m.found_after is False for m in a.marks)
        kept = (bench.folder / f"fleet/attestations/{a.id}.json").read_text()
        assert verify(kept) == a
        assert "SECRET" not in kept and "Documents" not in kept


def test_the_key_goes_first(bench: Bench) -> None:
    """The journal shows the order: marks, key, cleaning, content, read-back."""
    device = bench.devices[0]
    bench.lend(device)
    bench.run("reset", [device])
    events = check_journal(bench.folder / f"fleet/journal/{device.name}.jsonl")
    order = [e.step for e in events if e.kind is Kind.INTENT]
    assert order == ["marks", "key", "clean", "content", "read-back", "attest"]


def test_nothing_to_do_is_nothing_done(bench: Bench) -> None:
    """A second provisioning sends no file, journals nothing and says so; verify agrees."""
    device = bench.devices[0]
    assert bench.run("provision", [device])[device].end in (End.DONE, End.UNCHANGED)
    path = bench.folder / f"fleet/journal/{device.name}.jsonl"
    before = path.read_bytes() if path.exists() else b""
    again = bench.run("provision", [device])[device]
    assert (again.end, again.changed) == (End.UNCHANGED, 0)
    assert (path.read_bytes() if path.exists() else b"") == before
    bench.run("reset", [device])
    assert bench.run("verify", [device])[device].end is End.EQUAL


def test_provisioning_leaves_a_borrowers_home_alone(bench: Bench) -> None:
    """Only a reset empties a home; what a profile puts there is put there."""
    device = bench.devices[0]
    bench.lend(device)
    assert bench.run("provision", [device])[device].end is End.DONE
    assert (lab.inside(device) / "home/lecteur/Documents/lettre.txt").exists()
    assert not (lab.inside(device) / "srv/pack/ajout.txt").exists()
    verified = bench.run("verify", [device])[device]
    assert verified.end is End.DIFFERENT
    assert all("lettre" not in reason and "Documents" not in reason for reason in verified.reasons)
    bench.run("reset", [device])


@pytest.mark.parametrize("operation", ["provision", "reset"])
def test_other_bytes_under_the_right_size_and_time_are_found(bench: Bench, operation: str) -> None:
    """A first look goes by size and time; the read-back hashes everything, and what it finds is sent again."""
    device = bench.devices[0]
    bench.run("reset", [device])
    path = lab.inside(device) / "srv/pack/son.ogg"
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    outcome = bench.run(operation, [device])[device]
    assert outcome.end in (End.DONE, End.CLEAN)
    assert path.read_bytes() == data


def test_a_test_device_runs_the_image_that_profiles_ask_for(bench: Bench) -> None:
    """Verify finds nothing to say of its version, and says it of another one."""
    device = bench.devices[0]
    bench.run("reset", [device])
    asked = ProfileFolder().load("kiosque").image
    bench.profile = replace(bench.profile, image=asked)
    assert bench.run("verify", [device])[device].end is End.EQUAL
    bench.profile = replace(bench.profile, image="2025.01")
    assert asked in bench.run("verify", [device])[device].reasons[0]


def test_an_account_that_must_not_exist_goes(bench: Bench) -> None:
    """The account, its home and what runs in its name."""
    device = bench.devices[0]
    root = lab.inside(device)
    add_account(root)
    assert bench.run("reset", [device])[device].end is End.CLEAN
    assert "invite" not in (root / "etc/passwd").read_text()
    assert not (root / "home/invite").exists()


def test_a_long_file_goes_on_where_it_was_cut(bench: Bench) -> None:
    """After a cut in the middle of a file only the rest is sent, and the whole is right."""
    device = bench.devices[0]
    bench.run("reset", [device])
    big = bench.folder / "content/pack/film.bin"
    big.write_bytes(hashlib.shake_256(b"film").digest(6_000_000))
    seen = []

    def cut(progress: Progress) -> None:
        if progress.step == "content" and progress.done > 1_000_000 and not seen:
            seen.append(progress.done)
            lab.power_cut(device)
            lab.power_on(device)

    outcome = bench.run("provision", [device], cut)[device]
    assert outcome.end is End.DONE
    assert tree(lab.inside(device) / "srv/pack") == tree(bench.folder / "content/pack")
    if seen:  # a fast machine may send it all before the first word of progress
        assert outcome.bytes < 12_000_000
    assert not list((device.written / "srv/pack").rglob(".colporteur-part-*"))
