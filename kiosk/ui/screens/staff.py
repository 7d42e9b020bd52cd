"""The librarians' page, behind their code: what became of the holds taken here, and how the kiosk is.

Guarantees: nothing in it tells whose a hold is; the code is never said aloud nor shown, wrong ones make one wait longer and
longer; leaving the page closes it, the code is asked again.
"""

from __future__ import annotations

import hmac
import time
from datetime import date, datetime
from typing import Any, Final

from kivy.properties import StringProperty

from kiosk.domain import Branch, Hold, HoldState
from kiosk.ui import labels
from kiosk.ui.home_view import line_words
from kiosk.ui.i18n import _, count_of, ngettext
from kiosk.ui.navigation import Screen
from kiosk.ui.screens.signin import CardField
from kiosk.ui.theme import HEAD, SMALL, TITLE, look
from kiosk.ui.widgets import keyboard, layouts, scroller  # noqa: F401  (named by staff.kv)
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.rows import Note
from kiosk.ui.widgets.texts import Icon, Text  # noqa: F401

LANE: Final = "staff"
TRIES: Final = 3  # wrong codes without waiting
WAIT: Final = 30.0  # seconds after the third, doubled with each one more
LONGEST: Final = 3600.0
FINAL: Final = (HoldState.ACCEPTED, HoldState.REFUSED, HoldState.EXPIRED, HoldState.CANCELLED)


class CodeField(CardField):
    """Digits that nobody reads over a shoulder."""

    def shown(self) -> str:
        """A dot a digit."""
        return "•" * len(self.text)


class Lock:
    """Counts wrong codes, for as long as the kiosk runs. `now` is in seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._wrong = 0
        self._until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until another code may be tried."""
        return max(0.0, self._until - now)

    def opens(self, given: str, wanted: str, now: float) -> bool:
        """Compare in constant time; count what is wrong."""
        if not wanted or self.wait(now):
            return False
        if hmac.compare_digest(given.encode(), wanted.encode()):
            self._wrong = 0
            return True
        self._wrong += 1
        if self._wrong >= TRIES:
            self._until = now + min(LONGEST, WAIT * (1 << min(self._wrong - TRIES, 10)))
        return False


_lock = Lock()


def state_line(hold: Hold, places: dict[str, str], today: date) -> tuple[str, str, str]:
    """What the librarian reads of one hold: words, icon, tone."""
    where = _("retrait : {place}").format(place=places.get(hold.pickup, hold.pickup))
    when = _("demandé le {day}").format(day=labels.day(hold.placed_at[:10], today))
    said = {
        HoldState.ACCEPTED: (_("Transmise"), "check", "ok"),
        HoldState.REFUSED: (_("Refusée : {reason}").format(reason=hold.reason), "close", "warn"),
        HoldState.EXPIRED: (_("Jamais partie : {reason}").format(reason=hold.reason), "alert", "warn"),
        HoldState.CANCELLED: (_("Annulée par la personne"), "undo", "action"),
    }
    words, icon, tone = said.get(hold.state, (_("En attente d’une connexion"), "clock_outline", "action"))
    return f"{words}. {hold.title} · {where} · {when}", icon, tone


class StaffScreen(Screen):
    """`show()`: asks for the code, then tells."""

    message = StringProperty("")

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        self._places: dict[str, str] = {}
        self._open = False
        super().__init__(desk, **kwargs)
        code, pad = self.ids.code, self.ids.pad
        code.edit = desk.edit
        code.bind(on_enter=lambda *_a: self.check(), on_text_changed=lambda *_a: self._written())
        pad.bind(
            on_text=lambda _k, text: code.insert(text),
            on_erase=lambda _k: code.erase(),
            on_clear=lambda _k: code.clear(),
            on_enter=lambda _k: self.check(),
        )

    def show(self, **_args: Any) -> None:
        """Wait for the code."""
        self.desk.edit(self.ids.code)

    def leave(self) -> None:
        """Forget the code and what was shown."""
        self.ids.code.put("")
        self.ids.pad.release_all()
        self.desk.forget(LANE)
        if self.desk.link is not None:
            self.desk.link.forget(LANE)

    def title(self) -> str:
        """What is said on arrival."""
        return _("Page des bibliothécaires. Tapez votre code.")

    def _written(self) -> None:
        self.message = ""

    def check(self) -> None:
        """The code is whole."""
        wait = _lock.wait(time.monotonic())
        if _lock.opens(str(self.ids.code.text), self.desk.settings.staff_code, time.monotonic()):
            self.desk.shell.stop_editing()
            self._enter()
            return
        self.ids.code.put("")
        left = int(_lock.wait(time.monotonic()) or wait)
        self.message = _("Ce n’est pas ce code.")
        if left:
            self.message = ngettext("Attendez {n} seconde.", "Attendez {n} secondes.", left).format(n=left)
        self.desk.say(self.message)

    # -- what librarians read -----------------------------------------------------------------------------------------

    def _enter(self) -> None:
        self._open = True
        self.clear_widgets()
        page = layouts.Column(gap=14, padding=[look().px(32), look().px(8), look().px(32), look().px(24)])
        self._page = page
        room = scroller.Scroller()
        room.add_widget(page)
        self.add_widget(room)
        self.desk.ask(LANE, lambda catalogue: (catalogue.branches(), catalogue.stats(), catalogue.updated_at()), self._read)

    def _read(self, found: tuple[tuple[Branch, ...], Any, str]) -> None:
        branches, stats, updated = found
        self._places = {b.code: b.name for b in branches}
        self._facts = (
            ("wifi", line_words(self.desk.home.line(), updated, datetime.now().astimezone())),
            (
                "bookshelf",
                ngettext("{n} document au catalogue", "{n} documents au catalogue", stats.records).format(n=count_of(stats.records)),
            ),
        )
        link = self.desk.link
        if link is None:
            self._tell(())
        else:
            link.ask(LANE, lambda line: line.all_holds(), self._tell)

    def _tell(self, holds: tuple[Hold, ...]) -> None:
        if not self._open:
            return
        page, today = self._page, date.today()
        page.clear_widgets()
        page.add_widget(Text(words=_("Page des bibliothécaires"), units=34, weight="bold"))
        for icon, words in self._facts:
            page.add_widget(Note(words=words, icon=icon, tone="action"))
        page.add_widget(Text(words=_("Réservations prises sur cette borne"), units=TITLE, weight="bold"))
        if not holds:
            page.add_widget(Text(words=_("Aucune pour l’instant."), units=HEAD, paint="mute"))
        urgent = (HoldState.REFUSED, HoldState.EXPIRED)
        for hold in sorted(holds, key=lambda h: (h.state not in urgent, h.state in FINAL, h.placed_at)):
            words, icon, tone = state_line(hold, self._places, today)
            page.add_widget(Note(words=words, icon=icon, tone=tone))
            if hold.state in FINAL:
                row = layouts.Flow(align="right")
                row.add_widget(Button(kind="pill", text=_("Vu, retirer de la liste"), icon="check", on_release=self._dismiss(hold)))
                page.add_widget(row)
        words = _("Personne n’est nommé ici : le numéro de carte est effacé dès que la demande est partie ou abandonnée.")
        page.add_widget(Text(words=words, units=SMALL, paint="mute"))
        close = layouts.Wide(kind="primary", text=_("Fermer cette page"), icon="lock")
        close.bind(on_release=lambda *_a: self.desk.navigator.restart("home"))
        page.add_widget(close)

    def _dismiss(self, hold: Hold) -> Any:
        def seen(*_args: object) -> None:
            if self.desk.link is not None:
                self.desk.link.ask(LANE, lambda line: line.dismiss(hold.key), self._tell)

        return seen
