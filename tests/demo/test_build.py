"""Building the demonstration: whole or not at all, and usable at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from kiosk.cli import demo as command
from kiosk.cli.terminal import Terminal
from kiosk.demo import build_demo, works
from kiosk.errors import Cancelled
from kiosk.search.port import Query
from kiosk.store.catalogue import Catalogue, Opened

TODAY = date(2026, 11, 22)
SIZE = 1_300


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    build_demo(folder, records=SIZE, today=TODAY)
    return folder


@pytest.fixture
def catalogue(data: Path) -> Iterator[Catalogue]:
    with Catalogue.open(data) as opened:
        yield opened


def test_the_catalogue_holds_what_was_asked(catalogue: Catalogue) -> None:
    """All records are there, none set aside, none merged by mistake, and the network with them."""
    stats = catalogue.stats()
    assert stats.records == SIZE and not stats.rejects and stats.updated_at
    assert len(catalogue.branches()) == 88
    assert len(catalogue.rubrics()) >= 8
    assert len(catalogue.events(TODAY.isoformat())) >= 25
    author = catalogue.author("Paul Arène")
    assert author is not None and "Sisteron" in author.biography


def test_selections_open(catalogue: Catalogue) -> None:
    """Every record of a selection or an event opens under the id the catalogue gave it."""
    named = [i for s in catalogue.selections() for i in s.record_ids] + [i for e in catalogue.events() for i in e.record_ids]
    assert len(named) > 100
    for record_id in named:
        assert catalogue.get(record_id).summary


def test_a_patron_finds(catalogue: Catalogue) -> None:
    """The words of the design's first search find the moulin, and the shelf facet knows Barrême."""
    answer = catalogue.engine.search(Query("lettres de mon moulin"))
    first = catalogue.record(answer.ids[0])
    assert first.title == "Lettres de mon moulin" and first.id == works.record_id("lettres-de-mon-moulin")
    assert first.holdings and first.platforms == ("livres-numeriques",) and first.reviews
    assert catalogue.engine.search(Query(here="BARREME")).total > 10


def test_cancelling_leaves_the_old_catalogue(tmp_path: Path) -> None:
    """Stopping half-way leaves the folder as it was, with nothing beside the catalogue."""
    build_demo(tmp_path, records=30, today=TODAY)
    before = (tmp_path / "catalogue.sqlite").read_bytes()
    seen: list[int] = []
    with pytest.raises(Cancelled):
        build_demo(
            tmp_path,
            records=1_200,
            today=TODAY,
            progress=lambda done, _of: seen.append(done),
            cancelled=lambda: bool(seen and seen[-1] >= 500),
        )
    assert (tmp_path / "catalogue.sqlite").read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} <= {"catalogue.sqlite", "good", ".lock"}


def test_building_again_replaces(tmp_path: Path) -> None:
    """A new build takes the place of the old one, even one that was left open and not checkpointed."""
    build_demo(tmp_path, records=50, today=TODAY)
    with Catalogue.open(tmp_path) as old:
        old.put_network(branches=old.branches()[:1])
        build_demo(tmp_path, records=80, today=TODAY)
        assert len(old.branches()) == 1
    with Catalogue.open(tmp_path) as new:
        assert new.stats().records == 80 and len(new.branches()) == 88


def test_a_damaged_demonstration_recovers(tmp_path: Path) -> None:
    """A checked copy lies beside the catalogue, and takes its place when a worn card has eaten it."""
    build_demo(tmp_path, records=60, today=TODAY)
    (tmp_path / "catalogue.sqlite").write_bytes(b"worn" * 4_096)
    with Catalogue.open(tmp_path) as catalogue:
        assert catalogue.opened is Opened.FROM_GOOD_COPY
        assert catalogue.stats().records == 60 and len(catalogue.branches()) == 88
        assert catalogue.engine.search(Query("train")).total


def test_the_command(tmp_path: Path) -> None:
    """`demo build` answers in one JSON value; a silly number is refused with a sentence and exit code 3."""
    out, err = StringIO(), StringIO()
    assert command.main(["build", "--data", str(tmp_path), "--records", "40", "--json"], Terminal(out, err)) == 0
    answer = json.loads(out.getvalue())
    assert answer["records"] == 40 and answer["seconds"] > 0 and answer["by_source"] == {"demo": 40}
    assert command.main(["build", "--data", str(tmp_path), "--records", "0"], Terminal(out, err)) == 3
    assert "entre 1 et" in err.getvalue()
