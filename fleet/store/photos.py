"""Pictures of cases and accessories: small JPEG files named by their hash.

Guarantees: what is kept was decoded and encoded again, at most 1600 pixels wide: no place, no date, no face of a camera's
metadata, nothing hidden in the file; the same picture is kept once; a write is whole or not at all.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from fleet.errors import DataError, NotFound
from fleet.i18n import _
from fleet.store.database import write_whole

MAX_BYTES = 30_000_000
MAX_PIXELS = 60_000_000
SIDE = 1600  # pixels
FORMATS = ("JPEG", "PNG", "WEBP")


def keep_photo(folder: Path, data: bytes) -> str:
    """Keep a picture; returns its SHA-256, by which it is found again."""
    if len(data) > MAX_BYTES:
        raise DataError(_("Cette photo dépasse 30 Mo."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise DataError(_("Cette photo est trop grande."))
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise DataError(_("Cette photo n’est pas lisible : JPEG, PNG ou WebP.")) from error
    upright.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=85, optimize=True)
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    path = photo_path(folder, digest)
    if not path.exists():
        write_whole(path, out.getvalue())
    return digest


def photo_path(folder: Path, digest: str) -> Path:
    """Where a picture is kept."""
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
        raise NotFound(_("Aucune photo."))
    return folder / "photos" / f"{digest}.jpg"
