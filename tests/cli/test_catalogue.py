"""The catalogue command, as a person and as a program use it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bench.harvest import write
from kiosk.cli.catalogue import main
from kiosk.cli.terminal import Terminal, plural, printable, size
from kiosk.demo import build_demo
from kiosk.domain import HoldState, Patron, Record
from kiosk.store.catalogue import Catalogue
from kiosk.store.outbox import Outbox
from tests.simulators.oai_server import Entry, dublin_core, repository


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of 120 records with their items, and one record with a name of its own."""
    folder = tmp_path_factory.mktemp("catalogue")
    write(folder / "notices.mrc", 120)
    own = folder / "films.csv"
    own.write_text("ID,Title,Directors,Year\n7,L’Opoponax \x1b[31m,Anne Martel,1964\n8,,Personne,1900\n")
    code, _out, _err = run("harvest", str(folder / "notices.mrc"), str(own), "--data", str(folder / "data"))
    assert code == 0
    return folder / "data"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = main(list(argv), Terminal(out, err))
    return code, out.getvalue(), err.getvalue()


def as_json(*argv: str) -> Any:
    code, out, err = run(*argv, "--json")
    assert code == 0 and err == ""
    return json.loads(out)


def test_search_answers_programs(data: Path) -> None:
    """--json gives total, hits, facets and ms; facets restrict, --limit and --offset page."""
    found = as_json("search", "manosque", "--data", str(data), "--limit", "3")
    assert {"total", "hits", "facets", "ms"} <= found.keys()
    everything = as_json("search", "--data", str(data), "--limit", "2", "--offset", "120")
    assert everything["total"] == 121 and len(everything["hits"]) == 1
    hit = as_json("search", "opoponax", "--data", str(data))["hits"][0]
    assert {"id", "title", "authors", "year", "type"} <= hit.keys()
    assert (hit["authors"], hit["year"], hit["type"]) == ("Anne Martel", 1964, "film")
    films = as_json("search", "--facet", "type=film", "--facet", "type=music", "--data", str(data))
    assert films["total"] == 1
    counts = {v["value"]: v["count"] for v in everything["facets"]["type"]}
    assert sum(counts.values()) == 121


def test_search_answers_people(data: Path) -> None:
    """A French list, without anything that a terminal would obey."""
    code, out, _err = run("search", "l'opoponax", "--data", str(data))
    assert code == 0 and "1 résultat" in out and "Anne Martel · 1964 · Film" in out
    assert "\x1b" not in out and "Type : Film (1)" in out
    assert "0 résultat" in run("search", "xyzzyx", "--data", str(data))[1]


def test_show(data: Path) -> None:
    """A record for people and for programs; one that is not there is exit code 6."""
    ident = as_json("search", "--facet", "library=BIB01", "--data", str(data))["hits"][0]["id"]
    record = as_json("show", ident, "--data", str(data))
    assert record["id"] == ident and record["holdings"] and record["authors"] and record["type"] in ("book", "comic")
    code, out, _err = run("show", ident, "--data", str(data))
    assert code == 0 and record["title"] in out and "BIB01" in out and "En rayon" in out and "ISBN" in out
    code, out, err = run("show", "rien", "--data", str(data))
    assert (code, out) == (6, "") and "rien" in err


def test_stats(data: Path) -> None:
    """Records, types, sources, and what was set aside with its reason."""
    found = as_json("stats", "--data", str(data))
    assert found["records"] == 121 and found["by_source"] == {"notices": 120, "films": 1}
    assert found["rejects"] == {"films": {"titre absent": 1}}
    assert sum(found["by_type"].values()) == 121 and found["size"] > 0 and found["updated_at"]
    code, out, _err = run("stats", "--data", str(data))
    assert code == 0 and "121 notices" in out and "1 × titre absent" in out


def test_harvest_reports_each_source_and_goes_on_after_a_failure(tmp_path: Path) -> None:
    """A source that fails does not stop the next one; the exit code is that of the first failure."""
    held = [Entry("oai:x:1", "2026-01-01T00:00:00Z", dublin_core("Colline"))]
    with repository(entries=held) as (_repository, server):
        sources = ("oai+http://127.0.0.1:9/oai", f"oai+{server.url}/oai?prefix=oai_dc", str(tmp_path / "rien.mrc"))
        code, out, _err = run("harvest", *sources, "--data", str(tmp_path / "d"), "--json")
    found = json.loads(out)
    assert code == 4 and found["records"] == 1
    assert [s["complete"] for s in found["sources"]] == [False, True, False]
    assert [bool(s["error"]) for s in found["sources"]] == [True, False, True]
    assert found["sources"][1]["added"] == 1 and found["sources"][1]["rejected"] == 0


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("harvest", "https://a.example/oai"), 3),
        (("harvest", "x.mrc", "--items", "inconnu"), 3),
        (("harvest", "x.mrc", "--items", "absent.toml"), 6),
        (("harvest", "x.csv", "--mapping", "inconnue"), 3),
        (("harvest", "a", "b", "--name", "n"), 3),
        (("harvest", "absent.mrc"), 6),
        (("search", "--facet", "couleur=bleu"), 3),
        (("stats",), 6),
        (("search", "--limit", "0"), 2),
        ((), 2),
        (("--help",), 0),
    ],
)
def test_mistakes_have_a_sentence_and_a_code(argv: tuple[str, ...], code: int, tmp_path: Path) -> None:
    """The codes of docs/errors.md, no traceback, nothing on the standard output."""
    where = ("--data", str(tmp_path / "vide")) if argv and argv != ("--help",) else ()
    found, out, err = run(*argv, *where)
    assert found == code
    if code not in (0, 2):
        assert out == "" or "catalogue compte" in out
        assert "Traceback" not in err


def test_a_dialect_of_ones_own(tmp_path: Path) -> None:
    """--items FILE maps the library's names to the network's codes."""
    write(tmp_path / "n.mrc", 3)
    own = tmp_path / "chez-nous.toml"
    own.write_text(
        'field = "995"\nbranch = "DIG"\n[subfields]\nbarcode = ["f"]\n[[status]]\nsubfield = "o"\npattern = "0"\nstatus = "reference"\n'
    )
    code, _out, _err = run("harvest", str(tmp_path / "n.mrc"), "--items", str(own), "--data", str(tmp_path / "d"))
    assert code == 0
    found = as_json("search", "--data", str(tmp_path / "d"))
    assert all(hit["held_at"] == ["DIG"] for hit in found["hits"])
    own.write_text('field = "995"\n[subfields]\nbarre = ["f"]\n')
    code, _out, err = run("harvest", str(tmp_path / "n.mrc"), "--items", str(own), "--data", str(tmp_path / "d"))
    assert code == 3 and "subfields.barre" in err


def test_figures_are_french() -> None:
    """Thousands apart, zero and one singular, octets."""
    assert plural(0, "notice") == "0 notice" and plural(1, "notice") == "1 notice" and plural(12345, "notice") == "12\u202f345 notices"
    assert size(900) == "900 octets" and size(12_200_000) == "12,2 Mo"
    assert printable("a\x1b[31mb\u202ec") == "a [31mb c"


def test_search_names_libraries_and_platforms(tmp_path: Path) -> None:
    """People read names, not codes: where it is on the shelf, and which platform has it."""
    build_demo(tmp_path, records=400)
    code, out, _err = run("search", "le voyage dans la lune", "--limit", "1", "--data", str(tmp_path))
    assert code == 0 and "en ligne (Ma Petite Médiathèque)" in out and "ma-petite" not in out
    with Catalogue.open(tmp_path, readonly=True) as catalogue:
        codes = {b.code for b in catalogue.branches()}
    assert not codes & set(out.replace(",", " ").split())


def test_holds_are_told_to_people_and_programs(tmp_path: Path) -> None:
    """What is to be told comes first; nobody is named; a folder without an outbox has none and is left alone."""
    code, out, _err = run("holds", "--data", str(tmp_path / "none"))
    assert (code, out) == (0, "Aucune demande de réservation sur ce poste.\n")
    assert not (tmp_path / "none").exists()
    card = "27006" + "0004242"
    with Outbox.open(tmp_path) as outbox:
        for n in range(2):
            outbox.place(Patron(card), Record(f"r{n}", f"Titre {n} \x1b[31m"), "DIG", f"secret-key-{n}")
        outbox.mark("secret-key-1", HoldState.SENDING)
        outbox.mark("secret-key-1", HoldState.REFUSED, "Carte bloquée")
        found = as_json("holds", "--data", str(tmp_path))
        code, out, _err = run("holds", "--data", str(tmp_path))
    assert [h["state"] for h in found["holds"]] == ["waiting", "refused"]
    assert found["counts"] | {"waiting": 1, "refused": 1, "accepted": 0} == found["counts"]
    assert {"title", "record_id", "pickup", "placed_at", "reason", "position", "tries"} <= found["holds"][0].keys()
    assert out.index("Titre 1") < out.index("Titre 0")
    assert "Carte bloquée" in out
    for text in (out, json.dumps(found)):
        assert card not in text and "secret-key" not in text and "\x1b" not in text
