"""Making the acquaintance of a device on the bench: its host key is pinned once a person said that it is the one in front of them.

Guarantees: nothing is written on the device; nothing is kept before the person confirmed; a device that is known already keeps its
identifier and its place in its case; the fleet's private key is made once and is its owner's only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, load_ssh_private_key

from fleet.attestation import new_key
from fleet.drivers.session import DeviceSession
from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Device, DeviceState
from fleet.operations.facts import FACT_FILES, Facts, parse_facts
from fleet.transport.port import Target, Transport


@dataclass(frozen=True, slots=True)
class Stranger:
    """A device that answered and is not pinned yet."""

    target: Target
    host_key: str
    facts: Facts
    name: str = ""


def fleet_key(folder: Path) -> tuple[Path, str]:
    """Return the private key's path and the public line to put on devices ("type base64 comment"), made the first time."""
    path = folder / "keys" / "ssh_ed25519"
    if not path.exists():
        new_key(path, PrivateFormat.OpenSSH)
    try:
        public = load_ssh_private_key(path.read_bytes(), None).public_key()
        line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " colporteur"
    except (OSError, ValueError) as e:
        raise DataError(_("La clé de la flotte est illisible ({name}). Remettez la copie de sauvegarde.").format(name=path.name)) from e
    visible = path.with_suffix(".pub")
    if not visible.exists() or visible.read_text("ascii", "replace").strip() != line:
        visible.write_text(line + "\n")
    return path, line


def meet(transport: Transport, target: Target, name: str = "") -> Stranger:
    """Connect to a device whose key is not pinned, and ask what it is; the key is shown to the person before it is kept."""
    connection = transport.connect(replace(target, host_key=""))
    try:
        session = DeviceSession(connection, target.label or target.address)
        try:
            facts = parse_facts(session.call("facts", files=list(FACT_FILES), salt=b"", uids=[]))
        finally:
            session.close()
        return Stranger(target, connection.host_key, facts, name)
    finally:
        connection.close()


def paired(stranger: Stranger, device: Device | None, fresh: Callable[[str], Device]) -> Device:
    """The device to enter: `device` when it is known already, else a new one made by `fresh` from its name."""
    base = device or fresh(stranger.name or stranger.facts.serial or stranger.target.address)
    if device is not None and device.serial and stranger.facts.serial and device.serial != stranger.facts.serial:
        raise DataError(
            _("Cet appareil dit avoir le numéro de série {serial}, et {name} a {serial2} dans l’inventaire.").format(
                serial=stranger.facts.serial, name=device.name, serial2=device.serial
            )
        )
    return replace(
        base,
        host_key=stranger.host_key,
        serial=stranger.facts.serial or base.serial,
        address=stranger.target.address,
        port=stranger.target.port,
        user=stranger.target.user,
        firmware=stranger.facts.image or base.firmware,
        battery=stranger.facts.battery if stranger.facts.battery is not None else base.battery,
        state=DeviceState.DIRTY,
        reason="",
    )
