"""The check-in sheet: everything that left, each with its code, and the words to scan.

Guarantees: a case is checked in with this sheet and a reader, without a keyboard: the case's code first, then « manque » or
« abîmé » with the thing's code for each exception, then « fin »; without a reader, with a pen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fleet.checkin import Word
from fleet.identifiers import ACCESSORY_PREFIX, CASE_PREFIX, COMMAND_PREFIX, DEVICE_PREFIX
from fleet.model import Condition
from fleet.reports.page import LAVENDER_DARK, LAVENDER_LIGHT, MARGIN, MUTE, NIGHT, OCHRE, OCHRE_LIGHT, PINE, PINE_LIGHT, WHITE, Paper
from fleet.reports.slip import SlipContent
from fleet.words import CONDITION, day, plural

COLUMNS = 3
CELL = 19.0  # mm high
GAP = 2.5
_WORDS = (
    (Word.MISSING, "MANQUE", "puis le code de ce qui manque", OCHRE, OCHRE_LIGHT),
    (Word.DAMAGED, "ABÎMÉ", "puis le code de ce qui est abîmé", OCHRE, OCHRE_LIGHT),
    (Word.UNDO, "ANNULE", "reprend le dernier", LAVENDER_DARK, LAVENDER_LIGHT),
    (Word.END, "FIN", "tout le reste est là", PINE, PINE_LIGHT),
)


def checkin_sheet_pdf(content: SlipContent, now: datetime) -> bytes:
    """The sheet, to print when the case leaves or when it is back."""
    loan, case = content.loan, content.case
    paper = Paper(f"Feuille de retour {loan.id}", now, f"Feuille de retour · {case.name} · prêt {loan.id}")
    paper.add_page()
    y = paper.heading(f"Feuille de retour · prêt n° {loan.id}", case.name, qr=f"{CASE_PREFIX}{case.id}".upper(), side=32)
    room = 135.0
    if case.photo in content.photos:
        room = 108.0
        paper.picture(paper.w - MARGIN - 32 - 34, MARGIN - 2, 32, 26, content.photos[case.photo])
    paper.ink(MUTE)
    where = content.library.town or content.library.name
    paper.line_of_text(MARGIN, MARGIN + 17, room, f"{where} · retour prévu {day(loan.ends)}", 11)
    paper.ink(LAVENDER_DARK)
    paper.line_of_text(
        MARGIN,
        MARGIN + 23.5,
        room,
        "1. Scannez le code de la valise, à droite. 2. Scannez seulement ce qui ne va pas. 3. Scannez FIN.",
        9.5,
        bold=True,
    )
    y = _words(paper, y + 2)
    y = paper.section(MARGIN, y + 5, paper.w - 2 * MARGIN, f"{plural(len(content.devices), 'appareil')}") + 1
    devices = [(f"{DEVICE_PREFIX}{d.id}", d.name, d.property_number or d.serial, _seen(d.condition)) for d in content.devices]
    y = _cells(paper, y, devices, {})
    if content.accessories:
        if y + 12 + CELL > paper.h - 16:
            paper.add_page()
            y = MARGIN
        y = paper.section(MARGIN, y + 3, paper.w - 2 * MARGIN, "Accessoires : comptez") + 1
        counted = [(f"{ACCESSORY_PREFIX}{a.id}", a.name, f"parti : {a.present}", "revenu :") for a in content.accessories]
        pictures = {i: content.photos[a.photo] for i, a in enumerate(content.accessories) if a.photo in content.photos}
        _cells(paper, y, counted, pictures)
    return paper.bytes()


def _seen(condition: Condition) -> str:
    return "" if condition is Condition.GOOD else f"déjà : {CONDITION[condition]}"


def _words(paper: Paper, y: float) -> float:
    """The four words to scan."""
    width = (paper.w - 2 * MARGIN - 3 * GAP) / 4
    for index, (word, title, help_text, ink, fill) in enumerate(_WORDS):
        x = MARGIN + index * (width + GAP)
        paper.panel(x, y, width, 24, fill, border=None)
        paper.qr(x + 2, y + 2, 20, f"{COMMAND_PREFIX}{word.value}".upper())
        paper.ink(ink)
        paper.line_of_text(x + 24, y + 4, width - 26, title, 10, bold=True)
        paper.paragraph(x + 24, y + 10, width - 26, help_text, 7, lines=4)
    return y + 24


def _cells(paper: Paper, y: float, cells: list[tuple[str, str, str, str]], pictures: Mapping[int, bytes]) -> float:
    """Codes in columns, with a box to tick and a picture when there is one; going on over pages. Returns the y below."""
    width = (paper.w - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS
    for index, (code, name, number, remark) in enumerate(cells):
        column = index % COLUMNS
        if column == 0 and index > 0:
            y += CELL + GAP
        if column == 0 and y + CELL > paper.h - 16:
            paper.add_page()
            y = MARGIN
        x = MARGIN + column * (width + GAP)
        paper.panel(x, y, width, CELL, WHITE)
        paper.qr(x + 1, y + 1, CELL - 2, code.upper())
        left, room = x + CELL + 0.5, width - CELL - 2
        if index in pictures:
            paper.picture(x + width - 14, y + CELL - 12, 13, 11, pictures[index])
        paper.ink(NIGHT)
        paper.line_of_text(left, y + 2.5, room, name, 10.5, bold=True)
        paper.ink(MUTE)
        paper.line_of_text(left, y + 7.4, room, number, 8)
        paper.line_of_text(left, y + 10.6, room, remark, 7.5)
        paper.tick_box(left, y + CELL - 5)
        paper.line_of_text(left + 5, y + CELL - 5, room - 5, "là", 8, height=3.6)
    return y + CELL
