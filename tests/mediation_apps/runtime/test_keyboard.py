"""Every kind of task is played to its end by pressing enabled targets alone: what Tab and Enter, and two switches, can do."""

from __future__ import annotations

import random
from typing import Any

import pytest

from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.pack import read_pack
from mediation_apps.runtime.play.base import Press, Write
from mediation_apps.runtime.play.start import start
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import zipped

TASKS = {
    "multichoice": 'question="?"\n[[answers]]\ntext="a"\ncorrect=true\n[[answers]]\ntext="b"\n',
    "truefalse": 'question="?"\ncorrect=true\n',
    "blanks": 'instruction="?"\ntext="un *mot* et *deux*"\n',
    "dragtext": 'instruction="?"\ntext="un *mot* et *deux*"\ndistractors=["trois"]\n',
    "markwords": 'instruction="?"\ntext="un *mot* ici"\n',
    "sort": 'instruction="?"\nzones=["A","B"]\n[[items]]\ntext="x"\nzone="A"\n[[items]]\ntext="y"\nzone="B"\n',
    "inspect": 'instruction="?"\nsender={text="x"}\n[[parts]]\ntext="y"\nsuspicious=true\nwhy="z"\n',
    "rank": 'instruction="?"\n[[items]]\ntext="x"\n[[items]]\ntext="y"\n[[items]]\ntext="z"\n',
    "predict": 'instruction="?"\ncolumns=3\nrows=2\nstart="A1"\nprogram=["avance","droite"]\n',
    "summary": 'instruction="?"\n[[groups]]\nstatements=["a","b"]\n',
    "quiz": 'instruction="?"\n[[questions]]\nquestion="?"\nanswers=["a","b"]\n',
    "flashcards": 'instruction="?"\n[[cards]]\ntext="a"\nanswers=["b"]\n',
    "program": 'instruction="?"\ncolumns=3\nrows=2\nstart="A1"\ngoal="B1"\nmost=3\n',
    "beat": 'instruction="?"\ngoal=true\n[[lanes]]\nvoice="bois"\nsteps="x..x...."\n',
    "listen": 'question="?"\nvoice="bois"\n[[answers]]\ntext="a"\ncorrect=true\n[[answers]]\ntext="b"\n',
    "explore": 'instruction="?"\nkind="cards"\n[[panels]]\ntitle="a"\ntext="b"\n[[panels]]\ntitle="c"\ntext="d"\n',
    "memory": 'instruction="?"\n[[pairs]]\nfirst="a"\nsecond="b"\n[[pairs]]\nfirst="c"\nsecond="d"\n',
}


def begin(kind: str) -> Any:
    files = {name: text.encode() for name, text in new_files("Essai", "essai").items()}
    entry = read_pack(ZipFiles(zipped(files | {"activities/09.toml": f'type="{kind}"\n{TASKS[kind]}'.encode()}))).entries[-1]
    assert entry.status == "plays", entry.remarks
    return start(entry.activity, 3)  # type: ignore[arg-type]


def fill(state: Any) -> Any:
    """Press enabled targets as a person without an idea of the answer would, writing in what can be written, until the end."""
    chance = random.Random(5)
    for _press in range(600):
        if state.done:
            break
        offered = [target for target in state.targets() if target.enabled and target.id != "pool"]
        assert offered, "a trap: nothing left to press"
        target = chance.choice(offered)
        state, _said = state.apply(Write(target.id, "mot") if target.role == "gap" else Press(target.id))
    return state


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_is_finished_by_pressing_alone(kind: str) -> None:
    """No drag, no second finger: presses and letters reach the end of each task."""
    assert fill(begin(kind)).done


@pytest.mark.parametrize("kind", TASKS)
def test_every_target_has_a_spoken_label_and_its_own_name(kind: str) -> None:
    """What has focus can be said; no two targets share a name."""
    targets = begin(kind).targets()
    assert all(target.label.strip() for target in targets)
    assert len({target.id for target in targets}) == len(targets)


@pytest.mark.parametrize("kind", TASKS)
def test_marks_are_words_not_colours(kind: str) -> None:
    """After the check right, wrong and missed are told apart by a mark that a sign can be drawn from."""
    marks = {target.mark for target in fill(begin(kind)).targets()}
    assert marks <= {"", "right", "wrong", "missed"}
    if kind not in ("quiz", "summary", "flashcards", "program"):  # these end without showing answers
        assert marks & {"right", "wrong"}
