"""A key that belongs to this device, to keep card numbers unreadable on its disk.

Guarantees: the key file is made once, 0600, whole or not at all; what is sealed for one hold opens for no other; a lost or
replaced key makes sealed values unreadable, never wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import Self

FILE = "outbox.key"
_BYTES = 32
_NONCE = 12  # bytes, as AES-GCM wants


class Sealer:
    """AES-256-GCM with the device's key (NIST SP 800-38D)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, data: Path) -> Self:
        """Return the sealer of the device whose files are in `data`, making its key when there is none."""
        path = data / FILE
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) != _BYTES:
            key = os.urandom(_BYTES)
            _write(path, key)
        return cls(key)

    def seal(self, text: str, purpose: str) -> bytes:
        """Encrypt `text`, to be opened with the same `purpose` only."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str | None:
        """Decrypt, or return None when it was not sealed with this key for this purpose."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            return AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode()).decode()
        except (InvalidTag, ValueError):
            return None

    def mark(self, text: str) -> bytes:
        """Return a mark by which the same text is recognised on this device only."""
        return hmac.new(self._key, b"who\0" + text.encode(), hashlib.sha256).digest()[:16]


def _write(path: Path, key: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
