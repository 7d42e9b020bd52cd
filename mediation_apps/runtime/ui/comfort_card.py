"""The card "Mes réglages": what to ask a librarian for, on the screen and as a text to take home."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from kiosk.ui.theme import HEAD, SMALL, TITLE
from kiosk.ui.widgets.layouts import Column, Flow, Sheet
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.play.base import Write
from mediation_apps.runtime.play.reading import ReadingState
from mediation_apps.runtime.ui.beat_view import bench_of
from mediation_apps.runtime.ui.grid_view import Tool
from mediation_apps.runtime.ui.host import Host


class CardView(Column):
    """The card "Mes réglages": what to ask a librarian for."""

    def __init__(self, host: Host, state: ReadingState, **kwargs: Any) -> None:
        super().__init__(gap=16, **kwargs)
        self._host, self.state, self.bench = host, state, bench_of(host)
        self.sheet = Sheet(gap=8, edge="action")
        self.add_widget(self.sheet)
        if self.bench is not None:
            row = Flow(gap=10)
            tool = Tool("home", text=_("Copier sur la clé"), icon="usb_flash_drive", kind="quiet")
            tool.bind(on_release=lambda *_: self._take_home())
            row.add_widget(tool)
            self.add_widget(row)
        self.show(state)
        Clock.schedule_once(lambda _dt: self._go_on(), 0)

    def _go_on(self) -> None:
        kept = self.bench.notes.get("comfort") if self.bench is not None else None
        if kept and kept != self.state.comfort.line():
            self._host.give(Write("comfort", kept))

    def show(self, state: ReadingState) -> None:
        """One line a setting."""
        self.state = state
        self.sheet.clear_widgets()
        self.sheet.add_widget(Text(words=_("Mes réglages de lecture"), units=TITLE, weight="bold"))
        self.sheet.add_widget(Text(words=_("À montrer à la bibliothèque, à la librairie, à l’école."), units=SMALL, paint="mute"))
        for name, value in state.comfort.card():
            self.sheet.add_widget(Text(words=f"{name} : {value}", units=HEAD, weight="semibold"))

    def words(self) -> str:
        """The card as a text."""
        return "\r\n".join([_("Mes réglages de lecture"), "", *(f"{name} : {value}" for name, value in self.state.comfort.card()), ""])

    def _take_home(self) -> None:
        data = self.words().encode("utf-8-sig")  # the Notepad of the house understands it
        told = lambda words, written: self._host.tell(_("Copié sur la clé : {name}").format(name=words) if written else words)  # noqa: E731
        self.bench.take_home(lambda: data, "mes-reglages", "txt", told)
