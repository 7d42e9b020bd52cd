"""Further reading: carried by the pack, enriched by the device's own catalogue, never an error."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.notices import Carried, CatalogueCommand, Notice, from_catalogue, joined
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import picture, zipped

NOTICE = """
records = ["koha-12"]

[[notices]]
record = "koha-12"
title = "Vérifier une info"
author = "Jeanne Aubert"
year = 2023
call_number = "070.4 AUB"
summary = "Dix gestes simples."
picture = "media/a.png"
alt = "La couverture"
"""
ANSWER = {
    "id": "koha-12",
    "title": "Vérifier une info",
    "subtitle": "guide",
    "authors": ["Aubert, Jeanne"],
    "year": 2024,
    "summary": "Long.",
    "holdings": [{"branch": "DIG", "items": [{"barcode": "1", "call_number": "070 AUB"}]}, {"branch": "SIS"}],
}


def pack_with(manifest: str, **activities: str) -> Pack:
    files = {name: text.encode() for name, text in new_files("Essai", "essai").items()}
    files["manifest.toml"] += manifest.encode()
    files["media/a.png"] = picture()
    return read_pack(ZipFiles(zipped(files | {f"activities/{name}.toml": text.encode() for name, text in activities.items()})))


def test_a_pack_carries_what_a_tablet_without_catalogue_shows() -> None:
    """Title, author, year, call number, summary and cover are read from the manifest."""
    pack = pack_with(NOTICE)
    notice = Carried(pack.manifest.notices).find("koha-12")
    assert notice is not None and pack.remarks == ()
    assert (notice.title, notice.author, notice.year, notice.call_number) == ("Vérifier une info", "Jeanne Aubert", "2023", "070.4 AUB")
    assert notice.cover is not None and pack.media(notice.cover.path).startswith(b"\x89PNG")


def test_a_link_without_its_notice_is_told_to_the_author() -> None:
    """The file, the record, and where to write what is missing."""
    pack = pack_with("", **{"09": 'type="truefalse"\nquestion="?"\ncorrect=true\nrecords=["koha-99"]\n'})
    (remark,) = [remark for remark in pack.remarks if remark.kind == "record"]
    assert remark.file == "activities/09.toml" and "koha-99" in remark.sentence and "[[notices]]" in remark.sentence


def test_what_the_catalogue_adds_does_not_take_the_authors_words() -> None:
    """Call number and libraries come from the catalogue, title and summary stay the author's."""
    carried = Carried(pack_with(NOTICE).manifest.notices).find("koha-12")
    both = joined(carried, from_catalogue(json.dumps(ANSWER).encode()))
    assert both is not None
    assert (both.title, both.summary, both.call_number, both.libraries) == ("Vérifier une info", "Dix gestes simples.", "070 AUB", 2)
    assert joined(None, None) is None and joined(None, both) == both == joined(both, None)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (f"print({json.dumps(json.dumps(ANSWER))})", True),
        ("import sys; sys.exit(6)", False),
        ("print('x' * 300_000)", False),
        ("print('[1]')", False),
    ],
)
def test_the_catalogue_is_asked_by_its_command(script: str, found: bool) -> None:
    """An answer is a notice; a refusal, noise or too much of it is none."""
    assert (CatalogueCommand((sys.executable, "-c", script)).find("koha-12") is not None) is found


@pytest.mark.parametrize("record", ["--data=/", "-x", "a b", "a\nb", "", "x" * 201])
def test_a_record_is_never_an_option_of_the_command(record: str, tmp_path: Path) -> None:
    """A pack's link cannot steer the command: nothing is run for it."""
    trace = tmp_path / "ran"
    assert CatalogueCommand((sys.executable, "-c", f"open({str(trace)!r}, 'w')")).find(record) is None
    assert not trace.exists()


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_any_answer_is_a_notice_or_none(value: object) -> None:
    """Whatever the other side prints."""
    found = from_catalogue(json.dumps(value).encode())
    assert found is None or isinstance(found, Notice)
    for key in ANSWER:
        assert from_catalogue(json.dumps(ANSWER | {key: value}).encode()) is None or key not in ("id", "title") or isinstance(value, str)
