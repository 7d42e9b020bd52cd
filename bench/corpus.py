"""The generated catalogue as every engine takes it, and the queries asked of it; kept in a folder, both are made once.

Guarantees: the same seed gives the same documents, and a shorter catalogue is the beginning of a longer one, so that one
kept file serves all sizes; a file half written is never read. Documents are read block by block: memory stays flat.
"""

from __future__ import annotations

import json
import marshal
import os
import random
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from kiosk.demo.generator import generate
from kiosk.search import analysis, fields
from kiosk.search.fields import Document, Texts
from kiosk.search.port import Query

SEED, QUERIES = 2026, 220
UNFINISHED, TICKED = 0.4, 0.25
DRAWN_FROM = 60_000  # records
SAMPLE = 1_000  # records looked at to see whether a kept file is of today
BLOCK = 2_000  # documents
_LENGTH = 4  # bytes before each block


@cache
def fingerprint() -> str:
    """Return what tells this catalogue, as analysed now, from that of another day."""
    rows = [_row(d) for _docid, d in islice(_made(SAMPLE), SAMPLE)]
    return f"{zlib.crc32(json.dumps(rows).encode()):08x}"  # not of marshal: it tells equal objects from the same object


def documents(records: int, folder: Path | None) -> Iterator[tuple[int, Document]]:
    """Yield the first `records` documents, from the file kept in `folder` when there is one."""
    kept = _longest(folder) if folder else None
    if kept is None or kept[0] < records:
        yield from _made(records)
        return
    with kept[1].open("rb") as file:
        docid = 0
        while docid < records and (head := file.read(_LENGTH)):
            for row in marshal.loads(zlib.decompress(file.read(int.from_bytes(head, "big"))))[: records - docid]:
                docid += 1
                title, key, year, popularity, texts, facets = row
                yield docid, Document(title, key, year, popularity, Texts(*texts), facets)


def keep(records: int, folder: Path) -> None:
    """Write the documents down, unless a file as long is there; remove those of another day."""
    kept = _longest(folder)
    if kept is not None and kept[0] >= records:
        return
    for old in folder.glob("documents-*"):
        old.unlink()
    new = folder / "documents.part"
    with new.open("wb") as file:
        source = _made(records)
        while block := list(islice(source, BLOCK)):
            packed = zlib.compress(marshal.dumps([_row(d) for _docid, d in block]), 1)
            file.write(len(packed).to_bytes(_LENGTH, "big") + packed)
        file.flush()
        os.fsync(file.fileno())
    new.rename(folder / f"documents-{records}-{fingerprint()}.zm")


def _row(document: Document) -> tuple[object, ...]:
    t = document.texts
    texts = (t.title, t.author, t.subject, t.other)
    return document.title, document.title_key, document.year, document.popularity, texts, document.facets


def _longest(folder: Path) -> tuple[int, Path] | None:
    found = [(int(p.stem.split("-")[1]), p) for p in folder.glob(f"documents-*-{fingerprint()}.zm")]
    return max(found, default=None)


def _made(records: int) -> Iterator[tuple[int, Document]]:
    for docid, record in enumerate(generate(records, SEED), 1):
        yield docid, fields.document(record)


def queries(records: int, folder: Path | None = None) -> list[Query]:
    """Draw the queries from the catalogue itself: what people type is what they saw somewhere."""
    note = folder / f"queries-{min(records, DRAWN_FROM)}-{fingerprint()}.json" if folder else None
    if note is None or not note.exists():
        made = _drawn(min(records, DRAWN_FROM))
        if note is None:
            return made
        note.write_text(json.dumps([[q.words, {f: sorted(v) for f, v in q.facets.items()}] for q in made], ensure_ascii=False))
    return [Query(words, {f: frozenset(v) for f, v in facets.items()}) for words, facets in json.loads(note.read_text())]


def _drawn(records: int) -> list[Query]:
    draw = random.Random(SEED)
    made: list[Query] = []
    for record in generate(records, SEED):
        if draw.random() > QUERIES * 3 / records:
            continue
        text = draw.choice([record.title, record.title, " ".join(record.authors), " ".join(record.subjects[:1])])
        words = [w for w in analysis.words(text) if w not in analysis.STOP]
        if not words:
            continue
        start = draw.randrange(len(words))
        asked = " ".join(words[start : start + draw.randint(1, 3)])
        asked = asked[: max(1, len(asked) - draw.randint(1, 4))].rstrip() if draw.random() < UNFINISHED else asked + " "
        ticked = {"type": frozenset({draw.choice(["book", "film", "comic"])})} if draw.random() < TICKED else {}
        made.append(Query(asked, ticked))
    draw.shuffle(made)
    return made[:QUERIES]
