"""What the home tells: in a person's words, and kept for the next start without trusting the file."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.domain import Selection
from kiosk.line import Line
from kiosk.store.catalogue import Catalogue
from kiosk.ui.home_view import DOORS, FILE, HomeView, News, Shelf, Tile, freshness, home_view, keep, kept, line_words

PARIS = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=PARIS)  # a Wednesday


@pytest.mark.parametrize(
    ("updated", "words"),
    [
        ("2026-11-25T07:10:00+00:00", "catalogue de ce matin"),
        ("2026-11-25T13:00:00+00:00", "catalogue de cet après-midi"),
        ("2026-11-24T21:30:00+00:00", "catalogue d’hier soir"),
        ("2026-11-24T09:30:00+00:00", "catalogue d’hier"),
        ("2026-11-21T09:30:00+00:00", "catalogue de samedi dernier"),
        ("2026-10-03T09:30:00+00:00", "catalogue du 3 octobre"),
        ("2025-10-03T09:30:00+00:00", "catalogue du 3 octobre 2025"),
        ("2026-12-01T09:30:00+00:00", "catalogue du 1er décembre"),  # the clock is behind: no "this morning"
        ("", "catalogue vide"),
        ("soon", ""),
    ],
)
def test_the_age_of_the_catalogue_is_told_as_one_says_it(updated: str, words: str) -> None:
    assert freshness(updated, NOW) == words


def _view() -> HomeView:
    shelf = Shelf("hiver", "L’hiver", (Tile("r1", "Regain", "Jean Giono", "book"),))
    return HomeView(DOORS, (shelf,), News("Mercredi", "Barrême", "e1"), "2026-11-24T21:30:00+00:00", "Bibliothèque de Barrême", 1)


def test_a_view_is_the_same_after_a_night_on_the_disk(tmp_path: Path) -> None:
    keep(_view(), tmp_path)
    assert kept(tmp_path) == _view()
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"version": 1, "view": []}', b"\xff" * 100, b'{"version": 1}' + b" " * 600_000])
def test_a_damaged_file_is_no_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert kept(tmp_path) is None


def test_a_disk_that_refuses_is_no_reason_to_fail(tmp_path: Path) -> None:
    keep(_view(), tmp_path / "nowhere")
    assert kept(tmp_path / "nowhere") is None


def test_connected_is_said_only_when_it_is_known() -> None:
    """The portal answered: connected; it did not: offline; nobody to ask: only the age of the catalogue."""
    now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    words = {line: line_words(line, "2026-11-21T19:00:00+00:00", now) for line in Line}
    assert words[Line.UP] == "Connecté · catalogue d’hier soir"
    assert words[Line.DOWN] == "Hors connexion · catalogue d’hier soir"
    assert words[Line.UNKNOWN] == "Catalogue d’hier soir"


def test_each_department_opens_on_its_own_selection(little_catalogue: Path, tmp_path: Path) -> None:
    """One catalogue, two entries: what librarians chose for the 05 comes first there, and is not on the home of the 04."""
    data = Path(shutil.copytree(little_catalogue, tmp_path / "data"))
    with Catalogue.open(data) as catalogue:
        ids = tuple(hit.id for hit in catalogue.hits((1, 2)))
        catalogue.put_network(selections=(Selection("a", "Pour tous", ids), Selection("b", "Glaciers", ids, department="05")))
        shelves = {d: [s.title for s in home_view(catalogue, "", d, "", NOW).shelves] for d in ("04", "05")}
    assert shelves == {"04": ["Pour tous"], "05": ["Glaciers", "Pour tous"]}
