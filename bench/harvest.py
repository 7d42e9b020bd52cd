"""How fast UNIMARC is read and stored, and how much memory that takes.

    python main.py bench harvest [--records N] [--json]

What is measured, in one run on one synthetic file of N records of about 1.5 kB with items:
- stored: the file to the catalogue, parsed, merged, indexed and found, as `catalogue harvest` does it; `tidied_rate` counts
  the tidying of the index that follows too;
- parsed: our reader alone, one process;
- pymarc: the reference reader alone, one process (its records are not turned into ours);
- memory: peak of the harvesting process at N and at N/5 records; flat means within `FLAT` of each other;
- processor: microseconds a record of the storing and of the reading processes, and the rate that two cores to themselves
  would give (`two_cores_rate`): on a machine that others use, the wall clock says less.

Targets: stored ≥ 3,000 records/s on two cores; memory flat.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TARGET = 3_000  # records/s
FLAT = 1.15
_TEXT = (
    "lumière colline rivière village olivier lavande montagne berger maison enfance mémoire silence voyage nuit matin soleil neige pierre "
    "vent forêt jardin chemin histoire secret mystère amour guerre printemps automne été hiver mer ciel étoile oiseau cheval loup renard "
    "école cuisine musique peinture danse théâtre science nature santé bonheur liberté courage mensonge promesse retour départ rencontre"
)
_WORDS = _TEXT.split()
_FORENAMES = "Jean Marie Louise Pierre Anne Paul Claire Hélène Émile Rose Lucien Odette Marcel Jeanne Henri Élise Augustin Blanche"
_SURNAMES = "Arnaud Barthélemy Chabert Daumas Eyriès Fabre Garcin Honnorat Isnard Jaubert Latil Martel Nicolas Ollivier Peyron Roux"
_FIRST, _LAST = _FORENAMES.split(), _SURNAMES.split()
_SUBJECTS = "Provence Histoire Randonnée Cuisine Astronomie Géologie Botanique Peinture Musique Contes Biographies Résistance Transhumance"


def write(path: Path, records: int, seed: int = 7) -> None:
    """Write a file of UNIMARC records with pymarc, the same for the same size and seed."""
    from pymarc import MARCWriter

    with path.open("wb") as file:
        writer: Any = MARCWriter(file)
        for record in _records(records, seed):
            writer.write(record)
        writer.close(close_fh=False)


def _records(count: int, seed: int) -> Iterator[object]:
    rng = random.Random(seed)
    for number in range(1, count + 1):
        yield _record(rng, number)


def _record(rng: random.Random, number: int) -> Any:
    """Make one record as a public library has it: 20 to 25 fields, a summary, one to three items."""
    from pymarc import Field, Indicators, Record, Subfield

    record: Any = Record(force_utf8=True, leader="     cam a22     3  4500")

    def words(count: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(count))

    def add(tag: str, *pairs: str, indicators: str = "  ") -> None:
        subfields = [Subfield(pair[0], pair[1:]) for pair in pairs]
        record.add_field(Field(tag, indicators=Indicators(*indicators), subfields=subfields))

    isbn = f"978{number:09d}"
    isbn += str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(isbn)) % 10)
    year = str(rng.randint(1950, 2026))
    author = (rng.choice(_LAST) + rng.choice(("", "-" + rng.choice(_LAST))), rng.choice(_FIRST))
    record.add_field(Field("001", data=f"B{number:08d}"), Field("005", data=f"2026010{rng.randint(1, 9)}120000.0"))
    add("010", f"a{isbn}", "bbr.", f"d{rng.randint(5, 30)} EUR")
    add("033", f"ahttp://catalogue.example/ark:/99999/cb{number:09d}")
    add("073", f"a{isbn}", indicators=" 0")
    add("100", f"a20260101d{year}    {rng.choice('kmec')}  y0frey50      ba")
    add("101", "afre", indicators="0 ")
    add("105", f"a||||{rng.choice('zzzzt')}   00|a|")
    add("200", f"a{words(3).capitalize()} {number}", "bTexte imprimé", f"e{words(4)}", f"f{author[1]} {author[0]}", indicators="1 ")
    add("210", "aManosque", f"c{rng.choice(_LAST)} éditions", f"dDL {year}")
    add("215", f"a1 vol. ({rng.randint(80, 500)} p.)", "d21 cm")
    add("225", f"aCollection {rng.choice(_LAST)}", f"v{rng.randint(1, 300)}")
    add("330", f"a{words(45).capitalize()}.")
    for subject in rng.sample(_SUBJECTS.split(), 2):
        add("606", f"3{rng.randint(10**7, 10**8)}", f"a{subject}", f"x{rng.choice(_WORDS)}", "2rameau")
    add("608", f"a{rng.choice(('Romans', 'Albums', 'Documentaires : arts', 'Bandes dessinées'))}", "2ldj")
    add("676", f"a{rng.randint(100, 999)}.{rng.randint(1, 9)}", "v23")
    add("700", f"3{rng.randint(10**7, 10**8)}", f"a{author[0]}", f"b{author[1]}", f"f19{rng.randint(10, 99)}-....", "4070")
    add("702", f"a{rng.choice(_LAST)}", f"b{rng.choice(_FIRST)}", "4730")
    add("801", "aFR", "bFR-751131015", "c20260101", "gAFNOR", indicators=" 0")
    for copy in range(rng.choice((1, 1, 1, 2, 3))):
        branch = f"BIB{rng.randint(1, 88):02d}"
        add("995", "00", "20", f"b{branch}", f"c{branch}", "eADU", f"f{number:08d}{copy}", f"kR {author[0][:3].upper()}", "o0", "rLIV")
    return record


def _in_process(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """Run a measurement in a process of its own, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(there, work, arguments))
    process.start()
    there.close()
    result: dict[str, float] = here.recv()
    process.join()
    return result


def _run(there: multiprocessing.connection.Connection, work: Callable[..., dict[str, float]], arguments: tuple[object, ...]) -> None:
    there.send(work(*arguments))
    there.close()


def _peak() -> float:
    """Return this process's largest resident size so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stored(path: Path, records: int) -> dict[str, float]:
    """Harvest the file into a new catalogue."""
    from kiosk.sources import run, spec
    from kiosk.sources.options import Options
    from kiosk.store.catalogue import Catalogue

    data = Path(tempfile.mkdtemp(prefix="bench-harvest-"))
    try:
        start = time.perf_counter()
        with Catalogue.open(data) as catalogue:
            report = run.harvest(catalogue, spec.parse(str(path)), Options(workers=min(2, os.cpu_count() or 1)))
            seconds = time.perf_counter() - start
            assert report.complete and report.added == records, report
            held = catalogue.stats().records
            size = (data / "catalogue.sqlite").stat().st_size / 1e6
        readers, own = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
        cpu = {"store": own.ru_utime + own.ru_stime, "readers": readers.ru_utime + readers.ru_stime}
        return {
            "rate": records / report.stored_seconds,
            "tidied_rate": records / seconds,
            "peak_mb": _peak(),
            "reader_peak_mb": readers.ru_maxrss / 1024,
            "store_us": cpu["store"] / records * 1e6,
            "readers_us": cpu["readers"] / records * 1e6,
            "two_cores_rate": 2 * records / sum(cpu.values()),
            "records": held,
            "file_mb": size,
        }
    finally:
        shutil.rmtree(data)


def parsed(path: Path, records: int) -> dict[str, float]:
    """Read the file into records of the domain, nothing more."""
    from kiosk.formats.marc import Flavour
    from kiosk.formats.stream import MarcReading, iso2709_outcomes
    from kiosk.sources.files import chunks

    start = time.perf_counter()
    count = sum(1 for _ in iso2709_outcomes(chunks(path), MarcReading("bench", Flavour.UNIMARC)))
    assert count == records
    return {"rate": records / (time.perf_counter() - start), "peak_mb": _peak()}


def pymarc(path: Path, records: int) -> dict[str, float]:
    """Read the file with pymarc, nothing more."""
    from pymarc import MARCReader

    start = time.perf_counter()
    with path.open("rb") as file:
        count = sum(1 for record in MARCReader(file, to_unicode=True, force_utf8=True) if record is not None)
    assert count == records
    return {"rate": records / (time.perf_counter() - start), "peak_mb": _peak()}


def measure(records: int, folder: Path) -> dict[str, object]:
    """Run everything and return the figures."""
    large, small = folder / "large.mrc", folder / "small.mrc"
    few = max(records // 5, 1)
    _in_process(_write, large, records)
    _in_process(_write, small, few)
    rows = {
        "stored": _in_process(stored, large, records),
        "stored_small": _in_process(stored, small, few),
        "parsed": _in_process(parsed, small, few),
        "pymarc": _in_process(pymarc, small, few),
    }
    growth = rows["stored"]["peak_mb"] / rows["stored_small"]["peak_mb"]
    return {
        "records": records,
        "bytes_per_record": round(large.stat().st_size / records),
        "cores": os.cpu_count(),
        **{name: {key: round(value, 1) for key, value in row.items()} for name, row in rows.items()},
        "stored_over_pymarc": round(rows["stored"]["rate"] / rows["pymarc"]["rate"], 2),
        "parsed_over_pymarc": round(rows["parsed"]["rate"] / rows["pymarc"]["rate"], 2),
        "memory_growth": round(growth, 3),
        "ok": rows["stored"]["rate"] >= TARGET and growth <= FLAT,
    }


def _write(path: Path, records: int) -> dict[str, float]:
    write(path, records)
    return {}


def main(argv: list[str]) -> int:
    """Measure and print; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="colporteur bench harvest", description="UNIMARC parsed and stored, records/s and memory.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-harvest-") as folder:
        result = measure(arguments.records, Path(folder))
    if arguments.json:
        print(json.dumps(result, indent=1))
    else:
        _print(result)
    return 0 if result["ok"] else 1


def _print(result: dict[str, object]) -> None:
    print(f"{result['records']} notices UNIMARC de {result['bytes_per_record']} octets, {result['cores']} cœurs")
    names = {
        "stored": "lues et enregistrées",
        "stored_small": "  (un cinquième du fichier)",
        "parsed": "lues seulement",
        "pymarc": "pymarc, lues seulement",
    }
    for key, label in names.items():
        row = result[key]
        assert isinstance(row, dict)
        print(f"  {label:<30} {row['rate']:>8.0f} notices/s   mémoire {row['peak_mb']:>6.1f} Mo")
    stored_row = result["stored"]
    assert isinstance(stored_row, dict)
    print(
        f"  processeur par notice : {stored_row['store_us']:.0f} µs pour enregistrer, {stored_row['readers_us']:.0f} µs pour lire ; "
        f"deux cœurs libres : {stored_row['two_cores_rate']:.0f} notices/s ; "
        f"rangement de l’index compris : {stored_row['tidied_rate']:.0f}"
    )
    print(f"  enregistrer / pymarc : {result['stored_over_pymarc']}   croissance de la mémoire : {result['memory_growth']}")
    print(f"  objectif : {TARGET} notices/s, mémoire stable → {'tenu' if result['ok'] else 'MANQUÉ'}", file=sys.stdout)
