"""The verdict: clean needs everything; one missing piece of evidence is enough for less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.model import Verdict
from fleet.operations.judge import Evidence, judge

GOOD = Evidence(places=("/tmp", "/home/x"), marked=("/home/x", "/tmp"), hits_second=0, searched_files=12)


def test_whole_evidence_is_clean() -> None:
    """All marks found before, none after, two instruments, the same device."""
    assert judge(GOOD) == (Verdict.CLEAN, ())


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"hits_first": 1}, Verdict.NOT_CLEAN),
        ({"hits_second": 2}, Verdict.NOT_CLEAN),
        ({"hidden": 1}, Verdict.NOT_CLEAN),
        ({"extras": 1}, Verdict.NOT_CLEAN),
        ({"keys_left": 1}, Verdict.NOT_CLEAN),
        ({"accounts_left": 1}, Verdict.NOT_CLEAN),
        ({"session_key_kept": True}, Verdict.NOT_CLEAN),
        ({"hits_second": None}, Verdict.UNKNOWN),
        ({"marked": ("/tmp",)}, Verdict.UNKNOWN),
        ({"places": (), "marked": ()}, Verdict.UNKNOWN),
        ({"searched_files": 0}, Verdict.UNKNOWN),
        ({"different": 3}, Verdict.UNKNOWN),
        ({"same_device": False}, Verdict.UNKNOWN),
        ({"same_device": False, "serial_told": False}, Verdict.UNKNOWN),
        ({"fresh": False}, Verdict.UNKNOWN),
        ({"person_no": ("Les réseaux sont oubliés.",)}, Verdict.NOT_CLEAN),
        ({"person_missing": ("Les réseaux sont oubliés.",)}, Verdict.UNKNOWN),
    ],
)
def test_each_missing_piece_counts(change: dict[str, object], verdict: Verdict) -> None:
    """Each piece of evidence alone takes the certificate away, with a sentence."""
    found, reasons = judge(replace(GOOD, **change))  # type: ignore[arg-type]
    assert found is verdict
    assert reasons and all(r.endswith(".") for r in reasons)


counts = st.integers(0, 3)


@given(
    st.builds(
        Evidence, st.just(("/tmp",)), st.sampled_from([(), ("/tmp",)]), counts, counts | st.none(), counts, counts, counts, counts, counts
    )
)
def test_clean_is_never_said_with_a_mark_left(evidence: Evidence) -> None:
    """Whatever else is known."""
    if judge(evidence)[0] is Verdict.CLEAN:
        assert evidence.hits_first == evidence.hits_second == evidence.extras == evidence.hidden == 0
        assert evidence.marked == evidence.places
