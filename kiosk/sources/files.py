"""Files and folders on a disk or a stick: found, recognised by their content, read in chunks.

Guarantees: memory does not grow with a file; a file that is not understood is one reject, and the others are read;
links that lead out of the folder are not followed; compressed files are read as they unfold, up to `MAX_UNFOLDED`.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from kiosk.errors import DataError, FormatError, NotFound
from kiosk.formats import stream
from kiosk.formats.outcome import Outcome
from kiosk.formats.sniff import HEAD, Format, flavour, sniff
from kiosk.sources.options import Options, Piece

CHUNK = 1 << 18
MAX_FILES = 20_000
MAX_UNFOLDED = 64 << 30  # bytes of one compressed file once unfolded: forty times the largest catalogue of a region


def pieces(path: Path) -> list[Piece]:
    """List what there is to read, in a stable order. Raises NotFound."""
    if path.is_dir():
        found = [p for p in sorted(path.rglob("*")) if p.is_file() and not _hidden(p, path) and not p.is_symlink()]
        if not found:
            raise NotFound(f"Le dossier « {path.name} » ne contient aucun fichier à lire.")
        return [Piece(p, p.relative_to(path).as_posix()) for p in found[:MAX_FILES]]
    if not path.is_file():
        raise NotFound(f"Il n’y a ni fichier ni dossier « {path} ».")
    return [Piece(path, path.name)]


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)


def chunks(path: Path) -> Iterator[bytes]:
    """Read a file, unfolding gzip. Raises DataError when the disk or the compression fails on the way."""
    try:
        with path.open("rb") as file:
            folded = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield from _unfold(file) if folded else iter(lambda: file.read(CHUNK), b"")
    except (gzip.BadGzipFile, zlib.error, EOFError) as e:
        raise DataError(f"« {path.name} » : le fichier compressé est abîmé ; ce qui précède a été lu.") from e
    except OSError as e:
        raise DataError(f"« {path.name} » ne se lit pas ({e.strerror}). Vérifiez la clé ou le disque.") from e


def _unfold(file: BinaryIO) -> Iterator[bytes]:
    total = 0
    with gzip.GzipFile(fileobj=file) as unfolded:
        for chunk in iter(lambda: cast(BinaryIO, unfolded).read(CHUNK), b""):
            total += len(chunk)
            if total > MAX_UNFOLDED:
                raise DataError("Fichier compressé démesuré : lecture arrêtée.")
            yield chunk


def head(path: Path) -> bytes:
    """Read enough of a file to know what it is."""
    start = b""
    for chunk in chunks(path):
        start += chunk
        if len(start) >= HEAD:
            break
    return start[:HEAD]


def outcomes(piece: Piece, source: str, options: Options) -> Iterator[Outcome]:
    """Read one file whatever its format. Raises FormatError when it is none that the kiosk reads."""
    start = head(piece.path)
    what = sniff(start)
    if what in (Format.ISO2709, Format.MARCXML):
        how = stream.MarcReading(source, options.flavour or flavour(start), options.dialect)
        read = stream.iso2709_outcomes if what is Format.ISO2709 else stream.marcxml_outcomes
        return read(chunks(piece.path), how)
    if not start.strip():
        raise FormatError("fichier vide")
    raise FormatError("format inconnu : ni MARC, ni Dublin Core, ni OPDS, ni CSV avec un fichier de correspondance")
