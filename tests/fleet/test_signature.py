"""Signatures and photos: what is kept was rewritten, and holds nothing that was not meant."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from fleet.errors import DataError, NotFound
from fleet.model import SignatureKind
from fleet.signature import MAX_BYTES, drawn, typed, without_name
from fleet.store.photos import keep_photo, photo_path

HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100" onload="alert(1)"><script>alert(2)</script>
<image href="http://example.org/spy.png"/><path d="M 1 1 L 2 2" onclick="x()"/><path d="M 0 0 url(#x)"/>
<polyline points="1,2 3,4"/></svg>"""


def test_an_svg_keeps_its_strokes_and_nothing_else() -> None:
    """No script, no link, no handler."""
    kept = drawn(HOSTILE)
    text = kept.data.decode()
    assert kept.kind is SignatureKind.SVG
    assert 'd="M 1 1 L 2 2"' in text and 'd="M 1,2 3,4"' in text
    assert not [word for word in ("script", "image", "href", "onload", "onclick", "url") if word in text]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"<svg><path d='M 1 1'",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg><path d="&a;"/></svg>',
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"<svg>" + b" " * MAX_BYTES,
    ],
)
def test_what_is_no_signature_is_refused(data: bytes) -> None:
    """With a sentence, never a traceback."""
    with pytest.raises(DataError):
        drawn(data)


def test_a_png_keeps_its_pixels_and_nothing_else() -> None:
    """Text chunks go; a transparent ground becomes white."""
    image = Image.new("RGBA", (4000, 100), (0, 0, 0, 0))
    image.putpixel((0, 0), (0, 0, 0, 255))
    out = io.BytesIO()
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Jeanne Exemple")
    image.save(out, "PNG", pnginfo=info)
    kept = drawn(out.getvalue())
    assert b"Jeanne" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as small:
        assert small.width == 1600 and small.getpixel((1000, 20)) == 255


def test_a_name_leaves_the_text_around_it() -> None:
    """In any case, with or without accents; other words stay."""
    assert without_name("Cassé par Mme MARTIN-Léa, la tablette de martin !", "Léa Martin") == "Cassé par Mme …-…, la tablette de … !"
    assert without_name("rien", "") == "rien"
    with pytest.raises(DataError):
        typed("x")


def test_a_photo_loses_its_place_and_date(tmp_path: Path) -> None:
    """Metadata stay out, the picture is small, and the same picture is kept once."""
    image = Image.effect_noise((2400, 1200), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "chez Jeanne"
    exif[0x0112] = 6  # to be turned
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    digest = keep_photo(tmp_path, out.getvalue())
    assert keep_photo(tmp_path, out.getvalue()) == digest
    path = photo_path(tmp_path, digest)
    assert list(path.parent.iterdir()) == [path] and b"Jeanne" not in path.read_bytes()
    with Image.open(path) as kept:
        assert max(kept.size) == 1600 and kept.height > kept.width and not kept.getexif()
    for bad in (b"", b"<svg/>", b"\xff\xd8\xff" + b"\0" * 100):
        with pytest.raises(DataError):
            keep_photo(tmp_path, bad)
    with pytest.raises(NotFound):
        photo_path(tmp_path, "../../etc/passwd")
