"""A real kernel, a real disk, a real dm-crypt, a real FAT: what a reset leaves on the medium and in memory, read from outside."""

from __future__ import annotations

import base64
import mmap
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fleet.attestation import Signer, verify
from fleet.errors import FleetError
from fleet.lab.guest import Guest, ensure_image
from fleet.model import Device, Level, ManagedFile, Method, Profile, Verdict
from fleet.operations.outcome import End
from fleet.operations.reset import Reset
from fleet.operations.scheduler import run_one
from fleet.operations.tools import Job, Tools
from fleet.pairing import meet
from fleet.transport.port import Connection, Target
from fleet.transport.ssh import SshTransport, Timeouts
from tests.fleet.operations import volume_world as world

pytestmark = [pytest.mark.slow, pytest.mark.root]
SLOW = Timeouts(connect=20.0, handshake=90.0, silence=90.0)  # every instruction of the guest is translated
CANARY = b"CANARI-EMPRUNTEUR-7c41d9"
CONTROL = b"TEMOIN-EN-CLAIR-52ab07"
SECTOR = 512
READER_MB = 40  # FAT16, as small readers' test disks are; the kernel's driver is the one that a referent's computer uses
PLACE = "/mnt/liseuse"


class Plugged:
    """A reader plugged into the guest: the way to it is the device's program below a folder, at the other end of SSH."""

    def __init__(self, transport: SshTransport, computer: Target) -> None:
        self.transport, self.computer = transport, computer

    def connect(self, target: Target) -> Connection:
        """Open a line to the computer; programs run below the folder."""
        connection = self.transport.connect(self.computer)
        start = connection.start
        connection.start = lambda program: start(f"ROOT={target.address!r}\n".encode() + program)  # type: ignore[method-assign]
        return connection


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    """A device that has started."""
    try:
        image = ensure_image()
    except FleetError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("guest")
    reader = folder / "liseuse.img"
    with reader.open("wb") as file:
        file.truncate(READER_MB << 20)
    try:
        with Guest(image, folder, [reader]) as made:
            made.wait()
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hits(path: Path, words: bytes) -> int:
    """How often something is on the medium, every byte of it read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as whole:
        return count_of(whole, words)


def count_of(data: bytes | mmap.mmap, words: bytes) -> int:
    found, at = 0, data.find(words)
    while at >= 0:
        found, at = found + 1, data.find(words, at + 1)
    return found


def decrypted(disk: Path, key: bytes) -> bytes:
    """The session partition as whoever holds the key reads it (dm-crypt, aes-xts-plain64, 512-byte sectors)."""
    listed = subprocess.run(["sfdisk", "--dump", str(disk)], capture_output=True, text=True, check=True, timeout=30).stdout
    line = next(x for x in listed.splitlines() if 'name="session"' in x)
    start, size = (int(line.split(f"{name}=")[1].split(",")[0]) for name in ("start", "size"))
    with disk.open("rb") as file:
        file.seek(start * SECTOR)
        data = file.read(size * SECTOR)
    blank, plain = bytes(SECTOR), []
    for number in range(size):
        sector = data[number * SECTOR : (number + 1) * SECTOR]
        if sector != blank:  # never written
            plain.append(Cipher(algorithms.AES(key), modes.XTS(number.to_bytes(16, "little"))).decryptor().update(sector))
    return b"".join(plain)


def say(line: Connection, command: str) -> bytes:
    done = line.run(["sh", "-c", command], timeout=120)
    assert done.code == 0, done.output[-400:]
    return done.output


def session_key(line: Connection) -> bytes:
    """The key that the kernel holds, as only root on the device can see it."""
    return bytes.fromhex(say(line, "dmsetup table --showkeys session").split()[4].decode())


@pytest.fixture(scope="module")
def target(guest: Guest) -> Target:
    """The guest, with its key pinned."""
    stranger = meet(SshTransport(guest.key, SLOW), Target("127.0.0.1", guest.port, label="la borne"))
    return replace(stranger.target, host_key=stranger.host_key)


def upload(line: Connection, folder: Path, place: str) -> None:
    """Put a tree on the guest, through its shell."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = f"{place}/{path.relative_to(folder)}"
        text = base64.b64encode(path.read_bytes()).decode()
        say(line, f"mkdir -p '{name.rpartition('/')[0]}'; : >'{name}'")
        for start in range(0, len(text), 80_000):
            say(line, f"echo {text[start : start + 80_000]} | base64 -d >>'{name}'")


def test_a_readers_disk_is_clean_in_every_byte(guest: Guest, target: Target, tmp_path: Path) -> None:
    """Deleted files lie whole on a FAT disk, and their names in its folders: found before the reset, by nobody after it."""
    transport, reader = SshTransport(guest.key, SLOW), guest.folder / "liseuse.img"
    world.firmware(tmp_path / "disque")
    world.lend(tmp_path / "disque")
    world.content(tmp_path / "content")
    line = transport.connect(target)
    try:
        say(line, f"mkfs.vfat -F 16 /dev/vdb && modprobe vfat && mkdir -p {PLACE} && mount -t vfat -o utf8 /dev/vdb {PLACE}")
        upload(line, tmp_path / "disque", PLACE)
        secret = world.SECRET.decode()
        say(line, f"cd {PLACE}; yes {secret} | head -c 400000 >efface.txt; touch '{secret}-nom-seul'; sync; rm efface.txt *-nom-seul; sync")
        long_name = secret[:5].encode("utf-16-le")  # how a FAT folder keeps long names: thirteen letters a slot, the first five together
        assert hits(reader, world.SECRET) > 15_000
        assert hits(reader, long_name) >= 3
        outcome = world.run("reset", Path(), tmp_path, {"wifi": True}, Plugged(transport, target), PLACE)
        assert outcome.end is End.CLEAN, outcome.reasons
        say(line, f"umount {PLACE}; sync")
        assert hits(reader, b"conte libre de droits") == 6000
        assert hits(reader, world.SECRET) == hits(reader, tools_token(tmp_path, "liseuse-1")) == 0
        assert hits(reader, long_name) == 0
        say(line, "fsck.vfat -n /dev/vdb")
    finally:
        line.close()


def test_a_cryptographic_erase_is_one(guest: Guest, target: Target, tmp_path: Path) -> None:
    """Before: there, on the medium, for whoever has the key. After: neither on the medium, nor with the new key, nor in memory."""
    transport = SshTransport(guest.key, SLOW)
    line = transport.connect(target)
    try:
        say(line, f"mkdir -p /home/emprunteur/Images && yes {CANARY.decode()} | head -c 3000000 >/home/emprunteur/Images/lettre.txt")
        places = "/tmp /var/tmp /dev/shm /var/spool/cups /var/lib/bluetooth /etc/NetworkManager/system-connections"
        say(line, f"for p in {places}; do echo {CANARY.decode()} >$p/trace; done; touch /home/emprunteur/{CANARY.decode()}")
        say(line, f"echo {CONTROL.decode()} >/state/temoin; sync; echo {CANARY.decode()} >/dev/kmsg")
        say(line, "setsid -f sh -c 'cd /home/emprunteur; exec 3>>ouvert; while :; do echo . >&3; sleep 1; done' >/dev/null 2>&1")
        old = session_key(line)
    finally:
        line.close()
    # The controls: the search finds what is in clear, and the key opens what is not.
    assert hits(guest.disk, CONTROL) >= 1
    assert count_of(decrypted(guest.disk, old), CANARY) > 100_000
    assert hits(guest.disk, CANARY) == 0
    assert count_of(guest.memory(), CANARY) > 100

    welcome = ManagedFile("/home/emprunteur/LISEZMOI.txt", "Bonjour.\n", owner="emprunteur")
    profile = Profile("borne", "Borne", files=(welcome,), wipe=("/home/emprunteur", "/var/log/journal"), digest="borne-1")
    tools = Tools(transport, tmp_path / "fleet", tmp_path, Signer.load(tmp_path / "keys"), lambda: datetime.now(UTC))
    device = Device("borne", "Borne", serial="IMAGE0001", host_key=target.host_key)
    outcome = run_one(Job(device, profile, target), Reset.of, tools)
    assert outcome.end is End.CLEAN, outcome.reasons
    assert outcome.attestation is not None
    signed = outcome.attestation.attestation
    assert (signed.verdict, signed.level, signed.method) == (Verdict.CLEAN, Level.CRYPTOGRAPHIC_ERASE, Method.PURGE)
    assert verify((tmp_path / f"fleet/attestations/{signed.id}.json").read_bytes()) == signed
    assert len(signed.marks) >= 10 and all(m.found_before and m.found_after is False for m in signed.marks)
    token = tools_token(tmp_path, device.id)

    line = transport.connect(target)
    try:
        new = session_key(line)
        say(line, "sync")
        assert say(line, "cat /home/emprunteur/LISEZMOI.txt") == b"Bonjour.\n"
        assert b"ouvert" not in say(line, "ls -A /home/emprunteur")
    finally:
        line.close()
    memory = guest.memory()
    guest.power_off()
    assert new != old
    assert hits(guest.disk, CONTROL) >= 1
    assert hits(guest.disk, CANARY) == hits(guest.disk, token) == 0
    assert hits(guest.disk, old[:32]) == hits(guest.disk, old[32:]) == 0
    renewed = decrypted(guest.disk, new)
    assert b"Bonjour.\n" in renewed and count_of(renewed, CANARY) == 0 and count_of(renewed, token) == 0
    assert count_of(memory, CANARY) == 0
    assert count_of(memory, old[:32]) == count_of(memory, old[32:]) == 0


def tools_token(folder: Path, device_id: str) -> bytes:
    """The mark that this run planted, as its journal says."""
    text = (folder / f"fleet/journal/{device_id}.jsonl").read_text()
    return text.split('"token":"')[1][:32].encode()
