"""Guarantees: an EPUB 2 or 3 becomes a `Book`, or a sentence that says what to do; nothing of it is written, run or fetched elsewhere.

The file is hostile until read: the ZIP is checked by `archive.ZipFiles` (paths, bombs, doubles, passwords), XML by defusedxml (no entities,
nothing external), sizes are capped below. Books under a lock (LCP, Adobe) are told as such. Sources: EPUB 3.3, EPUB OPF 2.0.1.
"""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from defusedxml.ElementTree import fromstring

from mediation_apps.errors import NotFound, PackError, WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.epub.book import PICTURE, Book, Chapter, Passage, TocEntry
from mediation_apps.runtime.epub.xhtml import NavReader, read_xhtml
from mediation_apps.runtime.pictures import measure

MAX_BOOK = 64 * limits.MIB  # bytes of the file
MAX_DOCUMENT = 4 * limits.MIB  # bytes of one document, opened
MAX_SPINE = 1_500  # documents
MAX_CHARACTERS = 8_000_000  # of all documents: Proust's whole "Recherche" has 7.3 million
MAX_PICTURES = 24 * limits.MIB  # bytes of pictures kept in memory
MAX_TOC = 2_000
FONT_LOCKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")  # fonts only: harmless


def read_epub(data: bytes) -> Book:
    """The book in these bytes."""
    if len(data) > MAX_BOOK:
        raise PackError(_("Ce livre est trop gros pour cette tablette (plus de 64 Mo)."))
    files = ZipFiles(data)
    if "META-INF/container.xml" not in files.names():
        raise PackError(_("Ce fichier n’est pas un livre EPUB. Choisissez-en un autre."))
    _unlocked(files)
    return _Reader(files).book()


def _unlocked(files: ZipFiles) -> None:
    locked = _("Ce livre est verrouillé. Il se lit avec l’application qui l’a prêté ou vendu, pas ici.")
    if "META-INF/license.lcpl" in files.names():
        raise PackError(locked)
    if "META-INF/encryption.xml" in files.names():
        methods = [node.get("Algorithm", "") for node in _xml(files, "META-INF/encryption.xml").iter() if _tag(node) == "EncryptionMethod"]
        if any(method not in FONT_LOCKS for method in methods):
            raise PackError(locked)


def _xml(files: ZipFiles, name: str) -> Any:
    try:
        return fromstring(files.read(name, MAX_DOCUMENT))
    except NotFound as e:
        raise _broken() from e
    except PackError:
        raise
    except Exception as e:  # expat, defusedxml and codecs each have errors of their own
        raise _broken() from e


def _broken() -> PackError:
    return PackError(_("Ce livre est abîmé : son sommaire interne ne se lit pas. Copiez-le de nouveau."))


def _tag(node: Any) -> str:
    return str(node.tag).rpartition("}")[2]


class _Reader:
    """One book being read."""

    def __init__(self, files: ZipFiles) -> None:
        self._files, self._names = files, frozenset(files.names())
        container = _xml(files, "META-INF/container.xml")
        self._opf = next((unquote(node.get("full-path", "")) for node in container.iter() if _tag(node) == "rootfile"), "")
        if self._opf not in self._names:
            raise _broken()
        self._package = _xml(files, self._opf)
        self._pictures: dict[str, bytes] = {}
        self._taken = self._characters = 0
        self._anchors: dict[str, tuple[int, int]] = {}
        self._notes: dict[str, str] = {}

    def book(self) -> Book:
        """Everything, in the order of the spine."""
        items = {node.get("id", ""): node for node in self._package.iter() if _tag(node) == "item"}
        spine = [node.get("idref", "") for node in self._package.iter() if _tag(node) == "itemref"][:MAX_SPINE]
        documents = [self._at(items[name].get("href", ""), self._opf) for name in spine if name in items]
        chapters = [self._chapter(number, name) for number, name in enumerate(n for n in documents if n in self._names)]
        if not any(chapter.passages for chapter in chapters):
            raise PackError(_("Ce livre ne contient aucun texte lisible ici."))
        return Book(
            self._about("title") or _("Sans titre"),
            self._about("creator"),
            self._about("language")[:2].lower() or "fr",
            tuple(chapters),
            self._contents(items)[:MAX_TOC] or _headings(chapters),
            tuple(self._called(chapters)),
            self._pictures,
        )

    def _about(self, name: str) -> str:
        return next((" ".join((node.text or "").split())[:300] for node in self._package.iter() if _tag(node) == name and node.text), "")

    @staticmethod
    def _at(href: str, beside: str) -> str:
        """The file that a link in `beside` leads to; links out of the book lead nowhere."""
        path = unquote(href.partition("#")[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(beside), path)) if path and "://" not in path else ""

    def _text(self, name: str) -> str:
        data = self._files.read(name, MAX_DOCUMENT)
        for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return data.decode("utf-8", "replace")

    def _chapter(self, number: int, name: str) -> Chapter:
        source = self._text(name)
        self._characters += len(source)
        if self._characters > 4 * MAX_CHARACTERS:
            raise PackError(_("Ce livre est trop long pour cette tablette."))
        found = read_xhtml(source)
        passages = tuple(self._pictured(passage, name) if passage.kind == PICTURE else passage for passage in found.passages)
        for anchor, at in found.anchors.items():
            self._anchors[f"{name}#{anchor}"] = (number, min(at, max(0, len(passages) - 1)))
        self._anchors.setdefault(name, (number, 0))
        self._notes |= {f"{name}#{anchor}": text for anchor, text in found.notes.items()}
        return Chapter(name, tuple(_named(passage, name) for passage in passages))

    def _pictured(self, passage: Passage, beside: str) -> Passage:
        name = self._at(passage.picture, beside)
        suffix = PurePosixPath(name).suffix.lstrip(".").lower()
        try:
            if name not in self._names or suffix not in limits.PICTURES:
                raise NotFound(name)
            data = self._pictures.get(name) or self._files.read(name, limits.MAX_TEXT_FILE)
            width, height = measure(data, name)
        except WorkshopError:
            return Passage(PICTURE, passage.runs)
        if name not in self._pictures:
            self._taken += len(data)
            if self._taken > MAX_PICTURES:
                return Passage(PICTURE, passage.runs)
            self._pictures[name] = data
        return Passage(PICTURE, passage.runs, picture=name, width=width, height=height)

    def _contents(self, items: dict[str, Any]) -> tuple[TocEntry, ...]:
        nav = next((node for node in items.values() if "nav" in node.get("properties", "").split()), None)
        ncx = next((node for node in items.values() if node.get("media-type") == "application/x-dtbncx+xml"), None)
        if nav is not None and (name := self._at(nav.get("href", ""), self._opf)) in self._names:
            reader = NavReader()
            reader.feed(self._text(name))
            reader.close()
            links = [(title, href, depth, name) for title, href, depth in reader.links]
        elif ncx is not None and (name := self._at(ncx.get("href", ""), self._opf)) in self._names:
            links = list(_ncx(_xml(self._files, name), name))
        else:
            return ()
        entries = []
        for title, href, depth, beside in links[:MAX_TOC]:
            fragment = href.partition("#")[2]
            target = self._at(href, beside) or (beside if href.startswith("#") else "")
            at = self._anchors.get(f"{target}#{fragment}" if fragment else target) or self._anchors.get(target)
            if at is not None and title:
                entries.append(TocEntry(title[:200], min(depth, 4), *at))
        return tuple(entries)

    def _called(self, chapters: list[Chapter]) -> list[tuple[str, str]]:
        """The notes that are called somewhere: a footnote's text, or the passage an anchor stands at."""
        found: dict[str, str] = {}
        for chapter in chapters:
            for passage in chapter.passages:
                for run in passage.runs:
                    if run.note and run.note not in found:
                        text = self._notes.get(run.note, "")
                        if not text and run.note in self._anchors:
                            number, at = self._anchors[run.note]
                            text = chapters[number].passages[at].plain if chapters[number].passages else ""
                        found[run.note] = text[:2_000]
        return [(name, text) for name, text in found.items() if text]


def _named(passage: Passage, file: str) -> Passage:
    """With its notes named by file and anchor."""
    if not any(run.note for run in passage.runs):
        return passage
    runs = []
    for run in passage.runs:
        target, _hash, anchor = run.note.partition("#")
        where = _Reader._at(target, file) if target else file
        runs.append(type(run)(run.text, run.bold, run.italic, f"{where}#{anchor}" if anchor else ""))
    return Passage(passage.kind, tuple(runs), passage.level)


def _ncx(root: Any, name: str) -> list[tuple[str, str, int, str]]:
    found: list[tuple[str, str, int, str]] = []

    def walk(node: Any, depth: int) -> None:
        for child in node:
            if _tag(child) != "navPoint" or depth > 6 or len(found) >= MAX_TOC:
                continue
            title = next((" ".join((text.text or "").split()) for text in child.iter() if _tag(text) == "text"), "")
            source = next((content.get("src", "") for content in child if _tag(content) == "content"), "")
            found.append((title, source, depth, name))
            walk(child, depth + 1)

    for part in root:
        if _tag(part) == "navMap":
            walk(part, 0)
    return found


def _headings(chapters: list[Chapter]) -> tuple[TocEntry, ...]:
    """A table of contents made of what stands first in each chapter, for books that have none."""
    return tuple(TocEntry(chapter.title, 0, number) for number, chapter in enumerate(chapters) if chapter.title)
