"""Guarantees: the bytes of a `.h5p` become an activity with everything its author must know; its JavaScript is never read."""

from __future__ import annotations

from dataclasses import dataclass

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


def read_h5p(source: bytes | Files, prefix: str = "") -> H5pPackage:
    """Read a package; `prefix` is its path in the pack that holds it. `PackError` when it is no H5P package at all."""
    files = ZipFiles(source) if isinstance(source, bytes) else source
    names = files.names()
    if "h5p.json" not in names or "content/content.json" not in names:
        raise PackError(_("Ce fichier n’est pas une activité H5P : h5p.json ou content/content.json manque."))
    about = p.load(files.read("h5p.json", limits.MAX_TEXT_FILE), "h5p.json")
    content = p.load(files.read("content/content.json", limits.MAX_TEXT_FILE), "content/content.json")
    library = p.text(about, "mainLibrary").strip()
    if not library:
        raise PackError(_("h5p.json ne dit pas quel type d’activité il contient (mainLibrary). Exportez de nouveau l’activité."))
    title = p.words(about, "title")
    context = Context(files, prefix)
    with context.at(library):
        activity = convert(context, library, content, title)
    license_ = " ".join(part for part in (p.words(about, "license"), p.words(about, "licenseVersion")) if part)
    return H5pPackage(title, p.words(about, "language"), license_, library, activity, tuple(context.notes), tuple(context.credits))
