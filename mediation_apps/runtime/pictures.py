"""Guarantees: a picture is measured from its header, before a single pixel is decoded, and one too large to show is refused."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from mediation_apps.errors import HostilePack, PackError
from mediation_apps.i18n import _
from mediation_apps.runtime import limits

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def measure(data: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels; `PackError` for what is no picture, `HostilePack` for one that would fill the memory."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
    except Image.DecompressionBombError as e:
        raise _huge(name) from e
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as e:
        raise PackError(
            _("« {name} » n’est pas une image que l’on sait montrer. Enregistrez-la en PNG ou en JPEG.").format(name=name)
        ) from e
    if width * height > limits.MAX_PIXELS or max(width, height) > limits.MAX_SIDE or min(width, height) < 1:
        raise _huge(name)
    return width, height


def _huge(name: str) -> HostilePack:
    return HostilePack(_("L’image « {name} » est trop grande. Réduisez-la à 4 000 pixels de large au plus.").format(name=name))


def prepared(data: bytes, name: str, side: int = 1600) -> tuple[bytes, str]:
    """A picture fit for a pack: at most `side` pixels, turned as it was taken, nothing else of its file kept (no place, no date).

    Returns its bytes and its extension. Errors as `measure`.
    """
    measure(data, name)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            image.draft("RGB", (side * 2, side * 2))
            turned = ImageOps.exif_transpose(image)
            clear = turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info
            small = turned.convert("RGBA" if clear else "RGB")
        small.thumbnail((side, side))
        out = BytesIO()
        small.info.clear()
        if clear:
            small.save(out, "PNG", optimize=True)
        else:
            small.save(out, "JPEG", quality=86)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as e:
        raise PackError(
            _("« {name} » n’est pas une image que l’on sait montrer. Enregistrez-la en PNG ou en JPEG.").format(name=name)
        ) from e
    return out.getvalue(), "png" if clear else "jpg"
