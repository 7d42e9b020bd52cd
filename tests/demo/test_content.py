"""What librarians wrote: real works, authors, selections, agenda, and their typography."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kiosk.demo import files, network, works
from kiosk.domain import Audience, Kind, Record
from kiosk.platforms import platforms

DAYS = [date(2026, 11, 16) + timedelta(days=n) for n in range(0, 21, 3)]


def _texts(generated: tuple[Record, ...]) -> Iterator[tuple[str, str]]:
    """Every French text shown to a person, with where it is from."""
    for work in works.works():
        if work.get("language") not in ("eng", "ita", "spa", "oci"):
            yield from ((work["id"], work[key]) for key in ("title", "subtitle", "summary") if key in work)
    for author in works.authors().values():
        yield author.name, author.biography
    for selection in network.selections(DAYS[0]):
        yield from ((selection.id, text) for text in (selection.title, selection.introduction, selection.by))
    for event in network.events(DAYS[0]):
        yield from ((event.id, text) for text in (event.title, event.description, event.audience))
    for platform in platforms().values():
        yield platform.code, platform.about
    for branch in network.branches():
        yield from ((branch.code, text) for text in (branch.name, branch.opening))
    for record in generated:
        if record.languages == ("fre",):
            yield from ((record.sources[0].source_id, t) for t in (record.title, record.subtitle, record.summary))
        yield from ((record.sources[0].source_id, review.text) for review in record.reviews)


def test_french_typography(generated: tuple[Record, ...]) -> None:
    """Curly apostrophes, no double space, no-break spaces before high punctuation and inside guillemets."""
    wrong = re.compile(r"['\"]|  |^\s|\s$|\.\.\.| [;:!?»]|« |[^\s\u00a0\u202f(][;!?](?![;!?])")
    found = [(where, text) for where, text in _texts(generated) if wrong.search(text)]
    assert found == []


def test_invented_titles_contract_their_articles(generated: tuple[Record, ...]) -> None:
    """No "de le" or "à les": the parts of an invented title are joined as one says them."""
    wrong = re.compile(r"\b(?:de|à) les? [a-zé]|\bde [aeiouéèêàâîôû]\w+|\b(?:de|le|la) [AEIOUÉ][a-zéèê]")
    invented = [r for r in generated if r.languages == ("fre",) and "/" not in r.sources[0].source_id]
    assert sorted({r.title for r in invented if wrong.search(r.title)}) == []
    place = re.compile(r"\bde (?:A|E|É|I|O|U)[a-zéè]+")
    assert sorted({r.summary for r in invented if place.search(r.summary)}) == []


def test_works_are_many_and_whole() -> None:
    """At least 400 real works, each with its author, genre, public and a summary of its own."""
    every = works.works()
    assert len(every) >= 400
    assert [i for i, n in Counter(w["id"] for w in every).items() if n > 1] == []
    summaries = Counter(w["summary"] for w in every)
    assert max(summaries.values()) == 1
    for work in every:
        assert set(map(Kind, work["forms"])) and Audience(work["audience"]) and work["by"] and work["subjects"], work
        assert 20 <= len(work["summary"]) <= 400, work
        assert work["genre"] in files.table("genres"), work
        assert 0 <= work.get("age", 0) <= 16, work


def test_works_are_of_the_public_domain() -> None:
    """No work is later than what may be free in 2026; every author with a page, and every film-maker, died by 1955."""
    assert max(w.get("year", 0) for w in works.works()) <= 1942
    pages = works.authors()
    screen = {name for w in works.works() if "film" in w["forms"] for name in w["by"]}
    assert len(screen) >= 25 and sorted(screen - set(pages)) == []
    assert [name for name in screen if not pages[name].died] == []
    for author in pages.values():
        assert not author.died or int(author.died) <= 1955, author


def test_authors_have_pages() -> None:
    """At least 120 biographies, each of an author of the catalogue, with dates in order."""
    pages = works.authors()
    real = {name for work in works.works() for name in work["by"]}
    assert len(pages) >= 120
    assert set(pages) <= real
    for author in pages.values():
        assert author.sort_name and 40 <= len(author.biography) <= 400, author
        if author.born and author.died:
            assert 15 < int(author.died) - int(author.born) < 105, author


def test_no_work_before_its_author() -> None:
    """A work was not published before its author was ten years old."""
    pages = works.authors()
    for work in works.works():
        born = [int(pages[n].born) for n in work["by"] if n in pages and pages[n].born]
        if born and "year" in work:
            assert work["year"] > min(born) + 10, work


def test_selections_and_agenda_name_records_that_exist(generated: tuple[Record, ...]) -> None:
    """What a librarian chose is always in the catalogue."""
    known = {r.id for r in generated}
    selections = network.selections(DAYS[0])
    assert len(selections) >= 8
    for selection in selections:
        assert len(selection.record_ids) >= 8 and len(set(selection.record_ids)) == len(selection.record_ids), selection.id
        assert set(selection.record_ids) <= known, selection.id
    assert {s.department for s in selections} == {"", "04", "05"}
    for event in network.events(DAYS[0]):
        assert set(event.record_ids) <= known, event.id


@pytest.mark.parametrize("day", DAYS)
def test_agenda_is_always_current(day: date) -> None:
    """Whatever the day, at least 25 events are to come, the first of them within the week."""
    events = network.events(day)
    codes = {b.code for b in network.branches()}
    assert len(events) >= 25
    assert [e.starts for e in events] == sorted(e.starts for e in events)
    assert day.isoformat() <= events[0].starts < (day + timedelta(days=7)).isoformat()
    assert all(e.starts < e.ends and e.branch in codes for e in events)


def test_the_network() -> None:
    """88 libraries in two departments, each somewhere in the southern Alps; only Gap is not entitled."""
    branches = network.branches()
    assert len({b.code for b in branches}) == len({b.name for b in branches}) == 88
    assert {b.department for b in branches} == {"04", "05"}
    assert [b.town for b in branches if not b.entitled] == ["Gap"]
    for branch in branches:
        assert branch.latitude and 43.6 < branch.latitude < 45.1 and branch.longitude and 5.4 < branch.longitude < 7.0, branch
        assert branch.opening


def test_rubrics_lead_somewhere(generated: tuple[Record, ...]) -> None:
    """Each door of the home screen opens on at least twenty records; each department has its own."""
    rubrics = network.rubrics()
    for rubric in rubrics:
        fields = {
            "type": lambda r: {r.kind.value},
            "audience": lambda r: {r.audience.value} if r.audience else set(),
            "subject": lambda r: {*r.subjects, *r.genres},
        }
        found = [r for r in generated if all(fields[name](r) & set(values) for name, values in rubric.facets.items())]
        assert len(found) >= 20, rubric.id
    assert {r.department for r in rubrics} == {"", "04", "05"}


def test_icons_and_colours_exist() -> None:
    """Every icon is in the icon font's table, every colour is one of the theme's rubric colours."""
    table = {name.replace("_", "-") for name in dir(__import__("fonticon_mdi7").MDI7)}
    icons = {r.icon for r in network.rubrics()} | {p.icon for p in platforms().values()}
    assert icons <= table
    from kiosk.ui import theme

    assert {r.colour for r in network.rubrics()} <= set(theme.RUBRICS)
