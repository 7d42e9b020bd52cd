"""Papers: everything is on them, nothing that should not be, codes that a reader reads."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fontTools.ttLib import TTFont
from PIL import Image

from fleet.attestation import Signer, verify
from fleet.errors import DataError
from fleet.model import Accessory, Case, Device, Library, Loan, LoanState, MarkEvidence, SignedAttestation, Verdict
from fleet.reports import fonts
from fleet.reports.certificate import certificate_pdf, qr_text
from fleet.reports.checkin_sheet import checkin_sheet_pdf
from fleet.reports.labels import SHEETS, accessory_label, case_label, device_label, labels_pdf
from fleet.reports.page import Paper
from fleet.reports.slip import SlipContent, slip_pdf
from fleet.signature import drawn, typed
from fleet.store.photos import keep_photo, photo_path
from tests.fleet.world import attestation

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
CASE = Case("valise-3", "Valise 3")
STROKE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path d="M 10 60 C 40 10 65 10 95 60"/></svg>'


def _devices(count: int) -> list[Device]:
    return [
        Device(f"v3-tablette-{n}", f"Tablette {n}", serial=f"SN{n}", property_number=f"0400{n}", case_id="valise-3")
        for n in range(1, count + 1)
    ]


def _content(count: int = 20, **changes: object) -> SlipContent:
    loan = Loan("2026-0042", "valise-3", "castellane", date(2026, 11, 24), date(2026, 12, 1), LoanState.OUT, borrower="Jeanne Exemple")
    accessories = [Accessory("v3-chargeurs", "valise-3", "Chargeurs œuvrés", 20, 19)]
    return SlipContent(
        replace(loan, **changes), CASE, Library("castellane", "Bibliothèque", "Castellane"), _devices(count), accessories, "Info ou intox"
    )  # type: ignore[arg-type]


def _text(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    assert done.stderr == b"", "no reader complains about the file"
    return done.stdout.decode().replace("\u00a0", " ").replace("\u202f", " ")


def _pages(pdf: bytes, tmp_path: Path, dpi: int = 200) -> list[Image.Image]:
    path = tmp_path / "pages.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", str(path), str(tmp_path / "page")], check=True)
    return [Image.open(p) for p in sorted(tmp_path.glob("page-*.pgm"))]


def test_a_slip_names_everything_that_leaves_and_who_signed(tmp_path: Path) -> None:
    """Twenty devices, the accessories and both signatures on one page."""
    content = _content(signature=drawn(STROKE))
    text = _text(slip_pdf(content, NOW), tmp_path)
    for words in (
        "Bon de prêt 2026-0042",
        "Valise 3",
        "Castellane",
        "mardi 1er décembre 2026",
        "Chargeurs œuvrés",
        "× 19",
        "Jeanne Exemple",
        "1/1",
    ):
        assert words in text, words
    assert all(f"Tablette {n} " in text and f"SN{n}" in text for n in range(1, 21))


def test_a_slip_of_a_large_case_goes_on_over_pages(tmp_path: Path) -> None:
    """Nothing is cut off at the bottom; after the borrower is forgotten, nothing of them is printed."""
    pdf = slip_pdf(_content(90, borrower="", signature=typed("x y")), NOW)
    text = _text(pdf, tmp_path)
    assert all(f"SN{n}" in text for n in range(1, 91)) and "Jeanne" not in text
    assert "3/3" in text


def test_the_check_in_sheet_holds_every_code_and_the_words_to_scan(tmp_path: Path) -> None:
    """One page for twenty devices; ninety go on over pages; the borrower is not on it."""
    text = _text(checkin_sheet_pdf(_content(), NOW), tmp_path)
    for words in ("MANQUE", "ABÎMÉ", "ANNULE", "FIN", "20 appareils", "Tablette 20", "parti : 19", "1/1"):
        assert words in text, words
    assert "Jeanne" not in text
    assert "3/3" in _text(checkin_sheet_pdf(_content(90), NOW), tmp_path)


def test_the_check_in_sheet_shows_the_photos(tmp_path: Path) -> None:
    """What a whole case looks like, and which bag is meant."""
    digest = keep_photo(tmp_path, _red())
    content = _content()
    bag = replace(content.accessories[0], photo=digest)
    photos = {digest: photo_path(tmp_path, digest).read_bytes()}
    with_photos = replace(content, case=replace(CASE, photo=digest), accessories=[bag], photos=photos)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(checkin_sheet_pdf(with_photos, NOW))
    shown = subprocess.run(["pdfimages", "-list", str(path)], capture_output=True, check=True, text=True).stdout
    assert len([line for line in shown.splitlines() if " image " in line]) == 2


def _red() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 20, 20)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_labels_stay_within_their_label(tmp_path: Path, sheet: str) -> None:
    """However long the names: nothing is drawn within a millimetre of a label's edge."""
    long = "Chargeurs USB-C " * 6
    label = accessory_label(Accessory("x" * 40, "valise-3", long, 20, 20), CASE)
    layout = SHEETS[sheet]
    page = _pages(labels_pdf([label] * layout.count, NOW, sheet), tmp_path)[0]
    scale = page.width / 210
    for column in range(layout.columns):
        left = layout.left + column * layout.right_by
        for x in (left + 0.5, left + layout.width - 0.5):
            strip = page.crop((int(x * scale) - 1, 0, int(x * scale) + 1, page.height))
            assert strip.getextrema()[0] > 200, (sheet, column)


def test_labels_start_where_the_last_sheet_ended(tmp_path: Path) -> None:
    """Skipped places stay blank; what does not fit goes to the next page; a wrong sheet is told."""
    labels = [device_label(device, CASE) for device in _devices(24)] + [case_label(CASE, "24 tablettes")]
    pages = _pages(labels_pdf(labels, NOW, "24", skip=3), tmp_path, dpi=40)
    assert len(pages) == 2
    assert pages[0].crop((0, 0, pages[0].width, int(36 * 40 / 25.4))).getextrema()[0] == 255
    for sheet, skip in (("24", 24), ("24", -1), ("25", 0)):
        with pytest.raises(DataError):
            labels_pdf(labels, NOW, sheet, skip)


@pytest.mark.parametrize("text", ["CPD-V3-TABLETTE-7", "COLPORTEUR ATTESTATION " + "x" * 90])
def test_a_printed_code_is_the_code(tmp_path: Path, text: str) -> None:
    """Module by module, as the reader will sample it."""
    paper = Paper("Essai", NOW)
    paper.add_page()
    paper.qr(20, 30, 40, text)
    page = _pages(paper.bytes(), tmp_path)[0]
    matrix = segno.make(text, error="m", micro=False, boost_error=True).matrix
    step, scale = 40 / (len(matrix) + 8), page.width / 210
    for row, cells in enumerate(matrix):
        for column, dark in enumerate(cells):
            x, y = 20 + (column + 4.5) * step, 30 + (row + 4.5) * step
            assert (page.getpixel((round(x * scale), round(y * scale))) < 128) == bool(dark), (row, column)


def _signed(verdict: Verdict = Verdict.CLEAN, marks: int = 1, **changes: object) -> SignedAttestation:
    signer = Signer(Ed25519PrivateKey.generate())
    evidence = tuple(MarkEvidence(f"m{n}", f"/home/emprunteur/{n}", "file", "2026-11-22T15:28:01Z", True, False) for n in range(marks))
    return signer.sign(attestation(verdict, **({"marks": evidence} if marks != 1 else {}) | changes))


def test_a_certificate_says_clean_only_when_it_is(tmp_path: Path) -> None:
    """The level that was reached, the fields of the standard's sample, and the signature, on one page."""
    text = _text(certificate_pdf(_signed(marks=7), NOW), tmp_path)
    for words in (
        "Attestation de remise à zéro",
        "Propre, prouvé",
        "effacement cryptographique",
        "Écran & Cie",
        "040031",
        "eMMC 32 Go",
        "Purge",
    ):
        assert words in text, words
    assert "7 marques posées, 7 retrouvées avant, 0 restée après" in text and "1/1" in text
    for verdict in (Verdict.NOT_CLEAN, Verdict.UNKNOWN):
        text = _text(certificate_pdf(_signed(verdict, reasons=("Une marque est restée.",)), NOW), tmp_path)
        assert "Propre, prouvé" not in text and "Attestation de remise" not in text and "Une marque est restée." in text


def test_many_marks_are_summed_up_on_the_one_page(tmp_path: Path) -> None:
    """Two hundred marks and long sentences: still one page, still the seal."""
    signed = _signed(marks=200, technique="Une phrase assez longue. " * 40, manufacturer="M" * 90)
    text = _text(certificate_pdf(signed, NOW), tmp_path)
    assert "200 marques posées" in text and "1/1" in text and signed.public_key in text


def test_the_signed_document_travels_inside_the_certificate(tmp_path: Path) -> None:
    """Taken out of the PDF, it verifies; the QR code names it by its fingerprint."""
    signed = _signed()
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate_pdf(signed, NOW))
    subprocess.run(["pdfdetach", "-saveall", "-o", str(tmp_path), str(path)], check=True, capture_output=True)
    document = (tmp_path / "attestation-a-0001.json").read_bytes()
    assert verify(document, [signed.public_key]) == signed.attestation
    assert json.loads(document)["signature"] == signed.signature
    assert re.fullmatch(r"COLPORTEUR ATTESTATION a-0001 clean sha256:[0-9a-f]{64} cle:[0-9a-f]{16}", qr_text(signed))


def test_papers_print_without_any_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard Helvetica, with the nearest characters."""
    monkeypatch.setattr("fleet.reports.page.families", tuple)
    text = _text(slip_pdf(_content(borrower="Ω Œdipe → « été »"), NOW), tmp_path)
    assert "Bon de prêt" in text and "OEdipe > « été »" in text


@pytest.mark.skipif(not fonts.families(), reason="no font installed")
def test_the_font_that_is_embedded_has_truetype_outlines(tmp_path: Path) -> None:
    """Converted once, then taken from the cache; all of French is in it."""
    source = fonts.families()[0].regular
    made = fonts.truetype(source, tmp_path)
    with TTFont(made) as font:
        assert "glyf" in font
        assert set("ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ«»’…– — €×→") <= {chr(c) for c in font.getBestCmap()}
    before = made.stat().st_mtime_ns
    assert fonts.truetype(source, tmp_path) == made and made.stat().st_mtime_ns == before
