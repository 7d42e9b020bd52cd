"""XML from strangers, element by element.

Guarantees: no entity is expanded and none is fetched (defusedxml refuses their declarations); elements are given as they
end and forgotten, so that memory does not grow with the file; names are local names, whatever the prefix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, fromstring

from kiosk.errors import FormatError

MAX_ELEMENT = 4_000_000  # bytes between two records: one that never ends must not fill the memory


def local(tag: object) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse(data: bytes) -> Element:
    """Parse a whole document. Raises FormatError with the parser's reason."""
    try:
        root: Element = fromstring(data.lstrip(b"\xef\xbb\xbf \r\n\t"), forbid_dtd=False)
    except DefusedXmlException as e:
        raise FormatError("XML refusé : il déclare des entités") from e
    except (ParseError, ValueError, LookupError) as e:
        raise FormatError(f"XML illisible : {e}") from e
    return root


class _Target:
    """Builds the elements named `wanted` and nothing else: the tree above them is never kept."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.done: list[Element] = []
        self._open: list[Element] = []
        self._last: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element: inside a wanted one, or a wanted one itself."""
        if self._open or local(tag) in self.wanted:
            element = Element(tag, attributes)
            if self._open:
                self._open[-1].append(element)
            self._open.append(element)
            self._last = None

    def end(self, tag: str) -> None:
        """Finish the current element."""
        if self._open:
            self._last = self._open.pop()
            if not self._open:
                self.done.append(self._last)

    def data(self, text: str) -> None:
        """Add text to the current element, or after the one that has just ended."""
        if not self._open:
            return
        if self._last is None:
            self._open[-1].text = (self._open[-1].text or "") + text
        else:
            self._last.tail = (self._last.tail or "") + text

    def close(self) -> None:
        """End of the document."""


def stream(chunks: Iterable[bytes], wanted: Iterable[str]) -> Iterator[Element]:
    """Give each element whose local name is in `wanted`, outermost only, as it ends.

    Raises FormatError where the document stops being XML; what came before has been given.
    """
    target = _Target(frozenset(wanted))
    parser = DefusedXMLParser(target=target, forbid_dtd=False)
    since = 0
    first = True
    try:
        for chunk in chunks:
            parser.feed(chunk.lstrip(b"\xef\xbb\xbf \r\n\t") if first else chunk)
            first, since = False, since + len(chunk)
            if target.done:
                done, target.done, since = target.done, [], 0
                yield from done
            elif since > MAX_ELEMENT:
                raise FormatError("XML refusé : un élément ne finit pas")
        parser.close()
    except DefusedXmlException as e:
        raise FormatError("XML refusé : il déclare des entités") from e
    except (ParseError, ValueError, LookupError) as e:
        raise FormatError(f"XML illisible : {e}") from e
    finally:
        yield from target.done
