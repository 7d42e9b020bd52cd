"""Misspelt words: distances, candidates, and corrections that help."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.search.index.spell import LONGEST, distances
from kiosk.search.port import Query
from tests.contract.search_engine import SHELF
from tests.search.test_engine import EngineBench

WORD = st.text("abcd", min_size=1, max_size=10)


def osa(a: str, b: str) -> int:
    """The textbook's table."""
    row = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            row[i][j] = min(row[i - 1][j] + 1, row[i][j - 1] + 1, row[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                row[i][j] = min(row[i][j], row[i - 2][j - 2] + 1)
    return row[-1][-1]


@settings(max_examples=200, deadline=None)
@given(word=WORD, others=st.lists(WORD, min_size=1, max_size=5))
def test_distances(word: str, others: list[str]) -> None:
    """The bit-parallel distances are those of the textbook."""
    letters = np.frombuffer(b"".join(o.encode().ljust(LONGEST, b"\0") for o in others), dtype=np.uint8).reshape(-1, LONGEST)
    assert distances(word, letters, np.array([len(o) for o in others])).tolist() == [osa(word, o) for o in others]


@pytest.fixture
def bench() -> Iterator[EngineBench]:
    made = EngineBench()
    made.put(SHELF)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("contes provence enfnat", "contes provence enfant"),
        ("hussrad sur le toit", "hussard sur le toit"),
        ("xussard", "hussard"),
        ("PROVNCE", "provence"),
        ("l'opopnax", "l'opoponax"),
        ("asterixx corse", "asterix corse"),
    ],
)
def test_corrections(bench: EngineBench, typed: str, meant: str) -> None:
    """A slip on any letter, the first one too, is put right, the rest of the query stays as typed."""
    answer = bench.engine.search(Query(typed))
    assert (answer.total, answer.correction) == (0, meant)
    assert bench.engine.search(Query(meant)).total


@pytest.mark.parametrize("words", ["hussard", "provence", "", "zzzzzzzz", "!!!", "mot " * 5000, "\ud800"])
def test_only_when_it_helps(bench: EngineBench, words: str) -> None:
    """Nothing is proposed for a query that finds something, nor when nothing better is known."""
    assert bench.engine.search(Query(words)).correction == ""
