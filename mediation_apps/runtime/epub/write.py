"""Guarantees: a plain text becomes an EPUB 3 that any reading system opens (with the NCX that old ones look for); the same text gives the
same bytes.

The text: `# Title`, a line `*Author*`, then `## Chapter` after `## Chapter`. Blank lines part paragraphs, `| ` begins a line of verse, `> `
a quote, `- ` an item, `![words](file.png)` a picture, `[^1]` calls the note `[^1]: …`, `**bold**` and `*italic*` weigh words.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import BytesIO
from itertools import groupby

from mediation_apps.errors import PackError
from mediation_apps.i18n import _
from mediation_apps.runtime.words import typography

EPOCH = (1980, 1, 1, 0, 0, 0)
_NOTE = re.compile(r"\[\^(\w{1,8})\]:\s*(.+)")
_CALL = re.compile(r"\[\^(\w{1,8})\]")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([\w.-]+\.(?:png|jpe?g))\)")
_BOLD, _ITALIC = re.compile(r"\*\*([^*\n]+)\*\*"), re.compile(r"\*([^*\n]+)\*")
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
PAGE = (
    HEAD + '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" '
    'xml:lang="{language}"><head><title>{title}</title></head><body>\n{body}\n</body></html>\n'
)
CONTAINER = (
    HEAD + '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A text cut into its parts: (title of the chapter, its lines)."""

    title: str
    author: str
    chapters: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[tuple[str, str], ...]


def draft(text: str) -> Draft:
    """Cut a text; a text without a title or a chapter is told what it lacks."""
    title = author = ""
    chapters: list[tuple[str, list[str]]] = []
    notes: list[tuple[str, str]] = []
    for line in typography(text).splitlines():
        if found := _NOTE.fullmatch(line.strip()):
            notes.append((found[1], found[2]))
        elif line.startswith("## "):
            chapters.append((line[3:].strip(), []))
        elif line.startswith("# ") and not title:
            title = line[2:].strip()
        elif chapters:
            chapters[-1][1].append(line.rstrip())
        elif line.strip():
            author = author or line.strip().strip("*")
    if not title or not chapters:
        raise PackError(_("Un livre commence par « # Titre », et chaque chapitre par « ## Titre du chapitre »."))
    return Draft(title, author, tuple((name, tuple(lines)) for name, lines in chapters), tuple(notes))


def write_epub(text: str, pictures: Mapping[str, bytes] | None = None, language: str = "fr") -> bytes:
    """The EPUB of a text."""
    cut, shown = draft(text), dict(pictures or {})
    documents = [_document(number, name, lines, cut, language) for number, (name, lines) in enumerate(cut.chapters, 1)]
    used = sorted({found[2] for _name, lines in cut.chapters for line in lines if (found := _PICTURE.fullmatch(line.strip()))})
    missing = [name for name in used if name not in shown]
    if missing:
        raise PackError(_("L’image « {name} » manque à côté du texte.").format(name=missing[0]))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _put(archive, "mimetype", b"application/epub+zip", packed=False)
        _put(archive, "META-INF/container.xml", CONTAINER.encode())
        _put(archive, "OPS/package.opf", _package(cut, used, language).encode())
        _put(archive, "OPS/nav.xhtml", _nav(cut, language).encode())
        _put(archive, "OPS/toc.ncx", _ncx(cut, language).encode())
        for number, document in enumerate(documents, 1):
            _put(archive, f"OPS/c{number:02d}.xhtml", document.encode())
        for name in used:
            _put(archive, f"OPS/{name}", shown[name], packed=False)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes, packed: bool = True) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(info, data)


def _inline(text: str) -> str:
    marked = _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False)))
    return _CALL.sub(r'<a epub:type="noteref" href="#n\1">\1</a>', marked)


def _document(number: int, name: str, lines: tuple[str, ...], cut: Draft, language: str) -> str:
    body = [f'<section id="c{number}"><h1>{_inline(name)}</h1>']
    for kind, group in groupby(lines, key=_kind):
        block = list(group)
        if kind == "verse":
            body.append("<p>" + "<br/>".join(_inline(line[2:]) for line in block) + "</p>")
        elif kind == "item":
            body.append("<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in block) + "</ul>")
        elif kind == "quote":
            body.append("<blockquote><p>" + _inline(" ".join(line[2:] for line in block)) + "</p></blockquote>")
        elif kind == "picture":
            found = _PICTURE.fullmatch(block[0].strip())
            assert found is not None
            body.append(f'<figure><img src="{found[2]}" alt="{escape(found[1])}"/></figure>')
        elif kind == "words":
            body.append(f"<p>{_inline(' '.join(line.strip() for line in block))}</p>")
    called = {name for line in lines for name in _CALL.findall(line)}
    body += [f'<aside epub:type="footnote" id="n{name}"><p>{_inline(text)}</p></aside>' for name, text in cut.notes if name in called]
    return PAGE.format(language=language, title=escape(name), body="\n".join([*body, "</section>"]))


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _PICTURE.fullmatch(line.strip()):
        return "picture"
    return {"| ": "verse", "- ": "item", "> ": "quote"}.get(line[:2], "words")


def _package(cut: Draft, pictures: list[str], language: str) -> str:
    numbers = range(1, len(cut.chapters) + 1)
    name = sha256(repr(cut).encode()).hexdigest()
    items = [f'<item id="c{n}" href="c{n:02d}.xhtml" media-type="application/xhtml+xml"/>' for n in numbers]
    kinds = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
    items += [f'<item id="p{n}" href="{file}" media-type="{kinds[file.rpartition(".")[2]]}"/>' for n, file in enumerate(pictures)]
    refs = "".join(f'<itemref idref="c{n}"/>' for n in numbers)
    creator = f"<dc:creator>{escape(cut.author)}</dc:creator>" if cut.author else ""
    return (
        HEAD + '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:sha256:{name}</dc:identifier><dc:title>{escape(cut.title)}</dc:title>{creator}'
        f'<dc:language>{language}</dc:language><meta property="dcterms:modified">1980-01-01T00:00:00Z</meta></metadata>'
        '<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>{"".join(items)}</manifest>'
        f'<spine toc="ncx">{refs}</spine></package>\n'
    )


def _nav(cut: Draft, language: str) -> str:
    lines = "".join(f'<li><a href="c{n:02d}.xhtml">{escape(name)}</a></li>' for n, (name, _lines) in enumerate(cut.chapters, 1))
    return PAGE.format(language=language, title=escape(cut.title), body=f'<nav epub:type="toc"><ol>{lines}</ol></nav>')


def _ncx(cut: Draft, language: str) -> str:
    points = "".join(
        f'<navPoint id="n{n}" playOrder="{n}"><navLabel><text>{escape(name)}</text></navLabel><content src="c{n:02d}.xhtml"/></navPoint>'
        for n, (name, _lines) in enumerate(cut.chapters, 1)
    )
    return (
        HEAD + f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="{language}"><head/><docTitle><text>'
        f"{escape(cut.title)}</text></docTitle><navMap>{points}</navMap></ncx>\n"
    )
