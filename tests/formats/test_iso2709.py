"""ISO 2709 and its encodings: what pymarc writes we read alike, and what is broken is saved or set aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymarc import Field, Indicators, Subfield

from kiosk.domain import Record
from kiosk.errors import FormatError
from kiosk.formats import charsets, iso2709, items
from kiosk.formats.marc import Flavour
from kiosk.formats.outcome import Deleted, Outcome, Rejected
from kiosk.formats.stream import MarcReading, iso2709_outcomes, marcxml_outcomes

SAMPLES = Path(__file__).parents[3] / "shared/data/catalogue"
UNIMARC = MarcReading("s", Flavour.UNIMARC)
MARC21 = MarcReading("s", Flavour.MARC21)
_value = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
_pairs = st.lists(st.tuples(st.sampled_from("abcdefx359"), _value), min_size=1, max_size=4)
_fields = st.lists(st.tuples(st.from_regex(r"[1-9][0-9]{2}", fullmatch=True), _pairs), min_size=1, max_size=8)


def written(fields: list[tuple[str, list[tuple[str, str]]]], number: str = "7", leader: str = "     nam a22     3  4500") -> bytes:
    """Write a record with pymarc."""
    record: Any = pymarc.Record(force_utf8=True, leader=leader)
    record.add_field(Field("001", data=number))
    for tag, pairs in fields:
        record.add_field(Field(tag, indicators=Indicators(" ", "1"), subfields=[Subfield(c, v) for c, v in pairs]))
    return bytes(record.as_marc())


def one(raw: bytes, how: MarcReading = UNIMARC) -> Outcome:
    (outcome,) = iso2709_outcomes([raw], how)
    return outcome


def record(raw: bytes, how: MarcReading = UNIMARC) -> Record:
    outcome = one(raw, how)
    assert isinstance(outcome, Record), outcome
    return outcome


def raw_record(fields: list[tuple[str, bytes]], leader: bytes = b"nam  ") -> bytes:
    """Write a record byte by byte, in whatever encoding its values are."""
    directory, data = b"", b""
    for tag, value in fields:
        directory += f"{tag}{len(value) + 1:04d}{len(data):05d}".encode()
        data += value + b"\x1e"
    base = 24 + len(directory) + 1
    return (
        f"{base + len(data) + 1:05d}".encode() + leader + b"22" + f"{base:05d}".encode() + b"   4500" + directory + b"\x1e" + data + b"\x1d"
    )


@settings(max_examples=60)
@given(_fields)
def test_we_read_what_pymarc_reads(fields: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """For any record that pymarc writes, our fields, indicators and subfields are pymarc's."""
    raw = written(fields)
    theirs = next(iter(pymarc.MARCReader(raw, to_unicode=True, force_utf8=True)))
    ours = iso2709.read(raw, Flavour.UNIMARC)
    for tag, _pairs in fields:
        expected = [("".join(f.indicators), [(s.code, s.value) for s in f.subfields]) for f in theirs.get_fields(tag)]
        assert ours.get(tag) == expected
    assert ours.control("001") == "7" and ours.get("001") is ours.get("001")


@given(st.lists(st.binary(max_size=200), max_size=6), st.integers(1, 50))
def test_rubbish_never_stops_the_reading(parts: list[bytes], size: int) -> None:
    """Whatever lies between two good records, both come out, however the stream is cut."""
    good = written([("200", [("a", "Regain")])])
    rubbish = b"\x1d".join(p.replace(b"\x1d", b"") for p in parts)
    stream = good + (rubbish + b"\x1d" if rubbish else b"") + good
    found = list(iso2709_outcomes([stream[i : i + size] for i in range(0, len(stream), size)], UNIMARC))
    assert isinstance(found[0], Record) and isinstance(found[-1], Record)
    assert all(isinstance(o, Record | Rejected | Deleted) for o in found)
    assert all(len(o.excerpt) <= 240 for o in found if isinstance(o, Rejected))


def test_wrong_lengths_and_directories_are_got_over() -> None:
    """Lengths counted in characters, a base address that lies, fields out of order: the record is whole all the same."""
    good = written([("200", [("a", "Été à Manosque"), ("e", "récit")]), ("700", [("a", "Giono"), ("b", "Jean")])])
    entry = 24 + 12
    wrong_lengths = good[: entry + 3] + b"0003" + good[entry + 7 :]
    wrong_base = good[:12] + b"00031" + good[17:]
    for raw in (good, wrong_lengths, wrong_base, b"99999" + good[5:], b"\r\n\x00" + good):
        found = record(raw)
        assert (found.title, found.subtitle, found.authors) == ("Été à Manosque", "récit", ("Jean Giono",))
    shuffled = raw_record([("001", b"7"), ("200", b"1 \x1faRegain")])
    base = int(shuffled[12:17])
    directory = shuffled[24 : base - 1]
    assert record(shuffled[:24] + directory[12:] + directory[:12] + shuffled[base - 1 :]).title == "Regain"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"00050nam  2200", "coupée"),
        (written([("200", [("a", "Regain")])])[:-20], "coupée"),
        (written([("200", [("b", "sans titre")])]), "titre absent"),
        (raw_record([("200", b"1 \x1faRegain")]), "sans numéro"),
        (b"00040nam  2200037   4500" + b"abc" * 10 + b"\x1d", "répertoire"),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, reason: str) -> None:
    """One reject, with a reason a person understands and the start of what was refused."""
    outcome = one(raw)
    assert isinstance(outcome, Rejected) and outcome.position == 1
    assert reason in outcome.reason or "trop court" in outcome.reason
    assert outcome.excerpt == raw[:240]


def test_a_record_of_endless_length_is_refused() -> None:
    """Memory is safe from a file without an end of record."""
    found = list(iso2709_outcomes((b"x" * 300_000 for _ in range(9)), UNIMARC))
    assert found and all(isinstance(o, Rejected) for o in found)
    with pytest.raises(FormatError):
        iso2709.read(b"0" * 1_000_001 + b"\x1d", Flavour.UNIMARC)


def test_a_deleted_record_is_a_deletion() -> None:
    """Leader/05 "d" removes the record."""
    assert one(written([("200", [("a", "Regain")])], leader="     dam a22     3  4500")) == Deleted("7")


# -- encodings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoded", "coded", "leader"),
    [
        ("Été à Noël, cœur".encode(), "50  ", b"nam  "),
        ("Été à Noël, cœur".encode(), "0103", b"nam  "),
        (b"\xc2Et\xc2e \xc1a No\xc8el, c\xfaur", "0103", b"nam  "),
        (b"\xc2Et\xc2e \xc1a No\xc8el, c\xfaur", "50  ", b"nam a"),
        ("Été à Noël, cœur".encode("cp1252"), "50  ", b"nam  "),
        (b"\xe2Et\xe2e \xe1a No\xe8el, c\xb6ur", "50  ", b"nam  "),
    ],
)
def test_unimarc_in_every_encoding(encoded: bytes, coded: str, leader: bytes) -> None:
    """UTF-8, ISO 5426, Windows and MARC-8, claimed or not: the accents are right."""
    hundred = b"  \x1fa20260101d2001    m  y0frey" + coded.encode() + b"  ba"
    found = record(raw_record([("001", b"7"), ("100", hundred), ("200", b"1 \x1fa" + encoded)], leader))
    assert found.title == "Été à Noël, cœur"
    assert found.year == 2001


def test_marc21_in_marc8_and_utf8() -> None:
    """Leader/09 blank is MARC-8, unless the bytes are plainly UTF-8."""
    for encoded in (b"\xe2Et\xe2e \xe1a No\xe8el /", "Été à Noël /".encode()):
        assert record(raw_record([("001", b"7"), ("245", b"10\x1fa" + encoded)]), MARC21).title == "Été à Noël"


@given(st.text(st.sampled_from("abcéèêëàâîïôùûüçœÉÀÇ «»’ -.,"), max_size=40))
def test_iso5426_reads_french(french: str) -> None:
    """What is written in ISO 5426 by the tables of the standard is read back."""
    marks = {"\u0300": 0xC1, "\u0301": 0xC2, "\u0302": 0xC3, "\u0308": 0xC8, "\u0327": 0xD0}
    alone = {"œ": 0xFA, "«": 0xAB, "»": 0xBB, "’": 0xB9}
    import unicodedata

    encoded = bytearray()
    for letter in french:
        base, *above = unicodedata.normalize("NFD", letter)
        encoded += bytes([*(marks[m] for m in above), alone.get(base, ord(base) if ord(base) < 128 else 0x3F)])
    assert charsets.iso5426(bytes(encoded)) == french


@given(st.binary(max_size=200), st.sampled_from(Flavour), st.sampled_from(["nam  ", "nam a"]))
def test_decoding_never_fails(data: bytes, flavour: Flavour, leader: str) -> None:
    """Any bytes give some text."""
    assert isinstance(charsets.decoder(flavour, "00000" + leader, "")(data), str)


# -- XML ------------------------------------------------------------------------------------------------------------------


def marcxml(*records: str) -> bytes:
    return f'<collection xmlns="http://www.loc.gov/MARC21/slim">{"".join(records)}</collection>'.encode()


GOOD = (
    "<record><leader>     nam  22     3  4500</leader><controlfield tag='001'>7</controlfield>"
    "<datafield tag='200' ind1='1' ind2=' '><subfield code='a'>Que ma joie demeure</subfield></datafield></record>"
)


def test_marcxml_is_read_as_it_comes() -> None:
    """Records come out one by one, and where the XML breaks the rest is one reject."""
    found = list(marcxml_outcomes([marcxml(GOOD, "<record/>", GOOD)], UNIMARC))
    assert [type(o) for o in found] == [Record, Rejected, Record]
    broken = marcxml(GOOD, GOOD)[:-60]
    assert [type(o) for o in marcxml_outcomes([broken[i : i + 7] for i in range(0, len(broken), 7)], UNIMARC)] == [Record, Rejected]


def test_entity_bombs_are_refused() -> None:
    """A document that declares entities is not read further."""
    bomb = b'<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><collection><record>&b;</record></collection>'
    (found,) = marcxml_outcomes([bomb], UNIMARC)
    assert isinstance(found, Rejected) and "entités" in found.reason
    outside = b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><collection>&x;</collection>'
    (found,) = marcxml_outcomes([outside], UNIMARC)
    assert isinstance(found, Rejected)


# -- real files -----------------------------------------------------------------------------------------------------------

samples = pytest.mark.skipif(not SAMPLES.exists(), reason="no sample data here")


@pytest.mark.samples
@samples
def test_the_unimarc_sample() -> None:
    """Every record comes in; kinds, years, people and copies are those of the library."""
    raw = (SAMPLES / "unimarc/roubaix-1200.mrc").read_bytes()
    found = [o for o in iso2709_outcomes([raw], MarcReading("rbx", Flavour.UNIMARC, items.dialect("koha-995"))) if isinstance(o, Record)]
    assert len(found) == 1200
    kinds = {k: sum(r.kind == k for r in found) for k in {r.kind for r in found}}
    assert kinds["music"] > 240 and kinds["film"] >= 39 and kinds["comic"] >= 20 and kinds["press"] >= 35
    assert sum(r.year is not None for r in found) > 1050 and all(r.year is None or 1400 <= r.year <= 2028 for r in found)
    assert all(not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in r.title + r.summary) for r in found)
    assert sum(len(h.items) for r in found for h in r.holdings) == 1258
    assert not any("Texte imprimé" in r.title or "Enr. sonore" in r.title for r in found)


@pytest.mark.samples
@samples
def test_the_marc8_sample_has_its_accents() -> None:
    """500 French records in MARC-8: only letters that French has, and no stray mark."""
    raw = (SAMPLES / "marc21/lul_fre_500.mrc").read_bytes()
    found = [o for o in iso2709_outcomes([raw], MarcReading("lul", Flavour.MARC21, items.dialect("symphony-949"))) if isinstance(o, Record)]
    assert len(found) == 500
    letters = {c for r in found for c in r.title + r.subtitle + "".join(r.authors) if ord(c) > 127}
    assert letters <= set("éèêëàâîïôùûüçœæñáíóöäÉÈÊËÀÂÎÏÔÙÛÜÇŒ’°·“”–ßšńì¡") and {"é", "è", "Œ", "É"} <= letters
