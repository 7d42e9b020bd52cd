"""Guarantees: a session announces itself on the local network and is found without typing an address; mDNS is a hint, the code decides.

What was announced is capped and checked: a name of 80 characters, a port, nothing else is believed.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import ifaddr
import zeroconf
from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

SERVICE = "_colp-atelier._tcp.local."
LONGEST = 80
ALONE = "127.0.0.1"  # this machine's own address: no network
EVERY = 3.0  # seconds between two looks at the networks


@dataclass(frozen=True, slots=True)
class Found:
    """A session seen on the network."""

    name: str
    host: str
    port: int
    pack: str


class Announcement:
    """Says that a session is open, until `close`."""

    def __init__(self, title: str, pack: str, port: int, interfaces: list[str] | None = None) -> None:
        self._zeroconf = (
            Zeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only) if interfaces else Zeroconf(ip_version=IPVersion.V4Only)
        )
        addresses = [socket.inet_aton(address) for address in (interfaces or own_addresses())]
        label = "".join(sign for sign in title if sign not in ".\\")[:40].strip() or "Atelier"
        self._info = ServiceInfo(
            SERVICE, f"{label} {port}.{SERVICE}", addresses=addresses, port=port, properties={"pack": pack, "title": title[:LONGEST]}
        )
        self._zeroconf.register_service(self._info)

    def close(self) -> None:
        """Take it back."""
        self._zeroconf.unregister_service(self._info)
        self._zeroconf.close()


def own_addresses() -> list[str]:
    """The addresses of this tablet on its networks, the one that leads out first; this machine's own alone when there is no network.

    A router without internet may name no way out, and a tablet that is the access point has none: its addresses count all the same.
    """
    found: list[str] = []
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: only asks which interface would
        found.append(str(probe.getsockname()[0]))
    except OSError:
        pass
    finally:
        probe.close()
    for adapter in ifaddr.get_adapters():
        found += [address.ip for address in adapter.ips if isinstance(address.ip, str) and not address.ip.startswith(("127.", "169.254."))]
    return list(dict.fromkeys(found)) or [ALONE]


class Closing(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """End it."""
        ...


class Following:
    """Keeps something open on this tablet's networks, and opens it again whenever they change: the Wi-Fi may come after the workshop.

    Everything is called on a thread of its own: `open_` when there is another network (what it cannot open now is tried again),
    `moved` with the address to be told from then on. Until `close`.
    """

    def __init__(
        self,
        open_: Callable[[], Closing],
        moved: Callable[[str], None],
        addresses: Callable[[], list[str]] = own_addresses,
        every: float = EVERY,
    ) -> None:
        self._open, self._moved, self._addresses, self._every = open_, moved, addresses, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="network", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        opened: Closing | None = None
        known: list[str] = []
        told = ""
        while True:
            now = self._addresses()
            if now != known:
                if opened is not None:
                    opened.close()
                opened = self._opened()
                known = now if opened is not None else []
            if now[0] != told:
                told = now[0]
                self._moved(told)
            if self._stop.wait(self._every):
                break
        if opened is not None:
            opened.close()

    def _opened(self) -> Closing | None:
        try:
            return self._open()
        except (OSError, RuntimeError, zeroconf.Error):  # no network yet, or none any more
            return None

    def close(self) -> None:
        """Close what is open; the thread is gone when this returns."""
        self._stop.set()
        self._thread.join(10)


class Search:
    """Looks for sessions, until `close`; `seen` is called on zeroconf's thread with each one that comes."""

    def __init__(self, seen: Callable[[Found], None], interfaces: list[str] | None = None) -> None:
        self._seen = seen
        self._zeroconf = (
            Zeroconf(interfaces=interfaces, ip_version=IPVersion.V4Only) if interfaces else Zeroconf(ip_version=IPVersion.V4Only)
        )
        self._browser = ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._changed])

    def _changed(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            return
        info = zeroconf.get_service_info(service_type, name, timeout=1500)
        addresses = info.parsed_addresses(IPVersion.V4Only) if info is not None else []
        if info is not None and addresses and info.port:
            self._seen(Found(_text(info.properties, b"title"), addresses[0], int(info.port), _text(info.properties, b"pack")))

    def close(self) -> None:
        """Look no more."""
        self._browser.cancel()
        self._zeroconf.close()


def _text(properties: Any, key: bytes) -> str:
    value = properties.get(key) or b""
    return "".join(sign for sign in bytes(value).decode("utf-8", "replace") if sign.isprintable())[:LONGEST]
