"""Guarantees: a picture is measured from its header, before a single pixel is decoded, and one too large to show is refused."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, UnidentifiedImageError

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
