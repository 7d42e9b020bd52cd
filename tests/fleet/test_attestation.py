"""One value has one text; a signature holds for that text only."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.attestation import Signer, canonical_json, document_of, new_key, verify
from fleet.errors import DataError, SignatureInvalid
from fleet.model import Attestation, Level, MarkEvidence, Method, Person, StepEvidence, Verdict

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=("Cs",)), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), inner, max_size=4)
    ),
    max_leaves=15,
)


def example() -> Attestation:
    """An attestation with every kind of field."""
    return Attestation(
        id="a1", device_id="d1", device_name="Tablette 1", manufacturer="Ŀ", model="M", serial="S1", property_number="04-1",
        media_type="eMMC 32 Go", source="Valise 3", pre_confidentiality="x", post_confidentiality="y", destination="z",
        method=Method.PURGE, technique="t", level=Level.DELETE, tool="Colporteur", tool_version="1", verification_method="v",
        profile_id="p", profile_digest="0", image="2026.11", verdict=Verdict.CLEAN,
        marks=(MarkEvidence("m1", "/tmp", "file", "2026-11-22T15:30:00Z", True, False),),
        steps=(StepEvidence("key", "done", "2026-11-22T15:30:00Z"),), performed_by=Person("Ana", "référente"),
    )  # fmt: skip


def test_a_key_is_made_once_whoever_comes_first(tmp_path: Path) -> None:
    """A second program that finds no key either does not replace the first one's, which may have signed already."""
    first = Signer.load(tmp_path)
    new_key(tmp_path / "attestations.pem")
    assert Signer.load(tmp_path).public_key == first.public_key
    assert [p.name for p in tmp_path.iterdir()] == ["attestations.pem"]


@given(json_values)
def test_canonical_text_is_json_and_has_one_form(value: Any) -> None:
    """The text reads back to the value, and writing that again gives the same bytes."""
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


def test_keys_are_in_utf16_order() -> None:
    """RFC 8785, 3.2.3: a key beyond the first plane sorts by its surrogates."""
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2, "a": 3}) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**60, b"x", object()])
def test_what_has_no_canonical_text_is_refused(value: object) -> None:
    """Nothing is rounded or guessed."""
    with pytest.raises(ValueError):
        canonical_json({"x": value})


def test_a_signed_attestation_is_verified_elsewhere(tmp_path: Path) -> None:
    """The document alone is enough to get the same attestation back; the key file is its owner's."""
    signer = Signer.load(tmp_path / "keys")
    document = document_of(signer.sign(example()))
    assert verify(document) == example()
    assert verify(document, [signer.public_key]) == example()
    assert Signer.load(tmp_path / "keys").public_key == signer.public_key
    assert stat.S_IMODE((tmp_path / "keys/attestations.pem").stat().st_mode) == 0o600


def test_any_change_breaks_the_signature(tmp_path: Path) -> None:
    """An attestation that says clean was signed as clean."""
    signer = Signer.load(tmp_path)
    document = document_of(signer.sign(replace(example(), verdict=Verdict.UNKNOWN)))
    with pytest.raises(SignatureInvalid):
        verify(document.replace('"verdict":"unknown"', '"verdict":"clean"'))
    for place in range(0, len(document), 37):
        changed = document[:place] + ("x" if document[place] != "x" else "y") + document[place + 1 :]
        with pytest.raises((SignatureInvalid, DataError)):
            verify(changed, [signer.public_key])


def test_a_strangers_key_is_not_ours(tmp_path: Path) -> None:
    """A perfect signature by somebody else is refused when we know whom to trust."""
    document = document_of(Signer.load(tmp_path / "a").sign(example()))
    with pytest.raises(SignatureInvalid):
        verify(document, [Signer.load(tmp_path / "b").public_key])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"attestation":{},"public_key":"","signature":""}', "\x00", "[" * 2000, "x" * (1 << 21)])
def test_junk_is_said_to_be_junk(text: str) -> None:
    """Whatever is given, the answer is a sentence."""
    with pytest.raises((DataError, SignatureInvalid)):
        verify(text)
