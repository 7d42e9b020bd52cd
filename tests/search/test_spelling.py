"""Misspelt words: distances, candidates, and corrections that help."""

from __future__ import annotations

import string
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.search.index import phonetic
from kiosk.search.index.build import vocabulary_arrays
from kiosk.search.index.distance import distances
from kiosk.search.index.segment import Segment
from kiosk.search.index.spell import LONGEST, SHORTEST, Lexicon
from kiosk.search.port import Query
from tests.contract.search_engine import SHELF, book
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


@settings(max_examples=200, deadline=None)
@given(word=WORD, others=st.sets(WORD, min_size=1, max_size=30), allowed=st.sampled_from([1, 2]))
def test_nobody_near_is_passed_over(word: str, others: set[str], allowed: int) -> None:
    """What the signatures leave has every word within so many mistakes."""
    names = sorted(o.encode() for o in others)
    lexicon = Lexicon(Segment({"docid": np.zeros(1, np.uint32)} | vocabulary_arrays(names, np.ones(len(names), np.int64))))
    left = lexicon.words(lexicon.near(word, allowed))
    assert {o for o in others if len(o) >= SHORTEST and osa(word, o) <= allowed} <= set(left)
    assert len(left) == len(set(left))


@pytest.fixture
def bench() -> Iterator[EngineBench]:
    made = EngineBench()
    made.put(SHELF)
    yield made
    made.close()


TYPED = [
    ("contes provence enfnat", "contes provence enfant"),
    ("hussrad sur le toit", "hussard sur le toit"),
    ("xussard", "hussard"),
    ("PROVNCE", "provence"),
    ("l'opopnax", "l'opoponax"),
    ("asterixx corse", "astérix corse"),
    ("filosofie", "philosophie"),
    ("ussard", "hussard"),
    ("lehussard", "le hussard"),
    ("hus sard", "hussard"),
    ("hussard sur let toit", "hussard sur le toit"),
    ("chevos soleil", "chevaux soleil"),
    ("prvoenc", "provence"),
]


@pytest.mark.parametrize(("typed", "meant"), TYPED)
def test_corrections(bench: EngineBench, typed: str, meant: str) -> None:
    """A slip on any letter, what is written as heard, words run together or cut apart: put right as the catalogue writes them."""
    answer = bench.engine.search(Query(typed))
    assert (answer.total, answer.correction) == (0, meant)
    assert bench.engine.search(Query(meant)).total


@pytest.mark.parametrize(
    "words",
    [
        "hussard",
        "provence",
        "",
        "zzzzzzzz",
        "!!!",
        "mot " * 5000,
        "\ud800",
        "prov",
        "être",
        "qui",
        "9782070360246",
        "9782070360247",
        "1234567",
    ],
)
def test_only_when_it_helps(bench: EngineBench, words: str) -> None:
    """Nothing is proposed for a query that finds something, nor when nothing better is known."""
    assert bench.engine.search(Query(words)).correction == ""


def test_a_mistake_of_the_catalogue_is_not_a_dead_end(bench: EngineBench) -> None:
    """A word misspelt in one record finds that one; the word that many records have is proposed all the same."""
    bench.put({100 + i: book(f"Histoire d’enfant, tome {i}") for i in range(20)} | {200: book("L’enfnat perdu")})
    answer = bench.engine.search(Query("enfnat "))
    assert (list(answer.ids), answer.correction) == ([200], "enfant")
    assert bench.engine.search(Query("perdu ")).correction == ""


def test_restrictions_are_not_mistakes(bench: EngineBench) -> None:
    """Right words that find nothing because of a ticked box are left alone."""
    answer = bench.engine.search(Query("provence ", {"type": frozenset({"film"})}))
    assert (answer.total, answer.correction) == (0, "")


def test_proposals_follow_the_catalogue(bench: EngineBench) -> None:
    """A word that came with the last change can be proposed, one that went cannot."""
    assert bench.engine.search(Query("guerileres ")).correction == ""
    bench.put({7: book("Les Guérillères", "Monique Wittig")})
    assert bench.engine.search(Query("guerileres ")).correction == "guérillères"
    assert bench.engine.search(Query("opopnax ")).correction == ""


PAIRS = [
    ("filosofie", "philosophie"),
    ("bibliotek", "bibliotheque"),
    ("cid", "sid"),
    ("horla", "orla"),
    ("moln", "meaulnes"),
    ("fame", "femme"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_sounds(one: str, other: str) -> None:
    """What is pronounced alike has one key."""
    assert phonetic.key(one) == phonetic.key(other)


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=20), min_size=1, max_size=30))
def test_keys_of_many_words(words: list[str]) -> None:
    """Many words at once give the keys of each, in order."""
    together = phonetic.keys("".join(w + "\n" for w in words).encode()).split(b"\n")[:-1]
    assert together == [phonetic.key(w) for w in words]


@settings(max_examples=60, deadline=None)
@given(words=st.sets(st.text("abcdeilnorst", min_size=3, max_size=9), min_size=1, max_size=40), data=st.data())
def test_every_near_word_is_a_candidate(words: set[str], data: st.DataObject) -> None:
    """No word within one mistake is lost by looking at signatures first."""
    made = EngineBench()
    made.put({i: book(w) for i, w in enumerate(words)})
    asked = data.draw(st.sampled_from(sorted(words)))
    at = data.draw(st.integers(0, len(asked) - 1))
    wrong = asked[:at] + data.draw(st.sampled_from("abcx")) + asked[at + 1 :]
    found = {word for word, _cost in made.engine.inside()[1].speller.candidates(wrong, 200)}
    vocabulary = {w for p in made.engine.inside()[0].parts for w in (t.decode() for t in p.segment.vocabulary()) if len(w) > 1}
    assert {w for w in vocabulary if w != wrong and osa(wrong, w) <= 1 and w.isalpha()} <= found
    made.close()


def test_few_results_are_left_alone_but_for_a_title(bench: EngineBench) -> None:
    """An unfinished word that finds little is left to go on; a title that sounds the same is proposed all the same."""
    bench.put(
        {
            30: book("Le Cid", "Pierre Corneille"),
            31: book("Sido", "Colette"),
            32: book("Croc-Blanc", "Jack London"),
            33: book("Croquis blancs"),
        }
    )
    answer = bench.engine.search(Query("le sid"))
    assert (list(answer.ids), answer.correction) == ([31], "le cid")
    for words in ("sido", "le cid", "croc blanc", "croc bl", "croc", "corneil"):
        answer = bench.engine.search(Query(words))
        assert (answer.total > 0, answer.correction) == (True, ""), words
