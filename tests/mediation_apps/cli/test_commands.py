"""The commands of an author, from an empty folder to a tablet, with their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mediation_apps.cli import main
from mediation_apps.cli.authoring import slug
from mediation_apps.cli.places import shipped
from mediation_apps.runtime.archive import ZipFiles
from tests.mediation_apps.building import h5p_bytes


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLPORTEUR_DATA", str(tmp_path / "data"))
    return tmp_path


def test_new_check_import_pack_install_list(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way, in order, each step with exit code 0."""
    folder = data / "mon-atelier"
    package = data / "quiz.h5p"
    package.write_bytes(h5p_bytes("H5P.TrueFalse", {"question": "<p>Oui ?</p>", "correct": "true"}, title="Vrai : oui"))
    assert main(["new", str(folder), "--title", "L’été à Digne"]) == 0
    assert main(["import-h5p", str(package), str(folder)]) == 0
    assert "CC BY" in capsys.readouterr().out
    assert main(["check", str(folder), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["title"] == "L’été à Digne" and report["counts"]["plays"] == 4
    assert main(["pack", str(folder), "-o", str(data / "a.zip")]) == 0
    first = (data / "a.zip").read_bytes()
    assert main(["pack", str(folder), "-o", str(data / "a.zip")]) == 0
    assert (data / "a.zip").read_bytes() == first, "the same folder gives the same bytes"
    assert main(["install", str(data / "a.zip")]) == 0
    capsys.readouterr()
    assert main(["list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["installed"] == ["l-ete-a-digne"]


def test_check_names_file_and_line_and_ends_with_3(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A refused activity: its line on the screen, exit code 3."""
    main(["new", str(data / "x")])
    bad = data / "x" / "activities" / "02-question.toml"
    bad.write_text(bad.read_text(encoding="utf-8").replace("correct = true", 'correct = "oui"'), encoding="utf-8")
    assert main(["check", str(data / "x")]) == 3
    assert "02-question.toml, ligne 7 : « correct » se remplit avec true" in capsys.readouterr().out


def test_bad_input_is_a_sentence_on_stderr(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Missing, corrupt, not empty: one French sentence, no traceback, the documented code."""
    (data / "broken.zip").write_bytes(b"PK..")
    (data / "full").mkdir()
    (data / "full" / "x.txt").write_text("à garder", encoding="utf-8")
    for arguments, code in ((["check", "absent"], 6), (["check", str(data / "broken.zip")], 3), (["new", str(data / "full")], 3)):
        assert main(arguments) == code
        said = capsys.readouterr().err
        assert said.strip().endswith((".", "–.")) and len(said.strip().splitlines()) == 1
    assert (data / "full" / "x.txt").read_text(encoding="utf-8") == "à garder"


def test_refused_h5p_is_not_added(data: Path) -> None:
    """Nothing playable: told, and the folder stays as it was."""
    main(["new", str(data / "x")])
    package = data / "e.h5p"
    package.write_bytes(h5p_bytes("H5P.Essay", {}))
    before = sorted(data.rglob("*"))
    assert main(["import-h5p", str(package), str(data / "x")]) == 3
    assert sorted(data.rglob("*")) == before


def test_slug_of_a_title() -> None:
    """Accents and signs fall away, nothing is ever empty."""
    assert [slug(title) for title in ("Info ou intox ?", "L’été", "  ", "日本")] == ["info-ou-intox", "l-ete", "atelier", "atelier"]


@pytest.mark.parametrize("name", shipped())
def test_shipped_workshops_have_nothing_to_mend(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every activity plays, the script adds up, no sentence is too long for easy reading."""
    assert main(["check", name, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["remarks"] == [] and report["counts"]["refused"] == report["counts"]["partly"] == 0
    assert [remark for activity in report["activities"] for remark in activity["remarks"]] == []
    assert report["minutes"] == 45


@pytest.mark.parametrize("base", ["", "content/"])
def test_an_unpacked_h5p_folder_is_checked_and_imported(data: Path, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder somebody unpacked, with or without its `content` folder: judged, then packed again without its JavaScript."""
    content = {"question": "?", "answers": [{"text": "a", "correct": True}, {"text": "b"}], "media": {"type": {}}}
    loose = data / "loose"
    for name, text in {
        "h5p.json": '{"title": "Deux", "mainLibrary": "H5P.MultiChoice"}',
        f"{base}content.json": json.dumps(content),
    }.items():
        (loose / name).parent.mkdir(parents=True, exist_ok=True)
        (loose / name).write_text(text, encoding="utf-8")
    (loose / "H5P.MultiChoice-1.16").mkdir()
    (loose / "H5P.MultiChoice-1.16" / "script.js").write_text("alert(1)", encoding="utf-8")
    assert main(["check", str(loose)]) == 0
    main(["new", str(data / "x")])
    assert main(["import-h5p", str(loose), str(data / "x")]) == 0
    assert ZipFiles((data / "x" / "activities" / "deux.h5p").read_bytes()).names() == ("content/content.json", "h5p.json")
    capsys.readouterr()
    assert main(["check", str(data / "x"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["plays"] == 4


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("correct = true", "correct = vrai", 7, "écrivez true pour oui"),
        ('text = "La poule"', 'text = "La poule', 11, "les guillemets droits vont par deux"),
        ('"Le mouton"', '"Le "gros" mouton"', 6, "écrivez « … »"),
        ('"Le mouton"', "“Le mouton”", 6, 'text = "…"'),
        ('"Quel animal donne la laine ?"', "Quel animal ?", 3, 'question = "…"'),
        ("[[answers]]\ntext", "[answers]\ntext", 10, "[[…]]"),
        ("question =", "questoin =", 3, "écrivez « question »"),
        ('type = "multichoice"', "", 1, "Types : multichoice"),
        ('title = "Première question"', 'picture = "media/a.png"', 2, 'alt = "…"'),
        ('title = "Première question"', 'picture = "media/b.png"\nalt = "Un pré"', 2, "« media/b.png » manque"),
    ],
)
def test_each_slip_of_an_author_is_told_with_its_line_and_what_to_write(
    data: Path, before: str, after: str, line: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a librarian mistypes in a text file: the line, and what to write instead; the preview tells that something is left out."""
    from tests.mediation_apps.building import picture

    folder = data / "mon atelier"
    main(["new", str(folder)])
    assert f"workshop check '{folder}'" in capsys.readouterr().out
    (folder / "media").mkdir()
    (folder / "media" / "a.png").write_bytes(picture(40, 30))
    file = folder / "activities" / "02-question.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert main(["check", str(folder)]) == 3
    told = next(words for words in capsys.readouterr().out.splitlines() if "ligne" in words)
    assert f"activities/02-question.toml, ligne {line} : " in told and said in told
    main(["pack", str(folder), "-o", str(data / "a.zip")])
    assert "1 activité refusée" in capsys.readouterr().out
