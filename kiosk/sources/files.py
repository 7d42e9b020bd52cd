"""Files and folders on a disk or a stick: found, recognised by their content, read in chunks.

Guarantees: memory does not grow with a file; a file that is not understood is one reject, and the others are read;
links that lead out of the folder are not followed; compressed files are read as they unfold, up to `MAX_UNFOLDED`.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import DataError, FormatError, NotFound
from kiosk.formats import csv_mapping, csv_rows, oai, opds1, opds2, stream
from kiosk.formats.csv_mapping import CsvMapping
from kiosk.formats.outcome import Outcome
from kiosk.formats.sniff import HEAD, Format, flavour, sniff
from kiosk.sources import workers
from kiosk.sources.options import Options, Piece
from kiosk.store.prepared import Prepared

CHUNK = 1 << 18
MAX_FILES = 20_000
MAX_DOCUMENT = 200_000_000  # bytes of a feed saved as one file
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
        raise DataError("le fichier compressé est abîmé ; ce qui précède a été lu.") from e
    except OSError as e:
        raise DataError(f"le fichier ne se lit pas ({e.strerror}). Vérifiez la clé ou le disque.") from e


def _unfold(file: BinaryIO) -> Iterator[bytes]:
    total = 0
    with gzip.GzipFile(fileobj=file) as unfolded:
        for chunk in iter(lambda: unfolded.read1(CHUNK), b""):
            total += len(chunk)
            if total > MAX_UNFOLDED:
                raise DataError("Fichier compressé démesuré : lecture arrêtée.")
            yield chunk


def head(path: Path) -> bytes:
    """Read enough of a file to know what it is."""
    start = b""
    try:
        for chunk in chunks(path):
            start += chunk
            if len(start) >= HEAD:
                break
    except DataError:  # the reading of the whole will say it again, after what can be read
        if not start:
            raise
    return start[:HEAD]


def outcomes(piece: Piece, source: str, options: Options) -> Iterator[Outcome | Prepared]:
    """Read one file whatever its format. Raises FormatError when it is none that the kiosk reads."""
    start = head(piece.path)
    what = sniff(start)
    if what is Format.ISO2709 and options.workers and _worth_workers(piece.path):
        task = workers.Task(piece.path, source, options.flavour or flavour(start), options.dialect, options.platform)
        return workers.outcomes(task, options.workers)
    if what in (Format.ISO2709, Format.MARCXML):
        how = stream.MarcReading(source, options.flavour or flavour(start), options.dialect)
        read = stream.iso2709_outcomes if what is Format.ISO2709 else stream.marcxml_outcomes
        return read(chunks(piece.path), how)
    if what is Format.DUBLIN_CORE:
        return oai.from_file(chunks(piece.path), oai.RecordReader(source, options.dialect, options.flavour))
    if what in (Format.OPDS1, Format.OPDS2):
        parse = opds1.parse if what is Format.OPDS1 else opds2.parse
        return iter(parse(_whole(piece.path), options.base or "http://localhost/", source).outcomes)
    if what is Format.CSV:
        return csv_rows.outcomes(chunks(piece.path), options.mapping or _mapping_for(start, piece.name), source)
    raise FormatError("fichier vide" if not start.strip() else "format inconnu : ni MARC, ni Dublin Core, ni OPDS, ni CSV")


def _worth_workers(path: Path) -> bool:
    """A large file that can be read from anywhere: not a compressed one."""
    with path.open("rb") as file:
        return path.stat().st_size >= workers.WORTH_IT and file.read(2) != b"\x1f\x8b"


def _whole(path: Path) -> bytes:
    """Read a document that is parsed as a whole, up to `MAX_DOCUMENT`."""
    data = b""
    for chunk in chunks(path):
        data += chunk
        if len(data) > MAX_DOCUMENT:
            raise FormatError("document démesuré")
    return data


def _mapping_for(start: bytes, name: str) -> CsvMapping:
    """Find the mapping that came with the kiosk whose header this is. Raises DataError asking for one."""
    header = start.lstrip(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    for known in csv_mapping.names():
        mapping = csv_mapping.mapping(known)
        cells = {cell.strip().strip('"') for cell in header.split(mapping.delimiter)}
        if all(column in cells for column in mapping.columns.values() if isinstance(column, str)):
            return mapping
    raise DataError(
        f"« {name} » est un tableau CSV : dites ce que contiennent ses colonnes avec --mapping FICHIER.toml (voir docs/formats.md) ; "
        f"correspondances fournies : {', '.join(csv_mapping.names())}."
    )
