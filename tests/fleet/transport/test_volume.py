"""A plugged-in disk keeps the contract, and nothing outside its folder is touched."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from fleet.drivers.session import DeviceSession
from fleet.errors import DeviceError
from fleet.operations.desired import Compressor, Wanted
from fleet.operations.difference import Change
from fleet.operations.link import DeviceLink
from fleet.operations.manifest import Entry
from fleet.transport.port import Target, Transport
from fleet.transport.volume import VolumeTransport
from tests.contract.transport import TransportContract


@pytest.fixture
def transport() -> Transport:
    return VolumeTransport()


@pytest.fixture
def target(tmp_path: Path) -> Target:
    (tmp_path / "disk" / "etc").mkdir(parents=True)
    (tmp_path / "disk" / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    return Target(str(tmp_path / "disk"))


@pytest.fixture
def nowhere(tmp_path: Path) -> Target:
    return Target(str(tmp_path / "absent"))


class TestVolume(TransportContract):
    """The contract, on a folder."""


def link_to(target: Target) -> DeviceLink:
    return DeviceLink(VolumeTransport(), target, lambda _: None)


def file_change(path: str, content: bytes, start: int = 0) -> Change:
    entry = Entry("f", 0o640, 0, 0, len(content), hashlib.sha256(content).hexdigest())
    return Change("f", path, Wanted(entry, content=content), 0, 0, start)


def test_a_link_on_the_disk_leads_nowhere(tmp_path: Path, target: Target) -> None:
    """A disk that holds a link to this computer's files cannot make Fleet write or remove them."""
    outside = tmp_path / "mine"
    outside.mkdir()
    (outside / "letter.txt").write_text("mine")
    (tmp_path / "disk" / "trap").symlink_to(outside)
    link = link_to(target)
    try:
        with pytest.raises(DeviceError):
            link.clean(["/trap/letter.txt"], [], False)
        with pytest.raises(DeviceError):
            link.apply((), [file_change("/trap/new.txt", b"x")], Compressor())
    finally:
        link.close()
    assert [p.name for p in outside.iterdir()] == ["letter.txt"]


def test_what_is_sent_arrives_whole_with_its_mode(tmp_path: Path, target: Target) -> None:
    """Compressed or not, empty, over another kind of thing, in folders that were not there."""
    (tmp_path / "disk" / "was-folder").mkdir()
    (tmp_path / "disk" / "was-folder" / "x").write_text("x")
    contents = {"/a/b/text": b"la meme ligne\n" * 5000, "/empty": b"", "/was-folder": bytes(range(256)) * 3000}
    link = link_to(target)
    try:
        link.apply((), [file_change(p, c) for p, c in contents.items()], Compressor())
    finally:
        link.close()
    for path, content in contents.items():
        written = tmp_path / "disk" / path[1:]
        assert written.read_bytes() == content
        assert written.stat().st_mode & 0o777 == 0o640
    assert not list((tmp_path / "disk").rglob(".colporteur*"))


def test_a_wrong_hash_leaves_what_was_there(tmp_path: Path, target: Target) -> None:
    """A file that changed on this computer while it was sent is refused, and the old one stays."""
    (tmp_path / "disk" / "f").write_text("old")
    change = Change("f", "/f", Wanted(Entry("f", 0o644, 0, 0, 3, "0" * 64), content=b"new"), 0, 0)
    link = link_to(target)
    try:
        with pytest.raises(DeviceError, match="pas ce qui a été envoyé"):
            link.apply((), [change], Compressor())
    finally:
        link.close()
    assert (tmp_path / "disk" / "f").read_text() == "old"
    assert not list((tmp_path / "disk").rglob(".colporteur*"))


def test_marks_are_planted_found_and_searched_for(tmp_path: Path, target: Target) -> None:
    """In the place and in one folder of it; found by name and by bytes, wherever they were moved; absent when absent."""
    (tmp_path / "disk" / "home" / "photos").mkdir(parents=True)
    link = link_to(target)
    try:
        token = "ab" * 16
        planted = link.plant(["/home", "/absent"], token)
        assert [(p.place, p.inside, p.found) for p in planted] == [("/home", False, True), ("/home", True, True)]
        (tmp_path / "disk" / "home" / "photos" / f".colporteur-mark-{token[:16]}").rename(tmp_path / "disk" / "copy.bin")
        found = link.search(["/home"], ["/"], token, planted[0].at)
        assert set(found.hits) == {f"/home/.colporteur-mark-{token[:16]}", "/copy.bin"}
        link.clean(["/copy.bin", "/home", "/gone-already"], [], True)
        assert link.search(["/home"], ["/"], token, 0).hits == ()
    finally:
        link.close()


def test_a_key_is_overwritten_and_gone(tmp_path: Path, target: Target) -> None:
    """Another name of the same file shows that the bytes themselves were destroyed."""
    key = tmp_path / "disk" / "session.key"
    key.write_bytes(b"K" * 64)
    (tmp_path / "other-name").hardlink_to(key)
    link = link_to(target)
    try:
        assert link.destroy(["/session.key", "/none"], [], b"")[0] == 1
    finally:
        link.close()
    assert not key.exists() and b"K" not in (tmp_path / "other-name").read_bytes()


def test_a_volume_runs_nothing(target: Target) -> None:
    """A request to run a command of the device, to set its clock or to fill it is refused: it would be done to this computer."""
    connection = VolumeTransport().connect(target)
    try:
        session = DeviceSession(connection, "x")
        with pytest.raises(DeviceError):
            session.call("run", argv=["true"])
        with pytest.raises(DeviceError):
            session.call("clock", time=int(time.time()))
        with pytest.raises(DeviceError):
            session.call("fill")
        session.close()
    finally:
        connection.close()
