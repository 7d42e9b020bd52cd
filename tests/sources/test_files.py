"""Files and folders: recognised by content, read in pieces, by one process or several."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.harvest import write
from kiosk.errors import Cancelled, DataError, NotFound
from kiosk.formats import csv_mapping, items
from kiosk.formats.marc import Flavour
from kiosk.formats.outcome import Rejected
from kiosk.formats.stream import MarcReading, iso2709_outcomes
from kiosk.sources import files, run, spec, workers
from kiosk.sources.options import Options, Report
from kiosk.store.catalogue import Catalogue
from kiosk.store.prepared import Prepared, prepare

SAMPLES = Path(__file__).parents[3] / "shared/data/catalogue"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "data") as opened:
        yield opened


@pytest.fixture(scope="module")
def marc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records made as a library makes them."""
    path = tmp_path_factory.mktemp("marc") / "notices.mrc"
    write(path, 400)
    return path


def harvest(catalogue: Catalogue, path: Path, **options: object) -> Report:
    return run.harvest(catalogue, spec.parse(str(path)), Options(**options))  # type: ignore[arg-type]


def test_a_file_comes_in_and_again_without_change(catalogue: Catalogue, marc: Path) -> None:
    """The same file twice: the second time nothing is written."""
    first, second = harvest(catalogue, marc), harvest(catalogue, marc)
    assert (first.source, first.added, first.rejected) == ("notices", 400, 0)
    assert (second.added, second.updated, second.unchanged) == (0, 0, 400)


def test_a_compressed_file_is_read_as_it_unfolds(catalogue: Catalogue, marc: Path, tmp_path: Path) -> None:
    """gzip is recognised by its first bytes; a damaged one gives what precedes the damage."""
    whole, broken = tmp_path / "export.mrc.gz", tmp_path / "casse.mrc.gz"
    whole.write_bytes(gzip.compress(marc.read_bytes()))
    broken.write_bytes(whole.read_bytes()[:20_000])
    assert harvest(catalogue, whole).added == 400
    report = harvest(catalogue, broken)
    assert isinstance(report.error, DataError) and "abîmé" in str(report.error)
    assert 0 < report.added < 400


def test_a_folder_is_one_source_and_a_bad_file_one_reject(catalogue: Catalogue, marc: Path, tmp_path: Path) -> None:
    """Everything readable in a folder is read, in order; the rest is counted by name, hidden files and links are passed by."""
    folder = tmp_path / "dépôt"
    (folder / "sous").mkdir(parents=True)
    (folder / "sous" / "a.mrc").write_bytes(marc.read_bytes())
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(500))
    (folder / "vide.xml").write_bytes(b"")
    (folder / ".cache").write_bytes(b"x")
    (folder / "lien.mrc").symlink_to(marc)
    report = harvest(catalogue, folder)
    assert report.complete and report.added == 400 and report.rejected == 2
    assert report.source == "dépôt"


def test_what_is_not_there_and_what_is_not_a_catalogue(catalogue: Catalogue, tmp_path: Path) -> None:
    """Each has its sentence and its exit code."""
    assert isinstance(harvest(catalogue, tmp_path / "rien").error, NotFound)
    text = tmp_path / "lettre.txt"
    text.write_text("Bonjour")
    report = harvest(catalogue, text)
    assert isinstance(report.error, DataError) and report.error.exit_code == 3
    table = tmp_path / "inconnu.csv"
    table.write_text("A;B\n1;2\n")
    assert "--mapping" in str(harvest(catalogue, table).error)


def test_a_csv_with_a_known_header_needs_no_mapping(catalogue: Catalogue, tmp_path: Path) -> None:
    """The mapping that came with the kiosk is found by the header; one's own is used when given."""
    known = tmp_path / "films.csv"
    known.write_text('ID,Title,Directors,Year\n7,"La Femme du boulanger","Marcel Pagnol",1938\n')
    assert harvest(catalogue, known).added == 1
    own = tmp_path / "jeux.csv"
    own.write_text("Nom;Âge\nLabyrinthe;dès 7 ans\n;8 ans\n")
    mapping = csv_mapping.parse_mapping('delimiter = ";"\n[columns]\ntitle = "Nom"\naudience = "Âge"\n[constants]\nkind = "kit"', "jeux")
    report = harvest(catalogue, own, mapping=mapping)
    assert (report.added, report.rejected) == (1, 1)
    with catalogue.harvest("jeux") as h:
        assert len(list(h.known_ids())) == 1


def test_full_removes_what_the_export_no_longer_has(catalogue: Catalogue, marc: Path, tmp_path: Path) -> None:
    """--full makes of a file the whole truth about its source; without it nothing is removed."""
    export = tmp_path / "export.mrc"
    export.write_bytes(marc.read_bytes())
    harvest(catalogue, export)
    records = marc.read_bytes().split(b"\x1d")
    export.write_bytes(b"\x1d".join(records[50:]))
    assert harvest(catalogue, export).deleted == 0
    assert harvest(catalogue, export, full=True).deleted == 50
    export.write_bytes(b"\x1d".join(records[:1]) + b"\x1d")
    assert "trop pour être vrai" in harvest(catalogue, export, full=True).notes[0]


def test_stopping_keeps_what_was_read(catalogue: Catalogue, marc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle: what came before is in the catalogue, and the report says that it was stopped."""
    real = files.chunks

    def interrupted(path: Path) -> Iterator[bytes]:
        yield next(real(path))[:300_000]
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "head", lambda path: next(real(path)))
    monkeypatch.setattr(files, "chunks", interrupted)
    report = harvest(catalogue, marc)
    assert isinstance(report.error, Cancelled) and report.error.exit_code == 130
    assert 0 < report.added < 400 and catalogue.stats().records == report.added


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_processes_read_what_one_reads(marc: Path, count: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Blocks of any size, records across their edges, bad records among them: the outcomes are those of one process."""
    path = tmp_path / "n.mrc"
    records = marc.read_bytes().split(b"\x1d")
    records[100] = b"\r\n" + records[100][:200]
    records[250] = records[250][:24] + b"x" * 300
    path.write_bytes(b"\x1d".join(records))
    alone = list(iso2709_outcomes([path.read_bytes()], MarcReading("s", Flavour.UNIMARC)))
    expected = [o if isinstance(o, Rejected) else prepare(o) for o in alone]  # type: ignore[arg-type]
    assert sum(isinstance(o, Rejected) for o in expected) == 2
    task = workers.Task(path, "s", Flavour.UNIMARC, items.dialect("koha-995"))
    assert list(workers.outcomes(task, count)) == expected


@pytest.mark.parametrize("size", [700, 1_500, 40_000, 10_000_000])
def test_blocks_lose_and_double_nothing(marc: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the file is cut, each record begins in exactly one block."""
    monkeypatch.setattr(workers, "BLOCK", size)
    blocks = -(-marc.stat().st_size // size)
    assert b"".join(b"".join(workers.block(marc, i)) for i in range(blocks)) == marc.read_bytes()


def test_a_process_that_dies_costs_no_record(marc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed readers are replaced by reading here."""
    monkeypatch.setattr(workers, "BLOCK", 50_000)
    task = workers.Task(marc, "s", Flavour.UNIMARC, None)
    monkeypatch.setattr(workers, "_work", _dies)
    found = list(workers.outcomes(task, 2))
    assert len(found) == 400 and all(isinstance(o, Prepared) for o in found)


def _dies(*_arguments: object) -> None:
    raise SystemExit(1)


@pytest.mark.samples
@pytest.mark.skipif(not SAMPLES.exists(), reason="no sample data here")
def test_every_sample_comes_in(catalogue: Catalogue) -> None:
    """All the real files in one harvest: thousands of records, and only what cannot be a record is set aside."""
    report = harvest(catalogue, SAMPLES)
    assert report.complete and report.added > 10_000
    assert report.rejected <= 5
