"""When records of two sources are one work, and what is kept of each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Audience, Contributor, Holding, Identifier, Item, ItemStatus, Kind, Link, Record, Role, SourceRef
from kiosk.domain.merge import match_keys, merge

ISBN = Identifier("isbn", "9782070360246")


def book(title: str, *numbers: Identifier, **more: object) -> Record:
    return Record(id=title, title=title, kind=more.pop("kind", Kind.BOOK), identifiers=numbers, **more)  # type: ignore[arg-type]


def same(one: Record, other: Record) -> bool:
    return not set(match_keys(one)).isdisjoint(match_keys(other))


def test_numbers_that_agree_unite() -> None:
    """The same ISBN, EAN or ark under titles that share their first or last word: one work, printed or digital."""
    assert same(book("Regain", ISBN), book("Regain : roman", ISBN, kind=Kind.EBOOK))
    assert same(book("L’Été", ISBN), book("ÉTÉ (L')", ISBN))
    assert same(book("Harry Potter à l’école des sorciers", ISBN), book("Harry Potter. 1", ISBN, volume=""))
    ark = Identifier("ark", "ark:/12148/cb345801779")
    assert same(book("Voyages en Égypte", ark), book("Voyages en Égypte et en Nubie", ark, kind=Kind.EBOOK))
    assert same(book("Œuvres", Identifier("ean", "3760000000000")), book("Oeuvres", Identifier("ean", "3760000000000")))


def test_a_platform_number_needs_nothing_else() -> None:
    """A platform's own number names one thing, whatever it is called there today."""
    number = Identifier("platform:mednum", "54085751")
    assert same(book("Le Fleuve", number, kind=Kind.FILM), book("The River", number, kind=Kind.FILM))


def test_shared_and_mistyped_numbers_do_not_unite() -> None:
    """Another title, another volume, another kind of thing under one number: two works."""
    assert not same(book("Regain", ISBN), book("Larousse de la cuisine", ISBN))
    assert not same(book("Les Misérables", ISBN, volume="1"), book("Les Misérables", ISBN, volume="2"))
    assert not same(book("Regain", ISBN), book("Regain", ISBN, kind=Kind.AUDIOBOOK))
    assert not same(book("Regain", ISBN), book("Regain", ISBN, kind=Kind.FILM))
    many = [Identifier("isbn", f"97820703602{n:02d}") for n in range(5)]
    assert not same(book("Œuvres", *many), book("Œuvres", many[0])), "a set is not one of its volumes"


def test_issues_of_a_magazine_stay_apart() -> None:
    """Neither the ISSN, nor the EAN 977 made of it, nor the ark of the title unites issues."""
    numbers = (Identifier("issn", "0751-6002"), Identifier("ean", "9770751600007"), Identifier("ark", "ark:/12148/cb34348353f"))
    assert match_keys(book("Okapi", *numbers, kind=Kind.PRESS)) == ()
    assert match_keys(book("Okapi", *numbers[:2])) == ()


def test_nothing_about_place_and_access_is_lost() -> None:
    """Copies, links, subjects and sources of both are there; the fullest notice gives title and summary; print comes first."""
    paper = book(
        "Regain",
        ISBN,
        contributors=(Contributor("Jean Giono", "Giono, Jean"),),
        summary="Aubignane se meurt.",
        subjects=("Provence",),
        holdings=(Holding("MAN", (Item("1"),)),),
        sources=(SourceRef("koha", "1"),),
        popularity=3,
    )
    digital = book(
        "REGAIN",
        ISBN,
        kind=Kind.EBOOK,
        contributors=(Contributor("Giono Jean"), Contributor("Anne Voix", role=Role.NARRATOR)),
        subjects=("provence", "Romans"),
        year=1930,
        audience=Audience.ADULTS,
        links=(Link("https://portail.example/1", platform="livres"),),
        sources=(SourceRef("opds", "x"),),
        popularity=4,
    )
    for parts in ([paper, digital], [digital, paper]):
        one = merge(parts)
        assert (one.title, one.kind, one.summary, one.year) == ("Regain", Kind.BOOK, "Aubignane se meurt.", 1930)
        assert [c.name for c in one.contributors] == ["Jean Giono", "Anne Voix"]
        assert one.subjects == ("Provence", "Romans")
        assert (one.platforms, one.branches, one.popularity) == (("livres",), ("MAN",), 7)
        assert set(one.sources) == {SourceRef("koha", "1"), SourceRef("opds", "x")}


def test_one_barcode_is_one_copy_as_the_latest_source_tells() -> None:
    """A copy seen by two sources counts once, with the status of the later date; copies without barcode stay apart."""
    plain = Item("", "R GIO")
    early = book(
        "A",
        ISBN,
        holdings=(Holding("MAN", (Item("1", status=ItemStatus.AVAILABLE), plain, plain)),),
        sources=(SourceRef("a", "1", "2026-01-01"),),
    )
    late = book(
        "A", ISBN, holdings=(Holding("MAN", (Item("1", status=ItemStatus.ON_LOAN),)),), sources=(SourceRef("b", "1", "2026-02-01"),)
    )
    for parts in ([early, late], [late, early]):
        (holding,) = merge(parts).holdings
        assert sorted(i.barcode for i in holding.items) == ["", "", "1"]
        assert next(i.status for i in holding.items if i.barcode) is ItemStatus.ON_LOAN


@given(st.text(max_size=60), st.sampled_from(Kind), st.text(max_size=5))
def test_any_title_has_keys_that_are_its_own(title: str, kind: Kind, volume: str) -> None:
    """Keys depend on the record alone and are few; merging a record with itself adds no copy, link or number."""
    record = book(title, ISBN, Identifier("ark", "ark:/1/x"), kind=kind, volume=volume, holdings=(Holding("A", (Item("1"),)),))
    assert match_keys(record) == match_keys(record) and len(match_keys(record)) <= 4
    double = merge([record, record])
    assert (double.holdings, double.identifiers, double.title) == (record.holdings, record.identifiers, record.title)
