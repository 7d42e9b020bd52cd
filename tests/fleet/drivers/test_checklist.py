"""What a person says is attested as what a person said, never more."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fleet.drivers.checklist import attested, judge_answers, questions
from fleet.model import CheckItem, Device, Level, Method, Person, Profile, Verdict

ITEMS = (CheckItem("menu", "Remis à zéro.", proof=True), CheckItem("charge", "En charge."))
PROFILE = Profile("robot", "Robot", checklist=ITEMS)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"menu": True}, Verdict.CLEAN),
        ({"menu": True, "charge": False}, Verdict.CLEAN),
        ({"menu": False}, Verdict.NOT_CLEAN),
        ({}, Verdict.UNKNOWN),
        ({"charge": True}, Verdict.UNKNOWN),
    ],
)
def test_only_a_whole_yes_is_clean(answers: dict[str, bool], verdict: Verdict) -> None:
    """A no is not clean, silence is unknown; points that prove nothing do not count."""
    assert judge_answers(ITEMS, answers)[0] is verdict


def test_a_profile_without_proof_still_asks() -> None:
    """Nothing is clean because nobody asked."""
    assert any(item.proof for item in questions(Profile("x", "X", checklist=(ITEMS[1],))))
    assert judge_answers(questions(None), {})[0] is Verdict.UNKNOWN


def test_the_level_is_a_persons_word() -> None:
    """The certificate says who looked and claims no erasure."""
    person = Person(name="Ana")
    a = attested(Device("r1", "Robot 1"), PROFILE, {"menu": True}, person, datetime(2026, 11, 22, tzinfo=UTC), "Valise 3")
    assert (a.level, a.method, a.verdict, a.verified_by) == (Level.CHECKED_BY_PERSON, Method.NONE, Verdict.CLEAN, person)
