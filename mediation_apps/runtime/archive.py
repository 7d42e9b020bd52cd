"""Guarantees: what is read from a folder or a ZIP stays inside it and inside `limits`, whatever the file claims about itself.

Refused, with a sentence: not a ZIP, paths that leave (`../`, absolute, drive letters), symbolic links, two members of one name,
encryption, too many or too large members, bombs (sizes are counted while unpacking, never believed). Nothing is written here.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Protocol

from mediation_apps.errors import HostilePack, NotFound, PackError, PackStoreError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits


class Files(Protocol):
    """Named bytes, read-only: a folder, a ZIP, a ZIP inside one."""

    def names(self) -> tuple[str, ...]:
        """Every file's path, sorted, with forward slashes."""
        ...

    def read(self, name: str, cap: int = limits.MAX_MEMBER) -> bytes:
        """The bytes of one file; `NotFound`, or `PackError` above `cap`."""
        ...


def safe_name(name: str) -> str:
    """The path in its plain form; `HostilePack` when it could lead out of the pack."""
    path = PurePosixPath(name.replace("\\", "/"))
    drive = len(path.parts) > 0 and ":" in path.parts[0]
    if not name or "\0" in name or path.is_absolute() or ".." in path.parts or drive or len(name) > limits.MAX_NAME:
        raise HostilePack(_("Ce paquet contient un chemin dangereux. Il n’a pas été ouvert. Demandez-le de nouveau à son auteur."))
    return str(path)


def too_large() -> HostilePack:
    """The sentence for anything that swells."""
    return HostilePack(_("Ce paquet est trop gros une fois ouvert. Il n’a pas été installé. Réduisez les images et les sons."))


class ZipFiles:
    """A ZIP, checked whole when it is opened, counted again while it is read."""

    def __init__(self, source: Path | bytes) -> None:
        try:
            size = len(source) if isinstance(source, bytes) else source.stat().st_size
            if size > limits.MAX_ARCHIVE:
                raise too_large()
            self._zip = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as e:
            raise PackError(_("Ce fichier n’est pas un paquet : il est abîmé ou d’une autre sorte. Copiez-le de nouveau.")) from e
        except FileNotFoundError as e:
            raise NotFound(_("Fichier introuvable. Vérifiez son nom et la clé USB.")) from e
        except OSError as e:
            raise PackStoreError(_("Ce fichier ne se lit pas. Essayez une autre clé USB.")) from e
        self._members = self._check()

    def _check(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > limits.MAX_MEMBERS or sum(info.file_size for info in infos) > limits.MAX_TOTAL:
            raise too_large()
        members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = safe_name(info.filename)
            if stat.S_ISLNK(info.external_attr >> 16):
                raise HostilePack(_("Ce paquet contient un raccourci vers l’extérieur. Il n’a pas été ouvert."))
            if info.is_dir():
                continue
            if info.flag_bits & 0x1:
                raise PackError(_("Ce paquet est protégé par un mot de passe. Enregistrez-le sans mot de passe."))
            if name.casefold() in members and not self._same(members[name.casefold()], info):
                raise HostilePack(_("Ce paquet contient deux fichiers du même nom. Il n’a pas été ouvert. Refaites le paquet."))
            if info.file_size > limits.MAX_MEMBER or self._swells(info):
                raise too_large()
            members[name.casefold()] = info
        return {safe_name(info.filename): info for info in members.values()}

    @staticmethod
    def _swells(info: zipfile.ZipInfo) -> bool:
        return info.file_size > limits.MIB and info.file_size > limits.MAX_RATIO * max(info.compress_size, 1)

    def _same(self, one: zipfile.ZipInfo, other: zipfile.ZipInfo) -> bool:
        """Whether two members of one name hold the same bytes: some H5P exporters write a file twice, which is harmless."""
        if one.filename != other.filename or one.file_size != other.file_size or one.file_size > limits.MAX_TEXT_FILE:
            return False
        return self._unpack(one, limits.MAX_TEXT_FILE) == self._unpack(other, limits.MAX_TEXT_FILE)

    def _unpack(self, info: zipfile.ZipInfo, cap: int) -> bytes:
        try:
            with self._zip.open(info) as stream:
                data = stream.read(min(cap, info.file_size) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as e:
            raise PackError(_("Un fichier du paquet est abîmé. Copiez le paquet de nouveau.")) from e
        if len(data) > min(cap, info.file_size):
            raise too_large()
        return data

    def names(self) -> tuple[str, ...]:
        """Every member but folders, sorted."""
        return tuple(sorted(self._members))

    def read(self, name: str, cap: int = limits.MAX_MEMBER) -> bytes:
        """Unpack one member, never more than `cap` bytes."""
        info = self._members.get(name)
        if info is None:
            raise NotFound(_("Le fichier « {name} » manque dans le paquet.").format(name=name))
        return self._unpack(info, cap)


class FolderFiles:
    """A folder; links are refused, hidden files and (`code`) Python modules of the shipped apps are passed over."""

    def __init__(self, root: Path, *, code: bool = False) -> None:
        if not root.is_dir():
            raise NotFound(_("Dossier introuvable : vérifiez son nom."))
        self._root = root
        self._names: list[str] = []
        self._walk(root, code)
        self._names.sort()

    def _walk(self, folder: Path, code: bool) -> None:
        for entry in folder.iterdir():
            if entry.name.startswith(".") or (code and (entry.suffix == ".py" or entry.name == "__pycache__")):
                continue
            if entry.is_symlink():
                raise HostilePack(_("Ce dossier contient un raccourci vers l’extérieur. Il n’a pas été ouvert."))
            if entry.is_dir():
                self._walk(entry, code)
            else:
                self._names.append(safe_name(entry.relative_to(self._root).as_posix()))
            if len(self._names) > limits.MAX_MEMBERS:
                raise too_large()

    def names(self) -> tuple[str, ...]:
        """Every file below the folder, sorted."""
        return tuple(self._names)

    def read(self, name: str, cap: int = limits.MAX_MEMBER) -> bytes:
        """One file, never more than `cap` bytes."""
        if name not in self._names:
            raise NotFound(_("Le fichier « {name} » manque dans le paquet.").format(name=name))
        try:
            with (self._root / name).open("rb") as stream:
                data = stream.read(cap + 1)
        except OSError as e:
            raise PackStoreError(_("Le fichier « {name} » ne se lit pas.").format(name=name)) from e
        if len(data) > cap:
            raise too_large()
        return data


def open_files(source: Path, *, code: bool = False) -> Files:
    """A folder or a ZIP, checked."""
    return FolderFiles(source, code=code) if source.is_dir() else ZipFiles(source)
