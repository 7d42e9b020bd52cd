"""The state a profile asks for, as a manifest of this computer's own files.

Guarantees: each local file is hashed once a run, and only when a device needs it, whatever their number; bytes are read again, and
hashed again by the device, when they are sent, so that a file that changed meanwhile is refused and never half of each; a link out of
a pack's folder is refused. Compression is tried once a file for all devices, and used where it pays.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fleet.errors import DataError
from fleet.i18n import _
from fleet.model import Profile
from fleet.operations.manifest import Entry, outermost

BLOCK = 1 << 18
SAMPLE = 1 << 12  # bytes tried of the beginning, the middle and the end
PAYS = 0.7  # compressed size of a sample below which the device's time to inflate is worth it
LEVEL = 4  # done once for all devices: 15 % less to send and to inflate than level 1, for a third more time
RAW = -zlib.MAX_WBITS  # without zlib's own checksum: the device compares SHA-256
KEPT = 32 << 20  # bytes of compressed content kept for the other devices of a run
_hashing = threading.Lock()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that must be there. `entry` has the owner as numbers when `owner` is empty, and no digest of a file on this computer."""

    entry: Entry
    owner: str = "root"
    source: Path | None = None
    content: bytes = b""  # of a file written in the profile, or the target of a link
    _sha: str = field(default="", init=False, repr=False, compare=False)

    @property
    def sha(self) -> str:
        """The digest of `entry`; of a file that has none there yet, worked out when it is first asked for."""
        if self.entry.digest or self._sha:
            return self.entry.digest or self._sha
        with _hashing:
            if not self._sha:
                object.__setattr__(self, "_sha", self.digest())
        return self._sha

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """Bytes of the file from `start` on."""
        if self.source is None:
            yield self.content[start:]
            return
        with self.source.open("rb") as f:
            f.seek(start)
            while block := f.read(BLOCK):
                yield block

    def digest(self, salt: bytes = b"", size: int | None = None) -> str:
        """SHA-256 of `salt` and the content, of its first `size` bytes when given."""
        total = hashlib.sha256(salt)
        left = self.entry.size if size is None else size
        for block in self.blocks():
            total.update(block[:left])
            left -= len(block)
            if left <= 0:
                break
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Desired:
    """Everything a profile asks of a disk: `wanted` by path, `exact` folders where nothing else may be."""

    wanted: Mapping[str, Wanted]
    exact: tuple[str, ...] = ()
    profile: Profile = field(default_factory=lambda: Profile("", ""))
    roots: tuple[str, ...] = field(init=False)  # what must be listed to compare

    def __post_init__(self) -> None:
        object.__setattr__(self, "roots", outermost([*self.exact, *self.wanted]))  # once for all devices

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(w.entry.size for w in self.wanted.values())


def desired_state(profile: Profile, content: Path) -> Desired:
    """Read the packs and files of a profile below the `content` folder; DataError says what is missing."""
    wanted: dict[str, Wanted] = {}
    for pack in profile.packs:
        folder = content / pack.source
        if not folder.is_dir():
            raise DataError(
                _("Le dossier « {source} » du profil {id} n’est pas dans {content}.").format(
                    source=pack.source, id=profile.id, content=content
                )
            )
        wanted[pack.target] = Wanted(Entry("d", 0o755, 0, 0))
        for path, relative in _walk(folder):
            wanted[f"{pack.target.rstrip('/')}/{relative}"] = _wanted_of(path, folder)
    for file in profile.files:
        if file.source is not None:
            source = content / file.source
            if not source.is_file():
                raise DataError(
                    _("Le fichier « {source} » du profil {id} n’est pas dans {content}.").format(
                        source=file.source, id=profile.id, content=content
                    )
                )
            status = source.stat()
            wanted[file.target] = _file(status.st_size, file.mode, file.owner, source=source, mtime=int(status.st_mtime))
        else:
            data = file.content.encode()
            wanted[file.target] = _file(len(data), file.mode, file.owner, content=data)
    exact = tuple(pack.target for pack in profile.packs if pack.exact)
    return Desired(wanted, exact, profile)


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    for here, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = Path(here, name)
            yield path, path.relative_to(folder).as_posix()


def _wanted_of(path: Path, folder: Path) -> Wanted:
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return Wanted(Entry("d", 0o755, 0, 0))
    if stat.S_ISLNK(status.st_mode):
        target = path.readlink()
        if target.is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            raise DataError(
                _("{name} est un lien qui sort du dossier {name2} : remplacez-le par le fichier lui-même.").format(
                    name=path.name, name2=folder.name
                )
            )
        data = os.fsencode(target)
        return Wanted(Entry("l", 0o777, 0, 0, len(data), hashlib.sha256(data).hexdigest()), content=data)
    if not stat.S_ISREG(status.st_mode):
        raise DataError(_("{name} n’est ni un fichier ni un dossier.").format(name=path.name))
    # What runs stays so; who may read it on this computer does not matter to the device.
    mode = 0o755 if status.st_mode & 0o100 else 0o644
    return _file(status.st_size, mode, "root", source=path, mtime=int(status.st_mtime))


def _file(size: int, mode: int, owner: str, source: Path | None = None, content: bytes = b"", mtime: int = 0) -> Wanted:
    digest = "" if source is not None else hashlib.sha256(content).hexdigest()
    return Wanted(Entry("f", mode, 0, 0, size, digest, mtime), owner, source, content)


def file_of(content: bytes, mode: int, owner: str = "root") -> Wanted:
    """A file with these bytes."""
    return _file(len(content), mode, owner, content=content)


def file_at(path: Path, mode: int = 0o644) -> Wanted:
    """A file of this computer."""
    return _file(path.stat().st_size, mode, "root", source=path, mtime=int(path.stat().st_mtime))


class Compressor:
    """Compressed content, tried once and shared by the devices of a run; None when it does not pay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, bytes | None] = {}
        self._size = 0

    def packed(self, wanted: Wanted) -> bytes | None:
        """The whole file compressed, or None: send it as it is."""
        key = wanted.sha
        if key in self._kept:  # without the lock: what is kept never changes
            return self._kept[key]
        with self._lock:
            if key not in self._kept:
                packed = self._try(wanted)
                if packed is not None and self._size + len(packed) > KEPT:
                    packed = None
                self._size += len(packed or b"")
                self._kept[key] = packed
            return self._kept[key]

    @staticmethod
    def _try(wanted: Wanted) -> bytes | None:
        size = wanted.entry.size
        if size < 512 or size > KEPT:
            return None
        data = b"".join(wanted.blocks())
        middle = len(data) // 2
        sample = data if len(data) <= 3 * SAMPLE else data[:SAMPLE] + data[middle : middle + SAMPLE] + data[-SAMPLE:]
        if len(zlib.compress(sample, 1)) > PAYS * len(sample):
            return None
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
        packed = compressor.compress(data) + compressor.flush()
        return packed if len(packed) < PAYS * size else None


def salted(desired: Mapping[str, Wanted], salt: bytes) -> dict[str, str]:
    """The digests a device must give when everything is hashed behind `salt`: it cannot have prepared them."""
    return {p: (w.digest(salt) if w.entry.kind == "f" else _link(w, salt)) for p, w in desired.items()}


def _link(wanted: Wanted, salt: bytes) -> str:
    return hashlib.sha256(salt + wanted.content).hexdigest() if wanted.entry.kind == "l" else "-"
