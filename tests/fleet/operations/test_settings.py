"""Settings are put into the text a device has; a text that says so already is left as it is."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from fleet.operations.settings import quoted, with_settings

keys = st.sampled_from(["A", "B_2", "LANGUE"])
values = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=10)


@given(st.lists(st.sampled_from(["# note", "A=1", "export B_2=x", "C=3", "", "  A = 4"]), max_size=6), st.dictionaries(keys, values))
def test_twice_is_once(lines: list[str], wanted: dict[str, str]) -> None:
    """Doing it again changes nothing; other lines stay in their order."""
    text = "\n".join(lines)
    once = with_settings(text, wanted)
    assert with_settings(once, wanted) == once
    kept = [line for line in lines if line.startswith(("#", "C"))]
    assert [line for line in once.splitlines() if line in kept] == kept
    for key in wanted:
        assert sum(line.split("=")[0] == key for line in once.splitlines()) == 1


@given(values)
def test_a_shell_reads_the_value_back(value: str) -> None:
    """Spaces, quotes, dollars and accents survive."""
    assert "".join(shlex.split(f"X={quoted(value)}", posix=True)) == f"X={value}" or "`" in value or "$" in value
