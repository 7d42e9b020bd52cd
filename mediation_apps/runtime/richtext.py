"""Guarantees: text that reaches a screen is blocks of spans and nothing else; no script, style or frame of the source survives.

`from_html` keeps what it drops in `Cleaned.links` and `Cleaned.dropped`, so that an author can be told before the session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

MAX_TEXT = 200_000  # characters of one text; a chapter of a novel has 30,000
SWALLOWED = frozenset({"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "form", "video", "audio"})
BLOCKS = {"p": "paragraph", "div": "paragraph", "li": "item", "blockquote": "quote", "tr": "paragraph", "pre": "paragraph"}
BLOCKS |= {f"h{level}": "heading" for level in range(1, 7)}
VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "wbr", "source", "track", "area", "base"})
SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one weight."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item or quote."""

    spans: tuple[Span, ...]
    kind: str = "paragraph"

    @property
    def plain(self) -> str:
        """The text without its weights."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class RichText:
    """What a screen shows and a voice reads."""

    blocks: tuple[Block, ...] = ()

    @property
    def plain(self) -> str:
        """The text, one line a block."""
        return "\n".join(block.plain for block in self.blocks)

    def __bool__(self) -> bool:
        return bool(self.blocks)


NOTHING = RichText()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text made safe, and what was left out of it."""

    text: RichText
    links: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def plain(text: str) -> RichText:
    """One paragraph a non-empty line of unmarked text."""
    return RichText(tuple(Block((Span(line.strip()),)) for line in text[:MAX_TEXT].splitlines() if line.strip()))


def from_html(source: str) -> Cleaned:
    """Keep words, weights, headings and lists of an HTML fragment; report links and dropped elements."""
    reader = _Reader()
    reader.feed(source[:MAX_TEXT])
    reader.close()
    reader.end_block()
    return Cleaned(RichText(tuple(reader.blocks)), tuple(reader.links), tuple(sorted(reader.dropped)))


def strip_html(source: str) -> str:
    """The words of an HTML fragment on one line."""
    return " ".join(block.plain for block in from_html(source).text.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.links: list[str] = []
        self.dropped: set[str] = set()
        self._spans: list[Span] = []
        self._kind = "paragraph"
        self._bold = 0
        self._italic = 0
        self._swallowing: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._swallowing or tag in SWALLOWED:
            self.dropped.add(tag) if tag in SWALLOWED else None
            if tag not in VOID and (not self._swallowing or tag == self._swallowing[-1]) and tag != "embed":
                self._swallowing.append(tag)
            return
        if any(name.startswith("on") for name, _value in attrs):
            self.dropped.add("script")
        if tag == "a":
            href = next((value or "" for name, value in attrs if name == "href"), "").strip()
            if href.lower().startswith(("http://", "https://", "//")):
                self.links.append(href)
            elif href.lower().startswith(("javascript:", "data:", "vbscript:")):
                self.dropped.add("script")
        elif tag == "br":
            self.end_block(keep=True)
        elif tag in BLOCKS:
            self.end_block()
            self._kind = BLOCKS[tag]
        elif tag in ("td", "th"):
            self._add(" ")
        elif tag == "img":
            self.dropped.add("img")
        self._bold += tag in ("b", "strong")
        self._italic += tag in ("i", "em")

    def handle_endtag(self, tag: str) -> None:
        if self._swallowing:
            if tag == self._swallowing[-1]:
                self._swallowing.pop()
            return
        if tag in BLOCKS:
            self.end_block()
        self._bold -= tag in ("b", "strong") and self._bold > 0
        self._italic -= tag in ("i", "em") and self._italic > 0

    def handle_data(self, data: str) -> None:
        if not self._swallowing:
            self._add(data)

    def _add(self, data: str) -> None:
        text = SPACES.sub(" ", data)
        if not self._spans or self._spans[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._spans.append(Span(text, self._bold > 0, self._italic > 0))

    def end_block(self, keep: bool = False) -> None:
        """Close the block under way; `keep` goes on with the same kind (a line break)."""
        while self._spans and not self._spans[-1].text.strip(" "):
            self._spans.pop()
        if self._spans:
            last = self._spans[-1]
            self._spans[-1] = Span(last.text.rstrip(" "), last.bold, last.italic)
            if any(span.text.strip() for span in self._spans):
                self.blocks.append(Block(tuple(self._spans), self._kind))
        self._spans = []
        if not keep:
            self._kind = "paragraph"


_EMPHASIS = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|(?<![\w*])[*_](?P<italic>[^*_\n]+)[*_](?![\w*])")
_MARKS = (("#", "heading"), ("- ", "item"), ("* ", "item"), ("> ", "quote"))


def from_markdown(source: str) -> RichText:
    """Headings, lists, quotes, **bold** and *italic*; lines of a paragraph are joined, blank lines part them."""
    blocks: list[Block] = []
    waiting: list[str] = []

    def flush() -> None:
        if waiting:
            blocks.append(Block(_inline(" ".join(waiting))))
            waiting.clear()

    for line in source[:MAX_TEXT].splitlines():
        text = line.strip()
        mark = next(((sign, kind) for sign, kind in _MARKS if text.startswith(sign)), None)
        if mark is None and text:
            waiting.append(text)
            continue
        flush()
        if mark is not None:
            blocks.append(Block(_inline(text.lstrip("#").strip() if mark[1] == "heading" else text[2:].strip()), mark[1]))
    flush()
    return RichText(tuple(block for block in blocks if block.spans))


def _inline(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    at = 0
    for found in _EMPHASIS.finditer(text):
        if found.start() > at:
            spans.append(Span(text[at : found.start()]))
        bold = found["bold"]
        spans.append(Span(bold, bold=True) if bold else Span(found["italic"], italic=True))
        at = found.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)
