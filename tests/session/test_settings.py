"""The settings file: every default works, every mistake is told with its line."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import DataError
from kiosk.settings import CHECKS, EXAMPLE, FILE_NAME, KioskSettings, Koha, load, parse, write_example


def test_every_setting_has_its_check() -> None:
    """No setting is read unchecked, no check names a setting that does not exist."""
    names = {f.name for f in fields(KioskSettings)} - {"koha"} | {f"koha.{f.name}" for f in fields(Koha)}
    assert names == set(CHECKS)


def test_no_file_is_a_valid_file(tmp_path: Path) -> None:
    """A kiosk without settings runs on defaults; the example changes none of them."""
    assert load(tmp_path) == KioskSettings()
    assert write_example(tmp_path) == tmp_path / FILE_NAME
    assert load(tmp_path) == KioskSettings()
    (tmp_path / FILE_NAME).write_text("volume = 10\n")
    write_example(tmp_path)
    assert load(tmp_path).volume == 10, "an edited file is never overwritten"


def test_the_example_names_every_setting_rightly() -> None:
    """Each commented line of the example, uncommented, is accepted."""
    lines = [line[2:] for line in EXAMPLE.splitlines() if line.startswith("# ") and ("=" in line or line.startswith("# ["))]
    settings = parse("\n".join(lines).encode())
    assert settings.branch == "BARREME"
    assert settings.koha.url == "https://koha.exemple.fr"


def test_values_reach_their_place(tmp_path: Path) -> None:
    """Numbers, words, enumerations and the library system's table are read; the password may live in its own file."""
    (tmp_path / "secret").write_text("hunter2\n")
    (tmp_path / FILE_NAME).write_text(
        'branch = "DIG"\npalette = "night"\nidle_seconds = 90\nwidth_mm = 217\nheight_mm = 136\n'
        '[koha]\nurl = "https://koha.example/"\nuser = "borne"\npassword_file = "secret"\n'
    )
    settings = load(tmp_path)
    assert settings.comforts.palette == "night"
    assert settings.idle.idle == 90
    assert settings.koha == Koha("https://koha.example", "borne", "hunter2", "secret")
    assert "hunter2" not in repr(settings)
    assert settings.mm_per_px(1280, 800) == pytest.approx(0.1695, abs=1e-3)
    assert settings.mm_per_px(800, 1280) == pytest.approx(0.1695, abs=1e-3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('branch = "DIG"\nvolum = 3\n', "ligne 2 : « volum » n’existe pas ; vouliez-vous écrire « volume » ?"),
        ('branch = "DIG"\n\nidle_seconds = "long"\n', "ligne 3 : « idle_seconds » attend un nombre entre 45 et 3600"),
        ("sound = 1\n", "ligne 1 : « sound » attend true (oui) ou false (non)"),
        ('palette = "pink"\n', 'ligne 1 : « palette » attend l’une de ces valeurs : "limestone"'),
        ('portal_url = "javascript:alert(1)"\n', "ligne 1 : « portal_url » attend une adresse entière"),
        ('# x\n[koha]\nurl = "http://u:p@h/"\n', "ligne 3 : « koha.url » attend une adresse entière"),
        ("volume = 10\nbranch = Digne\n", "ligne 2 : « branch = Digne » n’est pas compris"),
        ("volume = 10\n[koha\n", "ligne 2"),
        ("koha = 3\n", "ligne 1 : [koha] est un titre"),
        ("volume = true\n", "ligne 1 : « volume » attend un nombre entier"),
        ("zzzzzz = 1\n", "« zzzzzz » n’existe pas ; effacez cette ligne"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_cure(content: str, said: str) -> None:
    """The message can be acted upon by somebody who does not program."""
    with pytest.raises(DataError) as caught:
        parse(content.encode())
    assert said in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody restarts a kiosk five times for five mistakes."""
    with pytest.raises(DataError) as caught:
        parse(b'sound = 1\nvolume = 500\nbranche = "x"\n')
    assert [line.split(" : ")[0] for line in str(caught.value).splitlines()] == [f"{FILE_NAME}, ligne {n}" for n in (1, 2, 3)]


def test_a_password_never_shows_in_a_message() -> None:
    """Even when its line cannot be read."""
    with pytest.raises(DataError) as caught:
        parse(b'[koha]\npassword = "hunter2\n')
    assert "hunter2" not in str(caught.value)
    with pytest.raises(DataError) as caught:
        parse(b"[koha]\npassword = 12345678\n")
    assert "12345678" not in str(caught.value)


def test_other_encodings_and_huge_files_are_refused_with_their_reason() -> None:
    """A file saved by an old editor is told apart from nonsense."""
    with pytest.raises(DataError, match=r"ligne 2 .*UTF-8"):
        parse('volume = 3\nbranch = "Barrême"\n'.encode("latin-1"))
    with pytest.raises(DataError, match="trop long"):
        parse(b"#" * 100_000)
    assert parse('\ufeffvolume = 3\r\nbranch = "Barrême"\r\n'.encode()).branch == "Barrême"


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_give_settings_or_one_clear_error(content: bytes) -> None:
    """No content of the file makes the kiosk crash."""
    try:
        settings = parse(content)
    except DataError as error:
        assert FILE_NAME in str(error)
    else:
        assert settings == KioskSettings() or tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
