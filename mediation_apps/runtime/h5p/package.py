"""Guarantees: the bytes of a `.h5p` become an activity with everything its author must know; its JavaScript is never read."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files, ZipFiles
from mediation_apps.runtime.h5p import params as p
from mediation_apps.runtime.h5p.context import Context, Note
from mediation_apps.runtime.h5p.convert import convert
from mediation_apps.runtime.model import Activity, Sequence, Skipped

PLAYS, PARTLY, REFUSED = "plays", "partly", "refused"


@dataclass(frozen=True, slots=True)
class H5pPackage:
    """One package read: its activity, its rights, and what to tell its author."""

    title: str
    language: str
    license: str
    main_library: str
    activity: Activity
    notes: tuple[Note, ...]
    credits: tuple[str, ...]

    @property
    def status(self) -> str:
        """`plays`, `partly` (something is left out) or `refused` (nothing is left to play)."""
        if not _anything(self.activity):
            return REFUSED
        return PARTLY if self.notes else PLAYS


def _anything(activity: Activity) -> bool:
    if isinstance(activity, Sequence):
        return any(_anything(child) for child in activity.children)
    return not isinstance(activity, Skipped)


def is_loose(folder: Path) -> bool:
    """Whether a folder is an H5P package that somebody unpacked."""
    return (folder / "h5p.json").is_file() and not (folder / "manifest.toml").exists()


def content_at(names: tuple[str, ...]) -> str:
    """The folder of the content: `content/`, or the root where an unpacked package lost it; `PackError` when there is none."""
    for base in ("content/", ""):
        if "h5p.json" in names and f"{base}content.json" in names:
            return base
    raise PackError(_("Ce fichier n’est pas une activité H5P : h5p.json ou content/content.json manque."))


def packed(files: Files) -> bytes:
    """An unpacked package as the `.h5p` it was, without its JavaScript libraries."""
    out, base = BytesIO(), content_at(files.names())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files.names():
            if name != "h5p.json" and (
                not name.startswith(base) or PurePosixPath(name).suffix.lstrip(".").lower() not in limits.PACK_FILES
            ):
                continue
            archive.writestr(name if base or name == "h5p.json" else f"content/{name}", files.read(name))
    return out.getvalue()


def read_h5p(source: bytes | Files, prefix: str = "") -> H5pPackage:
    """Read a package, zipped or unpacked; `prefix` is its path in the pack that holds it. `PackError` when it is no H5P package at all."""
    files = ZipFiles(source) if isinstance(source, bytes) else source
    base = content_at(files.names())
    about = p.load(files.read("h5p.json", limits.MAX_TEXT_FILE), "h5p.json")
    content = p.load(files.read(f"{base}content.json", limits.MAX_TEXT_FILE), f"{base}content.json")
    library = p.text(about, "mainLibrary").strip()
    if not library:
        raise PackError(_("h5p.json ne dit pas quel type d’activité il contient (mainLibrary). Exportez de nouveau l’activité."))
    title = p.words(about, "title")
    context = Context(files, prefix, base)
    with context.at(library):
        activity = convert(context, library, content, title)
    license_ = " ".join(part for part in (p.words(about, "license"), p.words(about, "licenseVersion")) if part)
    return H5pPackage(title, p.words(about, "language"), license_, library, activity, tuple(context.notes), tuple(context.credits))
