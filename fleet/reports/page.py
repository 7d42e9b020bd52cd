"""One family of papers: A4 pages with the house's colours, type and spacing.

Guarantees: text never leaves its box (it is shrunk, then cut with an ellipsis); colour is never alone, a word says the same;
QR codes are drawn as vectors with their quiet zone; the file carries its title and its language for screen readers.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from fleet.reports.fonts import families, truetype
from fleet.words import LOCAL, moment, typography

Colour = tuple[int, int, int]
NIGHT: Colour = (0x1E, 0x23, 0x40)
LAVENDER: Colour = (0x5B, 0x4A, 0x9E)
LAVENDER_DARK: Colour = (0x3C, 0x2F, 0x75)
LAVENDER_LIGHT: Colour = (0xEC, 0xE8, 0xF7)
STONE: Colour = (0xFA, 0xF7, 0xF1)
LINE: Colour = (0xDE, 0xD8, 0xCB)
OCHRE: Colour = (0x7A, 0x36, 0x05)
OCHRE_LIGHT: Colour = (0xFB, 0xEA, 0xD9)
PINE: Colour = (0x1F, 0x5C, 0x45)
PINE_LIGHT: Colour = (0xE2, 0xF0, 0xE9)
MUTE: Colour = (0x4A, 0x4F, 0x66)
WHITE: Colour = (255, 255, 255)
MARGIN = 15.0  # mm
SMALLEST = 6.0  # points; below, text is cut
_NEAREST = str.maketrans({"\u202f": "\u00a0", "’": "'", "…": "...", "→": ">", "œ": "oe", "Œ": "OE", "–": "-", "—": "-", "✓": "x", "×": "x"})


class Paper(FPDF):  # type: ignore[misc]
    """A document of the house. Lengths in millimetres, type in points."""

    def __init__(self, title: str, now: datetime, footer: str = "", margin: float = MARGIN) -> None:
        super().__init__("portrait", "mm", "A4")
        self.now, self.footer_text = now, footer
        self.set_margins(margin, margin, margin)
        self.set_auto_page_break(False)
        self.set_title(title)
        self.set_creator("Colporteur")
        self.set_lang("fr-FR")
        self.set_creation_date(now)
        self.face = self._fonts()
        self.alias_nb_pages("{pages}")

    def _fonts(self) -> str:
        found = families()
        for index, files in enumerate(found[:2]):
            name = "House" if index == 0 else "Spare"
            self.add_font(name, "", str(truetype(files.regular)))
            self.add_font(name, "B", str(truetype(files.bold)))
        if len(found) > 1:
            self.set_fallback_fonts(["Spare"], exact_match=False)
        return "House" if found else "Helvetica"

    def words(self, text: str) -> str:
        """The text with French spaces, in characters that the font has."""
        text = "".join(c if c.isprintable() or c == "\n" else " " if c not in "\u202f\u00a0" else c for c in typography(text))
        return text if self.face != "Helvetica" else text.translate(_NEAREST).encode("latin-1", "replace").decode("latin-1")

    def footer(self) -> None:
        """Page number, what the paper is, when it was printed."""
        if not self.footer_text:
            return
        self.ink(MUTE)
        y = self.h - 12
        self.line_of_text(MARGIN, y, self.w - 2 * MARGIN - 40, self.footer_text, 7.5)
        self.line_of_text(self.w - MARGIN - 62, y, 50, moment(self.now, LOCAL), 7.5, align="R")
        self.set_font(self.face, "B", 7.5)
        self.set_xy(self.w - MARGIN - 10, y)
        self.cell(10, 7.5 * 0.45, f"{self.page_no()}/{{pages}}")

    def ink(self, colour: Colour) -> None:
        """Colour of the text that follows."""
        self.set_text_color(*colour)

    def line_of_text(
        self, x: float, y: float, width: float, text: str, size: float, bold: bool = False, align: str = "L", height: float = 0
    ) -> None:
        """One line that fits: smaller type down to `SMALLEST`, then an ellipsis."""
        text = self.words(text).replace("\n", " ")
        style = "B" if bold else ""
        self.set_font(self.face, style, size)
        wide = self._wide(text)
        if wide > width:
            size = min(size, max(SMALLEST, size * width / wide * 0.995))
            self.set_font(self.face, style, size)
            text = self._ended(text, width)
        self.set_xy(x, y)
        self.c_margin, before = 0.0, self.c_margin
        self.cell(width, height or size * 0.45, text, align=align, new_x=XPos.LEFT, new_y=YPos.TOP)
        self.c_margin = before

    def _ended(self, text: str, width: float) -> str:
        """The longest start of the text that fits, with an ellipsis; the text itself when it fits."""
        if self._wide(text) <= width:
            return text
        dots = self.words("…")
        fits, low, high = "", 0, len(text)
        while low <= high:
            middle = (low + high) // 2
            tried = text[:middle].rstrip() + dots
            if self._wide(tried) <= width:
                fits, low = tried, middle + 1
            else:
                high = middle - 1
        return fits

    def wide(self, text: str, size: float, bold: bool = False) -> float:
        """Millimetres a text takes on one line."""
        self.set_font(self.face, "B" if bold else "", size)
        return self._wide(self.words(text))

    def _wide(self, text: str) -> float:
        return float(self.get_string_width(text))

    def paragraph(self, x: float, y: float, width: float, text: str, size: float = 9, bold: bool = False, lines: int = 0) -> float:
        """Wrapped text; at most `lines` when given. Returns the y below it."""
        self.set_font(self.face, "B" if bold else "", size)
        pitch = size * 0.48
        self.c_margin, before = 0.0, self.c_margin
        parts: list[str] = self.multi_cell(width, pitch, self.words(text), dry_run=True, output="LINES")
        shown = parts[:lines] if lines and len(parts) > lines else parts
        if len(shown) < len(parts):
            shown[-1] = shown[-1].rstrip() + self.words(" …")
        for index, part in enumerate(shown):
            self.line_of_text(x, y + index * pitch, width, part, size, bold, height=pitch)
        self.c_margin = before
        return y + len(shown) * pitch

    def panel(
        self, x: float, y: float, width: float, height: float, fill: Colour = WHITE, border: Colour | None = LINE, radius: float = 2.5
    ) -> None:
        """A rounded box."""
        self.set_fill_color(*fill)
        style = "F"
        if border is not None:
            self.set_draw_color(*border)
            self.set_line_width(0.3)
            style = "DF"
        self.rect(x, y, width, height, style=style, round_corners=True, corner_radius=radius)

    def tick_box(self, x: float, y: float, side: float = 3.6) -> None:
        """A square to tick with a pen."""
        self.set_draw_color(*MUTE)
        self.set_line_width(0.3)
        self.rect(x, y, side, side, style="D", round_corners=True, corner_radius=0.6)

    def qr(self, x: float, y: float, side: float, text: str, error: str = "m") -> None:
        """A QR code of that side, its quiet zone of four modules included; neighbouring modules drawn as one bar."""
        matrix = segno.make(text, error=error, micro=False, boost_error=True).matrix
        step = side / (len(matrix) + 8)
        self.set_fill_color(*WHITE)
        self.rect(x, y, side, side, style="F")
        self.set_fill_color(0, 0, 0)
        for row, cells in enumerate(matrix):
            start = -1
            for column, dark in enumerate([*cells, 0]):
                if dark and start < 0:
                    start = column
                elif not dark and start >= 0:
                    self.rect(x + (start + 4) * step, y + (row + 4) * step, (column - start) * step, step * 1.02, style="F")
                    start = -1

    def heading(self, kicker: str, title: str, qr: str = "", side: float = 26) -> float:
        """The top of a first page; returns the y below it."""
        room = self.w - 2 * MARGIN - (side + 6 if qr else 0)
        self.ink(LAVENDER)
        self.line_of_text(MARGIN, MARGIN, room, kicker.upper(), 8.5, bold=True)
        self.ink(NIGHT)
        self.line_of_text(MARGIN, MARGIN + 6, room, title, 22, bold=True)
        if qr:
            self.qr(self.w - MARGIN - side, MARGIN - 4, side, qr)
        return MARGIN + (side if qr else 20)

    def facts(
        self, x: float, y: float, width: float, pairs: Sequence[tuple[str, str]], label_width: float = 34, pitch: float = 5.4
    ) -> float:
        """Labels and values, a long value on two lines; an empty value is a dash. Returns the y below."""
        for label, value in pairs:
            self.ink(MUTE)
            self.line_of_text(x, y, label_width - 2, label, 8.5, height=pitch)
            self.ink(NIGHT)
            room = width - label_width
            if self.wide(value, 9, bold=True) > room * 1.1:
                y = self.paragraph(x + label_width, y + 0.9, room, value, 8, bold=True, lines=2) + 0.6
            else:
                self.line_of_text(x + label_width, y, room, value or "–", 9, bold=bool(value), height=pitch)
                y += pitch
        return y

    def section(self, x: float, y: float, width: float, title: str) -> float:
        """A small title with a rule under it; returns the y below."""
        self.ink(LAVENDER_DARK)
        self.line_of_text(x, y, width, title, 10.5, bold=True)
        self.set_draw_color(*LINE)
        self.set_line_width(0.3)
        self.line(x, y + 6, x + width, y + 6)
        return y + 8

    def bytes(self) -> bytes:
        """The finished file."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bytes(self.output())

    def picture(self, x: float, y: float, width: float, height: float, data: Any) -> None:
        """An image inside a box, keeping its proportions."""
        self.image(io.BytesIO(data), x=x, y=y, w=width, h=height, keep_aspect_ratio=True)
