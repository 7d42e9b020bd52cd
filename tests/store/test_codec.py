"""Records survive their stored form."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import Record
from kiosk.store import codec
from kiosk.store.hits import hit

RECORDS = st.from_type(Record)


@settings(max_examples=150, deadline=None)
@given(record=RECORDS)
def test_round_trip(record: Record) -> None:
    """Every record comes back equal."""
    assert codec.decode(codec.encode(record)) == record


@settings(max_examples=100, deadline=None)
@given(record=RECORDS)
def test_a_hit_tells_what_the_record_tells(record: Record) -> None:
    """A tile made from the stored text agrees with the record."""
    tile = hit(7, record.id, codec.encode(record))
    assert (tile.docid, tile.id, tile.title, tile.year, tile.kind) == (7, record.id, record.title, record.year, record.kind)
    assert tile.authors == ", ".join(dict.fromkeys(record.authors))
    assert tile.platforms == record.platforms
    assert tile.branches_any == record.branches
    assert set(tile.branches) <= set(tile.branches_any)


def test_unknown_keys_are_ignored() -> None:
    """A file written by a later version opens."""
    assert codec.decode('{"t":"Regain","k":"hologram","zz":1}').title == "Regain"
