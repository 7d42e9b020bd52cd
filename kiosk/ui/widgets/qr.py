"""A QR code on the screen.

Guarantees: modules are whole pixels, black on white whatever the theme, with four modules of white around; one texture
as small as the code, drawn enlarged; nothing is drawn rather than a code that no phone could read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, StringProperty

from kiosk.handover import MIN_MODULE_MM, MIN_MODULE_PX, QUIET
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.painter import Painter

WHITE = (1.0, 1.0, 1.0, 1.0)


@lru_cache(maxsize=4)
def matrix(text: str) -> tuple[bytes, ...]:
    """Return the rows of the code of `text` at level M, 1 for dark, without its quiet zone. Raises ValueError when it is too long."""
    try:
        code = segno.make(text, error="m", micro=False, encoding="utf-8", boost_error=False)
    except segno.DataOverflowError as error:
        raise ValueError("too long for a QR code") from error
    return tuple(bytes(row) for row in code.matrix)


class QRCode(Drawn):
    """Shows `text` as a code as large as its square allows. `mm_per_px` is the screen's, 0 when unknown."""

    text = StringProperty("")
    mm_per_px = NumericProperty(0.0)

    redraw_on = ("text", "mm_per_px")

    def module(self) -> int:
        """Pixels of one module here and now; 0 when the code would not be readable."""
        if not self.text:
            return 0
        try:
            count = len(matrix(self.text)) + 2 * QUIET
        except ValueError:
            return 0
        size = int(min(self.width, self.height) // count)
        return size if size >= MIN_MODULE_PX and (not self.mm_per_px or size * self.mm_per_px >= MIN_MODULE_MM) else 0

    def draw(self, painter: Painter, area: Area) -> None:
        """White sheet, then the code in its middle."""
        module = self.module()
        if not module:
            return
        rows = matrix(self.text)
        sheet = area.middle(*(((len(rows) + 2 * QUIET) * module,) * 2))
        painter.fill(sheet, WHITE)
        painter.image(sheet.middle(len(rows) * module, len(rows) * module), _texture(rows))


def _texture(rows: tuple[bytes, ...]) -> Any:
    side = len(rows)
    texture = Texture.create(size=(side, side), colorfmt="rgb", mipmap=False)
    texture.mag_filter = texture.min_filter = "nearest"
    texture.flip_vertical()
    texture.blit_buffer(b"".join(b"\0\0\0" if dark else b"\xff\xff\xff" for row in rows for dark in row), colorfmt="rgb", bufferfmt="ubyte")
    return texture
