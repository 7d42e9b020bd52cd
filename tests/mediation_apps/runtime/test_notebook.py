"""An author's folder: whatever is changed, it still plays, everything can be taken back, and no cut leaves a broken workshop."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from mediation_apps.cli import main
from mediation_apps.errors import HostilePack, PackError, PackStoreError
from mediation_apps.runtime.archive import FolderFiles
from mediation_apps.runtime.check import check
from mediation_apps.runtime.native.activities import TYPES
from mediation_apps.runtime.native.notebook import MANIFEST, SCRIPT, Notebook
from mediation_apps.runtime.native.starters import STARTERS
from mediation_apps.runtime.pack import PLAYS, load_pack
from mediation_apps.runtime.session.parcel import digest_of
from tests.mediation_apps.building import picture


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    main(["new", str(tmp_path / "atelier")])
    return Notebook(tmp_path / "atelier")


def test_every_starter_plays_without_a_remark(book: Notebook) -> None:
    """A new activity of each kind plays as it stands, in easy sentences; every kind of the format has one, but those of a medium."""
    for starter in STARTERS:
        assert book.create(starter, len(book.names()) - 1).saved
    found = {finding.file: finding for finding in check(book.pack).findings}
    assert [(finding.status, finding.remarks) for finding in found.values()] == [(PLAYS, ())] * (3 + len(STARTERS))
    missing = set(TYPES) - {starter.kind for starter in STARTERS}
    assert missing <= {"picture", "sound", "questionset", "beat", "listen", "read", "reading", "program", "settings"}, missing


def test_activities_are_created_moved_doubled_and_deleted_in_order(book: Notebook) -> None:
    """After the one chosen, one place on, once more, and away; the order is what the participants get."""
    assert book.create(STARTERS[2], 0).saved
    assert book.names() == ["01-accueil.md", "04-truefalse.toml", "02-question.toml", "03-tri.toml"]
    assert book.move(1, 1).saved and book.names()[2] == "04-truefalse.toml"
    assert not book.move(0, -1).saved and not book.move(3, 1).saved
    assert book.duplicate(2).saved and book.names()[3] == "05-truefalse.toml"
    assert book.delete(2).saved
    assert book.names() == ["01-accueil.md", "02-question.toml", "05-truefalse.toml", "03-tri.toml"]
    assert [entry.file for entry in load_pack(book.folder).entries] == [f"activities/{name}" for name in book.names()]


def test_anything_done_is_undone_to_the_last_byte(book: Notebook) -> None:
    """Sixty changes of every sort, then taken back one by one: the folder is what it was."""
    chance, before = random.Random(3), digest_of(FolderFiles(book.folder))
    for _change in range(60):
        at = chance.randrange(len(book.names()))
        act = chance.choice(["create", "double", "move", "delete", "write"])
        if act == "create":
            book.create(chance.choice(STARTERS), at)
        elif act == "double":
            book.duplicate(at)
        elif act == "move":
            book.move(at, chance.choice((-1, 1)))
        elif act == "delete":
            book.delete(at)
        else:
            book.write(SCRIPT, book.text(SCRIPT) + f"\nNote {chance.random()}\n")
        assert all(entry.status == PLAYS for entry in load_pack(book.folder).entries)
    while book.undo:
        assert book.take_back().saved
    assert digest_of(FolderFiles(book.folder)) == before
    assert not book.take_back().saved


def test_the_manifest_keeps_everything_but_the_order(book: Notebook) -> None:
    """Comments, other keys and tables of the manifest stay as they were written."""
    source = "# gardé\n" + book.text(MANIFEST) + '\n[[notices]]\nrecord = "x"\ntitle = "Un livre"\n'
    assert book.write(MANIFEST, source).saved
    assert book.move(0, 1).saved and book.move(1, 1).saved
    text = book.text(MANIFEST)
    assert text.startswith("# gardé\n") and text.count("activities = [") == 1 and text.index("activities") < text.index("[[notices]]")
    assert book.pack.manifest.notices[0].title == "Un livre"


def test_the_last_activity_stays(book: Notebook) -> None:
    """Deleting ends with one activity left, and a sentence."""
    assert book.delete(0).saved and book.delete(0).saved
    outcome = book.delete(0)
    assert not outcome.saved and "au moins une activité" in outcome.sentence and len(book.names()) == 1


def test_what_would_not_play_is_told_with_its_activity_and_line(book: Notebook) -> None:
    """An activity, the manifest, the script: nothing is written, and the sentence says where."""
    before = digest_of(FolderFiles(book.folder))
    for name, old, new, where in (
        ("activities/02-question.toml", "correct = true", "correct = false", "02-question, ligne 5."),
        (MANIFEST, "minutes = 45", "minutes = 0", "L’atelier, ligne 6."),
        (MANIFEST, 'title = "', "title = ", "L’atelier, ligne 3."),
    ):
        outcome = book.write(name, book.text(name).replace(old, new, 1))
        assert not outcome.saved and where in outcome.sentence, outcome
    assert digest_of(FolderFiles(book.folder)) == before


def test_advice_names_its_line(book: Notebook) -> None:
    """A long sentence, a script that does not add up: saved, and told with the line."""
    long = "Une phrase beaucoup trop longue pour être lue facilement par une personne qui commence à lire."
    assert book.write("activities/01-accueil.md", f"# Bienvenue\n\n{long}\n").saved
    assert book.remarks("activities/01-accueil.md")[0].startswith("01-accueil, ligne 3. Phrase de")
    assert book.write(SCRIPT, book.text(SCRIPT).replace("40–45", "40–50")).saved
    assert book.remarks(SCRIPT)[0].startswith("Le déroulé, ligne ")


def test_a_picture_is_checked_made_small_and_cleaned(book: Notebook, tmp_path: Path) -> None:
    """A large photograph with its place and date: 1,600 pixels, upright, nothing of them left; the activity shows it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "chez Mme Aubert"
    Image.new("RGB", (4000, 3000), (10, 90, 200)).save(tmp_path / "Été à Digne.JPG", "JPEG", exif=exif)
    name = book.import_picture(tmp_path / "Été à Digne.JPG")
    data = book.pack.files.read(name)
    with Image.open(book.folder / name) as shown:
        assert shown.size == (1200, 1600) and not shown.getexif()
    assert b"Aubert" not in data and name == "media/t----digne.jpg"
    assert book.illustrate(1, name, "La place").saved and book.illustrate(1, name, "La place du village").saved
    media = book.pack.entries[1].activity.media
    assert media is not None and (media.path, media.alt) == (name, "La place du village")
    assert not book.illustrate(0, name, "x").saved
    assert not book.illustrate(1, name, "").saved, "a picture without words is not saved"


def test_what_is_no_picture_is_refused_with_a_sentence(book: Notebook, tmp_path: Path) -> None:
    """A text called picture, a huge one, a file that is gone: a sentence, and nothing in the folder."""
    before = digest_of(FolderFiles(book.folder))
    (tmp_path / "faux.png").write_bytes(b"<svg/>")
    (tmp_path / "grand.png").write_bytes(picture(13_000, 10))
    (tmp_path / "cut.png").write_bytes(picture(800, 800)[:60])
    for name, error in (("faux.png", PackError), ("grand.png", HostilePack), ("cut.png", PackError), ("absent.png", PackStoreError)):
        with pytest.raises(error):
            book.import_picture(tmp_path / name)
    assert digest_of(FolderFiles(book.folder)) == before


def test_a_cut_between_two_files_leaves_a_workshop_that_reads(book: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk dies after the first of the files of a change: what is there still plays."""
    import mediation_apps.runtime.native.notebook as module

    real = module.write_whole
    done: list[Path] = []

    def dying(path: Path, data: bytes) -> None:
        if done:
            raise OSError("disk")
        done.append(path)
        real(path, data)

    monkeypatch.setattr(module, "write_whole", dying)
    assert not book.create(STARTERS[3], 0).saved
    again = load_pack(book.folder)
    assert all(entry.status == PLAYS for entry in again.entries)
