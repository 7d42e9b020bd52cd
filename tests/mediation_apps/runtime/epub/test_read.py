"""EPUB 2 and 3 are read; what is hostile, locked or broken is refused with a sentence, and nothing of it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation_apps.cli.book import build
from mediation_apps.errors import HostilePack, PackError
from mediation_apps.runtime.epub.book import HEADING, ITEM, PARAGRAPH, PICTURE, QUOTE, VERSE
from mediation_apps.runtime.epub.read import read_epub
from mediation_apps.runtime.epub.write import write_epub
from mediation_apps.runtime.epub.xhtml import read_xhtml
from tests.mediation_apps.building import picture, zipped

BOOKS = Path(__file__).resolve().parents[4] / "mediation_apps" / "ma_liseuse" / "books"
CONTAINER = (
    b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
)
TEXT = """# Essai
*Moi*

## Un

Un mot **gras**, un mot *penché*, un appel[^1].

| Premier vers
| Second vers

- une chose
- une autre

> Dit-elle.

![Une colline](a.png)

## Deux

Fin & <fin>.

[^1]: La note.
"""


def epub(opf: str, **files: bytes) -> bytes:
    named = {name.replace("__", "/").replace("_", "."): data for name, data in files.items()}
    return zipped({"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER, "p.opf": opf.encode()} | named)


def package(items: str, spine: str, head: str = "") -> str:
    return (
        f'{head}<package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>Vieux livre</dc:title><dc:language>fr-FR</dc:language></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )


ONE = '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'


def one(body: str) -> bytes:
    return epub(package(ONE, '<itemref idref="a"/>'), a_xhtml=f"<html><body>{body}</body></html>".encode())


def test_what_we_write_we_read() -> None:
    """Weights, verse, items, quotes, pictures, notes and contents survive; the same text gives the same bytes."""
    data = write_epub(TEXT, {"a.png": picture(300, 200)})
    book = read_epub(data)
    assert (book.title, book.author, book.language) == ("Essai", "Moi", "fr")
    kinds = [passage.kind for passage in book.chapters[0].passages]
    assert kinds == [HEADING, PARAGRAPH, VERSE, VERSE, VERSE, ITEM, ITEM, QUOTE, PICTURE]
    words = book.chapters[0].passages[1]
    assert [(run.text.strip(), run.bold, run.italic) for run in words.runs if run.bold or run.italic] == [
        ("gras", True, False),
        ("penché", False, True),
    ]
    called = next(run for run in words.runs if run.note)
    assert called.text == "1" and book.note(called.note) == "La note."
    shown = book.chapters[0].passages[-1]
    assert (shown.width, shown.height, shown.plain) == (300, 200, "Une colline") and len(book.pictures) == 1
    assert book.chapters[1].passages[-1].plain == "Fin & <fin>."
    assert [(entry.title, entry.chapter) for entry in book.contents] == [("Un", 0), ("Deux", 1)]
    assert data == write_epub(TEXT, {"a.png": picture(300, 200)})


@pytest.mark.parametrize("text", sorted(BOOKS.glob("*.md")), ids=lambda path: path.stem)
def test_shipped_books_are_made_of_their_texts(text: Path) -> None:
    """No book is shipped that its text does not give; every note that is called is there."""
    assert text.with_suffix(".epub").read_bytes() == build(text)
    book = read_epub(build(text))
    calls = [run.note for chapter in book.chapters for passage in chapter.passages for run in passage.runs if run.note]
    assert all(book.note(call) for call in calls) and len(book.contents) == len(book.chapters)
    assert not any("*" in passage.plain or "[^" in passage.plain for chapter in book.chapters for passage in chapter.passages)


def test_an_old_book_with_an_ncx_is_read() -> None:
    """EPUB 2: contents from the NCX with their depth, notes that are ordinary links, entities of XHTML, a spine with a hole."""
    ncx = b"""<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint>
      <navLabel><text>Un</text></navLabel><content src="a.xhtml"/>
      <navPoint><navLabel><text>Un bis</text></navLabel><content src="a.xhtml#bis"/></navPoint></navPoint></navMap></ncx>"""
    items = (
        ONE
        + '<item id="n" href="t.ncx" media-type="application/x-dtbncx+xml"/><item id="b" href="gone.xhtml"/><item id="z" href="n.xhtml"/>'
    )
    body = '<h2>Un</h2><p>Texte&nbsp;&eacute;crit<a href="n.xhtml#f1">[1]</a></p><h3 id="bis">Un bis</h3><p>Suite</p>'
    spine = '<itemref idref="a"/><itemref idref="b"/><itemref idref="z"/>'
    book = read_epub(
        epub(package(items, spine), a_xhtml=body.encode("cp1252", "xmlcharrefreplace"), t_ncx=ncx, n_xhtml=b'<p id="f1">1. Une note</p>')
    )
    assert [(e.title, e.depth, e.chapter, e.passage) for e in book.contents] == [("Un", 0, 0, 0), ("Un bis", 1, 0, 2)]
    assert book.chapters[0].passages[1].plain == "Texte\u00a0écrit[1]" and book.note("n.xhtml#f1") == "1. Une note"
    assert book.language == "fr"


def test_scripts_styles_forms_and_frames_are_passed_over() -> None:
    """Nothing that runs, loads or asks is left, whatever is nested in it."""
    nasty = "<script>alert(1)</script><style>p{}</style><p onclick='x()'>Bon</p><form><p>mot de passe</p></form><iframe src='http://x'>y</iframe>"
    passages = read_epub(one(nasty)).chapters[0].passages
    assert [passage.plain for passage in passages] == ["Bon"]


def test_pictures_from_elsewhere_or_of_another_sort_leave_their_words() -> None:
    """http, data:, SVG, missing, and pictures that would fill the memory: the alternative text stays."""
    body = "".join(
        f'<img src="{src}" alt="{n}"/>' for n, src in enumerate(("http://x/a.png", "data:image/png;base64,AA", "x.svg", "no.png"))
    )
    passages = read_epub(one(body)).chapters[0].passages
    assert [(passage.kind, passage.picture, passage.plain) for passage in passages] == [(PICTURE, "", str(n)) for n in range(4)]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK", "n’est pas un paquet"),
        (zipped({"a.txt": b"x"}), "n’est pas un livre EPUB"),
        (zipped({"META-INF/container.xml": b"<x"}), "abîmé"),
        (zipped({"META-INF/container.xml": LAUGHS.encode() + b"<x>&b;</x>"}), "abîmé"),
        (zipped({"META-INF/container.xml": CONTAINER}), "abîmé"),
        (epub(package(ONE, '<itemref idref="a"/>', LAUGHS), a_xhtml=b"<p>x</p>"), "abîmé"),
        (epub(package("", "")), "aucun texte"),
        (epub(package(ONE, '<itemref idref="a"/>'), **{"META-INF__license_lcpl": b"{}", "a_xhtml": b"<p>x</p>"}), "verrouillé"),
        (
            epub(
                package(ONE, '<itemref idref="a"/>'),
                **{"META-INF__encryption_xml": b'<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e>'},
            ),
            "verrouillé",
        ),
    ],
)
def test_what_is_no_readable_book_is_told(data: bytes, words: str) -> None:
    """Each refusal is a sentence for the person who plugged the stick in."""
    with pytest.raises(PackError, match=words):
        read_epub(data)


def test_bombs_and_paths_out_are_hostile() -> None:
    """The guards of packs stand before books as well."""
    for members in ({"../x": b"a"}, {"META-INF/container.xml": CONTAINER, "big.xhtml": bytes(9_000_000)}):
        with pytest.raises(HostilePack):
            read_epub(zipped(members))


def test_fonts_disguised_for_their_licence_are_no_lock() -> None:
    """Font obfuscation is not a lock on the text."""
    mark = b'<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'
    data = epub(package(ONE, '<itemref idref="a"/>'), **{"META-INF__encryption_xml": mark, "a_xhtml": b"<p>Lisible</p>"})
    assert read_epub(data).chapters[0].passages[0].plain == "Lisible"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from('<>/"=&;# ap-bi\nh1scriptbroldnoteréé'), max_size=300))
def test_any_document_is_read_as_far_as_it_goes(source: str) -> None:
    """A document that is no document raises nothing and yields only words."""
    for passage in read_xhtml(source).passages:
        assert isinstance(passage.plain, str)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_book_or_a_sentence(data: bytes) -> None:
    """No other error than ours leaves the reader."""
    with pytest.raises(PackError):
        read_epub(data)


@settings(deadline=None)
@given(st.text(max_size=200).filter(lambda text: "\x00" not in text))
def test_any_text_survives_writing(text: str) -> None:
    """Words that an author types come back, whatever signs they hold."""
    plain = " ".join(text.split())
    if plain[:1] in "#*-|>![_" or any(sign in plain for sign in "*[") or not plain.isprintable():
        return
    book = read_epub(write_epub(f"# T\n\n## C\n\n{plain}\n"))
    read = " ".join(" ".join(p.plain for p in book.chapters[0].passages[1:]).split())
    assert read.split() == plain.split()
