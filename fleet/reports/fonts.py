"""Fonts of printed papers: Inter when it is installed, else a font of the system with all of French.

Guarantees: what is embedded is a small TrueType font (Debian's Inter has cubic outlines, which fpdf2 embeds in a way some
readers complain about: it is converted once and kept in the user's cache); without any font, the standard Helvetica with
the nearest characters.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError, newTable

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local" / "share" / "fonts", Path("/Library/Fonts"))
# Regular and bold file names, best first.
FAMILIES = (
    ("Inter-Regular", "Inter-Bold"),
    ("DejaVuSans", "DejaVuSans-Bold"),
    ("NotoSans-Regular", "NotoSans-Bold"),
    ("LiberationSans-Regular", "LiberationSans-Bold"),
    ("Andika-Regular", "Andika-Bold"),
)
# Latin with its accents, punctuation, currencies, arrows, a few signs: what papers may say.
KEPT = (
    *(range(0x20, 0x180), range(0x2000, 0x2070), range(0x20A0, 0x20C0), range(0x2190, 0x219A)),
    (0x2212, 0x2713, 0x2715),
)
MAX_ERROR = 0.5  # font units between a cubic curve and its quadratic ones; Inter has 2048 or more to the em

_MAXIMA = (
    *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"),
    *("maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours"),
    "maxComponentDepth",
)


@dataclass(frozen=True, slots=True)
class FontFiles:
    """The two faces of a family."""

    regular: Path
    bold: Path


@cache
def families(folders: tuple[Path, ...] = FOLDERS) -> tuple[FontFiles, ...]:
    """Families found on this computer, best first."""
    found: dict[str, Path] = {}
    wanted = {name for family in FAMILIES for name in family}
    for folder in folders:
        for suffix in ("ttf", "otf"):
            for path in folder.rglob(f"*.{suffix}") if folder.is_dir() else ():
                if path.stem in wanted:
                    found.setdefault(path.stem, path)
    return tuple(FontFiles(found[regular], found[bold]) for regular, bold in FAMILIES if regular in found and bold in found)


def truetype(path: Path, cache_folder: Path | None = None) -> Path:
    """The file itself when it has TrueType outlines, else a converted copy."""
    with TTFont(path, lazy=True) as font:
        if "glyf" in font:
            return path
    state = path.stat()
    name = hashlib.sha256(f"4 {path} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:24]
    folder = cache_folder or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "colporteur" / "fonts"
    target = folder / f"{path.stem}-{name}.ttf"
    if target.exists():
        with suppress(TTLibError, OSError), TTFont(target, lazy=True) as font:
            if "glyf" in font:
                return target
    return _convert(path, target)


def _convert(path: Path, target: Path) -> Path:
    """Keep the characters of papers and draw their outlines with quadratic curves."""
    with TTFont(path) as font:
        options = Options(layout_features=["kern"], name_IDs=["*"], notdef_outline=True, hinting=False)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes={code for codes in KEPT for code in codes})
        subsetter.subset(font)
        glyphs = font.getGlyphSet()
        order = font.getGlyphOrder()
        drawn: dict[str, Any] = {}
        for name in order:
            pen = TTGlyphPen(None)
            glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
            drawn[name] = pen.glyph()
        font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
        font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
        font["maxp"].tableVersion = 0x00010000
        for field in _MAXIMA:
            setattr(font["maxp"], field, int(field == "maxZones"))
        font["post"].formatType, font["post"].glyphOrder = 3.0, None
        font.sfntVersion = "\x00\x01\x00\x00"
        for table in ("CFF ", "VORG", "GSUB", "GDEF"):
            if table in font:
                del font[table]
        return _keep(font, target)


def _keep(font: TTFont, target: Path) -> Path:
    """Save under the final name at once; in the temporary folder when the cache cannot be written."""
    for folder in (target.parent, Path(tempfile.gettempdir()) / f"colporteur-fonts-{os.getuid()}"):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, partial = tempfile.mkstemp(dir=folder, suffix=".partial")
            os.close(handle)
            font.save(partial)
            Path(partial).replace(folder / target.name)
            return folder / target.name
    raise OSError("no folder for a converted font")
