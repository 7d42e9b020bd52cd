"""Guarantees: a workshop that a tablet lacks arrives whole and as the facilitator's key signed it, or not at all; it never replaces one.

What came lies under its own digest in `received/`, apart from what was installed. A part file grows while it comes and is taken up again
after a drop, a restart or a cut; one rename puts the checked whole in its place. Sizes are capped, and the disk is asked for room first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mediation_apps.errors import HostilePack, PackError, PackStoreError, WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files, ZipFiles
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.session.wire import CHUNK, Offer
from mediation_apps.runtime.store import sync_folder, write_pack

PURPOSE = b"colporteur workshop parcel 1\0"  # what the signature is for: no other signature of this key fits
SPARE = 64 * limits.MIB  # bytes that stay free on the tablet's disk
KEPT = 6  # received workshops kept on a tablet, the oldest go


def digest_of(files: Files) -> str:
    """What a workshop contains, whatever its form: the same for a folder and for its ZIP. Hexadecimal SHA-256."""
    whole = hashlib.sha256()
    for name in files.names():
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(files.read(name)).digest())
    return whole.hexdigest()


def _signed(identifier: str, digest: str, size: int, sha: str) -> bytes:
    return PURPOSE + "\n".join((identifier, digest, str(size), sha)).encode()


class Parcel:
    """The facilitator's side: the workshop as one file, and what vouches for it. `close` removes the file."""

    def __init__(self, pack: Pack) -> None:
        key = Ed25519PrivateKey.generate()
        self.key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self._folder = Path(tempfile.mkdtemp(prefix="colporteur-parcel-"))
        self._path = self._folder / "parcel.zip"
        try:
            write_pack(pack.files, self._path)
            data = self._path.read_bytes()
            self.digest = digest_of(pack.files)
        except (OSError, WorkshopError):
            self.close()
            raise
        sha, identifier = hashlib.sha256(data).hexdigest(), pack.manifest.identifier
        signature = key.sign(_signed(identifier, self.digest, len(data), sha)).hex()
        self.offer = Offer(identifier, self.digest, len(data), sha, signature)

    def chunk(self, offset: int) -> bytes:
        """Up to `CHUNK` bytes from there; nothing beyond the end."""
        with open(self._path, "rb") as source:
            source.seek(max(0, min(offset, self.offer.size)))
            return source.read(CHUNK)

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)


def vouched(offer: Offer, key: str, identifier: str, digest: str) -> None:
    """`HostilePack` unless the session's key signed this offer, and it is the workshop of this session."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(offer.signature), _signed(offer.pack, offer.digest, offer.size, offer.sha))
    except (ValueError, InvalidSignature) as e:
        raise _refused() from e
    if (offer.pack, offer.digest) != (identifier, digest):
        raise _refused()
    if not 0 < offer.size <= limits.MAX_ARCHIVE:
        raise HostilePack(_("L’atelier proposé est trop gros. Il n’a pas été reçu."))


def _refused() -> HostilePack:
    return HostilePack(_("L’atelier proposé ne vient pas de la tablette de l’animateur. Il n’a pas été reçu."))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A workshop on its way: `at` bytes of `offer.size` are here."""

    offer: Offer
    at: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.at >= self.offer.size


class Inbox:
    """The tablet's side: `received/` below its packs."""

    def __init__(self, root: Path) -> None:
        self._root = root / "received"

    def _part(self, offer: Offer) -> Path:
        return self._root / f".part-{offer.sha}"

    def path(self, digest: str) -> Path:
        """Where a received workshop lies."""
        return self._root / f"{digest}.zip"

    def find(self, identifier: str, digest: str) -> Pack | None:
        """A workshop received earlier, if it is still exactly that one."""
        path = self.path(digest)
        if not path.is_file():
            return None
        try:
            files = ZipFiles(path)
            pack = read_pack(files)
            return pack if pack.manifest.identifier == identifier and digest_of(files) == digest else None
        except WorkshopError:
            return None

    def begin(self, offer: Offer) -> Incoming:
        """Take up what is already here; `PackStoreError` when the disk has no room. Parts of other workshops go."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            part = self._part(offer)
            for other in self._root.glob(".part-*"):
                if other != part:
                    other.unlink(missing_ok=True)
            at = part.stat().st_size if part.exists() else 0
            if at > offer.size:
                part.unlink()
                at = 0
            if shutil.disk_usage(self._root).free < offer.size - at + SPARE:
                raise PackStoreError(_("Il n’y a plus de place sur cette tablette pour recevoir l’atelier."))
        except OSError as e:
            raise _disk() from e
        return Incoming(offer, at)

    def take(self, incoming: Incoming, offset: int, data: bytes) -> Incoming:
        """Append what was asked for; anything else changes nothing."""
        if offset != incoming.at or not data or len(data) > min(CHUNK, incoming.offer.size - incoming.at):
            return incoming
        try:
            with open(self._part(incoming.offer), "r+b" if incoming.at else "wb") as out:
                out.seek(incoming.at)
                out.write(data)
                out.truncate()
        except OSError as e:
            raise _disk() from e
        return Incoming(incoming.offer, incoming.at + len(data))

    def finish(self, incoming: Incoming) -> Pack:
        """Check the whole, then put it in place; `PackError` removes what came, because it is not what was signed."""
        part, target = self._part(incoming.offer), self.path(incoming.offer.digest)
        try:
            data = part.read_bytes()
            if hashlib.sha256(data).hexdigest() != incoming.offer.sha:
                raise PackError(_("L’atelier est arrivé abîmé. Il est demandé de nouveau."))
            files = ZipFiles(data)
            pack = read_pack(files)
            if pack.manifest.identifier != incoming.offer.pack or digest_of(files) != incoming.offer.digest:
                raise _refused()
            with open(part, "rb") as whole:
                os.fsync(whole.fileno())
            part.replace(target)
            sync_folder(self._root)
            self._forget_old(target)
        except PackError:
            part.unlink(missing_ok=True)
            raise
        except OSError as e:
            raise _disk() from e
        found = self.find(incoming.offer.pack, incoming.offer.digest)
        if found is None:
            raise _disk()
        return found

    def _forget_old(self, newest: Path) -> None:
        others = sorted((path for path in self._root.glob("*.zip") if path != newest), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in others[KEPT - 1 :]:
            path.unlink(missing_ok=True)


def _disk() -> PackStoreError:
    return PackStoreError(_("L’atelier n’a pas pu être enregistré : disque plein ou protégé. Rien n’a changé."))
