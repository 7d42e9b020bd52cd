"""The loan slip: what leaves, where it goes, when it is expected, who signs.

Guarantees: every device and accessory that leaves is on it, on as many pages as it takes; the borrower's name is printed here
and nowhere else, from a loan that still holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fleet.model import Accessory, Case, Device, Library, Loan, SignatureKind
from fleet.reports.page import LAVENDER_DARK, LAVENDER_LIGHT, MARGIN, MUTE, NIGHT, STONE, Paper
from fleet.words import CONDITION, KIND, day, plural

ROW = 5.8  # mm
TERMS = (
    "L’emprunteur prend soin du matériel et le rend complet, au jour prévu, dans sa valise. "
    "Chaque appareil est remis à zéro au retour : ce qui y a été écrit, photographié ou enregistré est effacé. "
    "Le nom et la signature ci-dessous sont effacés de nos fichiers quatre mois après le retour."
)


@dataclass(frozen=True, slots=True)
class SlipContent:
    """Everything a slip or a check-in sheet needs, already looked up."""

    loan: Loan
    case: Case
    library: Library
    devices: Sequence[Device]
    accessories: Sequence[Accessory]
    theme: str = ""
    photos: Mapping[str, bytes] = field(default_factory=dict)  # by the hash that cases and accessories name


def slip_pdf(content: SlipContent, now: datetime) -> bytes:
    """The slip, ready to sign."""
    loan, case = content.loan, content.case
    paper = Paper(f"Bon de prêt {loan.id}", now, f"Bon de prêt {loan.id} · {case.name}")
    paper.add_page()
    y = paper.heading(f"Bon de prêt n° {loan.id}", case.name, qr=f"CPC-{case.id}".upper())
    if content.theme:
        paper.ink(MUTE)
        paper.line_of_text(MARGIN, y - 8, 120, content.theme, 12)
    y = _days(paper, content, y + 1)
    y = things(paper, y + 5, content, _device_row, _accessory_row)
    _sign(paper, content, y + 4)
    return paper.bytes()


def _days(paper: Paper, content: SlipContent, y: float) -> float:
    """Three boxes: to whom, from when, until when."""
    loan, library = content.loan, content.library
    width = (paper.w - 2 * MARGIN - 8) / 3
    boxes = (("Pour", library.town or library.name), ("Départ", day(loan.starts)), ("Retour prévu", day(loan.ends)))
    for index, (label, value) in enumerate(boxes):
        x = MARGIN + index * (width + 4)
        paper.panel(x, y, width, 17, LAVENDER_LIGHT if index == 2 else STONE)
        paper.ink(MUTE)
        paper.line_of_text(x + 4, y + 3, width - 8, label, 8.5)
        paper.ink(LAVENDER_DARK if index == 2 else NIGHT)
        paper.line_of_text(x + 4, y + 8, width - 8, value, 12, bold=True)
    return y + 17


def things(paper: Paper, y: float, content: SlipContent, device_row: object, accessory_row: object, bottom: float = 20) -> float:
    """Devices, then accessories, one row each, going on over pages; returns the y below."""
    width = paper.w - 2 * MARGIN
    y = paper.section(MARGIN, y, width, f"{plural(len(content.devices), 'appareil')}")
    rows = [(device_row, item) for item in content.devices] + [(accessory_row, item) for item in content.accessories]
    for index, (draw, item) in enumerate(rows):
        if index == len(content.devices):
            y = paper.section(MARGIN, y + 3, width, "Accessoires")
        if y + ROW > paper.h - bottom:
            paper.add_page()
            y = MARGIN
        if index % 2 == 0:
            paper.panel(MARGIN, y, width, ROW, STONE, border=None, radius=1.2)
        draw(paper, item, y)  # type: ignore[operator]
        y += ROW
    return y


def _device_row(paper: Paper, device: Device, y: float) -> None:
    paper.ink(NIGHT)
    paper.line_of_text(MARGIN + 2, y, 45, device.name, 9.5, bold=True, height=ROW)
    paper.ink(MUTE)
    paper.line_of_text(
        MARGIN + 50, y, 50, " ".join(x for x in (device.manufacturer, device.model) if x) or KIND[device.kind], 8.5, height=ROW
    )
    paper.line_of_text(MARGIN + 102, y, 28, f"Inv. {device.property_number}" if device.property_number else "", 8.5, height=ROW)
    paper.line_of_text(MARGIN + 131, y, 28, device.serial, 8.5, height=ROW)
    paper.line_of_text(MARGIN + 160, y, 19, CONDITION[device.condition], 8, align="R", height=ROW)


def _accessory_row(paper: Paper, accessory: Accessory, y: float) -> None:
    paper.ink(NIGHT)
    paper.line_of_text(MARGIN + 2, y, 90, accessory.name, 9.5, bold=True, height=ROW)
    paper.ink(MUTE)
    paper.line_of_text(MARGIN + 95, y, 60, accessory.note, 8.5, height=ROW)
    paper.ink(NIGHT)
    paper.line_of_text(MARGIN + 155, y, 24, f"× {accessory.present}", 9.5, bold=True, align="R", height=ROW)


def _sign(paper: Paper, content: SlipContent, y: float) -> None:
    """Terms and two places to sign, together on a page."""
    height, width = 52.0, paper.w - 2 * MARGIN
    if y + height > paper.h - 16:
        paper.add_page()
        y = MARGIN
    paper.ink(MUTE)
    y = paper.paragraph(MARGIN, y, width, TERMS, 8.5) + 3
    half = (width - 6) / 2
    loan = content.loan
    people = (("Pour la médiathèque", ""), ("L’emprunteur", loan.borrower))
    for index, (label, name) in enumerate(people):
        x = MARGIN + index * (half + 6)
        paper.panel(x, y, half, 34)
        paper.ink(MUTE)
        paper.line_of_text(x + 4, y + 3, half - 8, label, 8.5)
        paper.ink(NIGHT)
        paper.line_of_text(x + 4, y + 7.5, half - 8, name, 10.5, bold=True)
        paper.ink(MUTE)
        paper.line_of_text(x + 4, y + 29, half - 8, "Date et signature", 7.5)
    if loan.signature is not None:
        x = MARGIN + half + 6
        if loan.signature.kind is SignatureKind.TYPED:
            paper.ink(LAVENDER_DARK)
            paper.line_of_text(x + 6, y + 15, half - 12, f"Signé : {loan.signature.data.decode('utf-8', 'replace')}", 13)
        else:
            paper.picture(x + 6, y + 12, half - 12, 17, loan.signature.data)
