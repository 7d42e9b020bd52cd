"""Paper for a workshop: the facilitator's card from `deroule.md`, and command cards for the robot.

Guarantees: what is printed is what the pack says, nothing is typed twice; a card carries its arrow, its word, and its code as a small QR;
the same pack gives the same sheets.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import segno
from fpdf import FPDF

from mediation_apps.i18n import _
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.robot.cards import CODES
from mediation_apps.runtime.script import ScriptStep

FOLDERS = (Path("/usr/share/fonts/truetype/andika"),)
NIGHT, LAVENDER, MUTE, LINE = (30, 35, 64), (60, 47, 117), (74, 79, 102), (222, 216, 203)
NAMES = {
    "avance": _("Avance"),
    "recule": _("Recule"),
    "gauche": _("Tourne à gauche"),
    "droite": _("Tourne à droite"),
    "lance": _("Lance"),
    "corrige": _("Retire la dernière"),
    "efface": _("Efface tout"),
}
COPIES = {"avance": 4, "recule": 1, "gauche": 2, "droite": 2, "lance": 1, "corrige": 1, "efface": 1}  # two sheets of six for one table
CARD_WIDE, CARD_TALL = 90.0, 88.0  # mm: held by two small hands


def _fonts() -> tuple[str, str]:
    """Regular and bold: Andika where it is installed, else the Roboto that Kivy brings."""
    for folder in FOLDERS:
        if (folder / "Andika-Regular.ttf").is_file():
            return str(folder / "Andika-Regular.ttf"), str(folder / "Andika-Bold.ttf")
    spec = find_spec("kivy")
    own = Path(spec.origin).parent / "data" / "fonts" if spec is not None and spec.origin else Path()
    return str(own / "Roboto-Regular.ttf"), str(own / "Roboto-Bold.ttf")


def _sheet(title: str) -> FPDF:
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # it names a table of Andika's that no printer needs
    pdf = FPDF(format="A4")
    regular, bold = _fonts()
    pdf.add_font("text", "", regular)
    pdf.add_font("text", "B", bold)
    pdf.set_title(title)
    pdf.set_creation_date(datetime(1980, 1, 1, tzinfo=UTC))
    pdf.set_auto_page_break(True, 16)
    pdf.set_margins(16, 16, 16)
    return pdf


def facilitator_card(pack: Pack) -> bytes:
    """The script on paper: what to bring, then step by step with the minutes in the margin."""
    about = pack.manifest
    pdf = _sheet(about.title)
    pdf.add_page()
    _write(pdf, about.title, 22, LAVENDER, bold=True)
    _write(pdf, f"{about.audience} · {about.minutes} min · {about.participants}", 10, MUTE)
    pdf.ln(2)
    for block in pack.script.intro.blocks:
        if block.kind != "heading":
            _write(pdf, block.plain, 10.5, NIGHT)
    pdf.ln(1)
    _write(pdf, _("À préparer"), 13, NIGHT, bold=True)
    for thing in about.material:
        _write(pdf, f"☐ {thing}" if _has(pdf, "☐") else f"– {thing}", 10.5, NIGHT)
    for step in pack.script.steps:
        _step(pdf, pack, step)
    return bytes(pdf.output())


def _has(pdf: FPDF, sign: str) -> bool:
    font = pdf.fonts.get("text")
    return font is not None and ord(sign) in getattr(font, "cmap", {})


def _write(pdf: FPDF, words: str, size: float, colour: tuple[int, int, int], bold: bool = False) -> None:
    pdf.set_font("text", "B" if bold else "", size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.5, words.replace("\u202f", "\u00a0").replace("`", ""), align="L", new_x="LMARGIN", new_y="NEXT")


def _step(pdf: FPDF, pack: Pack, step: ScriptStep) -> None:
    if pdf.will_page_break(30):
        pdf.add_page()
    pdf.ln(2)
    pdf.set_draw_color(*LINE)
    pdf.line(16, pdf.get_y(), 194, pdf.get_y())
    pdf.ln(2)
    _write(pdf, f"{step.start}–{step.start + step.minutes} min · {step.title}", 13, LAVENDER, bold=True)
    titles = {entry.name: entry.title for entry in pack.entries}
    if step.shows:
        _write(pdf, _("Tablettes : {titles}").format(titles=" · ".join(titles.get(name, name) for name in step.shows)), 10, MUTE)
    for block in step.body.blocks:
        _write(pdf, block.plain, 13 if block.kind == "heading" else 10.5, NIGHT, bold=block.kind == "heading")


def command_cards() -> bytes:
    """Sheets of cards to cut out, six a page, with the lines to cut along."""
    pdf = _sheet(_("Cartes du robot"))
    pdf.set_auto_page_break(False)
    wanted = [(code, name) for code, name in CODES.items() for _copy in range(COPIES[name])]
    for number, (code, name) in enumerate(wanted):
        if number % 6 == 0:
            pdf.add_page()
        row, column = divmod(number % 6, 2)
        _card(pdf, 15 + column * CARD_WIDE, 14 + row * CARD_TALL, code, name)
    return bytes(pdf.output())


ARROWS: dict[str, tuple[tuple[float, float], ...]] = {  # corners in a square of side 1, y downwards
    "avance": ((0.5, 0), (1, 0.5), (0.7, 0.5), (0.7, 1), (0.3, 1), (0.3, 0.5), (0, 0.5)),
    "gauche": ((0, 0.35), (0.42, 0), (0.42, 0.2), (0.9, 0.2), (0.9, 1), (0.6, 1), (0.6, 0.5), (0.42, 0.5), (0.42, 0.7)),
    "lance": ((0.15, 0), (1, 0.5), (0.15, 1)),
    "corrige": ((0, 0.5), (0.4, 0.15), (0.4, 0.38), (1, 0.38), (1, 0.62), (0.4, 0.62), (0.4, 0.85)),
}
_HALF = ((0.2, 0.05), (0.5, 0.36), (0.8, 0.05), (0.95, 0.2), (0.64, 0.5), (0.95, 0.8))  # of a cross, then turned by half
ARROWS["efface"] = (*_HALF, *((1 - x, 1 - y) for x, y in _HALF))
ARROWS["recule"] = tuple((x, 1 - y) for x, y in ARROWS["avance"])
ARROWS["droite"] = tuple((1 - x, y) for x, y in ARROWS["gauche"])


def _card(pdf: FPDF, x: float, y: float, code: str, name: str) -> None:
    pdf.set_draw_color(*LINE)
    pdf.rect(x, y, CARD_WIDE, CARD_TALL)
    pdf.set_fill_color(*LAVENDER)
    side = 40.0
    pdf.polygon([(x + 6 + side * px, y + 10 + side * py) for px, py in ARROWS[name]], style="F")
    rows = [bytes(row) for row in segno.make(code, error="h", micro=False, boost_error=False).matrix]
    module = 26 / len(rows)  # mm: far above the 0.33 mm that a hand scanner resolves
    pdf.set_fill_color(0, 0, 0)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                pdf.rect(x + 56 + across * module, y + 16 + down * module, module, module, style="F")
    pdf.set_xy(x, y + 60)
    pdf.set_font("text", "B", 20)
    pdf.set_text_color(*NIGHT)
    pdf.cell(CARD_WIDE, 12, NAMES[name], align="C")
    pdf.set_xy(x, y + 73)
    pdf.set_font("text", "", 9)
    pdf.set_text_color(*MUTE)
    pdf.cell(CARD_WIDE, 6, code, align="C")
