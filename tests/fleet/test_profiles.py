"""Profiles: what loads is safe to apply, and every mistake has its line."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.errors import NotFound, ProfileError
from fleet.model import DeviceKind, DriverName
from fleet.profile_schema import HOLDERS, SYSTEM
from fleet.profiles import FOLDER, MAX_BYTES, ProfileFolder, read_document
from fleet.toml_lines import line_numbers

GOOD = 'id = "x"\nlabel = "X"\n'


def _folder(tmp_path: Path, **texts: str) -> ProfileFolder:
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return ProfileFolder(tmp_path)


def test_the_profiles_we_ship_are_without_a_mistake() -> None:
    """All nine, inheritance included; every theme one starts with names profiles that exist for that kind of device."""
    from fleet.store.migrations import _THEMES

    folder = ProfileFolder()
    assert folder.check() == [] and len(folder.ids) == 9
    for _id, _label, profiles in _THEMES:
        for kind, profile_id in profiles.items():
            assert folder.load(profile_id).kind.value == kind
    assert folder.load("info-ou-intox").wipe == folder.load("tablette-atelier-base").wipe != ()


def test_the_profiles_ask_for_the_image_that_is_built_here() -> None:
    """`images/version` goes into the image, and into test devices; a device made today is not out of date."""
    version = (FOLDER.parent / "version").read_text().strip()
    folder = ProfileFolder()
    asked = {folder.load(profile_id).image for profile_id in folder.ids} - {""}
    assert asked == {version}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('id = "x"\nlabel = \n', 2, "pas du TOML"),
        ('id = "x"\n', 0, "il manque label"),
        (GOOD + 'batterie_min = 3\n', 3, "vouliez-vous dire « battery_min »"),
        (GOOD + "battery_min = 300\n", 3, "entre 0 et 100"),
        (GOOD + 'kind = "grille-pain"\n', 3, "tablet"),
        (GOOD + '[[files]]\ntarget = "/srv/a"\ncontent = """\n[[files]]\nmode = 7\n"""\nmode = 644\n', 9, '"0644"'),
        (GOOD + '[[files]]\ntarget = "/srv/a"\nmode = "4755"\ncontent = ""\n', 5, '"0644"'),
        (GOOD + '[[files]]\ntarget = "/srv/a"\n', 3, "content = … ou bien source"),
        (GOOD + '[[files]]\ntarget = "srv/a"\ncontent = ""\n', 4, "commence par /"),
        (GOOD + '[[packs]]\nid = "a"\nsource = "../x"\ntarget = "/srv/x"\n', 5, "sans « .. »"),
        (GOOD + '[[packs]]\nid = "a"\nsource = "x"\ntarget = "/usr/share"\n', 6, "contient le système"),
        (GOOD + '[[packs]]\nid = "a"\nsource = "x"\ntarget = "/srv/x"\n' * 2, 7, "écrit deux fois"),
        (GOOD + '[[apps]]\nid = "a"\npackage = "p"\nfile = "a.apk"\n', 3, "sha256"),
        (GOOD + '[reset]\nwipe = [\n "/home/emprunteur",\n "/home",\n]\n', 4, "contient le système"),
        (GOOD + '[reset]\nwip = []\n', 4, "« wipe »"),
        (GOOD + 'files = "x"\n', 3, "[[files]]"),
        (GOOD + '[[settings]]\nscope = "/etc/x"\nkey = "A"\nvalue = "1\\n2"\n', 3, "une ligne"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    """One mistake, one sentence, the right line, in a file that looks like others."""
    _document, problems = read_document(text, "x.toml")
    assert [(p.line, words in str(p)) for p in problems] == [(line, True)], [str(p) for p in problems]
    assert str(problems[0]).startswith("x.toml" + (f", ligne {line}" if line else ""))


@pytest.mark.parametrize("path", [*SYSTEM, *HOLDERS, "/etc/passwd", "/usr/bin/x", "/boot/efi", "/opt/colporteur/x", "/srv/../etc"])
def test_nothing_of_the_system_is_ever_emptied(path: str) -> None:
    """Whatever a profile asks for."""
    _document, problems = read_document(GOOD + f'[reset]\nwipe = ["{path}"]\n', "x.toml")
    assert problems


def test_a_child_wins_and_lists_are_joined(tmp_path: Path) -> None:
    """Items with the same name are replaced in place; the rest is added after the parent's."""
    parent = (
        'id = "p"\nlabel = "P"\nkind = "computer"\nbattery_min = 30\n[[settings]]\nscope = "s"\nkey = "A"\nvalue = "1"\n'
        '[[settings]]\nscope = "s"\nkey = "B"\nvalue = "1"\n[reset]\nwipe = ["/srv/a"]\n'
    )
    child = (
        'id = "c"\nlabel = "C"\nextends = "p"\nbattery_min = 50\n[[settings]]\n'
        'scope = "s"\nkey = "A"\nvalue = "2"\n[reset]\nwipe = ["/srv/b", "/srv/a"]\n'
    )
    folder = _folder(tmp_path, p=parent, c=child)
    loaded = folder.load("c")
    assert (loaded.kind, loaded.battery_min, loaded.parents) == (DeviceKind.COMPUTER, 50, ("p",))
    assert [(s.key, s.value) for s in loaded.settings] == [("A", "2"), ("B", "1")]
    assert loaded.wipe == ("/srv/a", "/srv/b")
    assert loaded.driver is DriverName.LINUX_KIOSK and loaded.digest != folder.load("p").digest


def test_inheritance_that_goes_round_or_nowhere_is_told(tmp_path: Path) -> None:
    """With the line of `extends`; the other profiles stay usable."""
    folder = _folder(
        tmp_path,
        a='id = "a"\nlabel = "A"\nextends = "b"\n',
        b='id = "b"\nlabel = "B"\nextends = "a"\n',
        c='id = "c"\nlabel = "C"\n\nextends = "zzz"\n',
        d='id = "d"\nlabel = "D"\n',
        e='id = "f"\nlabel = "E"\n',
        g='id = "g"\nlabel = 3\n',
        h='id = "h"\nlabel = "H"\nextends = "g"\n',
    )
    with pytest.raises(ProfileError, match="de lui-même") as round_:
        folder.load("a")
    assert (round_.value.file, round_.value.line) == ("b.toml", 3)
    with pytest.raises(ProfileError, match="« zzz » n’existe pas") as nowhere:
        folder.load("c")
    assert (nowhere.value.file, nowhere.value.line) == ("c.toml", 4)
    with pytest.raises(ProfileError, match="nom du fichier"):
        folder.load("e")
    with pytest.raises(ProfileError, match="parent a une erreur"):
        folder.load("h")
    with pytest.raises(NotFound, match="Profils connus"):
        folder.load("nope")
    assert folder.load("d").label == "D"
    assert len(folder.check()) == 6


def test_a_file_that_is_not_text_or_too_big_is_told(tmp_path: Path) -> None:
    """Without reading it whole."""
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "b.toml").write_bytes(b"#" * (MAX_BYTES + 5))
    assert [p.file for p in ProfileFolder(tmp_path).check()] == ["a.toml", "b.toml"]


KEYS = st.sampled_from(["a", "b", "c-d", "e_1"])
VALUES = st.sampled_from(
    ["1", '"x"', '"""\n[no]\nz = 1\n"""', "'''\n[[no]]\n'''", '[\n "a", # ]\n "[b",\n]', '"a\\"[b"', "{x = [1]}", "true"]
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=5), st.lists(st.tuples(KEYS, st.lists(st.tuples(KEYS, VALUES), max_size=3)), max_size=4))
def test_lines_are_right_whatever_stands_in_the_values(top: list[tuple[str, str]], tables: list[tuple[str, list[tuple[str, str]]]]) -> None:
    """Multi-line strings, arrays and comments never shift a line or invent a key."""
    lines, expected, counts = [], {}, {}
    for key, value in dict(top).items():
        expected[(key,)] = len(lines) + 1
        lines += f"{key} = {value}".split("\n")
    used = {k for k, _ in top}
    for name, items in tables:
        if name in used:
            continue
        counts[name] = counts.get(name, -1) + 1
        lines += ["", "# [comment]", f"[[ {name} ]]"]
        expected[(name, counts[name])] = len(lines)
        for key, value in dict(items).items():
            expected[(name, counts[name], key)] = len(lines) + 1
            lines += f"{key} = {value}".split("\n")
    text = "\n".join(lines)
    tomllib.loads(text)
    assert line_numbers(text) == expected
