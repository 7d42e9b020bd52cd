"""Rows of a CSV to the domain, by a mapping.

Guarantees: rows are read one by one; a row that is wrong is a `Rejected` with its line number; with `add_up`, rows that
describe one thing become one record with their popularity added, at most `MAX_ADDED` of them in memory.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kiosk.domain import Audience, Contributor, Holding, Identifier, Item, ItemStatus, Kind, Link, LinkRel, Record, SourceRef
from kiosk.errors import FormatError
from kiosk.formats import identifiers, names, values
from kiosk.formats.csv_mapping import Column, CsvMapping
from kiosk.formats.dublin_core import split_title
from kiosk.formats.outcome import Outcome, Rejected
from kiosk.formats.publication import bare_place, part
from kiosk.formats.text import clean, plain, trimmed, unmojibake

MAX_ADDED = 300_000
MAX_LINE = 200_000  # characters: a quote that is never closed must not swallow the file
_ISBD_VOLUME = re.compile(r"\s*\.\s*(\d{1,4})\s*(?:\.\s*(.+))?$")  # "Les Légendaires. 15. Amour mortel"
# ANSEL (MARC-8) marks that were read as Latin-1 letters, with the letter after them: "âe" for "é".
_PAIRS = {
    "á": "aà eè uù AÀ EÈ UÙ",
    "â": "eé aá ií oó uú EÉ",
    "ã": "aâ eê iî oô uû AÂ EÊ IÎ OÔ UÛ",
    "è": "eë iï uü oö aä EË IÏ UÜ OÖ AÄ",
    "ð": "cç CÇ",
    "ä": "nñ NÑ",
}
_COMPOSED = {mark + pair[0]: pair[1] for mark, pairs in _PAIRS.items() for pair in pairs.split()}
_BROKEN = re.compile("|".join(_COMPOSED))
_SOUND = frozenset("éàêëîïôùûçœÉÀÊÎÔÇ")  # letters that a broken row cannot hold


def mended(cells: list[str], how: str) -> list[str]:
    """Repair the accents of one row. A row that holds a sound French accent is left as it is."""
    if how == "mojibake":
        return [unmojibake(cell) for cell in cells]
    if how != "marc8-in-latin1":
        return cells
    text = "".join(cells)
    if not _BROKEN.search(text) or not _SOUND.isdisjoint(text):
        return cells
    return [_BROKEN.sub(lambda m: _COMPOSED[m.group()], cell).replace("¶", "œ") for cell in cells]


def outcomes(chunks: Iterable[bytes], mapping: CsvMapping, source: str) -> Iterator[Outcome]:
    """Read a file. A header that does not have the mapping's columns is one reject: nothing else could be right."""
    reader = csv.reader(_lines(chunks, mapping.encoding), delimiter=mapping.delimiter)
    try:
        header = [clean(name) for name in next(reader, [])]
        rows = _Rows(mapping, header, source)
    except (FormatError, csv.Error) as e:
        yield Rejected.of(1, str(e))
        return
    read = rows.added_up(_each(reader)) if mapping.add_up else (rows.outcome(line, cells) for line, cells in _each(reader))
    yield from (outcome for outcome in read if outcome is not None)


def _lines(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Decode and cut into lines, keeping line ends, whatever they are."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    first = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        rest += text.removeprefix("\ufeff") if first else text
        first = first and not text
        *whole, rest = rest.split("\n")
        yield from (f"{line[:MAX_LINE]}\n" for line in whole)
        rest = rest[:MAX_LINE]
    rest += decoder.decode(b"", True)
    if rest:
        yield rest


def _each(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Number the rows; one that the csv module refuses is an empty row."""
    line = 1
    while True:
        line += 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, []


class _Rows:
    """Reads rows whose header is known."""

    def __init__(self, mapping: CsvMapping, header: list[str], source: str) -> None:
        self.mapping = mapping
        self.source = source
        self._index = {name: i for i, name in reversed(list(enumerate(header)))}
        self._width = len(header)
        wanted = [*mapping.columns.values(), *(p.column for p in mapping.people), *(r.column for r in (*mapping.kinds, *mapping.audiences))]
        missing = [str(c) for c in wanted if self._position(c) is None]
        if missing:
            raise FormatError(f"colonne « {missing[0]} » absente : ce fichier ne va pas avec la correspondance « {mapping.name} »")

    def _position(self, column: Column) -> int | None:
        if isinstance(column, int):
            return column - 1 if column <= self._width else None
        return self._index.get(column)

    def added_up(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[Outcome | None]:
        """Read all rows, then give one record for each thing they describe."""
        found: dict[str, Record] = {}
        for line, cells in rows:
            outcome = self.outcome(line, cells)
            if not isinstance(outcome, Record):
                yield outcome
            elif outcome.id in found:
                found[outcome.id] = _added(found[outcome.id], outcome)
            elif len(found) < MAX_ADDED:
                found[outcome.id] = outcome
            else:
                yield outcome
        yield from found.values()

    def outcome(self, line: int, cells: list[str]) -> Outcome | None:
        """Read one row; None for an empty line."""
        if not any(cell.strip() for cell in cells):
            return None
        try:
            return self._record(self._aligned(mended(cells, self.mapping.repair)))
        except FormatError as e:
            return Rejected.of(line, str(e), self.mapping.delimiter.join(cells).encode("utf-8", "replace"))

    def _aligned(self, cells: list[str]) -> list[str]:
        if len(cells) < min(self._width, 2):
            raise FormatError("ligne trop courte")
        for realign in self.mapping.realign:
            if all(matches(self._raw(cells, column)) for column, matches in realign.when):
                position = self._position(realign.drop) or 0
                return [*cells[:position], *cells[position + 1 :], ""]
        return cells

    def _raw(self, cells: list[str], column: Column) -> str:
        position = self._position(column)
        return cells[position].strip() if position is not None and position < len(cells) else ""

    def _cell(self, cells: list[str], key: str) -> str:
        """Return a cell, the mapping's constant when it is empty."""
        column = self.mapping.columns.get(key)
        value = self._raw(cells, column) if column is not None else ""
        return self.mapping.constants.get(key, "") if value in self.mapping.empty else value

    def _many(self, cells: list[str], key: str) -> list[str]:
        text = self._cell(cells, key)
        if not text:
            return []
        return text.split(self.mapping.separator) if self.mapping.separator else [text]

    def _record(self, cells: list[str]) -> Record:
        title, subtitle, volume = self._title(cells)
        place, publisher, year = self._publication(cells)
        contributors = self._contributors(cells)
        ident = clean(self._cell(cells, "id"), 120) or _made(title, volume, subtitle, *(c.name for c in contributors))
        age = values.age(self._cell(cells, "audience"))
        return Record(
            id=f"{self.source}:{ident}",
            title=title,
            kind=Kind(self._decide(cells, "kind") or self.mapping.constants.get("kind", "other")),
            subtitle=subtitle,
            contributors=contributors,
            publisher=publisher,
            place=place,
            year=year,
            languages=values.languages(self._many(cells, "language")),
            summary=plain(self._cell(cells, "summary")),
            audience=self._audience(cells, age),
            age_min=age,
            subjects=_unique(self._many(cells, "subjects")),
            genres=_unique(self._many(cells, "genres")),
            classification=clean(self._cell(cells, "classification"), 40),
            series=trimmed(self._cell(cells, "series"), 200),
            volume=volume,
            extent=trimmed(self._cell(cells, "extent"), 120),
            identifiers=self._identifiers(cells, ident),
            links=self._links(cells, ident),
            holdings=self._holdings(cells),
            sources=(SourceRef(self.source, ident),),
            popularity=_count(self._cell(cells, "popularity")),
        )

    def _title(self, cells: list[str]) -> tuple[str, str, str]:
        text = self._cell(cells, "title")
        if not clean(text):
            raise FormatError("titre absent")
        given = trimmed(self._cell(cells, "subtitle")), trimmed(self._cell(cells, "volume"), 20)
        if not self.mapping.isbd:
            return trimmed(text), *given
        proper = text.partition(" / ")[0].partition("/ ")[0]
        found = _ISBD_VOLUME.search(proper)
        number, part_title = (found.group(1), found.group(2) or "") if found is not None else ("", "")
        title, subtitle, other, _statement = split_title(proper[: found.start()] if found is not None else proper)
        if number:
            title = f"{title}. {number}{f', {trimmed(part_title)}' if part_title else ''}"
        return title, given[0] or subtitle, given[1] or number or other

    def _publication(self, cells: list[str]) -> tuple[str, str, int | None]:
        """Read "Lieu : éditeur, 2014" where it is one column, else the columns of its parts."""
        text = clean(self._cell(cells, "publication"), 300)
        place, colon, rest = text.partition(" : ")
        publisher = rest.rpartition(",")[0] or rest if colon else ""
        place = bare_place(part(self._cell(cells, "place") or re.sub(r"\s*\([^)]*\)", "", place if colon else "")))
        year = values.year(self._cell(cells, "year") or rest or text)
        return place, part(self._cell(cells, "publisher") or publisher), year

    def _contributors(self, cells: list[str]) -> tuple[Contributor, ...]:
        found: list[Contributor] = []
        for people in self.mapping.people:
            text = self._raw(cells, people.column)
            if text in self.mapping.empty:
                continue
            for name in text.split(people.separator)[:40] if people.separator else [text]:
                one = names.heading(name, people.role) if people.inverted else names.direct(name, people.role)
                if one is not None:
                    found.append(one)
        return names.unique(found)

    def _decide(self, cells: list[str], what: str) -> str:
        rules = self.mapping.kinds if what == "kind" else self.mapping.audiences
        return next((rule.gives for rule in rules if rule.matches(self._raw(cells, rule.column))), "")

    def _audience(self, cells: list[str], age: int | None) -> Audience | None:
        decided = self._decide(cells, "audience") or self.mapping.constants.get("audience", "")
        if decided:
            return Audience(decided)
        return values.audience_of_age(age) or values.audience(self._cell(cells, "audience"))

    def _identifiers(self, cells: list[str], ident: str) -> tuple[Identifier, ...]:
        found = [identifiers.isbn(self._cell(cells, "isbn")), identifiers.ean(self._cell(cells, "ean"))]
        platform = self.mapping.constants.get("platform", "")
        if platform and "id" in self.mapping.columns:
            found.append(Identifier(f"platform:{platform}", ident))
        return tuple(dict.fromkeys(i for i in found if i is not None))

    def _links(self, cells: list[str], ident: str) -> tuple[Link, ...]:
        found: list[Link] = []
        for key, rel in (("link", LinkRel.ACCESS), ("cover", LinkRel.COVER)):
            url = self._cell(cells, key).replace("{id}", ident)
            if url.startswith(("http://", "https://")) and len(url) <= 2000:
                found.append(Link(url, rel, self.mapping.constants.get("platform", "") if rel is LinkRel.ACCESS else ""))
        return tuple(found)

    def _holdings(self, cells: list[str]) -> tuple[Holding, ...]:
        raw = clean(self._cell(cells, "branch"), 80)
        branch = self.mapping.branches.get(raw, raw)
        if not branch:
            return ()
        item = Item(
            barcode=clean(self._cell(cells, "barcode"), 60),
            call_number=clean(self._cell(cells, "call_number"), 80),
            location=clean(self._cell(cells, "location"), 80),
            status=ItemStatus.UNKNOWN,
        )
        return (Holding(branch, (item,)),)


def _made(*parts: str) -> str:
    """Make a number out of what is written, for lists that give none."""
    return hashlib.blake2b("\0".join(parts).lower().encode(), digest_size=8).hexdigest()


def _count(text: str) -> int:
    digits = re.sub(r"\D", "", text)
    return min(int(digits), 10_000_000) if digits and len(digits) < 12 else 0


def _unique(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for text in texts if (value := trimmed(text, 120))))[:40]


def _added(one: Record, other: Record) -> Record:
    """Two rows about one thing: popularity added, copies in each branch kept once."""
    held = {h.branch: h for h in (*other.holdings, *one.holdings)}
    return replace(one, popularity=one.popularity + other.popularity, holdings=tuple(held.values()))
