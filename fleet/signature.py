"""The borrower's hand at check-out: a typed name, or a stroke as SVG or PNG. Personal: lives in the inventory only.

Guarantees: what is kept was checked and rewritten: an SVG holds strokes and nothing else, a PNG pixels and nothing else,
both small; text near a name can be cleared of that name.
"""

from __future__ import annotations

import io
import re
import warnings
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

from fleet.errors import DataError
from fleet.i18n import _
from fleet.identifiers import plain
from fleet.model import Signature, SignatureKind

MAX_BYTES = 300_000
MAX_STROKES = 500
MAX_PIXELS = (1600, 800)
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9eE+\-.,\s]*")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?")


def typed(name: str) -> Signature:
    """A typed name."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 120 or not name.isprintable():
        raise DataError(_("La signature tapée est un nom, de 2 à 120 caractères."))
    return Signature(SignatureKind.TYPED, name.encode())


def drawn(data: bytes) -> Signature:
    """A stroke, from the bytes of an SVG or PNG file."""
    if len(data) > MAX_BYTES:
        raise DataError(_("La signature dépasse 300 Ko : enregistrez-la plus petite."))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Signature(SignatureKind.PNG, _pixels(data))
    if b"<svg" in data[:2000]:
        return Signature(SignatureKind.SVG, _strokes(data))
    raise DataError(_("La signature doit être une image PNG ou un tracé SVG."))


def _strokes(data: bytes) -> bytes:
    """An SVG with nothing but the strokes of the one given."""
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise DataError(_("Ce tracé SVG n’est pas lisible.")) from error
    paths = [element.get("d", "") for element in root.iter() if str(element.tag).rpartition("}")[2] == "path"]
    paths += ["M " + e.get("points", "") for e in root.iter() if str(e.tag).rpartition("}")[2] == "polyline" and e.get("points")]
    good = [path for path in paths[:MAX_STROKES] if path.strip() and _PATH.fullmatch(path)]
    if not good:
        raise DataError(_("Ce tracé SVG ne contient aucun trait."))
    box = [float(n) for n in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4 or box[2] <= 0 or box[3] <= 0:
        box = [0, 0, 600, 200]
    view = " ".join(f"{n:g}" for n in box)
    lines = "".join(f'<path d="{path}" fill="none" stroke="black" stroke-width="{box[2] / 200:g}"/>' for path in good)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{box[2]:g}" height="{box[3]:g}">{lines}</svg>'.encode()


def _pixels(data: bytes) -> bytes:
    """A PNG with nothing but the pixels of the one given, no larger than `MAX_PIXELS`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
                if image.width * image.height > 20_000_000:
                    raise DataError(_("Cette image est trop grande pour une signature."))
                grey = Image.new("L", image.size, 255)
                grey.paste(image.convert("L"), mask=image.convert("RGBA").getchannel("A"))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise DataError(_("Cette image PNG n’est pas lisible.")) from error
    grey.thumbnail(MAX_PIXELS)
    out = io.BytesIO()
    grey.save(out, "PNG", optimize=True)
    return out.getvalue()


def without_name(text: str, name: str) -> str:
    """The text with every word of the name (three letters or more) replaced by "…"."""
    words = {word for word in re.split(r"[\W_]+", plain(name)) if len(word) >= 3}
    return re.sub(r"\w+", lambda found: "…" if plain(found.group()) in words else found.group(), text)
