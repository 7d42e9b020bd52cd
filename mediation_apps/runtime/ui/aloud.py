"""Reads a page aloud, phrase by phrase, and shows which.

Guarantees: the voice is the kiosk's port (another process, nothing waits for it); a phrase begins when the one before was said; a stop is
at once, and nothing runs after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock

from mediation_apps.runtime.epub.layout import Page, Phrase, phrases

LOOK = 0.1  # seconds between two looks at whether the voice has ended


class Aloud:
    """`marked` is told the phrase being said, None at the end; `read_on` turns the page and gives it."""

    def __init__(self, voice: Any, marked: Callable[[Phrase | None], None], read_on: Callable[[], Page | None]) -> None:
        self.voice, self._marked, self._read_on = voice, marked, read_on
        self._left: list[Phrase] = []
        self._tick: Any = None

    @property
    def on(self) -> bool:
        """Whether it is reading."""
        return self._tick is not None

    def toggle(self, page: Page) -> None:
        """Begin with the first phrase of a page, or stop."""
        if self.on:
            self.stop()
            return
        self._left = list(phrases(page))
        self._tick = Clock.schedule_interval(self._go_on, LOOK)
        self._next()

    def stop(self) -> None:
        """Be silent."""
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
            self.voice.stop()
            self._left = []
            self._marked(None)

    def _go_on(self, _seconds: float) -> None:
        if not getattr(self.voice, "speaking", False):
            self._next()

    def _next(self) -> None:
        while not self._left:
            page = self._read_on()
            if page is None:
                self.stop()
                return
            self._left = list(phrases(page))
        phrase = self._left.pop(0)
        self._marked(phrase)
        self.voice.say(phrase.text)
