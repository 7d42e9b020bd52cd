"""Starts the player in a window. Import it only after `kiosk.ui.boot.prepare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.ui import rasteriser, theme
from kiosk.ui.speech import find_speech
from kiosk.ui.theme import Look, look
from kiosk.ui.widgets import pane
from mediation_apps.runtime.notices import Notices
from mediation_apps.runtime.pack import REFUSED, Pack
from mediation_apps.runtime.ui.player import Player


class WorkshopApp(App):
    """One workshop on one tablet."""

    def __init__(
        self,
        pack: Pack,
        seed: int = 0,
        switches: bool = False,
        voice: Any = None,
        start: str = "",
        stick: Path | None = None,
        catalogue: Notices | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._stick, self._catalogue = stick, catalogue
        self._pack, self._seed, self._switches, self._voice = pack, seed, switches, voice
        self._start = start
        self.player: Player

    def build(self) -> Player:
        """The root widget."""
        Clock.max_iteration = 60  # a page is columns in columns: ten rounds of layout a frame are too few
        theme.use(Look(width=Window.width, height=Window.height, text=look().text, palette=look().palette))
        Window.clearcolor = look().colour("ground")
        voice = self._voice or find_speech(self._pack.manifest.language)
        self.player = Player(self._pack, self._seed, voice, self._switches, self._catalogue)
        self.player.bench.stick = self._stick
        self._begin_at()
        Window.bind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized, on_draw=pane.draw)
        rasteriser.spread()
        return self.player

    def _begin_at(self) -> None:
        played = [entry for entry in self._pack.entries if entry.status != REFUSED]
        wanted = next((n for n, entry in enumerate(played) if self._start in (entry.name, entry.file)), None)
        first = next((n for n, page in enumerate(self.player.laid_out) if page.entry == wanted), None)
        if first is not None:
            self.player.go(first)

    def _key(self, _window: Any, key: int, _code: int, _text: str, modifiers: list[str]) -> bool:
        return self.player.on_key(key, modifiers)

    def _text(self, _window: Any, text: str) -> bool:
        return self.player.on_text(text)

    def _resized(self, _window: Any, width: int, height: int) -> None:
        theme.use(Look(width=width, height=height, text=look().text, palette=look().palette))

    def on_stop(self) -> None:
        """Leave nothing running."""
        Window.unbind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized, on_draw=pane.draw)
        self.player.close()
