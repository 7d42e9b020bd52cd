"""CSV files that people make in a spreadsheet: bytes → rows with their line numbers, rows → bytes. Pure.

Guarantees: reading accepts what Excel and LibreOffice save in French (semicolon, comma or tab; UTF-8 or Windows-1252; BOM);
a row that cannot be used is reported with its line and handed back whole, never dropped; what is written is canonical
(UTF-8 with BOM, semicolons, CRLF) and reads back to the same values; a cell can never start a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fleet.errors import CsvError
from fleet.identifiers import plain

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_CELL = 4_000  # characters
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SHIELDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its line in the file (1-based), its cells by column name, and the cells as they came."""

    line: int
    cells: Mapping[str, str]
    raw: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken, and why."""

    line: int
    reason: str
    raw: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """A file read: its rows, what was refused, what is worth telling."""

    header: tuple[str, ...]
    rows: list[SheetRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_sheet(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """Rows by known column; `CsvError` only when nothing can be read."""
    if len(data) > MAX_BYTES:
        raise CsvError("Ce fichier dépasse 5 Mo : ce n’est sans doute pas le bon.")
    notes: list[str] = []
    text = _decode(data, notes)
    if not text.strip():
        raise CsvError("Ce fichier est vide.")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    header, names = _header(reader, columns, notes)
    missing = [name for name in needed if name not in names]
    if missing:
        raise CsvError(
            f"Il manque la colonne « {missing[0]} » en première ligne. Colonnes possibles : {', '.join(columns)}. "
            "Le plus simple : partir d’un fichier exporté."
        )
    sheet = Sheet(tuple(header), notes=notes)
    try:
        line = reader.line_num + 1  # a row with line breaks in its cells is known by its first line
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _take(sheet, line, cells, names)
            line = reader.line_num + 1
            if len(sheet.rows) + len(sheet.rejects) > MAX_ROWS:
                raise CsvError(f"Plus de {MAX_ROWS} lignes : ce n’est sans doute pas le bon fichier.")
    except csv.Error as error:
        raise CsvError(f"Ligne {reader.line_num} : ce n’est pas du CSV lisible ({error}).") from error
    return sheet


def _decode(data: bytes, notes: list[str]) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise CsvError("Ce fichier n’est pas du texte : enregistrez-le en CSV UTF-8.") from error
    if b"\x00" in data or data.startswith(b"PK\x03\x04"):
        raise CsvError("Ce fichier n’est pas un CSV mais un classeur ou un fichier binaire : enregistrez-le en CSV UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append("Le fichier n’est pas en UTF-8 : lu comme un fichier de Windows (vérifiez les accents).")
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";,\t", key=lambda c: (first.count(c), c == ";"))


def _header(reader: Iterable[list[str]], columns: Sequence[str], notes: list[str]) -> tuple[list[str], list[str]]:
    """The header as written, and the known column each cell stands for ("" when unknown)."""
    known = {plain(name): name for name in columns}
    for header in reader:
        if not any(cell.strip() for cell in header):
            continue
        names = [known.get(plain(cell), "") for cell in header]
        for cell, name in zip(header, names, strict=True):
            if not name and cell.strip():
                notes.append(f"Colonne « {cell.strip()[:40]} » inconnue : laissée de côté.")
        twice = {name for name in names if name and names.count(name) > 1}
        if twice:
            raise CsvError(f"La colonne « {min(twice)} » est là deux fois.")
        return header, names
    raise CsvError("Ce fichier est vide.")


def _take(sheet: Sheet, line: int, cells: list[str], names: list[str]) -> None:
    raw = tuple(cells)
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        sheet.rejects.append(Reject(line, f"{len(cells)} cellules pour {len(names)} colonnes : un séparateur de trop ?", raw))
    elif any(len(cell) > MAX_CELL for cell in cells):
        sheet.rejects.append(Reject(line, f"une cellule dépasse {MAX_CELL} caractères : un guillemet oublié ?", raw))
    else:
        values = {name: unshield(cell).strip() for name, cell in zip(names, cells, strict=False) if name}
        sheet.rows.append(SheetRow(line, values, raw))


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The canonical file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([shield(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def write_rejects(sheet: Sheet) -> bytes:
    """Rows that were not taken, as they came, with their line and the reason: to be corrected and imported again."""
    header = (*sheet.header, "ligne d’origine", "pourquoi")
    rows = []
    for reject in sorted(sheet.rejects, key=lambda r: r.line):
        cells = [unshield(cell) for cell in reject.raw]
        rows.append((*cells, *[""] * (len(sheet.header) - len(cells)), str(reject.line), reject.reason))
    return write_sheet(header, rows)


def shield(cell: str) -> str:
    """An apostrophe before what a spreadsheet would run as a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unshield(cell: str) -> str:
    """The inverse of `shield`."""
    return cell[1:] if _SHIELDED.match(cell) else cell
