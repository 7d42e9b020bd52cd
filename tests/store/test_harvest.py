"""Harvests: batches, state, merging, rejects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import Holding, Identifier, Item, ItemStatus, Kind, Record, SourceRef
from kiosk.errors import LinkError
from kiosk.search.port import Query
from kiosk.store import harvest as harvest_module
from kiosk.store.catalogue import Catalogue
from kiosk.store.grouping import MAX_PARTS, groups
from tests.store.consistency import assert_consistent


def harvested(source: str, number: int | str, title: str = "Regain", isbn: str = "", branch: str = "") -> Record:
    return Record(
        id=str(number),
        title=title,
        kind=Kind.BOOK,
        identifiers=(Identifier("isbn", isbn),) if isbn else (),
        holdings=(Holding(branch, (Item(f"{branch}{number}", status=ItemStatus.AVAILABLE),)),) if branch else (),
        sources=(SourceRef(source, str(number)),),
    )


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path) as opened:
        yield opened
    assert_consistent(tmp_path)


def put(catalogue: Catalogue, source: str, *records: Record) -> None:
    with catalogue.harvest(source) as harvest:
        harvest.add(records)


def test_one_work_from_two_sources_is_one_record(catalogue: Catalogue) -> None:
    """Two sources that agree on the identifier give one record with both holdings, and an id that stays."""
    put(catalogue, "a", harvested("a", 1, isbn="9782070360246", branch="DIG"))
    (first,) = catalogue.engine.search(Query("regain")).ids
    id = catalogue.record(first).id
    put(catalogue, "b", harvested("b", 1, isbn="9782070360246", branch="MAN"))
    assert list(catalogue.engine.search(Query("regain")).ids) == [first]
    merged = catalogue.get(id)
    assert set(merged.branches) == {"DIG", "MAN"}
    assert {s.source for s in merged.sources} == {"a", "b"}
    assert catalogue.hits([first])[0].branches_any == ("DIG", "MAN")


def test_a_corrected_identifier_parts_the_records_again(catalogue: Catalogue) -> None:
    """When one source corrects its number, the record is two again; the older keeps the id."""
    put(catalogue, "a", harvested("a", 1, isbn="9782070360246"))
    put(catalogue, "b", harvested("b", 1, isbn="9782070360246"))
    id = catalogue.record(catalogue.engine.search(Query()).ids[0]).id
    put(catalogue, "b", harvested("b", 1, isbn="9782070415793"))
    assert catalogue.engine.search(Query("regain")).total == 2
    assert catalogue.get(id).sources == (SourceRef("a", "1"),)


def test_a_deleted_part_leaves_the_others(catalogue: Catalogue) -> None:
    """A record lives until its last source forgets it; ids never clash when the first comes back."""
    put(catalogue, "a", harvested("a", 1, isbn="9782070360246"))
    put(catalogue, "b", harvested("b", 1, isbn="9782070360246"))
    with catalogue.harvest("a") as harvest:
        harvest.delete(["1", "never had"])
    assert harvest.counts.deleted == 1
    assert catalogue.engine.search(Query()).total == 1
    put(catalogue, "a", harvested("a", 1, title="Autre chose"))
    assert catalogue.engine.search(Query()).total == 2
    with catalogue.harvest("b") as harvest:
        harvest.delete(["1"])
    assert [h.title for h in catalogue.hits(catalogue.engine.search(Query()).ids)] == ["Autre chose"]


def test_seen_again_unchanged_costs_nothing(catalogue: Catalogue) -> None:
    """The same records again are counted as unchanged and written nowhere."""
    records = [harvested("a", n) for n in range(10)]
    put(catalogue, "a", *records)
    with catalogue.harvest("a") as harvest:
        harvest.add([*records[:9], replace(records[9], title="Changé")])
    assert (harvest.counts.unchanged, harvest.counts.updated, harvest.counts.added) == (9, 1, 0)


def test_state_belongs_to_the_batch(catalogue: Catalogue) -> None:
    """A broken line keeps what came before it and the state that follows those records; the source is not called up to date."""
    with pytest.raises(LinkError), catalogue.harvest("oai") as harvest:
        harvest.add([harvested("oai", 1)])
        harvest.set_state(token="page2", window="2026-01-01")
        raise LinkError("coupé")
    assert catalogue.updated_at() == ""
    with catalogue.harvest("oai") as again:
        assert again.state == {"token": "page2", "window": "2026-01-01"}
        again.set_state(token="")
        assert list(again.known_ids()) == ["1"]
    assert catalogue.updated_at()
    assert catalogue.harvest("oai").state == {"window": "2026-01-01"}


def test_rejects_are_kept_with_their_reason(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bad records are set aside once each, excerpts capped, and counted by reason."""
    monkeypatch.setattr(harvest_module, "REJECTS_KEPT", 5)
    for _ in range(2):
        with catalogue.harvest("f") as harvest:
            for n in range(4):
                harvest.reject(n, "Répertoire illisible", b"x" * 10_000)
            harvest.reject("fin", "Notice tronquée")
    assert harvest.counts.rejected == 5
    assert catalogue.stats().rejects == {"f": {"Répertoire illisible": 4, "Notice tronquée": 1}}


def test_many_batches(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A harvest larger than a batch is stored on the way, duplicates within it included."""
    monkeypatch.setattr(harvest_module, "BATCH", 7)
    put(catalogue, "a", *(harvested("a", n % 40, title=f"Titre {n}") for n in range(100)))
    stats = catalogue.stats()
    assert stats.records == 40
    assert stats.by_source == {"a": 40}


def test_groups_are_bounded() -> None:
    """A number shared by half a catalogue glues no more than `MAX_PARTS` together."""
    made = groups(dict.fromkeys(range(1000), (7,)))
    assert max(map(len, made)) == MAX_PARTS
    assert sorted(n for g in made for n in g) == list(range(1000))


def test_a_wrong_number_everywhere_stays_bounded(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same through the store, batch after batch."""
    monkeypatch.setattr(harvest_module, "BATCH", 50)
    put(catalogue, "a", *(harvested("a", n, isbn="9780000000002") for n in range(400)))
    assert catalogue.stats().by_source == {"a": 400}
    assert max(len(catalogue.record(d).sources) for d in catalogue.engine.search(Query()).ids) <= MAX_PARTS


Step = tuple[str, dict[int, str], set[int]]
STEPS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.dictionaries(st.integers(0, 5), st.sampled_from(["", "9782070360246", "9782070415793"]), max_size=4),
        st.sets(st.integers(0, 5), max_size=2),
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_any_history_gives_the_same_works(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, dict[int, str], set[int]]]
) -> None:
    """However records came, changed and went, those that share a number are one record and the others are alone."""
    data = tmp_path_factory.mktemp("history")
    now: dict[tuple[str, int], str] = {}
    with Catalogue.open(data) as catalogue:
        for source, changed, gone in steps:
            with catalogue.harvest(source) as harvest:
                harvest.add([harvested(source, n, isbn=isbn) for n, isbn in changed.items()])
                harvest.delete([str(n) for n in gone])
            now |= {(source, n): isbn for n, isbn in changed.items()}
            now = {k: v for k, v in now.items() if k[0] != source or k[1] not in gone}
        expected = {frozenset(k for k, v in now.items() if v == isbn) for isbn in now.values() if isbn}
        expected |= {frozenset({k}) for k, v in now.items() if not v}
        works = {frozenset((s.source, int(s.source_id)) for s in catalogue.record(d).sources) for d in catalogue.engine.search(Query()).ids}
        assert works == expected
    assert_consistent(data)
