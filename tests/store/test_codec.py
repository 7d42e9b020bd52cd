"""Records survive their stored form."""

from __future__ import annotations

import base64
import hashlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import Record
from kiosk.store import codec
from kiosk.store.hits import hit
from kiosk.store.prepared import stable_id

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


@settings(max_examples=150, deadline=None)
@given(record=RECORDS)
def test_what_is_written_is_what_json_writes(record: Record) -> None:
    """The text written by hand is the one that `json` writes of the same values: what was stored before stays unchanged."""
    text = codec.encode(record)
    assert json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) == text


@given(source=st.text(st.characters(exclude_categories=("Cs",))), source_id=st.text(st.characters(exclude_categories=("Cs",))))
def test_ids_are_base32(source: str, source_id: str) -> None:
    """The id of a catalogue record is ten bytes of BLAKE2b in RFC 4648's base 32, as it always was."""
    digest = hashlib.blake2b(f"{source}\0{source_id}".encode(), digest_size=10).digest()
    assert stable_id(source, source_id) == base64.b32encode(digest).decode().lower()


def test_unknown_keys_are_ignored() -> None:
    """A file written by a later version opens."""
    assert codec.decode('{"t":"Regain","k":"hologram","zz":1}').title == "Regain"
