"""A workshop is a row of pages; what cannot be played is not in it; question sets add up."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.model import Board, Item, Predict, Rank, Skipped, Zone
from mediation_apps.runtime.play.base import CHECK, RETRY, Drop, Press
from mediation_apps.runtime.play.board import BoardState
from mediation_apps.runtime.play.predict import PredictState, trace
from mediation_apps.runtime.play.rank import RankState
from mediation_apps.runtime.richtext import plain
from tests.mediation_apps.building import h5p, sub

TEXT = sub("H5P.AdvancedText 1.1", {"text": "<p>À lire.</p>"})
TRUE = sub("H5P.TrueFalse 1.8", {"question": "<p>?</p>", "correct": "true"})
VIDEO = sub("H5P.Video 1.6", {"sources": [{"path": "https://example.org/film"}]})


def test_column_puts_texts_beside_the_task_that_follows_and_skips_what_does_not_play() -> None:
    """Text, film, question: one page; the film is told to the author, not shown to the participants."""
    package = h5p("H5P.Column", {"content": [{"content": TEXT}, {"content": VIDEO}, {"content": TRUE}, {"content": TEXT}]})
    laid_out = pages((package.activity,))
    assert [(len(page.infos), page.task is not None) for page in laid_out] == [(1, True), (1, False)]
    assert [note.kind for note in package.notes] == ["internet"] and package.status == "partly"


def test_book_chapters_and_slides_keep_their_order() -> None:
    """Each chapter and each slide begins a page; a slide reads from top to bottom."""
    chapter = {"library": "H5P.Column 1.18", "params": {"content": [{"content": TRUE}]}, "metadata": {"title": "Un"}}
    book = h5p("H5P.InteractiveBook", {"chapters": [chapter, chapter | {"metadata": {"title": "Deux"}}]})
    assert [page.title for page in pages((book.activity,))] == ["Un", "Deux"]
    low = {"x": 0, "y": 80, "action": sub("H5P.AdvancedText 1.1", {"text": "bas"})}
    high = {"x": 0, "y": 5, "action": sub("H5P.AdvancedText 1.1", {"text": "haut"})}
    course = h5p(
        "H5P.CoursePresentation", {"presentation": {"slides": [{"elements": [low, high, low | {"action": TRUE}]}, {"elements": [low]}]}}
    )
    first, second = pages((course.activity,))
    assert [info.body.plain for info in first.infos] == ["haut", "bas"] and first.task is not None and second.task is None  # type: ignore[union-attr]


def question_set(**more: Any) -> Run:
    package = h5p("H5P.QuestionSet", {"questions": [TRUE, VIDEO, TRUE, TRUE], "passPercentage": 60, **more})
    return Run.begin(pages((package.activity,)))


def test_question_set_passes_at_its_percentage_of_the_sum() -> None:
    """Two of three right is 66 %: passed at 60, not at 70."""
    run = question_set()
    for at in (0, 1):
        run = run.go(at)
        run = run.apply(Press("choice:0"))[0].apply(Press(CHECK))[0]
    score = run.result(run.pages[0].group)
    assert (score.points, score.maximum, score.passed) == (2, 3, True)
    assert run.pages[-1].result_of is not None and run.pages[-1].result_of.pass_percentage == 60


def test_question_set_draws_its_pool_and_lets_nobody_back_when_closed() -> None:
    """`poolSize` questions are drawn, the same for one seed; `disableBackwardsNavigation` holds."""
    assert len(question_set(poolSize=2).pages) == 3
    closed = question_set(disableBackwardsNavigation=True).go(1)
    assert closed.go(0).at == 1 and question_set().go(1).go(0).at == 0


def test_nothing_playable_is_no_page() -> None:
    """A skipped activity leaves no trace on the way."""
    assert pages((Skipped(kind="x", reason="y"),)) == ()


BOARD = Board(
    items=tuple(Item(f"i{n}", frozenset({0, 1, 2}), multiple=n == 3) for n in range(4)),
    zones=(Zone("a", frozenset({0, 3})), Zone("b", frozenset({1}), single=True), Zone("c", frozenset({2, 3}))),
)
HANDS = st.integers(0, 3)
TARGETS = st.sampled_from(
    ["item:0", "item:1", "item:2", "item:3", "zone:0", "zone:1", "zone:2", "zone:9", "pool", CHECK, RETRY, "solution", "", "item:x"]
)
INTENTS = st.lists(st.builds(Press, TARGETS, HANDS) | st.builds(Drop, TARGETS, TARGETS, HANDS), max_size=40)


@settings(max_examples=200, deadline=None)
@given(INTENTS)
def test_several_hands_never_lose_or_share_an_item(intents: list[Any]) -> None:
    """Whatever four hands do, each item lies in one place, is held by one hand at most, and single zones hold one."""
    state = BoardState.start(BOARD, 1)
    for intent in intents:
        state, _said = state.apply(intent)
        for item in range(3):
            assert (item in state.pool()) + sum(placed == item for placed, _zone in state.placed) == 1
        assert 3 in state.pool() and len(set(state.placed)) == len(state.placed)
        assert len({item for _hand, item in state.held}) == len(state.held) == len({hand for hand, _item in state.held})
        assert len(state.inside(1)) <= 1
        assert 0 <= state.score().points <= state.score().maximum


def test_rank_is_never_solved_at_the_start_and_solves_by_two_presses_a_move() -> None:
    """Pick one, press the place of another; four items need at most three moves."""
    ranked = Rank(items=tuple(Item(str(n), frozenset()) for n in range(4)))
    for seed in range(50):
        state = RankState.start(ranked, seed)
        assert not state.score().passed
        for place in range(4):
            wanted, standing = f"item:{place}", state.standing[place]
            if standing != place:
                state = state.apply(Press(wanted))[0].apply(Press(f"item:{standing}"))[0]
        assert state.apply(Press(CHECK))[0].score().passed


def test_predict_runs_as_floor_robots_do() -> None:
    """Quarter turns, one cell a step; walls and the edge stop the step, not the program."""
    task = Predict(
        instruction=plain("?"),
        columns=3,
        rows=3,
        start=(0, 0),
        heading="nord",
        walls=frozenset({(2, 1)}),
        program=("avance", "droite", "avance", "avance", "gauche", "avance", "avance"),
    )
    poses = trace(task)
    assert [(pose.column, pose.row) for pose in poses] == [(0, 0), (0, 1), (0, 1), (1, 1), (1, 1), (1, 1), (1, 2), (1, 2)]
    assert [pose.bumped for pose in poses] == [False, False, False, False, True, False, False, True]
    state = PredictState.start(task, 0)
    assert state.apply(Press("run"))[0] == state, "nothing runs before it was foreseen"
    state = state.apply(Press("cell:7"))[0].apply(Press("run"))[0]
    for _step in task.program:
        state = state.apply(Press("step"))[0]
    assert state.done and state.score().passed
