"""Devices over SSH, by paramiko.

Guarantees: a host key is compared with the pinned one before anything is sent, and never accepted because it is new (except by
`pair`, which asks a person); keys only, never a password, never the user's agent or ~/.ssh; every wait ends (`Timeouts`); one
connection serves a whole session. P-256 and AES-GCM come first: OpenSSL does both with the processor's own instructions, where
OpenSSH's curve25519 is plain C (2 ms a connection on the device).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import shlex
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import paramiko
from paramiko.ssh_exception import AuthenticationException, SSHException

from fleet.drivers.agent_source import LOADER, packed
from fleet.errors import DataError, LinkError, Unreachable
from fleet.i18n import _
from fleet.transport.port import Completed, Connection, OtherHostKey, Stream, Target

KEX = ("ecdh-sha2-nistp256", "curve25519-sha256@libssh.org", "mlkem768x25519-sha256")
CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr")
WINDOW = 8 << 20  # bytes that a device may have under way to us, unacknowledged
# Bytes of ours that may wait inside the device's sshd: it grants 2 MB, but copies all that waits each time a packet is added.
# Still a dozen packets, so that no line of a table idles.
IN_FLIGHT = 512 << 10
CHUNK = 1 << 20
MAX_OUTPUT = 1 << 20

logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # every error is raised, and said in French


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds before a wait is given up."""

    connect: float = 5.0  # a device on the same table answers in milliseconds
    handshake: float = 15.0  # twenty small processors may negotiate at once
    silence: float = 20.0  # the device's program says something twice a second


class SshTransport:
    """SSH with one private key for the whole fleet."""

    def __init__(self, key: Path, timeouts: Timeouts | None = None) -> None:
        self.timeouts = timeouts or Timeouts()
        try:
            self._key = paramiko.Ed25519Key.from_private_key_file(str(key))
        except FileNotFoundError as e:
            raise DataError(
                _("La clé de la flotte n’existe pas encore : faites d’abord connaissance avec un appareil (« fleet pair »).")
            ) from e
        except (OSError, SSHException) as e:
            raise DataError(_("La clé de la flotte est illisible ({name}).").format(name=key.name)) from e

    def connect(self, target: Target) -> Connection:
        """Open a line to the device that shows the pinned key."""
        name = target.label or target.address
        try:
            link = socket.create_connection((target.address, target.port), timeout=self.timeouts.connect)
        except OSError as e:
            raise Unreachable(_("{name} ne répond pas : est-il allumé, est-il sur ce réseau ?").format(name=name)) from e
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Else the kernel tries for a quarter of an hour to send what nobody acknowledges, and paramiko waits with it.
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self.timeouts.silence * 1000))
        try:
            transport = self._negotiate(link, target, name)
        except BaseException:
            link.close()
            raise
        return SshConnection(transport, target, self.timeouts)

    def _negotiate(self, link: socket.socket, target: Target, name: str) -> paramiko.Transport:
        transport = paramiko.Transport(link, default_window_size=WINDOW)
        transport.daemon = True
        transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = self.timeouts.handshake
        transport.channel_timeout = self.timeouts.handshake
        options = transport.get_security_options()
        options.kex, options.ciphers = KEX, CIPHERS
        if target.host_key:
            options.key_types = _algorithms(target.host_key.split(" ")[0])
        done = False
        try:
            transport.start_client(timeout=self.timeouts.handshake)
            check_host_key(target, line_of(transport.get_remote_server_key()), name)
            transport.auth_publickey(target.user, self._key)
            transport.set_keepalive(5)
            done = True
            return transport
        except AuthenticationException as e:
            raise LinkError(
                _("{name} refuse notre clé : il n’a pas été préparé par cette flotte, refaites connaissance (« fleet pair »).").format(
                    name=name
                )
            ) from e
        except SSHException as e:
            if "ncompatible" in str(e) and target.host_key:  # it has no key of the pinned kind any more
                raise OtherHostKey(name) from e
            raise LinkError(_("{name} répond, mais la connexion ne s’établit pas : réessayez.").format(name=name)) from e
        except (OSError, EOFError) as e:
            raise LinkError(_("La connexion avec {name} s’est coupée.").format(name=name)) from e
        finally:
            if not done:
                hang_up(transport)


def hang_up(transport: paramiko.Transport) -> None:
    """Close and wait for the reading thread, so that none is left behind."""
    with contextlib.suppress(OSError):  # wakes the reading thread at once; paramiko alone lets it look every tenth of a second
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.close()
    if transport.is_alive() and transport is not threading.current_thread():
        transport.join(timeout=5.0)


def fingerprint_of(host_key: str) -> str:
    """The fingerprint that `ssh-keygen -l` shows, "SHA256:…"."""
    digest = hashlib.sha256(base64.b64decode(host_key.split(" ")[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def line_of(key: paramiko.PKey) -> str:
    """Return a public key as in known_hosts, "type base64"."""
    return f"{key.get_name()} {base64.b64encode(key.asbytes()).decode()}"


def _algorithms(kind: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def check_host_key(target: Target, shown: str, name: str) -> None:
    """Raise OtherHostKey unless `shown` is the pinned key; no pinned key is accepted only for pairing."""
    if target.host_key and target.host_key != shown:
        raise OtherHostKey(name, shown)


class SshStream:
    """A program at the other end of a channel."""

    def __init__(self, channel: paramiko.Channel, connection: SshConnection, name: str) -> None:
        self._channel, self._connection, self._name = channel, connection, name

    def send(self, data: bytes) -> None:
        """Send all bytes."""
        view = memoryview(data)
        try:
            while view:
                sent = self._channel.send(view[:CHUNK])  # type: ignore[arg-type]
                if not sent:
                    raise LinkError(_("La connexion avec {name} s’est coupée.").format(name=self._name))
                view = view[sent:]
                self._connection.traffic += sent
        except (OSError, EOFError, SSHException) as e:
            raise LinkError(_("La connexion avec {name} s’est coupée.").format(name=self._name)) from e

    def receive(self, size: int) -> bytes:
        """Return exactly `size` bytes."""
        parts: list[bytes] = []
        while size:
            try:
                block = self._channel.recv(min(size, CHUNK))
            except (OSError, EOFError, SSHException) as e:
                raise LinkError(_("{name} ne dit plus rien : le câble, la batterie ?").format(name=self._name)) from e
            if not block:
                raise LinkError(_("La connexion avec {name} s’est coupée.").format(name=self._name))
            parts.append(block)
            size -= len(block)
            self._connection.traffic += len(block)
        return b"".join(parts)

    def ready(self) -> bool:
        """Something has arrived."""
        return self._channel.recv_ready()

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(OSError, EOFError, SSHException):
            self._channel.close()


class SshConnection:
    """One authenticated SSH connection."""

    def __init__(self, transport: paramiko.Transport, target: Target, timeouts: Timeouts) -> None:
        self._transport, self._timeouts = transport, timeouts
        self._sudo = [] if target.user == "root" else ["sudo", "-n", "--"]
        self._name = target.label or target.address
        self.host_key = line_of(transport.get_remote_server_key())
        self.traffic = 0

    def _channel(self, command: Sequence[str], timeout: float) -> paramiko.Channel:
        try:
            channel = self._transport.open_session(timeout=self._timeouts.handshake)
            channel.settimeout(timeout)
            channel.exec_command("exec " + shlex.join([*self._sudo, *command]))
            if self._transport.remote_version.startswith("SSH-2.0-OpenSSH"):  # gives room back every 96 kB; others, we do not know
                with channel.lock:
                    channel.out_window_size = min(channel.out_window_size, IN_FLIGHT)
        except (OSError, EOFError, SSHException) as e:
            raise LinkError(_("La connexion avec {name} s’est coupée.").format(name=self._name)) from e
        return channel

    def start(self, program: bytes) -> Stream:
        """Send a Python program and start it; its source never touches the device's disk."""
        channel = self._channel(["python3", "-BISc", LOADER], self._timeouts.silence)
        stream = SshStream(channel, self, self._name)
        stream.send(packed(program))
        return stream

    def run(self, command: Sequence[str], timeout: float = 30.0) -> Completed:
        """Run one command; standard error joins the output."""
        channel = self._channel(command, timeout)
        channel.set_combine_stderr(True)
        parts: list[bytes] = []
        size = 0
        try:
            while block := channel.recv(CHUNK):
                size += len(block)
                if size > MAX_OUTPUT:
                    break
                parts.append(block)
            code = channel.recv_exit_status() if size <= MAX_OUTPUT else -1
        except (OSError, EOFError, SSHException) as e:
            raise LinkError(_("{name} ne dit plus rien : le câble, la batterie ?").format(name=self._name)) from e
        finally:
            channel.close()
        self.traffic += size
        return Completed(code, b"".join(parts))

    def close(self) -> None:
        """Hang up, and wait for the thread that read."""
        hang_up(self._transport)
