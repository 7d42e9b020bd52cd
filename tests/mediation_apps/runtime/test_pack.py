"""A pack says what it is, what plays, and where it is wrong; its script adds up."""

from __future__ import annotations

import pytest

from mediation_apps.runtime.archive import ZipFiles
from mediation_apps.runtime.check import as_json, check
from mediation_apps.runtime.pack import Pack, read_pack
from mediation_apps.runtime.script import read_script
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import h5p_bytes, zipped


def pack(**changed: str | bytes) -> Pack:
    files: dict[str, bytes] = {name: text.encode() for name, text in new_files("Essai", "essai").items()}
    for name, text in changed.items():
        files[name] = text.encode() if isinstance(text, str) else text
    return read_pack(ZipFiles(zipped(files)))


def one(toml: str) -> tuple[int, str, str]:
    """Line, sentence and status of a single activity."""
    entry = pack(**{"activities/09-x.toml": toml}).entries[-1]
    remark = entry.remarks[0] if entry.remarks else None
    return (remark.line if remark else 0, remark.sentence if remark else "", entry.status)


def test_a_new_workshop_plays_without_a_remark() -> None:
    """What `workshop new` writes needs no mending."""
    report = check(pack())
    assert report.counts == {"plays": 3, "partly": 0, "refused": 0}
    assert not report.remarks and not any(finding.remarks for finding in report.findings)


@pytest.mark.parametrize(
    ("toml", "line", "words"),
    [
        ('type = "quizz"\n', 1, "quizz"),
        ('type = "truefalse"\nquestion = "Oui ?"\ncorrect = "vrai"\n', 3, "true (vrai)"),
        ('type = "multichoice"\nquestion = "?"\n\n[[answers]]\ntext = "a"\n\n[[answers]]\ntext = ""\n', 8, "text"),
        ('type = "multichoice"\nquestion = "?"\n\n[[answers]]\ntext = "a"\n\n[[answers]]\ntext = "b"\n', 4, "aucune réponse n’est juste"),
        ('type = "blanks"\ninstruction = "x"\ntext = "rien"\n', 3, "étoiles"),
        (
            'type = "sort"\ninstruction = "x"\nzones = ["A", "B"]\n[[items]]\ntext="u"\nzone="A"\n[[items]]\ntext="v"\nzone = "C"\n',
            9,
            "« C »",
        ),
        ('type = "rank"\ninstruction = "x"\ntitle = "pas fermé\n', 3, "guillemets"),
        ('type = "predict"\ninstruction="x"\ncolumns=4\nrows=4\nstart="A1"\nprogram=["avance", "saute"]\n', 6, "saute"),
        ('type = "predict"\ninstruction="x"\ncolumns=4\nrows=4\nstart="Z9"\nprogram=["avance"]\n', 5, "Z9"),
        ('type = "picture"\ninstruction="x"\npicture="media/absent.png"\nalt="x"\n', 3, "absent.png"),
        ('type = "inspect"\ninstruction="x"\nsender={text="a"}\n[[parts]]\ntext="b"\nsuspicious=true\n', 4, "why"),
    ],
)
def test_mistakes_name_the_line_and_what_to_write(toml: str, line: int, words: str) -> None:
    """One bad activity is refused with its line; the others still play."""
    found_line, sentence, status = one(toml)
    assert status == "refused"
    assert (found_line, words in sentence) == (line, True), sentence


def test_misspelt_keys_are_told_with_the_nearest_one() -> None:
    """`anwsers` is ignored, and the author learns that it is."""
    toml = 'type = "truefalse"\nquestion = "?"\ncorrect = true\nwyh = "x"\n'
    assert one(toml)[:2] == (4, "« wyh » n’est pas connu ici : il est ignoré. Vouliez-vous écrire « why » ?")


def test_long_sentences_are_named_with_their_line_and_still_play() -> None:
    """Over twelve words: a warning with the line and the count."""
    long = "Cette phrase est bien trop longue pour être lue facilement par tout le monde ici."
    report = check(pack(**{"activities/09-x.toml": f'type = "truefalse"\nquestion = "{long} Courte."\ncorrect = true\n'}))
    finding = report.findings[-1]
    assert (finding.status, [(remark.kind, remark.line) for remark in finding.remarks]) == ("plays", [("easy", 2)])
    assert "15 mots" in finding.remarks[0].sentence


def test_script_steps_add_up_or_the_line_is_told() -> None:
    """Holes in time, another length, activities that do not exist."""
    script = "# D\n\n## 0–5 min · A\nBonjour.\n→ 01-accueil\n\n## 10–30 min · B\n→ 77-absent\n"
    remarks = pack(**{"deroule.md": script}).remarks
    assert [(remark.line, remark.kind) for remark in remarks] == [(7, "script"), (7, "script"), (7, "script")]
    assert "77-absent" in remarks[1].sentence and "45" in remarks[2].sentence


def test_script_reads_clock_and_durations() -> None:
    """`0–5 min` and `5 min` say the same; what the tablets show is kept apart from what is said."""
    for head in ("## 0–5 min · Accueil", "## 5 min · Accueil", "## 0 - 5 min : Accueil"):
        step = read_script(f"{head}\nDites bonjour.\n→ `01-accueil`\n").steps[0]
        assert (step.start, step.minutes, step.title, step.shows, step.body.plain) == (0, 5, "Accueil", ("01-accueil",), "Dites bonjour.")


def test_order_of_the_manifest_wins_and_unknown_names_are_told() -> None:
    """`activities` in the manifest orders and chooses."""
    manifest = new_files("Essai", "essai")["manifest.toml"] + 'activities = ["03-tri", "01-accueil", "absent"]\n'
    found = pack(**{"manifest.toml": manifest})
    assert [entry.name for entry in found.entries] == ["03-tri", "01-accueil"]
    assert any("absent" in remark.sentence for remark in found.remarks)


def test_h5p_inside_a_pack_plays_and_its_media_are_reached() -> None:
    """Media of a package in the pack are read through both archives."""
    from tests.mediation_apps.building import picture

    inner = h5p_bytes("H5P.Image", {"file": {"path": "a.png"}, "alt": "Un mouton"}, {"a.png": picture()})
    found = pack(**{"activities/08-image.h5p": inner})
    image = found.entries[-1].activity.image  # type: ignore[union-attr]
    assert found.media(image.path) == picture() and image.path == "activities/08-image.h5p::content/a.png"
    assert as_json(check(found))["counts"] == {"plays": 4, "partly": 0, "refused": 0}
