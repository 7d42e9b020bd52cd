"""Guarantees: an XHTML document of a book becomes passages; scripts, styles, forms and frames are passed over with all they hold.

Read with a parser of HTML on purpose: it knows no DTD and expands no entity of the document's own, and a document that is not well-formed
is read as far as it goes, as reading systems do.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from mediation_apps.runtime.epub.book import HEADING, ITEM, PARAGRAPH, PICTURE, QUOTE, RULE, VERSE, Passage, Run

MAX_PASSAGES = 50_000  # of one document
SWALLOWED = frozenset({"script", "style", "iframe", "object", "embed", "math", "template", "form", "video", "audio", "head", "title"})
BLOCKS = {"p": PARAGRAPH, "div": PARAGRAPH, "li": ITEM, "tr": PARAGRAPH, "pre": PARAGRAPH, "section": PARAGRAPH, "article": PARAGRAPH}
BLOCKS |= {"figcaption": PARAGRAPH, "dt": PARAGRAPH, "dd": PARAGRAPH, "aside": PARAGRAPH, "figure": PARAGRAPH, "header": PARAGRAPH}
BLOCKS |= {"td": PARAGRAPH, "nav": PARAGRAPH, "blockquote": QUOTE} | {f"h{level}": HEADING for level in range(1, 7)}
BOLD, ITALIC = frozenset({"b", "strong"}), frozenset({"i", "em", "cite", "dfn"})
VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "source", "image", "area", "base"})
NOTES = ("footnote", "endnote", "rearnote", "note")
SPACES = re.compile(r"[ \t\r\n\f]+")
CALL = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3}|[a-z]|[ivx]{1,5})[\])]?")


class XhtmlReader(HTMLParser):
    """Collects the passages of one document; `anchors` are ids and the passage at which they stand, `notes` the texts of footnotes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages: list[Passage] = []
        self.anchors: dict[str, int] = {}
        self.notes: dict[str, str] = {}
        self._runs: list[Run] = []
        self._stack: list[str] = []
        self._swallowing: list[str] = []
        self._quote = self._bold = self._italic = 0
        self._kind, self._level, self._verse = PARAGRAPH, 0, False
        self._link: tuple[str, bool] | None = None
        self._note: tuple[str, int, list[str]] | None = None  # its id, how deep it began, its words

    # ── tags ───────────────────────────────────────────────────────────────────────────────────────────

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        tag = tag.rpartition(":")[2]
        if self._swallowing or tag in SWALLOWED:
            if tag not in VOID:
                self._swallowing.append(tag)
            return
        values = {name: value or "" for name, value in attrs}
        kind = values.get("epub:type", "") + " " + values.get("role", "")
        if tag in BLOCKS:
            self._close_block()
            self._kind, self._level = BLOCKS[tag], int(tag[1]) if tag[0] == "h" and tag[1:].isdecimal() else 0
        if values.get("id"):
            self.anchors.setdefault(values["id"][:200], len(self.passages))
        if tag not in VOID:
            self._stack.append(tag)
            if self._note is None and values.get("id") and tag in BLOCKS and any(name in kind for name in NOTES):
                self._note = (values["id"][:200], len(self._stack), [])
        self._quote += tag == "blockquote"
        self._bold += tag in BOLD
        self._italic += tag in ITALIC
        self._special(tag, values, kind)

    def _special(self, tag: str, values: dict[str, str], kind: str) -> None:
        if tag == "br":
            self._verse = self._verse or self._kind == PARAGRAPH
            self._close_block(broken=True)
        elif tag == "hr":
            self._close_block()
            self._append(Passage(RULE))
        elif tag in ("img", "image"):
            source = values.get("src") or values.get("xlink:href") or values.get("href", "")
            if source:
                kept = self._kind, self._level
                self._close_block()
                self._append(Passage(PICTURE, (Run(values.get("alt", "")),), picture=source[:500]))
                self._kind, self._level = kept
        elif tag == "a" and values.get("href"):
            self._link = (values["href"][:500], "noteref" in kind)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag.rpartition(":")[2] not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those left open inside it."""
        tag = tag.rpartition(":")[2]
        if self._swallowing:
            if tag in self._swallowing:
                del self._swallowing[len(self._swallowing) - 1 - self._swallowing[::-1].index(tag) :]
            return
        if tag in BLOCKS:
            self._close_block()
        if tag == "a":
            self._link = None
        if tag in self._stack:
            while self._stack:
                open_ = self._stack.pop()
                self._quote -= open_ == "blockquote"
                self._bold -= open_ in BOLD
                self._italic -= open_ in ITALIC
                if self._note is not None and len(self._stack) < self._note[1]:
                    self._end_note()
                if open_ == tag:
                    break

    def _end_note(self) -> None:
        self._close_block()
        if self._note is not None:
            self.notes[self._note[0]] = SPACES.sub(" ", " ".join(self._note[2])).strip()
        self._note = None

    # ── words ──────────────────────────────────────────────────────────────────────────────────────────

    def handle_data(self, data: str) -> None:
        """Words, their spaces folded."""
        if self._swallowing:
            return
        text = SPACES.sub(" ", data)
        if not self._runs or self._runs[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            return
        note = ""
        if self._link is not None and (self._link[1] or ("#" in self._link[0] and CALL.fullmatch(text.strip()))):
            note = self._link[0]
        self._runs.append(Run(text, self._bold > 0, self._italic > 0, note))

    def _close_block(self, broken: bool = False) -> None:
        while self._runs and not self._runs[-1].text.strip(" "):
            self._runs.pop()
        if self._runs:
            last = self._runs[-1]
            self._runs[-1] = Run(last.text.rstrip(" "), last.bold, last.italic, last.note)
            kind = VERSE if self._verse and self._kind == PARAGRAPH else QUOTE if self._quote and self._kind == PARAGRAPH else self._kind
            self._append(Passage(kind, tuple(self._runs), self._level))
        self._runs = []
        if not broken:
            if self._verse and self.passages and self.passages[-1].kind == VERSE and self._note is None:
                self._append(Passage(VERSE))  # the space after a stanza
            self._kind, self._level, self._verse = PARAGRAPH, 0, False

    def _append(self, passage: Passage) -> None:
        if self._note is not None:
            self._note[2].append(passage.plain)
        elif len(self.passages) < MAX_PASSAGES:
            self.passages.append(passage)

    def finish(self) -> None:
        """The end of the document, whatever is left open."""
        self.close()
        self._close_block()
        if self._note is not None:
            self._end_note()


def read_xhtml(source: str) -> XhtmlReader:
    """Read one document."""
    reader = XhtmlReader()
    reader.feed(source)
    reader.finish()
    return reader


class NavReader(HTMLParser):
    """The table of contents of an EPUB 3: the links of `<nav epub:type="toc">`, with their depth."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str, int]] = []  # title, href, depth
        self._inside = False
        self._depth = 0
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Watch for the nav, its lists, its links."""
        values = {name: value or "" for name, value in attrs}
        if tag == "nav":
            self._inside = "toc" in values.get("epub:type", "").split() or values.get("role") == "doc-toc"
        elif self._inside and tag == "ol":
            self._depth += 1
        elif self._inside and tag == "a":
            self._href, self._words = values.get("href", ""), []

    def handle_endtag(self, tag: str) -> None:
        """Take a link when it ends."""
        if tag == "nav":
            self._inside = False
        elif self._inside and tag == "ol":
            self._depth -= 1
        elif tag == "a" and self._href is not None:
            self.links.append((SPACES.sub(" ", "".join(self._words)).strip(), self._href, max(0, self._depth - 1)))
            self._href = None

    def handle_data(self, data: str) -> None:
        """The words of a link."""
        if self._href is not None:
            self._words.append(data)
