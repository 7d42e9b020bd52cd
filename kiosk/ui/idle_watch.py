"""Watches whether somebody is still there: warns, wipes, and calls the invitation back.

Guarantees: one timer, none per touch; the warning stands at least 30 seconds and one touch or key takes it away; after a
wipe nothing of the visit is left in what this package caches (measured and drawn texts included).
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from kivy.clock import Clock

from kiosk.session import IdlePhase, Session
from kiosk.ui.i18n import _
from kiosk.ui.screens.idle import IdleWarning
from kiosk.ui.widgets import text

WORDLESS = frozenset({"icons", "fonts", "shapes", "covers"})
RESTING = "attract"  # the screen shown when nobody is there


class IdleWatch:
    """`desk` shows things, `session` knows the time. Call `alive` at each touch and key."""

    def __init__(self, desk: Any, session: Session, resting: str = RESTING) -> None:
        self._desk, self._session, self._resting = desk, session, resting
        self._warning: IdleWarning | None = None
        self._timer: Any = None
        session.on_wipe(forget_texts)
        self._started = Clock.time()
        self._wait(session.policy.idle)

    def close(self) -> None:
        """End the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._end_warning()

    def alive(self) -> None:
        """Somebody touched something."""
        before = self._session.present
        self._session.touch(Clock.time())
        if self._warning is not None:
            self._end_warning()
            self._plan()
        elif not before:
            self._desk.shell.end_toast()  # what was said to the person before
            self._plan()

    def finish(self) -> None:
        """The person says they are done: the same end as by waiting, at once, and it is said."""
        shell, words = self._desk.shell, _("Merci de votre visite. Tout est effacé.")
        aloud = shell.speaking
        self.leave()
        self._desk.toast(words, "check")
        if aloud:
            shell.speech.say(words)

    def leave(self) -> None:
        """End the visit: nothing of it stays."""
        self._end_warning()
        self._session.wipe()
        self._desk.shell.silence()
        forget = getattr(self._desk.shell.speech, "forget", None)
        if forget is not None:
            forget()
        self._rest()
        gc.collect()
        self._wait(self._session.policy.idle)

    def _rest(self) -> None:
        """Call the invitation back, unless what is shown must go on without anybody."""
        screen = self._desk.navigator.screen
        if screen is None or not screen.stays:
            self._desk.navigator.restart(self._resting)

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = Clock.schedule_once(self._look, max(0.05, seconds))

    def _plan(self) -> None:
        after = self._session.next_change(Clock.time())
        self._wait(self._session.policy.idle if after is None else after + 0.01)

    def _look(self, *_: object) -> None:
        phase = self._session.phase(Clock.time())
        if phase is IdlePhase.OVER:
            self.leave()
            return
        if phase is IdlePhase.AWAY:
            screen, place = self._desk.navigator.screen, self._desk.navigator.place
            if screen is not None and screen.stays:
                self._wait(self._session.policy.idle)  # looked at again: it ends some day
            elif place is None or place.name != self._resting:
                self._desk.navigator.restart(self._resting)
            return  # nothing more to do until somebody comes
        if phase is IdlePhase.WARNING and self._warning is None:
            self._warn()
        self._plan()

    def _warn(self) -> None:
        self._warning = IdleWarning(lambda: self._session.remaining(Clock.time()), self.alive)
        self._desk.overlay(self._warning)
        self._desk.say(self._warning.label())

    def _end_warning(self) -> None:
        warning, self._warning = self._warning, None
        if warning is not None:
            warning.close()
            if self._desk.shell.dialogue is warning:
                self._desk.close_overlay()


def forget_texts() -> None:
    """Measured and drawn texts, rows, codes, landscapes: what was looked at or typed may be in any cache of the screens.

    Every one is emptied, but those that only ever hold shapes, icons and fonts.
    """
    text.forget_pictures()
    for name, module in tuple(sys.modules.items()):
        if name.startswith("kiosk.ui.") and name.rpartition(".")[2] not in WORDLESS:
            for value in tuple(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()
