"""Devices that no program can talk to, at the command line and at the bench: what a person answered becomes a signed attestation."""

from __future__ import annotations

from collections.abc import Mapping

from fleet.attestation import Signer, document_of
from fleet.cli.context import Context
from fleet.drivers.checklist import attested
from fleet.model import Device, Profile, SignedAttestation
from fleet.operations.proof import write_attestation


def attest_by_hand(
    context: Context, device: Device, profile: Profile | None, answers: Mapping[str, bool], source: str = ""
) -> SignedAttestation:
    """Sign and keep what was answered (True for yes, False for no, nothing when it was not checked); the inventory follows."""
    attestation = attested(device, profile, answers, context.who, context.now(), source)
    signed = Signer.load(context.folder / "keys").sign(attestation)
    document = document_of(signed)
    write_attestation(context.folder, attestation.id, document)
    context.inventory.record_attestation(attestation, document)
    return signed
