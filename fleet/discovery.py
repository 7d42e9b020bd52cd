"""Devices on the table: multicast DNS as a hint, reconciled with what the inventory knows.

Guarantees: an announcement is never an identity: only a pinned host key is (fleet.transport.ssh); what is announced is capped in
number and length and cleaned of control characters; a device that is not announced is still tried at its last address and at
the one typed by hand; two that claim one name or one serial are both kept, and said. `reconcile` is pure.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

from fleet.errors import LinkError
from fleet.i18n import _
from fleet.model import Device

SERVICE = "_colporteur._tcp.local."
MAX_SIGHTINGS = 256  # of one network; a table holds twenty devices
MAX_TEXT = 64
RESOLVE_AFTER = 0.4  # seconds before a name without address is asked for again
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One announcement, as it was heard."""

    name: str
    address: str
    port: int = 22
    serial: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """A device and where to try it, best first; or an announcement that no device of the inventory accounts for."""

    device: Device | None
    addresses: tuple[tuple[str, int], ...] = ()
    sightings: tuple[Sighting, ...] = ()
    trouble: str = ""  # a French sentence


def sighting_of(name: str, addresses: Sequence[str], port: int | None, properties: Mapping[bytes, bytes | None]) -> Sighting | None:
    """Read one announcement; None when it says nothing of use."""
    if not addresses or not port or not 0 < port < 65536:
        return None
    label = name.removesuffix("." + SERVICE)

    def text(key: bytes) -> str:
        return _CONTROL.sub("", (properties.get(key) or b"")[:MAX_TEXT].decode("utf-8", "replace")).strip()

    return Sighting(_CONTROL.sub("", label)[:MAX_TEXT], addresses[0], port, text(b"serial"), text(b"model"))


def reconcile(
    sightings: Iterable[Sighting], devices: Iterable[Device], typed: Mapping[str, tuple[str, int]] | None = None
) -> list[Located]:
    """Say where each known device may be, then which announcements are of nobody known; `typed` are addresses by device id."""
    heard = sorted(set(sightings), key=lambda s: (s.name, s.address))
    claimed: set[Sighting] = set()
    result = []
    for device in devices:
        mine = [s for s in heard if device.serial and s.serial == device.serial]
        claimed.update(mine)
        tries = [(typed or {})[device.id]] if device.id in (typed or {}) else []
        tries += [(s.address, s.port) for s in mine]
        if device.address:
            tries.append((device.address, device.port))
        trouble = ""
        if len({s.address for s in mine}) > 1:
            places = ", ".join(s.address for s in mine)
            trouble = _("Plusieurs appareils annoncent le numéro de série {serial} ({places}) : la clé dira lequel est le bon.").format(
                serial=device.serial, places=places
            )
        result.append(Located(device, tuple(dict.fromkeys(tries)), tuple(mine), trouble))
    known = {address for located in result for address, _port in located.addresses}
    for sighting in heard:
        if sighting not in claimed:
            twins = [s for s in heard if s.serial and s.serial == sighting.serial and s != sighting]
            trouble = _("Le numéro de série {serial} est annoncé plusieurs fois.").format(serial=sighting.serial) if twins else ""
            if not trouble and sighting.address in known:
                trouble = _("Cette adresse est celle d’un appareil connu, qui annonce un autre numéro de série.")
            result.append(Located(None, ((sighting.address, sighting.port),), (sighting,), trouble))
    return result


def same_names(sightings: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    """Announcements whose names are one name (mDNS adds « #2 » or « -2 » to the second)."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(re.sub(r"( #\d+| \(\d+\)|(?<=\d)-\d+)$", "", sighting.name), []).append(sighting)
    return {name: found for name, found in groups.items() if len({s.address for s in found}) > 1}


class Discovery(ServiceListener):
    """Listens until closed; `sightings` is always the present view. A context manager."""

    def __init__(self, interfaces: Sequence[str] | None = None) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, float] = {}
        self._found: dict[str, Sighting] = {}
        self._changed = threading.Event()
        try:
            if interfaces:
                self._zeroconf = Zeroconf(interfaces=list(interfaces), ip_version=IPVersion.V4Only)
            else:
                self._zeroconf = Zeroconf(ip_version=IPVersion.V4Only)
        except OSError as e:
            raise LinkError(_("La recherche d’appareils n’est pas possible : aucun réseau sur cet ordinateur.")) from e
        self._browser = ServiceBrowser(self._zeroconf, SERVICE, listener=self)

    def __enter__(self) -> Discovery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; no thread is left."""
        self._browser.cancel()
        self._zeroconf.close()

    # zeroconf's ServiceListener

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Note a name."""
        with self._lock:
            if len(self._names) < MAX_SIGHTINGS:
                self._names.setdefault(name, time.monotonic())
        self._read(zc, name)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Note a new address or text."""
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Forget a name."""
        with self._lock:
            self._names.pop(name, None)
            self._found.pop(name, None)

    def _read(self, zc: Zeroconf, name: str) -> None:
        """Read what came with the announcement, without asking."""
        info = ServiceInfo(SERVICE, name)
        if info.load_from_cache(zc):
            self._keep(name, info)

    def _keep(self, name: str, info: ServiceInfo) -> None:
        sighting = sighting_of(name, info.parsed_addresses(IPVersion.V4Only), info.port, info.properties)
        with self._lock:
            if sighting is not None and name in self._names:
                self._found[name] = sighting
                self._changed.set()

    def sightings(self) -> list[Sighting]:
        """What is announced now, sorted by name."""
        with self._lock:
            return sorted(self._found.values(), key=lambda s: s.name)

    def wait(self, enough: Callable[[list[Sighting]], bool], seconds: float) -> list[Sighting]:
        """Listen until `enough`, or for `seconds`; names heard without an address are asked for."""
        deadline = time.monotonic() + seconds
        asked: set[str] = set()
        while not enough(found := self.sightings()) and (left := deadline - time.monotonic()) > 0:
            with self._lock:
                late = [n for n, at in self._names.items() if n not in self._found and time.monotonic() - at > RESOLVE_AFTER]
            for name in late[:4]:
                if name not in asked:
                    asked.add(name)
                    info = ServiceInfo(SERVICE, name)
                    if info.request(self._zeroconf, 500):
                        self._keep(name, info)
            self._changed.wait(min(0.1, left))
            self._changed.clear()
        return found
