"""What every way to a device guarantees; run on each by tests/fleet/transport."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

import pytest

from fleet.drivers.session import DeviceSession, frame
from fleet.errors import DeviceError, LinkError, Unreachable
from fleet.operations.manifest import parse_manifest
from fleet.transport.port import Target, Transport


class TransportContract:
    """Subclasses give the fixtures `transport`, `target` and `nowhere`."""

    def test_a_program_runs_and_answers(self, transport: Transport, target: Target) -> None:
        """The device's program says what is there."""
        connection = transport.connect(target)
        try:
            session = DeviceSession(connection, "x")
            answer = session.call("manifest", roots=["/etc"], salt=b"")
            assert isinstance(answer, bytes)
            assert "/etc" in parse_manifest(answer)
            assert connection.traffic > 1000
            session.close()
        finally:
            connection.close()
            connection.close()  # twice is once

    def test_several_sessions_follow_each_other(self, transport: Transport, target: Target) -> None:
        """Ending one program leaves the line open for the next."""
        connection = transport.connect(target)
        try:
            for _ in range(3):
                session = DeviceSession(connection, "x")
                assert isinstance(session.call("facts", files=["/etc/passwd"], salt=b"", uids=[]), dict)
                session.close()
        finally:
            connection.close()

    def test_an_error_of_the_device_is_a_sentence(self, transport: Transport, target: Target) -> None:
        """A refused request says so, and the session goes on."""
        connection = transport.connect(target)
        try:
            session = DeviceSession(connection, "La tablette")
            with pytest.raises(DeviceError, match="La tablette"):
                session.call("clean", paths=["relative"], uids=[], overwrite=0)
            with pytest.raises(DeviceError):
                session.call("nonsense")
            assert isinstance(session.call("facts", files=[], salt=b"", uids=[]), dict)
            session.close()
        finally:
            connection.close()

    def test_progress_is_heard_while_bytes_are_sent(self, transport: Transport, target: Target) -> None:
        """A person who sends for an hour sees how far it is before the hour is over."""
        data, seen, early = bytes(3 << 18), list[int](), list[int]()
        digest = hashlib.sha256(data).hexdigest()
        head: dict[str, object] = {"k": "f", "p": "/tmp/envoi", "mode": 0o644, "uid": 0, "gid": 0, "sha": digest}
        head |= {"size": len(data), "from": 0, "time": 0, "wire": len(data), "z": 0}

        def records() -> Iterator[bytes]:
            yield frame(head)
            at = 1 << 18
            yield data[:at]
            for _piece in range(200):  # the device speaks twice a second, once it has begun
                if seen:
                    break
                time.sleep(0.1)
                yield data[at : at + 1024]
                at += 1024
            early.extend(seen)
            yield data[at:]

        connection = transport.connect(target)
        try:
            session = DeviceSession(connection, "x")
            session.stream(records(), seen.append)
            session.call("clean", paths=["/tmp/envoi"], uids=[], overwrite=0)
            session.close()
        finally:
            connection.close()
        assert early and 0 < early[-1] < len(data)

    def test_a_path_with_dots_goes_nowhere(self, transport: Transport, target: Target) -> None:
        """No request leaves by "..", nor by a name cut with a NUL byte."""
        connection = transport.connect(target)
        try:
            session = DeviceSession(connection, "x")
            for path in ("/etc/../root", "/..", "/a\0b"):
                with pytest.raises(DeviceError):
                    session.call("clean", paths=[path], uids=[], overwrite=0)
            session.close()
        finally:
            connection.close()

    def test_nobody_there_is_unreachable(self, transport: Transport, nowhere: Target) -> None:
        """Not a failure of another kind, and soon."""
        with pytest.raises(Unreachable):
            transport.connect(nowhere)

    def test_an_ended_program_is_a_broken_line(self, transport: Transport, target: Target) -> None:
        """Whoever speaks to it after that is told at once."""
        connection = transport.connect(target)
        try:
            stream = connection.start(b"import sys\nsys.stdout.buffer.write(b'ab')\nsys.stdout.buffer.flush()\n")
            assert stream.receive(2) == b"ab"
            with pytest.raises(LinkError):
                stream.receive(1)
            with pytest.raises(LinkError):
                for _ in range(200):
                    stream.send(frame({"op": "x", "pad": bytes(1 << 16)}))
            stream.close()
        finally:
            connection.close()

    def test_a_command_runs(self, transport: Transport, target: Target) -> None:
        """Its code and what it said."""
        connection = transport.connect(target)
        try:
            done = connection.run(["sh", "-c", "echo 'l’été'; exit 3"])
            assert (done.code, done.output.decode()) == (3, "l’été\n")
        finally:
            connection.close()
