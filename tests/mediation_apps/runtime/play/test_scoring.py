"""Each H5P type scores as the official one does. The names of these tests are the rules of docs/h5p-conformance.md."""

from __future__ import annotations

from typing import Any

import pytest

from mediation_apps.runtime.model import Activity, Sequence, Skipped, Text
from mediation_apps.runtime.play.base import (
    CHECK,
    NEXT,
    RETRY,
    RIGHT,
    SOLUTION,
    Drop,
    Playing,
    Press,
    Score,
    Write,
)
from mediation_apps.runtime.play.start import start
from tests.mediation_apps.building import h5p, picture


def task(library: str, content: dict[str, Any], media: dict[str, bytes] | None = None) -> Playing:
    activity: Activity = h5p(library, content, media).activity
    assert not isinstance(activity, Sequence | Skipped), activity
    return start(activity)  # type: ignore[arg-type]


def play(state: Any, *intents: Any) -> Any:
    for intent in intents:
        state, _said = state.apply(Press(intent) if isinstance(intent, str) else intent)
    return state


def points(state: Playing) -> tuple[int, int, bool]:
    score: Score = state.score()
    return score.points, score.maximum, score.passed


def answers(*correct: bool) -> list[dict[str, Any]]:
    return [{"text": f"<div>{index}</div>", "correct": value} for index, value in enumerate(correct)]


MC = "H5P.MultiChoice"


def test_multichoice_auto_is_single_iff_exactly_one_answer_is_right() -> None:
    """With one right answer a second choice replaces the first; with two it adds to it."""
    one = play(task(MC, {"question": "?", "answers": answers(True, False)}), "choice:1", "choice:0", CHECK)
    assert points(one) == (1, 1, True)
    two = play(task(MC, {"question": "?", "answers": answers(True, True, False)}), "choice:0", "choice:1", CHECK)
    assert points(two) == (2, 2, True)


def test_overall_feedback_says_its_figures() -> None:
    """`:numcorrect of :maxscore`, `@score of @total`: numbers, in whichever spelling the type has."""
    said = ":numcorrect sur :maxscore, @score sur @total, :num sur :total, :score sur @maxScore, @percent %, chat@scores.fr"
    choices = [{"question": "?", "answers": ["oui", "non"]}, {"question": "?", "answers": ["a", "b"]}]
    content = {"choices": choices, "overallFeedback": [{"from": 0, "to": 100, "feedback": said}]}
    _state, feedback = play(task("H5P.SingleChoiceSet", content), "choice:0", NEXT, "choice:1").apply(Press(NEXT))
    assert feedback.said == "1 sur 2, 1 sur 2, 1 sur 2, 1 sur 2, 50 %, chat@scores.fr"


def test_multichoice_wrong_choices_take_a_point_back_but_never_below_zero() -> None:
    """+1 / −1 a choice."""
    state = task(MC, {"question": "?", "answers": answers(True, True, False, False)})
    assert points(play(state, "choice:0", "choice:1", "choice:2")) == (1, 2, False)
    assert points(play(state, "choice:2", "choice:3")) == (0, 2, False)


def test_multichoice_single_point_compares_with_pass_percentage() -> None:
    """Half of the points pass at 50 %, not at 51 %."""
    for percentage, reached in ((50, 1), (51, 0)):
        behaviour = {"singlePoint": True, "passPercentage": percentage}
        state = task(MC, {"question": "?", "answers": answers(True, True, False), "behaviour": behaviour})
        assert points(play(state, "choice:0"))[:2] == (reached, 1)


def test_multichoice_without_right_answer_blank_is_right() -> None:
    """Nothing to choose: choosing nothing scores, and can be checked."""
    state = task(MC, {"question": "?", "answers": answers(False, False)})
    assert points(play(state, CHECK)) == (1, 1, True)
    assert points(play(state, "choice:0", CHECK)) == (0, 1, False)


def test_multichoice_forced_type_overrides_auto() -> None:
    """`type: multi` keeps several choices although one is right; `single` keeps one although two are."""
    multi = task(MC, {"question": "?", "answers": answers(True, False), "behaviour": {"type": "multi"}})
    assert points(play(multi, "choice:0", "choice:1")) == (0, 1, False)
    single = task(MC, {"question": "?", "answers": answers(True, True, False), "behaviour": {"type": "single"}})
    assert points(play(single, "choice:0", "choice:1")) == (1, 1, True)


def test_multichoice_auto_check_answers_at_once() -> None:
    """`autoCheck` with a single answer needs no button."""
    state = task(MC, {"question": "?", "answers": answers(True, False), "behaviour": {"autoCheck": True}})
    assert play(state, "choice:0").done


def test_true_false_reads_the_word_and_gives_one_point() -> None:
    """`correct` is the string "true" or "false"."""
    state = task("H5P.TrueFalse", {"question": "?", "correct": "false", "behaviour": {}})
    assert points(play(state, "choice:1", CHECK)) == (1, 1, True)
    assert points(play(state, "choice:0", CHECK)) == (0, 1, False)


def blanks(question: str, **behaviour: Any) -> Playing:
    return task("H5P.Blanks", {"text": "Complétez", "questions": [question], "behaviour": behaviour})


@pytest.mark.parametrize(
    ("question", "answer", "behaviour", "right"),
    [
        ("<p>*bleu*</p>", "bleu", {}, True),
        ("<p>*bleu*</p>", "Bleu", {}, False),  # caseSensitive is true by default
        ("<p>*bleu*</p>", "BLEU", {"caseSensitive": False}, True),
        ("<p>*bleu/azur:une couleur*</p>", "azur", {}, True),
        ("<p>*bleu:vert/rouge*</p>", "rouge", {}, False),  # the colon parts first: what follows is the tip
        ("<p>*l&#039;eau*</p>", "l’eau", {}, True),  # entities decoded, ' and ’ equal
        ("<p>*caf&eacute;*</p>", "cafe", {}, False),  # accents count
        ("<p>*caf&eacute;*</p>", "  cafe\u0301 ", {}, True),  # composed or not, spaces around
        ("<p>*chat*</p>", "chta", {"acceptSpellingErrors": True}, True),  # a swap is one slip, above 3 letters
        ("<p>*chat*</p>", "chien", {"acceptSpellingErrors": True}, False),
        ("<p>*bibliothèque*</p>", "bibliotéque", {"acceptSpellingErrors": True}, True),  # two slips above 9 letters
        ("<p>*bibliothèque*</p>", "biblotéqu", {"acceptSpellingErrors": True}, False),
        ("<p>*roi*</p>", "rou", {"acceptSpellingErrors": True}, False),  # 3 letters: none forgiven
    ],
)
def test_blanks_notation_case_entities_spelling(question: str, answer: str, behaviour: dict[str, Any], right: bool) -> None:
    """One gap, one typed answer, as H5P.Blanks 1.14 compares them."""
    assert points(play(blanks(question, **behaviour), Write("gap:0", answer), CHECK)) == (int(right), 1, right)


def test_blanks_lone_asterisk_is_text_and_several_lines_share_one_score() -> None:
    """`5 * 3` is no gap; gaps are counted over all the questions."""
    content = {"text": "", "questions": ["<p>5 * 3 = quinze</p>", "<p>*un* et *deux*</p><p>*trois*</p>"]}
    state = play(task("H5P.Blanks", content), Write("gap:0", "un"), Write("gap:2", "trois"), CHECK)
    assert points(state) == (2, 3, False)


def test_blanks_auto_check_ends_when_all_is_right_and_solution_waits_for_input() -> None:
    """`autoCheck` closes by itself; `showSolutionsRequiresInput` asks for something in each gap first."""
    done = play(blanks("<p>*a* *b*</p>", autoCheck=True), Write("gap:0", "a"), Write("gap:1", "b"))
    assert done.done and points(done) == (2, 2, True)
    waiting = play(blanks("<p>*a* *b*</p>"), Write("gap:0", "x"), CHECK)
    after, said = waiting.apply(Press(SOLUTION))
    assert after.phase == waiting.phase and said is not None
    free = play(blanks("<p>*a* *b*</p>", showSolutionsRequiresInput=False), Write("gap:0", "x"), CHECK, SOLUTION)
    assert free.phase == "solved"


def drag_text(text: str, **more: Any) -> Playing:
    return task("H5P.DragText", {"taskDescription": "", "textField": text, **more})


def test_drag_text_tip_feedback_lines_and_distractors() -> None:
    """`*word:tip\\+right\\-wrong*`; newlines part lines; a distractor fits nowhere."""
    state: Any = drag_text("Le *ciel:en haut\\+Oui\\-Non* est\nbleu *vite*", distractors="*lent*")
    zone = state.activity.zones[0]
    assert (zone.tip, zone.on_correct, zone.on_wrong) == ("en haut", "Oui", "Non")
    assert [item.label for item in state.activity.items] == ["ciel", "vite", "lent"]
    placed = play(state, Drop("item:0", "zone:0"), Drop("item:2", "zone:1"), CHECK)
    assert points(placed) == (1, 2, False)


def test_drag_text_equal_words_are_interchangeable_and_slash_is_no_alternative() -> None:
    """Two "la" fit both gaps; `a/b` is one word of three signs."""
    state = drag_text("*la* mer et *la* ville, *a/b*")
    assert points(play(state, Drop("item:1", "zone:0"), Drop("item:0", "zone:1"), Drop("item:2", "zone:2"))) == (3, 3, True)


def test_drag_text_a_second_word_sends_the_first_back() -> None:
    """A gap holds one word; nothing is lost."""
    state: Any = play(drag_text("*un* *deux*"), Drop("item:0", "zone:1"), Drop("item:1", "zone:1"))
    assert state.inside(1) == (1,) and 0 in state.pool()


def test_drag_text_instant_feedback_locks_what_is_right() -> None:
    """`instantFeedback` says so at once, and a right word stays."""
    state: Any = drag_text("*un* *deux*", behaviour={"instantFeedback": True})
    after, said = state.apply(Drop("item:0", "zone:0"))
    assert said.verdict == RIGHT
    assert play(after, Drop("item:0", "")).inside(0) == (0,)


def test_mark_the_words_wrong_marks_take_points_back() -> None:
    """Right minus wrong, never below 0."""
    content = {"taskDescription": "", "textField": "<p>Le *chat* et le *chien*, puis un mur.</p>"}
    state = task("H5P.MarkTheWords", content)
    assert points(play(state, "piece:1", "piece:4")) == (2, 2, True)
    assert points(play(state, "piece:1", "piece:0")) == (0, 2, False)
    assert points(play(state, "piece:0", "piece:2")) == (0, 2, False)


def test_mark_the_words_punctuation_double_asterisk_and_single_words() -> None:
    """« *mot* », keeps its signs outside; `**` is an asterisk; two words are not one answer, and the author is told."""
    found = h5p("H5P.MarkTheWords", {"textField": "<p>«\u00a0*mot*\u00a0», 2**3 (*oui*). *deux mots*</p>"})
    pieces = [piece for line in found.activity.lines for piece in line]  # type: ignore[union-attr]
    assert [piece.text for piece in pieces if piece.answer] == ["mot", "oui"]
    assert [piece.text for piece in pieces if "2" in piece.text] == ["2*3"]
    assert next(piece for piece in pieces if piece.text == "oui").after == ")."
    assert found.notes and "étoile" in found.notes[0].sentence


def test_mark_the_words_without_answer_blank_is_right() -> None:
    """No word marked is right when no word is an answer."""
    state = task("H5P.MarkTheWords", {"textField": "<p>rien ici</p>"})
    assert points(play(state, CHECK)) == (1, 1, True)


def drag_question(elements: list[dict[str, Any]], zones: list[list[str]], singles: bool = False, **behaviour: Any) -> Playing:
    made = [
        {"type": {"library": "H5P.AdvancedText 1.1", "params": {"text": f"<p>e{i}</p>"}}, "x": 0, "y": 0, "width": 5, "height": 2, **e}
        for i, e in enumerate(elements)
    ]
    drops = [
        {"label": f"<div>z{i}</div>", "x": 1, "y": 1, "width": 5, "height": 5, "correctElements": c, "single": singles}
        for i, c in enumerate(zones)
    ]
    return task("H5P.DragQuestion", {"question": {"task": {"elements": made, "dropZones": drops}}, "behaviour": behaviour})


BOTH = {"dropZones": ["0", "1", "1"]}  # indexes are strings, and doubles occur


def test_drag_question_penalties_on_by_default() -> None:
    """+1 right, −1 wrong; without `applyPenalties` wrong ones cost nothing."""
    state = drag_question([BOTH, BOTH], [["0"], ["1"]])
    assert points(play(state, Drop("item:0", "zone:0"), Drop("item:1", "zone:0"))) == (0, 2, False)
    kind = drag_question([BOTH, BOTH], [["0"], ["1"]], applyPenalties=False)
    assert points(play(kind, Drop("item:0", "zone:0"), Drop("item:1", "zone:0"))) == (1, 2, False)


def test_drag_question_single_point_is_all_or_nothing() -> None:
    """`singlePoint`: one point for everything, even without penalties."""
    state = drag_question([BOTH, BOTH], [["0"], ["1"]], singlePoint=True, applyPenalties=False)
    assert points(play(state, Drop("item:0", "zone:0"))) == (0, 1, False)
    assert points(play(state, Drop("item:0", "zone:0"), Drop("item:1", "zone:1"))) == (1, 1, True)


def test_drag_question_multiple_elements_count_once_a_zone() -> None:
    """A stock that belongs to two zones is worth two points, and one copy lies in each."""
    state: Any = drag_question([BOTH | {"multiple": True}], [["0"], ["0"]])
    both = play(state, Drop("item:0", "zone:0"), Drop("item:0", "zone:1"), Drop("item:0", "zone:1"))
    assert points(both) == (2, 2, True) and both.pool() == (0,)


def test_drag_question_element_that_belongs_nowhere_costs_a_point() -> None:
    """A decoy in a zone is wrong; left aside it is right."""
    state = drag_question([BOTH, BOTH], [["0"], []])
    assert points(play(state, Drop("item:0", "zone:0"))) == (1, 1, True)
    assert points(play(state, Drop("item:0", "zone:0"), Drop("item:1", "zone:1"))) == (0, 1, False)


def test_drag_question_without_correct_zone_blank_is_right() -> None:
    """Nothing belongs anywhere: moving nothing scores."""
    state = drag_question([BOTH], [[], []])
    assert points(state) == (1, 1, True)
    assert points(play(state, Drop("item:0", "zone:0"))) == (0, 1, False)


def test_drag_question_refuses_zones_an_element_may_not_enter() -> None:
    """`dropZones` of an element is where it may go; single zones swap."""
    state: Any = drag_question([{"dropZones": ["0"]}, BOTH], [["0"], ["1"]], singles=True)
    assert play(state, Drop("item:0", "zone:1")).placed == ()
    swapped = play(state, Drop("item:1", "zone:0"), Drop("item:0", "zone:0"))
    assert swapped.inside(0) == (0,) and swapped.pool() == (1,)


def test_summary_counts_right_at_first_try() -> None:
    """The first statement of each group is right; the others cost the point of their group, once."""
    content = {"intro": "?", "summaries": [{"summary": ["<p>a</p>", "<p>b</p>", "<p>c</p>"], "tip": "x"}, {"summary": ["d", "e"]}]}
    state = task("H5P.Summary", content)
    after = play(state, "choice:1", "choice:2", "choice:0", NEXT, "choice:0", NEXT)
    assert after.done and points(after) == (1, 2, False)
    assert points(play(state, "choice:0", NEXT, "choice:0", NEXT)) == (2, 2, True)
    assert not play(state, NEXT).done, "nobody goes on before the right statement is found"


def test_single_choice_set_one_try_each_and_no_time_limit() -> None:
    """The first answer is right; a second press changes nothing; "next" waits to be pressed."""
    content = {
        "choices": [{"question": "?", "answers": ["oui", "non"]}, {"question": "?", "answers": ["a", "b"]}],
        "behaviour": {"passPercentage": 50},
    }
    state = play(task("H5P.SingleChoiceSet", content), "choice:1", "choice:0", NEXT, "choice:0", NEXT)
    assert state.done and points(state) == (1, 2, True)
    assert points(play(state, RETRY)) == (0, 2, False)


def test_flashcards_alternatives_without_case() -> None:
    """`/` parts alternatives; case does not matter unless `caseSensitive`."""
    content = {"description": "", "cards": [{"text": "rouge", "answer": "Cerise/Fraise"}, {"text": "?", "answer": "L'eau"}]}
    state = play(task("H5P.Flashcards", content), Write("gap:0", "fraise"), CHECK, NEXT, Write("gap:1", "l’EAU"), CHECK, NEXT)
    assert state.done and points(state) == (2, 2, True)
    strict = play(task("H5P.Flashcards", content | {"caseSensitive": True}), Write("gap:0", "fraise"), CHECK)
    assert points(strict)[0] == 0


def test_memory_game_same_picture_twice_or_its_match() -> None:
    """A card without `match` goes with itself; two that differ turn back at the next press."""
    cards = [{"image": {"path": "a.png"}, "imageAlt": "A"}, {"image": {"path": "a.png"}, "match": {"path": "b.png"}, "matchAlt": "B"}]
    state: Any = task("H5P.MemoryGame", {"cards": cards}, {"a.png": picture(), "b.png": picture()})
    assert (state.face(0), state.face(3).alt) == (state.face(1), "B")
    apart = play(state, "card:0", "card:2", "card:1")
    assert apart.up == (1,) and not apart.found
    done = play(state, "card:0", "card:1", "card:2", "card:3")
    assert done.done and points(done) == (1, 1, True)


def test_memory_game_uses_the_number_of_pairs_asked_for() -> None:
    """`numCardsToUse` keeps that many pairs, never fewer than two."""
    cards = [{"image": {"path": "a.png"}, "imageAlt": str(n)} for n in range(5)]
    for wanted, kept in ((3, 3), (1, 2)):
        state: Any = task("H5P.MemoryGame", {"cards": cards, "behaviour": {"numCardsToUse": wanted}}, {"a.png": picture()})
        assert len(state.activity.pairs) == kept


@pytest.mark.parametrize(
    ("library", "content"),
    [
        ("H5P.Accordion", {"panels": [{"title": "A", "content": {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>b</p>"}}}] * 2}),
        ("H5P.Dialogcards", {"dialogs": [{"text": "<p>a</p>", "answer": "<p>b</p>"}, {"text": "c", "answer": "d"}]}),
    ],
)
def test_accordion_and_dialogcards_are_done_once_all_was_seen(library: str, content: dict[str, Any]) -> None:
    """Nothing to win, everything to see."""
    state = play(task(library, content), "panel:0")
    assert not state.done
    assert play(state, "panel:1").done and points(state) == (0, 0, True)


def test_image_hotspots_keep_their_places_and_texts() -> None:
    """x and y in percent of the picture; each spot opens its text."""
    spot = {"position": {"x": 12.5, "y": "80"}, "header": "Ici", "content": [{"library": "H5P.Text 1.1", "params": {"text": "<p>là</p>"}}]}
    state: Any = task("H5P.ImageHotspots", {"image": {"path": "a.png"}, "hotspots": [spot]}, {"a.png": picture()})
    panel = state.activity.panels[0]
    assert (panel.x, panel.y, panel.body.plain, state.activity.image.path) == (12.5, 80.0, "là", "content/a.png")


def test_retry_and_solution_follow_the_author() -> None:
    """`enableRetry` and `enableSolutionsButton` off: neither is offered nor obeyed; what was right stays after a retry."""
    strict = {"question": "?", "answers": answers(True, False), "behaviour": {"enableRetry": False, "enableSolutionsButton": False}}
    state = play(task(MC, strict), "choice:1", CHECK)
    assert play(state, RETRY) == state == play(state, SOLUTION)
    again = play(drag_question([BOTH, BOTH], [["0"], ["1"]]), Drop("item:0", "zone:0"), Drop("item:1", "zone:0"), CHECK, RETRY)
    assert again.placed == ((0, 0),)


def test_text_is_no_task() -> None:
    """AdvancedText is only shown."""
    assert isinstance(h5p("H5P.AdvancedText", {"text": "<p>Bonjour</p>"}).activity, Text)
