"""Guarantees: a pack is installed whole or not at all, also when the power goes; nothing is ever written outside the store's folder.

A pack lies there as one ZIP written by us from checked members, so that one rename puts it in place.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from mediation_apps.errors import NotFound, PackError, PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime.archive import Files, open_files
from mediation_apps.runtime.pack import IDENTIFIER, REFUSED, Pack, load_pack, read_pack

STORED = frozenset({"png", "jpg", "jpeg", "gif", "webp", "ogg", "mp3", "m4a", "mp4", "webm", "h5p", "epub"})  # already packed
EPOCH = (1980, 1, 1, 0, 0, 0)  # one date for every member: the same folder gives the same bytes


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one rename; what a cut leaves behind is hidden, so that the folder still reads. `OSError` leaves the old file."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with open(temporary, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_pack(files: Files, target: Path) -> None:
    """Write checked files as a ZIP at `target`, in one rename; `PackStoreError` leaves what was there."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".incoming-", suffix=".zip", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                _write_zip(files, out)
                out.flush()
                os.fsync(out.fileno())
            temporary.chmod(0o644)
            temporary.replace(target)
            sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as e:
        raise PackStoreError(_("L’atelier n’a pas pu être enregistré : disque plein ou protégé. Rien n’a changé.")) from e


def _write_zip(files: Files, out: object) -> None:
    with zipfile.ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        for name in files.names():
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.rpartition(".")[2].lower() in STORED else zipfile.ZIP_DEFLATED
            archive.writestr(info, files.read(name))


def sync_folder(folder: Path) -> None:
    """Make renames in it last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class PackStore:
    """The packs of one tablet."""

    def __init__(self, root: Path) -> None:
        self._root = root
        if root.is_dir():
            for left in root.glob(".incoming-*"):  # a cut during an earlier installation
                left.unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        """Identifiers of what is installed, sorted."""
        return tuple(sorted(path.stem for path in self._root.glob("*.zip") if IDENTIFIER.fullmatch(path.stem)))

    def open(self, identifier: str) -> Pack:
        """One installed pack."""
        if not IDENTIFIER.fullmatch(identifier) or not self._path(identifier).is_file():
            raise NotFound(_("Cet atelier n’est pas installé sur cette tablette."))
        return load_pack(self._path(identifier))

    def install(self, source: Path) -> Pack:
        """Check a folder or ZIP and put it into the store; an older one of that name is replaced."""
        files = open_files(source)
        pack = read_pack(files)
        if all(entry.status == REFUSED for entry in pack.entries):
            raise PackError(_("Aucune activité de cet atelier ne peut être jouée. Lancez « workshop check » pour savoir pourquoi."))
        write_pack(files, self._path(pack.manifest.identifier))
        return pack

    def remove(self, identifier: str) -> None:
        """Take one pack out; one that is not there is no error."""
        if IDENTIFIER.fullmatch(identifier):
            self._path(identifier).unlink(missing_ok=True)

    def _path(self, identifier: str) -> Path:
        return self._root / f"{identifier}.zip"
