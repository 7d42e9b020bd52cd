"""Devices that no program can talk to, at the command line and at the bench: what a person answered becomes a signed attestation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fleet.attestation import Signer, document_of
from fleet.cli.context import Context
from fleet.drivers.checklist import attested
from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Device, DriverName, Profile, SignedAttestation, StepEvidence
from fleet.operations.desired import file_at
from fleet.operations.flash import flash
from fleet.operations.proof import write_attestation
from fleet.volumes import plugged


def flash_board(context: Context, device: Device, profile: Profile | None, content: Path) -> tuple[StepEvidence, ...]:
    """Put the profile's programs on a micro:bit, one after the other, when it is plugged in; what was done, for the attestation."""
    programs = profile.apps if profile is not None and device.driver is DriverName.MICROBIT else ()
    board = next((v for v in plugged() if v.driver is DriverName.MICROBIT and v.serial == device.serial), None)
    if not programs or board is None:
        return ()
    done = []
    for app in programs:
        path = content / app.file
        if not app.file or not path.is_file():
            raise DataError(_("Le programme « {value} » n’est pas dans {content}.").format(value=app.file or app.package, content=content))
        wanted = file_at(path)
        if app.sha256 and wanted.sha != app.sha256:
            raise DataError(_("Le programme « {file} » n’est pas celui du profil : son empreinte diffère.").format(file=app.file))
        context.console.note(_("{name} : copie de {name2}…").format(name=device.name, name2=path.name))
        flash(board.folder, path.read_bytes(), path.name)
        done.append(StepEvidence(f"flash {app.id}", "done", f"{context.now():%Y-%m-%dT%H:%M:%SZ}", wanted.sha))
    return tuple(done)


def attest_by_hand(
    context: Context,
    device: Device,
    profile: Profile | None,
    answers: Mapping[str, bool],
    source: str = "",
    done: tuple[StepEvidence, ...] = (),
) -> SignedAttestation:
    """Sign and keep what was answered (True for yes, False for no, nothing when it was not checked); the inventory follows."""
    attestation = attested(device, profile, answers, context.who, context.now(), source, done)
    signed = Signer.load(context.folder / "keys").sign(attestation)
    document = document_of(signed)
    write_attestation(context.folder, attestation.id, document)
    context.inventory.record_attestation(attestation, document)
    return signed
