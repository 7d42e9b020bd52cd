"""The list on the phone: codes to scan one after the other, and the same list in words, to be photographed.

Guarantees: asks the network for nothing and the patron for nothing; a code is shown only when a camera can read it at
this size; what the code holds is beside it in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.errors import NotFound
from kiosk.handover import Capacity, Entry, HandoverFormat, Page, Wording, capacity, pages
from kiosk.ui import snapshots
from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets import layouts, qr  # noqa: F401  (named by handover.kv)
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.scroller import Scroller  # noqa: F401
from kiosk.ui.widgets.texts import Text

LANE = "handover"


def entries_of(catalogue: Any, record_ids: Sequence[str], own: str, today: date) -> tuple[Entry, ...]:
    """Read the records of a list; those that have left the catalogue meanwhile are left out."""
    branches, found = catalogue.branches(), []
    for record_id in record_ids:
        try:
            found.append(snapshots.handover_entry(catalogue.get(record_id), branches, own, today))
        except NotFound:
            continue
    return tuple(found)


class HandoverScreen(Screen):
    """`show(record_ids=…)`: a basket, or one record."""

    page_text = StringProperty("")
    number = NumericProperty(0)
    count = NumericProperty(0)
    phone = StringProperty(HandoverFormat.TEXT.value)
    one_link = BooleanProperty(False)
    mm_per_px = NumericProperty(0.0)

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._pages: tuple[Page, ...] = ()
        self._ids: tuple[str, ...] = ()
        super().__init__(desk, **kwargs)
        width_mm = look().width_mm or desk.settings.width_mm
        self.mm_per_px = width_mm / look().width if width_mm else 0.0
        self._later = Clock.create_trigger(self._paginate, -1)
        self.ids.code.fbind("size", self._later)

    def show(self, record_ids: Sequence[str] = (), page: int = 0, phone: str = "", **_args: Any) -> None:
        """Ask for the records."""
        self._ids = tuple(record_ids)
        self.number = page
        self.phone = phone if phone in {f.value for f in HandoverFormat} else HandoverFormat.TEXT.value
        own, today = self.desk.settings.branch, date.today()
        self.desk.ask(LANE, lambda catalogue: entries_of(catalogue, self._ids, own, today), self._found)

    def leave(self) -> None:
        """Forget the list."""
        self.desk.forget(LANE)
        self._entries, self._pages, self.page_text = (), (), ""

    def state(self) -> Mapping[str, Any]:
        """Which code was shown."""
        return {"page": int(self.number), "phone": self.phone}

    def title(self) -> str:
        """What is said on arrival."""
        return _("Sur mon téléphone. Visez le carré avec l’appareil photo.")

    def _found(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self.one_link = len(entries) == 1 and bool(entries[0].url) and not entries[0].places
        self._paginate()

    def choose(self, phone: str) -> None:
        """Android or iPhone."""
        self.phone, self.number = phone, 0
        self._paginate()

    def turn(self, step: int) -> None:
        """The next code, or the one before."""
        self.number = min(max(0, self.number + step), max(0, self.count - 1))
        self._show_page()
        self.desk.say(self.count_words())

    def count_words(self) -> str:
        """ "Code 1 sur 3"."""
        return _("Code {number} sur {count}").format(number=int(self.number) + 1, count=int(self.count)) if self.count > 1 else ""

    def fit(self) -> Capacity | None:
        """How large a code may be where it stands."""
        code = self.ids.code
        return capacity(min(code.width, code.height), self.mm_per_px)

    def _paginate(self, *_args: object) -> None:
        fit = self.fit()
        if not self._entries:
            self._pages = ()
        elif self.one_link and self._entries[0].url:
            self._pages = (Page(self._entries[0].url, 0, 1, 1, 1),)
        elif fit is None:  # no readable code fits here: the list alone, in pages of a screen
            self._pages = (Page("", 0, len(self._entries), 1, 1),)
        else:
            wording = Wording(_("Ma liste à la bibliothèque"), self.desk.settings.branch_name or "")
            self._pages = pages(self._entries, HandoverFormat(self.phone), fit, wording, date.today())
        self.count = len(self._pages)
        self.number = min(self.number, max(0, self.count - 1))
        self._show_page()

    def _show_page(self) -> None:
        rows = self.ids.rows
        rows.clear_widgets()
        if not self._pages:
            self.page_text = ""
            return
        page = self._pages[int(self.number)]
        self.page_text = page.text
        self.ids.count.text = self.count_words()
        self.ids.before.enabled = self.number > 0
        self.ids.after.enabled = self.number + 1 < self.count
        self.ids.pager.opacity = 1 if self.count > 1 else 0
        for entry in self._entries[page.first : page.end]:
            rows.add_widget(_row(entry))
        self._mark_phone()

    def _mark_phone(self) -> None:
        agenda = self.phone == HandoverFormat.AGENDA.value
        self.ids.android.selected, self.ids.iphone.selected = not agenda, agenda
        if self.one_link:
            words = _("Touchez l’adresse qui apparaît : elle s’ouvrira dès que votre téléphone aura une connexion.")
        elif agenda:
            words = _("Touchez ce qui apparaît, puis « Ajouter » : la liste reste dans votre agenda, à la date du jour.")
        else:
            words = _("Touchez ce qui apparaît : c’est votre liste, à copier ou à garder.")
        self.ids.what.words = words


def _row(entry: Entry) -> Any:
    column = layouts.Column(gap=2)
    by = f"{entry.title} — {entry.by}" if entry.by else entry.title
    column.add_widget(Text(words=by, weight="semibold", most=2))
    for place in entry.places[:2]:
        column.add_widget(Text(words=place, units=SMALL, paint="ok_deep", weight="medium", most=1))
    if entry.url and not entry.places:
        column.add_widget(Text(words=_("En ligne"), units=SMALL, paint="mute"))
    return column


__all__ = ["Button", "HandoverScreen", "entries_of"]
