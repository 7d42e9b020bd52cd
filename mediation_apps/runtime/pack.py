"""Guarantees: a pack is read whole or refused; one bad activity does not spoil the others, and each says why it is bad.

A pack is a folder or a ZIP: `manifest.toml`, `deroule.md`, `activities/*` (TOML, Markdown, H5P), media anywhere. It carries no code:
any file of another sort (`limits.PACK_FILES`) makes it refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from mediation_apps.errors import ActivityError, HostilePack, PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import Files, ZipFiles, open_files
from mediation_apps.runtime.h5p.context import INSIDE
from mediation_apps.runtime.h5p.package import PARTLY, PLAYS, REFUSED, read_h5p
from mediation_apps.runtime.model import Activity, Skipped, Text
from mediation_apps.runtime.native.activities import read
from mediation_apps.runtime.native.source import Remark, Source, Table
from mediation_apps.runtime.notices import Notice, read_notice
from mediation_apps.runtime.richtext import from_markdown
from mediation_apps.runtime.script import Script, check_script, read_script
from mediation_apps.runtime.words import typography

IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
FORMAT = 1
THEMES = ("presse", "numerique", "cyber", "robot", "musique", "lecture", "jeux", "autre")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says about itself."""

    identifier: str
    title: str
    theme: str
    audience: str
    minutes: int
    participants: str
    material: tuple[str, ...]
    licence: str
    author: str = ""
    language: str = "fr"
    records: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity of a pack and how it plays."""

    file: str
    title: str
    kind: str
    status: str
    activity: Activity
    remarks: tuple[Remark, ...]
    credits: tuple[str, ...] = ()
    licence: str = ""

    @property
    def name(self) -> str:
        """File name without extension: how `deroule.md` calls it."""
        return PurePosixPath(self.file).stem


@dataclass(frozen=True)
class Pack:
    """A workshop, read."""

    manifest: Manifest
    script: Script
    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    files: Files

    @property
    def activities(self) -> tuple[Activity, ...]:
        """What can be played, in order."""
        return tuple(entry.activity for entry in self.entries if entry.status != REFUSED)

    @cached_property
    def _opened(self) -> dict[str, ZipFiles]:
        return {}

    def media(self, path: str) -> bytes:
        """The bytes behind a `Media.path`, also inside an H5P of the pack."""
        outer, inside, name = path.partition(INSIDE)
        if not inside:
            return self.files.read(path)
        if outer not in self._opened:
            self._opened[outer] = ZipFiles(self.files.read(outer))
        return self._opened[outer].read(name)


def load_pack(source: Path, *, code: bool = False) -> Pack:
    """Read a folder or ZIP; `PackError` when it must not be opened. `code`: a shipped app's folder, its modules are passed over."""
    return read_pack(open_files(source, code=code))


def read_pack(files: Files) -> Pack:
    """Read a pack from its files."""
    names = files.names()
    _only_known_kinds(names)
    if "manifest.toml" not in names:
        raise PackError(_("Ce n’est pas un atelier : il manque « manifest.toml » à la racine du dossier."))
    source = Source("manifest.toml", _text(files, "manifest.toml"))
    manifest = read_manifest(source.root(), files)
    entries = tuple(_entry(files, name) for name in _activity_files(manifest, names, source))
    if not entries:
        raise PackError(_("Cet atelier n’a pas d’activité : ajoutez-en dans le dossier « activities »."))
    remarks = [*source.remarks, *_links(manifest, entries)]
    script = Script(from_markdown(""), ())
    if "deroule.md" in names:
        script = read_script(_text(files, "deroule.md"))
        remarks += check_script(script, "deroule.md", manifest.minutes, frozenset(entry.name for entry in entries))
    else:
        remarks.append(Remark("script", "deroule.md", 1, _("le déroulé de la séance manque.")))
    return Pack(manifest, script, entries, tuple(remarks), files)


def linked(manifest: Manifest, entries: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    """Every catalogue record that a pack links, with the file that does."""
    yield from (("manifest.toml", record) for record in manifest.records)
    for entry in entries:
        yield from ((entry.file, record) for record in getattr(entry.activity, "records", ()))


def _links(manifest: Manifest, entries: tuple[Entry, ...]) -> Iterator[Remark]:
    """A link without its notice opens nowhere but where the catalogue is: the author is told."""
    carried = {notice.record for notice in manifest.notices}
    for file, record in dict.fromkeys(linked(manifest, entries)):
        if record not in carried:
            said = _("la notice « {record} » n’est pas dans l’atelier : ajoutez-la à manifest.toml, dans [[notices]].")
            yield Remark("record", file, 1, said.format(record=record))


def _only_known_kinds(names: tuple[str, ...]) -> None:
    for name in names:
        if PurePosixPath(name).suffix.lstrip(".").lower() not in limits.PACK_FILES and PurePosixPath(name).name not in (
            "LICENSE",
            "README",
        ):
            sentence = _("Cet atelier contient « {name} », qui n’est ni un texte, ni une image, ni un son. Retirez ce fichier.")
            raise HostilePack(sentence.format(name=name))


def _text(files: Files, name: str) -> str:
    try:
        return files.read(name, limits.MAX_TEXT_FILE).decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise ActivityError(name, 1, _("le fichier n’est pas enregistré en UTF-8. Enregistrez-le de nouveau en UTF-8.")) from e


def read_manifest(table: Table, files: Files) -> Manifest:
    """The manifest; `ActivityError` names the line of what is missing."""
    keys = ("format", "identifier", "title", "theme", "audience", "minutes", "participants", "material", "licence", "author")
    table.know(*keys, "language", "records", "activities", "notices")
    if table.number("format", FORMAT, 1, 99) > FORMAT:
        raise table.fail("format", _("cet atelier vient d’une version plus récente. Mettez la tablette à jour."))
    identifier = table.text("identifier")
    if not IDENTIFIER.fullmatch(identifier):
        raise table.fail("identifier", _("« identifier » s’écrit en minuscules, sans accent ni espace, comme « info-ou-intox »."))
    theme = table.text("theme", "autre")
    if theme not in THEMES:
        raise table.fail("theme", _("« theme » est l’un de : {themes}.").format(themes=", ".join(THEMES)))
    return Manifest(
        identifier,
        table.text("title"),
        theme,
        table.text("audience"),
        table.number("minutes", None, 1, 600),
        table.text("participants"),
        table.strings("material"),
        table.text("licence"),
        table.text("author", ""),
        table.text("language", "fr"),
        table.strings("records"),
        table.strings("activities"),
        tuple(read_notice(entry, files) for entry in table.tables("notices", 0)),
    )


def _activity_files(manifest: Manifest, names: tuple[str, ...], source: Source) -> tuple[str, ...]:
    found = [name for name in names if name.startswith("activities/") and PurePosixPath(name).suffix in (".toml", ".md", ".h5p")]
    if not manifest.order:
        return tuple(found[: limits.MAX_ACTIVITIES])
    ordered = []
    for wanted in manifest.order:
        match = next((name for name in found if wanted in (name, PurePosixPath(name).name, PurePosixPath(name).stem)), None)
        if match is None:
            source.remark("key", source.line_of((), "activities"), _("l’activité « {name} » n’existe pas.").format(name=wanted))
        else:
            ordered.append(match)
    return tuple(dict.fromkeys(ordered))[: limits.MAX_ACTIVITIES]


def _entry(files: Files, name: str) -> Entry:
    try:
        if name.endswith(".h5p"):
            return _h5p_entry(files, name)
        text = _text(files, name)
        if name.endswith(".md"):
            body = from_markdown(typography(text))
            title = next((block.plain for block in body.blocks if block.kind == "heading"), PurePosixPath(name).stem)
            return Entry(name, title, "text", PLAYS, Text(title=title, body=body), ())
        source = Source(name, text)
        activity = read(source.root(), files)
        kind = str(source.root().values.get("type", ""))
        return Entry(name, activity.title or PurePosixPath(name).stem, kind, PLAYS, activity, tuple(source.remarks))
    except PackError as e:
        line, sentence = (e.line, e.sentence) if isinstance(e, ActivityError) else (1, str(e))
        refused = Skipped(kind=name, reason=sentence)
        return Entry(name, PurePosixPath(name).stem, "", REFUSED, refused, (Remark("refused", name, line, sentence),))


def _h5p_entry(files: Files, name: str) -> Entry:
    package = read_h5p(files.read(name), name)
    remarks = tuple(Remark(note.kind, name, 1, str(note)) for note in package.notes)
    title = package.title or PurePosixPath(name).stem
    return Entry(name, title, package.main_library, package.status, package.activity, remarks, package.credits, package.license)


__all__ = ["PARTLY", "PLAYS", "REFUSED", "Entry", "Manifest", "Pack", "load_pack", "read_manifest", "read_pack"]
