"""Attestations: canonical JSON, signed with Ed25519, checked anywhere with the public key.

Guarantees: one value has one canonical text (RFC 8785 for objects, arrays, strings, booleans, null and integers up to 2^53;
fractions are refused rather than guessed); a signature is checked over the canonical text of the value that is shown; a key
file is written whole, readable by its owner only; a document is capped and its shape is checked before it is believed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from fleet.errors import DataError, SignatureInvalid
from fleet.i18n import _
from fleet.model import Attestation, Level, MarkEvidence, Method, Person, SignedAttestation, StepEvidence, Verdict

MAX_DOCUMENT = 1 << 20
MAX_SAFE = 2**53
PREFIX = b"colporteur attestation 1\n"  # a signature of this key over something else is none of an attestation
_quoted = json.JSONEncoder(ensure_ascii=False).encode  # of a string: escapes what RFC 8785 escapes, as it does


def canonical_json(value: Any) -> bytes:
    """Return the canonical text of a value (RFC 8785): keys in UTF-16 order, no white space; ValueError for a fraction."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode("utf-8")


def _write(value: Any, parts: list[str]) -> None:
    if value is None or isinstance(value, bool):
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, Enum):
        _write(value.value, parts)
    elif isinstance(value, str):
        parts.append(_quoted(value))
    elif isinstance(value, int):
        if abs(value) > MAX_SAFE:
            raise ValueError("integer beyond 2^53")
        parts.append(str(value))
    elif isinstance(value, Mapping):
        opening = "{"
        for key in sorted(value, key=lambda k: str(k).encode("utf-16-be", "surrogatepass")):
            parts.append(opening)
            _write(str(key), parts)
            parts.append(":")
            _write(value[key], parts)
            opening = ","
        parts.append("}" if value else "{}")
    elif isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        opening = "["
        for item in value:
            parts.append(opening)
            _write(item, parts)
            opening = ","
        parts.append("]" if opening == "," else "[]")
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form")


class Signer:
    """The signing key of this computer, in `keys/attestations.pem`."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    @classmethod
    def load(cls, folder: Path) -> Signer:
        """Read the key, making it the first time."""
        path = folder / "attestations.pem"
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError:
            new_key(path)
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError) as e:
            raise DataError(
                _("La clé qui signe les attestations est illisible : {name}. Remettez la copie de sauvegarde.").format(name=path.name)
            ) from e
        if not isinstance(key, Ed25519PrivateKey):
            raise DataError(_("{name} n’est pas une clé Ed25519.").format(name=path.name))
        return cls(key)

    def sign(self, attestation: Attestation) -> SignedAttestation:
        """Sign the canonical text of an attestation."""
        signature = self._key.sign(PREFIX + canonical_json(asdict(attestation)))
        return SignedAttestation(attestation, self.public_key, base64.b64encode(signature).decode())


def new_key(path: Path, form: PrivateFormat = PrivateFormat.PKCS8) -> None:
    """Make a private key; the file is its owner's only, and whole or not there. If another process was faster, its key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as f:
        f.write(key.private_bytes(Encoding.PEM, form, NoEncryption()))
        f.flush()
        os.fsync(f.fileno())
    try:
        path.hardlink_to(temporary)  # never over another key, as a rename would
    except FileExistsError:
        pass
    except OSError:  # a disk without links
        temporary.rename(path)
    temporary.unlink(missing_ok=True)


def document_of(signed: SignedAttestation) -> str:
    """The JSON text that is kept, copied and checked."""
    value = {"attestation": asdict(signed.attestation), "public_key": signed.public_key, "signature": signed.signature}
    return canonical_json(value).decode()


def fingerprint(public_key: str) -> str:
    """Sixteen hexadecimal digits that name a public key, for people to compare."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:16]


def verify(document: str | bytes, trusted: Iterable[str] = ()) -> Attestation:
    """Check a document and return its attestation; SignatureInvalid when altered, or signed by none of the `trusted` keys (if any)."""
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(data) > MAX_DOCUMENT:
        raise DataError(_("Ce fichier est trop gros pour être une attestation."))
    try:
        value = json.loads(data)
        fields, public, signature = value["attestation"], value["public_key"], value["signature"]
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        raw = base64.b64decode(signature, validate=True)
        text = canonical_json(fields)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as e:
        raise DataError(_("Ce fichier n’est pas une attestation de Colporteur.")) from e
    try:
        key.verify(raw, PREFIX + text)
    except InvalidSignature as e:
        raise SignatureInvalid(_("La signature ne correspond pas : l’attestation a été modifiée.")) from e
    known = list(trusted)
    if known and public not in known:
        raise SignatureInvalid(
            _("L’attestation est intacte, mais signée par une clé inconnue ici ({fingerprint}).").format(fingerprint=fingerprint(public))
        )
    return _attestation(fields)


def _attestation(fields: Mapping[str, Any]) -> Attestation:
    try:
        if fields["format"] != 1:
            raise DataError(_("Cette attestation a un format plus récent que ce logiciel : mettez-le à jour."))
        known = dict(fields)
        known["method"], known["level"], known["verdict"] = Method(known["method"]), Level(known["level"]), Verdict(known["verdict"])
        known["reasons"] = tuple(str(r) for r in known["reasons"])
        known["marks"] = tuple(MarkEvidence(**m) for m in known["marks"])
        known["steps"] = tuple(StepEvidence(**s) for s in known["steps"])
        known["performed_by"], known["verified_by"] = Person(**known["performed_by"]), Person(**known["verified_by"])
        return Attestation(**known)
    except (KeyError, TypeError, ValueError) as e:
        raise DataError(_("Cette attestation est signée, mais il lui manque des champs.")) from e
