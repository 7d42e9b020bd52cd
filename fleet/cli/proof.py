"""Attestations as commands meet them: from the inventory by identifier, or from a file, checked before anything is believed."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path

from fleet.attestation import MAX_DOCUMENT, Signer, verify
from fleet.cli.common import read_file
from fleet.cli.context import Context
from fleet.errors import DataError, NotFound
from fleet.i18n import _
from fleet.model import SignedAttestation

MAX_CERTIFICATE = 8 << 20


def document_bytes(context: Context, text: str) -> tuple[bytes, bool]:
    """The JSON text of an attestation (from inside its certificate, too), and True when it comes from this inventory."""
    if text == "-" or Path(text).is_file():
        data = read_file(text, MAX_CERTIFICATE)
        return (attached(data) if data.startswith(b"%PDF-") else data), False
    try:
        return context.inventory.attestation(text).encode(), True
    except NotFound as error:
        raise NotFound(_("« {text} » n’est ni une attestation de cet inventaire, ni un fichier.").format(text=text)) from error


def attached(data: bytes) -> bytes:
    """The signed document inside a certificate; DataError when the PDF holds none. Nothing of it is believed before `verify`."""
    for match in re.finditer(rb"/EmbeddedFile\b.{0,400}?\bstream\r?\n", data, re.DOTALL):
        inflate = zlib.decompressobj()
        try:
            found = inflate.decompress(data[match.end() :], MAX_DOCUMENT)
        except zlib.error:
            found = data[match.end() : match.end() + MAX_DOCUMENT].partition(b"endstream")[0].strip()
        if found.startswith(b"{") and b'"signature"' in found:
            return found
    raise DataError(_("Ce PDF ne contient pas d’attestation : demandez le fichier d’origine, pas une copie réimprimée."))


def signed_of(context: Context, text: str) -> SignedAttestation:
    """An attestation whose signature holds."""
    data, _ours = document_bytes(context, text)
    attestation = verify(data)
    value = json.loads(data)
    return SignedAttestation(attestation, value["public_key"], value["signature"])


def trusted_keys(context: Context, given: list[str]) -> list[str]:
    """Public keys that are believed: those given (base64, or files that hold it), this computer's, and `keys/trusted/*.pub`."""
    keys = [_key(text) for text in given]
    folder = context.folder / "keys"
    if (folder / "attestations.pem").is_file():
        keys.append(Signer.load(folder).public_key)
    for path in sorted((folder / "trusted").glob("*.pub")):
        keys.append(_key(str(path)))
    return keys


def _key(text: str) -> str:
    path = Path(text)
    try:
        found = path.read_text(encoding="ascii") if path.is_file() else text
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(_("« {text} » n’est pas une clé publique lisible.").format(text=text)) from error
    return found.split()[0] if found.split() else ""
