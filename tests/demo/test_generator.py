"""The generated catalogue: the same every time, plausible, and of any size."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import date
from itertools import islice

import pytest

from kiosk.demo import works
from kiosk.demo.families import families
from kiosk.demo.generator import REFERENCE_DAY, generate
from kiosk.domain import ItemStatus, Kind, Record
from kiosk.platforms import platforms
from kiosk.store import codec
from tests.demo.conftest import SEED, SIZE


@pytest.fixture
def catalogue(generated: tuple[Record, ...]) -> tuple[Record, ...]:
    return generated


def _is_work(record: Record) -> bool:
    return "/" in record.sources[0].source_id


def test_same_seed_same_bytes(catalogue: tuple[Record, ...]) -> None:
    """Two runs with one seed give the same bytes; another seed gives others."""
    again = [codec.encode(r) for r in generate(1_200, SEED)]
    assert again == [codec.encode(r) for r in catalogue[:1_200]]
    assert again != [codec.encode(r) for r in generate(1_200, 7)]


def test_shorter_is_the_beginning_of_longer(catalogue: tuple[Record, ...]) -> None:
    """Asking for fewer records gives the first ones of the same catalogue, and exactly as many as asked."""
    for size in (0, 1, 640, 1_100):
        assert tuple(generate(size, SEED)) == catalogue[:size]


def test_ids_and_barcodes_are_unique(catalogue: tuple[Record, ...]) -> None:
    """No id, platform number or barcode is used twice."""
    assert len({r.id for r in catalogue}) == SIZE
    assert len({r.sources[0].source_id for r in catalogue}) == SIZE
    numbers = [(i.scheme, i.value) for r in catalogue for i in r.identifiers]
    assert len(set(numbers)) == len(numbers)
    barcodes = [i.barcode for r in catalogue for h in r.holdings for i in h.items]
    assert len(set(barcodes)) == len(barcodes)


def test_titles_rarely_repeat(catalogue: tuple[Record, ...]) -> None:
    """A patron who scrolls does not see the same title again and again."""
    titles = Counter((r.title, r.subtitle) for r in catalogue if not _is_work(r))
    assert len(titles) > 0.93 * titles.total()
    assert max(titles.values()) <= 6


def test_every_record_says_where_to_find_it(catalogue: tuple[Record, ...]) -> None:
    """Each record is on a shelf or online, has a title, a summary, a public and a subject or a genre."""
    for record in catalogue:
        assert record.holdings or record.platforms, record
        assert record.title and record.summary and record.audience and record.genres, record


def test_every_platform_and_branch_has_something(catalogue: tuple[Record, ...]) -> None:
    """The demonstration shows each of the twelve platforms and each of the 88 libraries."""
    online = Counter(p for r in catalogue for p in r.platforms)
    assert set(online) == set(platforms())
    assert len({b for r in catalogue for b in r.branches}) == 88


def test_platforms_offer_the_kinds_they_carry(catalogue: tuple[Record, ...]) -> None:
    """No film on a press platform: every link goes to a platform that has this kind of document."""
    wrong = {(p, r.kind) for r in catalogue for p in r.platforms if r.kind not in platforms()[p].kinds}
    assert wrong == set()


def test_distributions_are_those_of_a_rural_network(catalogue: tuple[Record, ...]) -> None:
    """Half books, mostly French with some Provençal, English and Italian; a few titles in demand, a long tail."""
    kinds = Counter(r.kind for r in catalogue)
    assert set(kinds) == set(Kind) - {Kind.OTHER}
    assert 0.4 < (kinds[Kind.BOOK] + kinds[Kind.EBOOK]) / SIZE < 0.65
    languages = Counter(v for r in catalogue for v in r.languages)
    assert languages["fre"] > 0.8 * languages.total()
    assert min(languages[v] for v in ("oci", "eng", "ita", "spa", "ger")) >= 5
    loans = sorted((r.popularity for r in catalogue if not _is_work(r)), reverse=True)
    assert loans[SIZE // 2] <= 5 < 25 < loans[5]


def test_loans_are_dated_after_the_day() -> None:
    """A copy on loan comes back after the day of the demonstration, a few are late; the others have no date; no record is of the future."""
    day = date(2031, 7, 14)
    days = []
    for record in generate(1_200, 3, day):
        assert record.year is None or record.year <= day.year
        for item in (i for h in record.holdings for i in h.items):
            assert (item.due != "") == (item.status is ItemStatus.ON_LOAN)
            if item.due:
                days.append((date.fromisoformat(item.due) - day).days)
    assert -10 <= min(days) < 0 < max(days) <= 30 and 0 not in days
    assert sum(n < 0 for n in days) < 0.05 * len(days)
    assert REFERENCE_DAY.year >= 2026


def test_press_issues_go_back_from_the_day() -> None:
    """Issues are numbered from 1 upwards and dated before the day, even when a catalogue is very large."""
    family = next(f for f in families() if f.id == "revues")
    from kiosk.demo.press import Issues

    issues = Issues(family.periodical, date(2026, 11, 22))
    seen = [issues.issue(n) for n in range(4_000)]
    assert all(i.number >= 1 and 1950 < i.year <= 2026 for i in seen)
    first = seen[: 8 * 60]
    assert len({(i.title, i.number) for i in first}) == len(first)


def test_the_last_issue_is_the_most_asked_for() -> None:
    """The press opens on this week's issues, one of each title, not on old ones."""
    issues = sorted((r for r in generate(3_000, 1) if r.kind is Kind.PRESS), key=lambda r: -r.popularity)
    assert len({r.series for r in issues[:12]}) == 12
    assert {r.year for r in issues[:12]} <= {REFERENCE_DAY.year, REFERENCE_DAY.year - 1}


def test_what_everybody_knows_comes_first(generated: tuple[Record, ...]) -> None:
    """A list without words opens on the works librarians chose, with a few new titles among them."""
    first = sorted(generated, key=lambda r: -r.popularity)[:200]
    assert sum(_is_work(r) for r in first) > 100


def test_invented_authors_are_not_real_ones(catalogue: tuple[Record, ...]) -> None:
    """No invented record is signed by an author of a real work."""
    real = {name for work in works.works() for name in work["by"]}
    invented = {c.name for r in catalogue if not _is_work(r) for c in r.contributors}
    assert real & invented == set()
    assert len(invented) > 500


def test_authors_write_several_books(catalogue: tuple[Record, ...]) -> None:
    """As in any library, a few authors have a whole shelf."""
    books = Counter(c.name for r in catalogue if not _is_work(r) for c in r.contributors)
    assert books.most_common(20)[-1][1] >= 5


def test_memory_stays_flat() -> None:
    """What is kept while records pass does not grow with their number."""
    passing = generate(2_600, 1)
    sum(1 for _ in islice(passing, 1_200))
    tracemalloc.start()
    try:
        kept = []
        for _ in range(2):
            sum(1 for _ in islice(passing, 600))
            kept.append(tracemalloc.get_traced_memory()[0])
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert kept[1] < kept[0] + 300_000
