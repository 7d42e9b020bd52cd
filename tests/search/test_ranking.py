"""The order of results, as a reader expects it, in every engine state that ranks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.domain import Kind, Record
from kiosk.search.port import Query
from tests.contract.search_engine import book
from tests.search.test_engine import EngineBench, TidyBench

SHELF: dict[int, Record] = {
    1: book("La Montagne", "Jules Michelet", year=1868),
    2: book("Recettes du soir", "Anaïs Montagnole", year=2024, popularity=3),
    3: book("Le berger et les chiens qui gardaient la montagne en hiver", "Luc Rey", year=2020),
    4: book("Nana", "Émile Zola", year=1880, popularity=10),
    5: book("Le petit livre de Nana et de tous ses amis", "Anne Roux", year=2023, popularity=60),
    6: book("Chats", "Luc Rey", year=2001),
    7: book("Le jardin", "Luc Rey", summary="Un chat, des chats, encore un chat et trois chats.", subjects=("Jardins",), popularity=90),
    8: book("Thé vert", "Anne Camélia"),
    9: book("Le vert et le jardin", "Luc Rey", year=2024),
    10: book("Vingt mille lieues sous les mers", "Jules Verne", year=1870),
    11: book("La vie en mer, tome 2", "Luc Rey", volume="2", year=2015),
    12: book("Histoire de Louis XIV", "Luc Rey"),
    13: book("L’École des femmes", "Molière"),
    14: book("Le grand succès d’autrefois", "Luc Rey", year=1900, popularity=500),
    15: book("La nouveauté que personne n’a lue", "Luc Rey", year=2026, kind=Kind.BOOK),
}


@pytest.fixture(params=[EngineBench, TidyBench])
def bench(request: pytest.FixtureRequest) -> Iterator[EngineBench]:
    made: EngineBench = request.param()
    made.put(SHELF)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("montag", [1, 3]),  # a word of a title before an author nobody asked for, the shorter title first
        ("nana", [4]),
        ("chat", [6, 7]),
        ("the vert", [8, 9]),
        ("thé vert", [8]),
        ("20000 lieues", [10]),
        ("vie mer vol 2", [11]),
        ("vie mer t2", [11]),
        ("vie mer tome II", [11]),
        ("louis 14", [12]),
        ("lecole des fem", [13]),
        ("montagnole", [2]),
        ("", [14]),
    ],
)
def test_first(bench: EngineBench, words: str, first: list[int]) -> None:
    """What a reader wants stands first."""
    assert list(bench.engine.search(Query(words)).ids)[: len(first)] == first


def test_a_classic_before_what_is_only_new(bench: EngineBench) -> None:
    """With nothing asked, what people borrow leads; among what nobody borrows, the new."""
    ids = list(bench.engine.search(Query()).ids)
    assert ids.index(14) < ids.index(15) < ids.index(6)
