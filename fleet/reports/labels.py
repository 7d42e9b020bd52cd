"""Labels to stick on devices, accessories and cases, on ordinary sheets of labels.

Guarantees: the code printed is the identifier that never changes, in the alphanumeric mode of QR (the smallest code), and
again as text for the day it is scratched; a sheet begun can be finished (`skip`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fleet.errors import DataError
from fleet.identifiers import ACCESSORY_PREFIX, CASE_PREFIX, DEVICE_PREFIX
from fleet.model import Accessory, Case, Device
from fleet.reports.page import LAVENDER_DARK, MUTE, NIGHT, Paper


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A commercial sheet of labels, in millimetres: `left` and `top` of the first label, `right_by` and `down_by` the steps."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    right_by: float
    down_by: float

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows


SHEETS: dict[str, LabelSheet] = {
    "24": LabelSheet(3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),  # 70 × 37
    "21": LabelSheet(3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1),  # 63,5 × 38,1
    "14": LabelSheet(2, 7, 99.1, 38.1, 4.65, 15.1, 101.6, 38.1),  # 99,1 × 38,1
    "65": LabelSheet(5, 13, 38.1, 21.2, 4.65, 10.7, 40.65, 21.2),  # 38,1 × 21,2
}


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says: `code` is read by the reader, `title` and `lines` by people."""

    code: str
    title: str
    lines: tuple[str, ...] = ()


def device_label(device: Device, case: Case | None) -> Label:
    """The label of a device."""
    numbers = [f"Inv. {device.property_number}" if device.property_number else "", f"N° {device.serial}" if device.serial else ""]
    where = case.name if case is not None else ""
    return Label(f"{DEVICE_PREFIX}{device.id}".upper(), device.name, tuple(line for line in (where, *numbers, device.id) if line))


def case_label(case: Case, contents: str) -> Label:
    """The label of a case: scanned first when it comes back."""
    return Label(f"{CASE_PREFIX}{case.id}".upper(), case.name, (contents, case.id))


def accessory_label(accessory: Accessory, case: Case) -> Label:
    """The label of a bag of accessories."""
    return Label(f"{ACCESSORY_PREFIX}{accessory.id}".upper(), f"{accessory.name} × {accessory.count}", (case.name, accessory.id))


def labels_pdf(labels: Sequence[Label], now: datetime, sheet: str = "24", skip: int = 0) -> bytes:
    """The sheets; `skip` is the number of labels already used on the first one."""
    if sheet not in SHEETS:
        raise DataError(f"Planche « {sheet} » inconnue ; choisissez parmi : {', '.join(SHEETS)} étiquettes par page.")
    layout = SHEETS[sheet]
    if not 0 <= skip < layout.count:
        raise DataError(f"Cette planche a {layout.count} étiquettes : on peut en sauter de 0 à {layout.count - 1}.")
    paper = Paper("Étiquettes", now, margin=0)
    paper.add_page()
    for index, label in enumerate(labels):
        place = (index + skip) % layout.count
        if place == 0 and index + skip > 0:
            paper.add_page()
        row, column = divmod(place, layout.columns)
        _draw(paper, label, layout.left + column * layout.right_by, layout.top + row * layout.down_by, layout.width, layout.height)
    return paper.bytes()


def _draw(paper: Paper, label: Label, x: float, y: float, width: float, height: float) -> None:
    """One label: the code on the left, the words on the right, 3 mm from the edges where printers cannot print."""
    pad = 3.5 if height > 30 else 1.5
    side = min(height - 2 * pad, width * 0.42)
    paper.qr(x + pad, y + (height - side) / 2, side, label.code)
    left = x + pad + side + 1.5
    room = x + width - pad - left
    big = 15 if height > 30 else 8.5
    small = height <= 30
    lines = label.lines[: 2 if small else 4]
    pitch = 3.1 if small else 4.2
    two = not small and paper.wide(label.title, big * 0.75, bold=True) > room  # a long title takes two lines of smaller type
    title_height = 2 * 5.0 if two else big * 0.5
    top = y + (height - title_height - len(lines) * pitch) / 2
    paper.ink(NIGHT)
    if two:
        paper.paragraph(left, top, room, label.title, 10, bold=True, lines=2)
    else:
        paper.line_of_text(left, top, room, label.title, big, bold=True)
    top += title_height + 0.6
    for index, line in enumerate(lines):
        paper.ink(LAVENDER_DARK if index == 0 else MUTE)
        paper.line_of_text(left, top, room, line, 6.5 if small else 9, bold=index == 0)
        top += pitch
