"""What a reader needs done away from the UI thread: books read, pictures decoded, sticks looked through.

Guarantees: nothing here touches a widget; whatever a file holds, what comes back is a book, pixels, or a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from mediation_apps.errors import PackStoreError, WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime.epub.book import Book
from mediation_apps.runtime.epub.read import MAX_BOOK, read_epub
from mediation_apps.runtime.pictures import FORMATS
from mediation_apps.runtime.sticks import find_sticks

MOST_FOUND = 40  # books listed


def open_book(data: Callable[[], bytes]) -> Book | str:
    """The book, or what is wrong with it."""
    try:
        return read_epub(data())
    except WorkshopError as e:
        return str(e)


def bytes_of(file: Path) -> bytes:
    """A file from a stick, never more than a book may weigh."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BOOK + 1)
    except OSError as e:
        raise PackStoreError(_("Ce fichier ne se lit pas. Essayez une autre clé USB.")) from e


def books_on_sticks(given: Path | None) -> list[Path]:
    """EPUB files on the sticks, two folders deep; links are not followed."""
    found: list[Path] = []
    for place in find_sticks(given):
        for pattern in ("*.epub", "*/*.epub", "*/*/*.epub"):
            try:
                found += [file for file in sorted(place.glob(pattern)) if file.is_file() and not file.is_symlink() and file.name[0] != "."]
            except OSError:
                continue
    return found[:MOST_FOUND]


def decode(data: bytes, width: int, height: int) -> tuple[tuple[int, int], bytes] | None:
    """Pixels of a picture that was measured before, no larger than asked; None when it cannot be decoded."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            image.draft("RGB", (width * 2, height * 2))
            small = image.convert("RGBA")
        small.thumbnail((max(width, 1), max(height, 1)))
        return small.size, small.tobytes()
    except (OSError, ValueError, MemoryError, SyntaxError):
        return None
