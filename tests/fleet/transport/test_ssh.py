"""SSH keeps the contract; a key that is not the pinned one is never spoken to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fleet.errors import DataError, HostKeyChanged, LinkError
from fleet.lab import devices as lab
from fleet.lab.faults import Fault, break_device, mend
from fleet.lab.names import LabDevice
from fleet.pairing import fleet_key, meet
from fleet.transport.port import Target, Transport
from fleet.transport.ssh import SshTransport, Timeouts
from tests.contract.transport import TransportContract
from tests.fleet.lab_world import Bench, devices

QUICK = Timeouts(connect=1.0, handshake=3.0, silence=1.5)


@pytest.fixture(scope="module")
def device() -> Iterator[LabDevice]:
    for found in devices(1):
        yield found[0]


@pytest.fixture
def transport(device: LabDevice) -> Transport:
    return SshTransport(lab.private_key(), QUICK)


@pytest.fixture
def target(device: LabDevice) -> Target:
    return Target(device.address, host_key=Bench.host_key(device))


@pytest.fixture
def nowhere(device: LabDevice) -> Target:
    return Target("10.213.77.250")


@pytest.mark.root
class TestSsh(TransportContract):
    """The contract, on a real OpenSSH server."""


@pytest.mark.root
def test_another_key_is_never_spoken_to(transport: Transport, target: Target, device: LabDevice) -> None:
    """One bit of difference stops, and a server without a key of the pinned kind too; the server sees no log-in."""
    kind, key = target.host_key.split(" ")
    wrong = replace(target, host_key=f"{kind} {key[:-3]}{'A' if key[-3] != 'A' else 'B'}{key[-2:]}")
    with pytest.raises(HostKeyChanged):
        transport.connect(wrong)
    with pytest.raises(HostKeyChanged):
        transport.connect(replace(target, host_key="ecdsa-sha2-nistp256 AAAA"))


@pytest.mark.root
def test_a_strangers_key_opens_nothing(target: Target, tmp_path: Path) -> None:
    """A key that the device does not know is a sentence about pairing; no password is ever tried."""
    path, _line = fleet_key(tmp_path)
    with pytest.raises(LinkError, match="clé"):
        SshTransport(path, QUICK).connect(target)


@pytest.mark.root
def test_a_pulled_cable_is_noticed(transport: Transport, target: Target, device: LabDevice) -> None:
    """Silence ends after its timeout, not the kernel's quarter of an hour."""
    connection = transport.connect(target)
    stream = connection.start(b"import sys,time\ntime.sleep(60)\n")
    break_device(Fault.CABLE, device)
    try:
        start = time.monotonic()
        with pytest.raises(LinkError):
            stream.receive(1)
        assert time.monotonic() - start < 10
    finally:
        mend(device)
        connection.close()


@pytest.mark.root
def test_a_cable_pulled_while_sending_is_noticed(transport: Transport, target: Target, device: LabDevice) -> None:
    """Bytes that nobody acknowledges are given up as soon as silence is, however many wait in this computer's kernel."""
    connection = transport.connect(target)
    stream = connection.start(b"import sys,time\ntime.sleep(0.5)\nwhile sys.stdin.buffer.read(1<<16): pass\n")
    break_device(Fault.CABLE, device)
    try:
        start = time.monotonic()
        with pytest.raises(LinkError):
            for _ in range(64):
                stream.send(bytes(1 << 20))
        assert time.monotonic() - start < 10
    finally:
        connection.close()
        mend(device)


@pytest.mark.root
def test_a_device_that_takes_nothing_is_given_up(transport: Transport, target: Target) -> None:
    """A program that stopped reading costs its timeout, though the line itself answers."""
    connection = transport.connect(target)
    stream = connection.start(b"import time\ntime.sleep(60)\n")
    start = time.monotonic()
    with pytest.raises(LinkError):
        for _ in range(64):
            stream.send(bytes(1 << 20))
    assert time.monotonic() - start < 10
    connection.close()


@pytest.mark.root
def test_pairing_learns_the_key_that_the_device_has(transport: Transport, target: Target, device: LabDevice) -> None:
    """What is pinned is what stands on the device's own disk."""
    stranger = meet(transport, replace(target, host_key=""))
    assert (stranger.host_key, stranger.facts.serial) == (target.host_key, device.serial)


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    """Something that accepts and never speaks costs its timeout, no more, and leaves no thread."""
    path, _line = fleet_key(tmp_path)
    before = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as server:
        start = time.monotonic()
        with pytest.raises(LinkError):
            SshTransport(path, replace(QUICK, handshake=1.0)).connect(Target("127.0.0.1", server.getsockname()[1]))
        assert time.monotonic() - start < 8
    assert threading.active_count() <= before


def test_a_missing_key_says_what_to_do(tmp_path: Path) -> None:
    """The first thing to type is named."""
    with pytest.raises(DataError, match="fleet pair"):
        SshTransport(tmp_path / "absent")
