"""Pictures are decoded and scaled on a thread of their own; sounds are played by another process (kivy#9023).

Guarantees: the UI thread uploads one finished texture and nothing else; a picture that cannot be decoded leaves its alternative text;
a tablet without a sound device, or without a program to play, is an answer in words, not an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from PIL import Image

from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.painter import Painter
from mediation_apps.errors import WorkshopError
from mediation_apps.runtime.model import Media
from mediation_apps.runtime.pictures import FORMATS, measure
from mediation_apps.runtime.ui.host import Host

PLAYERS = (
    ("pw-play", ("wav", "ogg")),
    ("paplay", ("wav", "ogg")),
    ("aplay", ("wav",)),
    ("mpv", ("wav", "ogg", "mp3", "m4a")),
    ("ffplay", ("wav", "ogg", "mp3", "m4a")),
)
OPTIONS = {"mpv": ("--no-video", "--really-quiet"), "ffplay": ("-nodisp", "-autoexit", "-loglevel", "quiet")}


class Decoder:
    """One thread that turns files of a pack into pixels of the size asked for."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._pool = ThreadPoolExecutor(1, "pictures")
        self._closed = False
        self._awaited = 0  # counted on the UI thread alone

    def ask(self, path: str, width: int, height: int, done: Callable[[Any], None]) -> None:
        """Call `done(texture)` on the UI thread; not at all when the picture cannot be decoded."""

        def arrive(size: tuple[int, int] | None, pixels: bytes) -> None:
            self._awaited -= 1
            if size is not None and not self._closed:
                done(_texture(size, pixels))

        def work() -> None:
            size, pixels = None, b""
            try:
                data = self._read(path)
                measure(data, path)
                with Image.open(BytesIO(data), formats=FORMATS) as image:
                    image.draft("RGB", (width * 2, height * 2))
                    small = image.convert("RGBA")
                small.thumbnail((max(width, 1), max(height, 1)))
                size, pixels = small.size, small.tobytes()
            except (WorkshopError, OSError, ValueError, MemoryError):
                pass  # its alternative text stays
            finally:
                Clock.schedule_once(lambda _dt: arrive(size, pixels), 0)

        self._awaited += 1
        self._pool.submit(work)

    @property
    def idle(self) -> bool:
        """Whether every picture asked for has come or will not (for the tour and tests)."""
        return self._awaited == 0

    def close(self) -> None:
        """Finish; what comes late is dropped."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)


def _texture(size: tuple[int, int], pixels: bytes) -> Any:
    texture = Texture.create(size=size, colorfmt="rgba")
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


class PictureView(Drawn):
    """A picture of the pack, whole, in its proportions; its alternative text until it is there."""

    alt = StringProperty("")
    texture = ObjectProperty(None, allownone=True)
    tallest = NumericProperty(320)  # units

    redraw_on = ("texture", "alt")

    def __init__(self, host: Host, media: Media, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint_y", None)
        super().__init__(alt=media.alt, **kwargs)
        if self.size_hint_y is None:
            self.height = look().px(self.tallest)
        self._asked = False
        self._host, self._media = host, media
        self.fbind("width", self._ask)
        self._ask()

    def _ask(self, *_: object) -> None:
        if not self._asked and self.width > 100:
            self._asked = True
            self._host.picture(
                self, self._media.path, int(self.width), int(look().px(self.tallest) if self.size_hint_y is None else self.height)
            )

    def arrived(self, texture: Any) -> None:
        """Show it."""
        self.texture = texture
        if self.size_hint_y is None:
            self.height = min(self.height, texture.height)

    def shown(self) -> Area:
        """Where the picture itself is, inside the widget."""
        if self.texture is None:
            return self.area
        return self.area.middle(*self.texture.size)

    def draw(self, painter: Painter, area: Area) -> None:
        """The picture, or its words on a quiet ground."""
        if self.texture is None:
            painter.box(area, "action_soft", look().px(16))
            painter.text(area.inset(look().px(24), 0), self.alt, "action_deep", SMALL, align="center", most=4)
        else:
            painter.image(self.shown(), self.texture)


class SoundPlayer:
    """Plays one recording at a time in another process."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._file: Path | None = None

    def play(self, path: str, data: bytes) -> bool:
        """Begin; False when nothing here can play it."""
        self.stop()
        kind = PurePosixPath(path).suffix.lstrip(".").lower()
        program = next((name for name, kinds in PLAYERS if kind in kinds and shutil.which(name)), None)
        if program is None:
            return False
        handle, name = tempfile.mkstemp(suffix=f".{kind}")
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        self._file = Path(name)
        command = (program, *OPTIONS.get(program, ()), name)
        try:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError:
            self.stop()
            return False
        return True

    def stop(self) -> None:
        """Silence, and leave no file behind."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None
