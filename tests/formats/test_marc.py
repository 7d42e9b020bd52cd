"""Fields found without being cut, against the same fields cut into subfields."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.formats.marc import Marc

_TAGS = ("010", "200", "606")
_text = st.text("ab\x1f 3é", max_size=14)  # marks side by side, at the end, or none at all
_texts = st.dictionaries(st.sampled_from(_TAGS), st.lists(_text, min_size=1, max_size=3), max_size=3)


def _marc(texts: dict[str, list[str]]) -> Marc:
    return Marc("", {}, {tag: list(fields) for tag, fields in texts.items()}, {}, bytes.decode)


@given(texts=_texts, code=st.sampled_from("ab3"))
def test_subfields_are_found_as_if_fields_were_cut(texts: dict[str, list[str]], code: str) -> None:
    """`first`, `all`, `control` and `present` say of uncut fields what the pairs of cut ones say."""
    for tag in _TAGS:
        cut = _marc(texts).get(tag)
        values = [value for _indicators, pairs in cut for key, value in pairs if key == code]
        assert _marc(texts).all(tag, code) == values
        assert _marc(texts).first(tag, code) == (values[0] if values else "")
        assert _marc(texts).control(tag) == (cut[0][1][0][1] if cut and cut[0][1] else "")
    assert _marc(texts).present(_TAGS) == [tag for tag in _TAGS if tag in texts]


@given(texts=_texts, code=st.sampled_from("ab3"))
def test_bytes_and_texts_are_the_same_record(texts: dict[str, list[str]], code: str) -> None:
    """A record decoded field by field answers as one that was decoded at once."""
    raw = Marc("", {}, {}, {tag: [text.encode() for text in fields] for tag, fields in texts.items()}, bytes.decode)
    marc = _marc(texts)
    assert raw.present(_TAGS) == marc.present(_TAGS)
    for tag in _TAGS:
        assert (raw.all(tag, code), raw.first(tag, code), raw.control(tag)) == (
            marc.all(tag, code),
            marc.first(tag, code),
            marc.control(tag),
        )
