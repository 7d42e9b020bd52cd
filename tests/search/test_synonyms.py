"""Synonyms: what comes with the program, and what a library writes itself."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosk.search import synonyms
from kiosk.search.ask import plan
from tests.contract.search_engine import book
from tests.search.test_engine import EngineBench


def test_a_library_adds_its_own(tmp_path: Path) -> None:
    """A group in the library's file is found in both directions, beside those of the program; remarks are passed over."""
    (tmp_path / synonyms.FILE).write_text("\ufeff# les nôtres\ncade, genévrier  # un arbre\nbd, illustré\n\nseul\n", encoding="utf-8")
    table = synonyms.of_library(tmp_path)
    assert table[("cade",)] == (("genevrier",),)
    assert table[("genevrier",)] == (("cade",),)
    assert set(table[("bd",)]) == {("bande", "dessinee"), ("illustre",)}
    assert ("seul",) not in table or table[("seul",)] == ()
    assert ("cade",) not in synonyms.SYNONYMS


def test_an_engine_uses_them(tmp_path: Path) -> None:
    """What the library wrote decides what is found."""
    bench = EngineBench()
    bench.put({1: book("L’huile de cade")})
    from kiosk.search.port import Query

    assert bench.engine.search(Query("genévrier")).total == 0
    (tmp_path / synonyms.FILE).write_text("cade, genévrier", encoding="utf-8")
    bench.engine.synonyms = synonyms.of_library(tmp_path)
    assert list(bench.engine.search(Query("genévrier")).ids) == [1]
    bench.close()


def test_no_file_is_no_error(tmp_path: Path) -> None:
    """Without a file, or with one that cannot be read, the program's own stay."""
    assert synonyms.of_library(tmp_path) is synonyms.SYNONYMS
    (tmp_path / synonyms.FILE).mkdir()
    assert synonyms.of_library(tmp_path) is synonyms.SYNONYMS


@given(st.binary(max_size=2_000))
def test_any_file_is_read(data: bytes) -> None:
    """Whatever the file holds, the table stays within its limits and a search can use it."""
    table = synonyms.read(data.decode("utf-8-sig", "replace") + "\n" + "a,b,c,d,e,f,g,h,i,j\n" * 3)
    assert all(len(key) <= synonyms.MAX_WORDS and len(others) <= synonyms.MAX_ALTERNATIVES for key, others in table.items())
    plan("bande dessinée a", table)


def test_a_catalogue_reads_the_file_beside_it(tmp_path: Path) -> None:
    """The file in the folder of data is what the kiosk's own engine searches with."""
    from kiosk.search.engine import ImpactEngine
    from kiosk.store.catalogue import Catalogue

    (tmp_path / synonyms.FILE).write_text("cade, genévrier", encoding="utf-8")
    with Catalogue.open(tmp_path) as catalogue:
        assert isinstance(catalogue.engine, ImpactEngine)
        assert catalogue.engine.synonyms[("cade",)] == (("genevrier",),)
