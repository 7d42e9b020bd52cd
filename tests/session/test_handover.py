"""The basket in codes a phone reads: whole, in order, within capacity, and decoded by an independent reader."""

from __future__ import annotations

import io
from datetime import date

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.handover import BYTES_M, Capacity, Entry, HandoverFormat, Page, Wording, capacity, pages

DAY = date(2026, 11, 22)
WORDING = Wording("Ma liste à la bibliothèque", "Barrême")
FIT = Capacity(15, BYTES_M[14], 4)
BOOKS = [
    Entry("Regain", "Jean Giono", ("Barrême, R GIO", "Digne-les-Bains, R GIO")),
    Entry("Contes de Provence", "Frédéric Mistral", ("Barrême, J CON MIS",)),
    Entry("L’Œuvre : « l’été » à 2 €", "Émile Zola"),
    Entry("Les Quatre Saisons", "Antonio Vivaldi", (), "https://www.exemple.fr/doc/PHILHARMONIE/1"),
]


def read(text: str, module: int = 4) -> list[str]:
    """What a phone's reader makes of the code that the screen shows."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False, encoding="utf-8", boost_error=False).save(image, kind="png", scale=module, border=4)
    return [found.text for found in zxingcpp.read_barcodes(Image.open(image).convert("L"))]


def test_capacities_are_those_of_the_standard() -> None:
    """The table agrees with the encoder: a text of exactly that many bytes gives that version, one more the next."""
    for version, size in enumerate(BYTES_M, 1):
        assert segno.make(b"a" * size, error="m", micro=False, boost_error=False).version == version
        assert segno.make(b"a" * (size + 1), error="m", micro=False, boost_error=False).version == version + 1


@pytest.mark.parametrize(("side", "mm", "module"), [(300, 0.19, 4), (480, 0.17, 5), (560, 0.063, 7), (900, 0.5, 10)])
def test_modules_are_never_too_small_for_a_camera(side: float, mm: float, module: int) -> None:
    """At least 4 pixels and 0.4 mm a module, on a small panel, a tablet, a phone and a wall."""
    fit = capacity(side, mm)
    assert fit is not None
    assert fit.module_px >= module
    assert fit.module_px * mm >= 0.4
    assert fit.side_px <= side


def test_no_place_no_code() -> None:
    """Where no readable code fits, none is drawn: the list itself stays on the screen."""
    assert capacity(120, 0.19) is None
    assert capacity(500, 0.02) is None


def test_a_small_basket_is_one_readable_text() -> None:
    """The text is a list one would write by hand; nothing but records, a library and a day."""
    (page,) = pages(BOOKS[:2], HandoverFormat.TEXT, FIT, WORDING, DAY)
    assert page == Page(
        "Ma liste à la bibliothèque\nBarrême, 22/11/2026\n"
        "• Regain — Jean Giono\n   Barrême, R GIO\n   Digne-les-Bains, R GIO\n"
        "• Contes de Provence — Frédéric Mistral\n   Barrême, J CON MIS",
        0,
        2,
        1,
        1,
    )


def test_an_agenda_event_follows_icalendar() -> None:
    """Commas, semicolons and line ends are escaped as RFC 5545 asks; the event is all day long."""
    (page,) = pages([Entry("Un, deux; trois", "A\\B")], HandoverFormat.AGENDA, FIT, WORDING, DAY)
    assert page.text.split("\r\n") == [
        "BEGIN:VEVENT",
        "SUMMARY:Ma liste à la bibliothèque",
        "DTSTART;VALUE=DATE:20261122",
        "DTEND;VALUE=DATE:20261123",
        "LOCATION:Barrême",
        "DESCRIPTION:• Un\\, deux\\; trois — A\\\\B",
        "END:VEVENT",
    ]


@pytest.mark.parametrize("fmt", list(HandoverFormat))
def test_an_independent_reader_decodes_every_page(fmt: HandoverFormat) -> None:
    """Sixty records, accents and quotes included, come out of the codes byte for byte."""
    many = [Entry(f"{n} {b.title}", b.by, b.places, b.url) for n in range(15) for b in BOOKS]
    laid = pages(many, fmt, FIT, WORDING, DAY)
    assert 5 < len(laid) <= 20
    for page in laid:
        assert read(page.text) == [page.text]
        assert f"({page.number}/{len(laid)})" in page.text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Entry,
            st.text(min_size=1, max_size=200),
            st.text(max_size=80),
            st.lists(st.text(min_size=1, max_size=90), max_size=4).map(tuple),
            st.sampled_from(["", "https://example.org/" + "x" * 60, "https://example.org/" + "x" * 400]),
        ),
        max_size=20,
    ),
    st.sampled_from(list(HandoverFormat)),
    st.integers(10, 20),
)
def test_any_basket_is_laid_out_whole_in_order_within_capacity(entries: list[Entry], fmt: HandoverFormat, version: int) -> None:
    """No record is lost, doubled or split, and no page is too long for its code."""
    fit = Capacity(version, BYTES_M[version - 1], 4)
    laid = pages(entries, fmt, fit, WORDING, DAY)
    spans = [n for page in laid for n in range(page.first, page.end)]
    assert spans == list(range(len(entries)))
    assert [page.number for page in laid] == list(range(1, len(laid) + 1))
    for page in laid:
        assert len(page.text.encode()) <= fit.bytes
        assert page.text.count("• ") >= page.end - page.first
