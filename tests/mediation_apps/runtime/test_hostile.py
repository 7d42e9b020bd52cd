"""A hostile pack is refused with a sentence, and nothing is written outside the store."""

from __future__ import annotations

import json
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation_apps.errors import HostilePack, PackError, WorkshopError
from mediation_apps.runtime import limits
from mediation_apps.runtime.archive import FolderFiles, ZipFiles
from mediation_apps.runtime.h5p.package import REFUSED, read_h5p
from mediation_apps.runtime.pack import load_pack, read_pack
from mediation_apps.runtime.store import PackStore, write_whole
from mediation_apps.runtime.template import new_files
from tests.mediation_apps.building import h5p, h5p_bytes, picture, zipped

GOOD = {name: text.encode() for name, text in new_files("Essai", "essai").items()}


def raw_zip(*members: tuple[str, bytes], mode: int = 0o644) -> bytes:
    """A ZIP with exactly these members, doubles and odd names included."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo("placeholder")
            info.filename = name
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def huge_png(side: int) -> bytes:
    """A PNG header that promises a picture of side × side pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\0\0\0\0IDAT"


def lying_zip() -> bytes:
    """A ZIP whose directory says 10 bytes for a member of 5 MiB."""
    data = bytearray(raw_zip(*GOOD.items(), ("activities/zz.md", bytes(range(32, 127)) * (5 * limits.MIB // 95))))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], type[WorkshopError]]] = {
    "four bytes": (lambda: b"PK\x03\x04", PackError),
    "empty": (lambda: b"", PackError),
    "text": (lambda: b"bonjour" * 100, PackError),
    "parent path": (lambda: raw_zip(*GOOD.items(), ("../escape.md", b"x")), HostilePack),
    "windows parent path": (lambda: raw_zip(*GOOD.items(), ("..\\escape.md", b"x")), HostilePack),
    "absolute path": (lambda: raw_zip(*GOOD.items(), ("/etc/escape.md", b"x")), HostilePack),
    "drive letter": (lambda: raw_zip(*GOOD.items(), ("C:/escape.md", b"x")), HostilePack),
    "symbolic link": (lambda: raw_zip(("activities/a.md", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777), HostilePack),
    "bomb": (lambda: raw_zip(*GOOD.items(), ("bomb.md", b"0" * 60 * limits.MIB)), HostilePack),
    "lying sizes": (lying_zip, PackError),
    "two members of one name": (lambda: raw_zip(*GOOD.items(), ("deroule.md", b"autre")), HostilePack),
    "names that differ by case": (lambda: raw_zip(*GOOD.items(), ("DEROULE.md", b"autre")), HostilePack),
    "script": (lambda: raw_zip(*GOOD.items(), ("run.js", b"alert(1)")), HostilePack),
    "program": (lambda: raw_zip(*GOOD.items(), ("setup.exe", b"MZ")), HostilePack),
    "python": (lambda: raw_zip(*GOOD.items(), ("activities/evil.py", b"import os")), HostilePack),
    "svg": (lambda: raw_zip(*GOOD.items(), ("media/a.svg", b"<svg onload='x'/>")), HostilePack),
    "no manifest": (lambda: raw_zip(("deroule.md", b"x")), PackError),
    "manifest is no TOML": (lambda: raw_zip(*(GOOD | {"manifest.toml": b"title = "}).items()), PackError),
    "identifier leads out": (
        lambda: raw_zip(*(GOOD | {"manifest.toml": GOOD["manifest.toml"].replace(b'"essai"', b'"../../x"')}).items()),
        PackError,
    ),
    "text is not UTF-8": (lambda: raw_zip(*(GOOD | {"deroule.md": b"\xff\xfe\x00"}).items()), PackError),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_packs_are_refused_with_a_sentence_and_write_nothing(name: str, tmp_path: Path) -> None:
    """Refused, in words, with the store and everything around it as they were."""
    build, error = HOSTILE[name]
    pack = tmp_path / "in" / "pack.zip"
    pack.parent.mkdir()
    pack.write_bytes(build())
    store = PackStore(tmp_path / "store" / "packs")
    with pytest.raises(error) as caught:
        store.install(pack)
    assert str(caught.value).rstrip().endswith((".", "…")) and "Traceback" not in str(caught.value)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == ["in/pack.zip"]


def test_huge_picture_is_measured_by_its_header_and_refused() -> None:
    """100,000 × 100,000 pixels in 49 bytes: the activity is refused, naming the file and the line, without decoding."""
    files = GOOD | {
        "media/big.png": huge_png(100_000),
        "activities/04-image.toml": b'type = "picture"\ntitle = "x"\ninstruction = "Regardez."\npicture = "media/big.png"\nalt = "grand"\n',
    }
    entry = read_pack(ZipFiles(zipped(files))).entries[-1]
    assert entry.status == REFUSED
    assert (entry.remarks[0].file, entry.remarks[0].line) == ("activities/04-image.toml", 4)
    assert "trop grande" in entry.remarks[0].sentence


def test_folder_with_a_link_to_outside_is_refused(tmp_path: Path) -> None:
    """A symbolic link in a folder is not followed."""
    for name, data in GOOD.items():
        (tmp_path / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / name).write_bytes(data)
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "pack" / "activities" / "99.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(HostilePack):
        load_pack(tmp_path / "pack")


def test_h5p_scripts_and_svg_never_reach_the_screen() -> None:
    """Scripts, handlers, javascript: links, SVG: taken out and told; the words stay."""
    html = '<p onclick="x()">Bon<script>alert(1)</script>jour <a href="javascript:x()">ici</a><svg><script>y()</script>z</svg></p>'
    package = h5p("H5P.AdvancedText", {"text": html})
    assert package.activity.body.plain == "Bonjour ici"  # type: ignore[union-attr]
    assert {note.kind for note in package.notes} == {"unsafe"} and package.status == "partly"
    media = {"type": {"library": "H5P.Image 1.1", "params": {"file": {"path": "images/x.svg"}}}}
    content = {"question": "?", "correct": "true", "media": media}
    shown = h5p("H5P.TrueFalse", content, {"images/x.svg": b"<svg/>"})
    assert shown.activity.media is None and "svg" in shown.notes[0].sentence


def test_h5p_media_paths_cannot_leave_the_package() -> None:
    """`../../h5p.json` as a picture is refused, the question goes on without."""
    package = h5p("H5P.Image", {"file": {"path": "../../../etc/passwd.png"}, "alt": "x"})
    assert package.status == REFUSED


def test_h5p_duplicate_members_with_the_same_bytes_are_harmless() -> None:
    """Some exporters write a file twice: equal bytes pass, different ones do not."""
    content = json.dumps({"text": "<p>a</p>"}).encode()
    head = json.dumps({"title": "t", "mainLibrary": "H5P.AdvancedText"}).encode()
    members = (("h5p.json", head), ("content/content.json", content))
    assert read_h5p(raw_zip(*members, members[1])).status == "plays"
    with pytest.raises(HostilePack):
        read_h5p(raw_zip(*members, ("content/content.json", b"{}")))


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"null", b"{};", b"[" * 100_000, b'{"a":' * 2000 + b"1" + b"}" * 2000, b"\xff\xfe", b"1" * 9000]
)
def test_broken_json_is_told_with_its_file(content: bytes) -> None:
    """Broken, wrong, or endlessly nested JSON: one sentence that names the file."""
    head = json.dumps({"title": "t", "mainLibrary": "H5P.Blanks"}).encode()
    with pytest.raises(PackError, match=r"content/content\.json"):
        read_h5p(zipped({"h5p.json": head, "content/content.json": content}))


def test_entries_nested_without_end_are_cut_off() -> None:
    """A column in a column in a column…: passed over, not crashed on."""
    inner: dict[str, object] = {"text": "<p>fond</p>"}
    library = "H5P.AdvancedText"
    for _n in range(12):
        inner, library = {"content": [{"content": {"library": f"{library} 1.0", "params": inner}}]}, "H5P.Column"
    assert h5p("H5P.Column", inner).status in ("plays", "partly", "refused")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["question", "answers", "questions", "textField", "summaries", "choices", "cards", "dialogs", "panels", "content", "task", "behaviour"]
)
TYPES = ["MultiChoice", "TrueFalse", "Blanks", "DragText", "MarkTheWords", "DragQuestion", "Summary", "SingleChoiceSet", "Flashcards"]
TYPES += ["Dialogcards", "MemoryGame", "ImageHotspots", "Accordion", "Column", "QuestionSet", "CoursePresentation", "InteractiveBook"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TYPES), st.dictionaries(FIELDS, JSON, max_size=4))
def test_any_json_is_an_activity_or_a_sentence(kind: str, content: dict[str, object]) -> None:
    """Whatever stands in content.json, reading it never ends in anything but a package or a PackError."""
    try:
        package = read_h5p(h5p_bytes(f"H5P.{kind}", content))
    except PackError:
        return
    assert package.status in ("plays", "partly", "refused")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_are_a_pack_or_a_sentence(noise: bytes, at: int) -> None:
    """A ZIP with a hole knocked into it is read or refused, nothing else."""
    good = zipped(GOOD)
    try:
        read_pack(ZipFiles(good[:at] + noise + good[at + len(noise) :]))
    except WorkshopError:
        return


def test_a_cut_while_a_file_is_written_leaves_the_folder_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays whole; what the cut left is passed over."""
    for name, data in GOOD.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)

    def cut(_handle: int) -> None:
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(OSError):
            write_whole(tmp_path / "deroule.md", b"half")
    (tmp_path / ".deroule.md.part").write_bytes(b"half")
    assert load_pack(tmp_path).script.steps and (tmp_path / "deroule.md").read_bytes() == GOOD["deroule.md"]
    write_whole(tmp_path / "deroule.md", b"## 45 min Tout\n")
    assert load_pack(tmp_path).script.minutes == 45 and not (tmp_path / ".deroule.md.part").exists()


def test_a_folder_is_read_like_its_archive(tmp_path: Path) -> None:
    """One port, two implementations: same names, same bytes, same refusal of what is missing or too large."""
    for name, data in GOOD.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    for files in (FolderFiles(tmp_path), ZipFiles(zipped(GOOD))):
        assert files.names() == tuple(sorted(GOOD))
        assert files.read("deroule.md") == GOOD["deroule.md"]
        with pytest.raises(WorkshopError):
            files.read("absent.md")
        with pytest.raises(PackError):
            files.read("deroule.md", 10)


def test_installing_over_an_older_pack_survives_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut before the rename leaves the old pack whole; the next start sweeps what the cut left."""
    store = PackStore(tmp_path / "store")
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    old.write_bytes(zipped(GOOD))
    new.write_bytes(zipped(GOOD | {"manifest.toml": GOOD["manifest.toml"].replace(b"Essai", b"Neuf"), "media/a.png": picture()}))
    store.install(old)

    def cut(_handle: int) -> None:
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cut)
        with pytest.raises(WorkshopError):
            store.install(new)
    assert PackStore(tmp_path / "store").open("essai").manifest.title == "Essai"
    (tmp_path / "store" / ".incoming-x.zip").write_bytes(b"half")
    store = PackStore(tmp_path / "store")
    assert store.install(new).manifest.title == "Neuf" == store.open("essai").manifest.title
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["essai.zip"]
    store.remove("essai")
    assert store.names() == ()
