"""Around the facets: the column's panel, the sheet that holds it on small screens, a short list of choices.

Guarantees: one column of facets, moved between panel and sheet, never two that could differ; a dialogue closes by its
button, by Escape, or by touching beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.i18n import _, count_of
from kiosk.ui.theme import SMALL, look
from kiosk.ui.widgets import damage
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller
from kiosk.ui.widgets.text import Style, width_of
from kiosk.ui.widgets.texts import Panel, Text


class HereSwitch(Pressable):
    """ "En rayon ici": what can be taken home at once."""

    def __init__(self, **kwargs: Any) -> None:
        self.on, self.count = False, 0
        self.toggled: Callable[[], None] = lambda: None
        super().__init__(size_hint_y=None, **kwargs)
        self.height = look().target

    def on_release(self, *_: object) -> None:
        """Turn it."""
        self.toggled()

    def label(self) -> str:
        """Its words, the count, and whether it is on."""
        return " ".join(filter(None, (_("En rayon ici"), count_of(self.count), _("coché") if self.on else "")))

    @staticmethod
    def style() -> Style:
        """How its count is written."""
        return Style(look().font(SMALL), Weight.BOLD)

    def draw(self, painter: Painter, area: Area) -> None:
        """A switch after its words."""
        painter.box(area, "ok" if self.on else "ok_soft", look().px(16))
        ink = "on_action" if self.on else "ok_deep"
        row = area.inset(look().px(14), 0)
        painter.icon(row.cut_left(look().px(22), look().px(8)), "check" if self.on else "map_marker", ink, 22)
        wide = width_of(count_of(self.count), self.style())
        painter.lines(row.cut_right(wide, look().px(8)), (count_of(self.count),), self.style(), ink)
        painter.text(row, _("En rayon ici"), ink, SMALL, Weight.BOLD)


class FacetPanel(Panel):
    """The right-hand column."""

    def __init__(self, column: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.column = column
        self.here = HereSwitch()
        for part in (self, self.here):
            damage.patch(part)
        self.scroller = Scroller()
        self.scroller.add_widget(column)
        self.add_widget(self.scroller)
        self.fbind("pos", self.place)
        self.fbind("size", self.place)

    def show_here(self, count: int | None, on: bool, toggled: Callable[[], None]) -> None:
        """Offer what is on the shelf here, when the kiosk knows where it is."""
        if count is None:
            if self.here.parent:
                self.remove_widget(self.here)
                self.place()
            return
        self.here.toggled = toggled
        if (self.here.on, self.here.count) != (on, count):
            self.here.on, self.here.count = on, count
            self.here.redraw()
        if not self.here.parent:
            self.add_widget(self.here, index=len(self.children))
            self.place()

    def place(self, *_: object) -> None:
        """The switch above, the column below."""
        area = self.area.inset(0, look().px(10))
        if self.here.parent:
            top = area.cut_top(look().target, look().px(6)).inset(look().px(12), 0)
            self.here.pos, self.here.size = top.pos, top.size
        self.scroller.pos, self.scroller.size = area.pos, area.size


class Dialogue(Sheet):
    """A sheet of paper over the screen: a title, a close button, what it is about."""

    def __init__(self, desk: Any, title: str, width_units: float = 560, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), width=min(look().px(width_units), look().width - look().px(32)), **kwargs)
        head = BoxLayout(size_hint_y=None, height=look().target, spacing=look().px(10))
        head.add_widget(Text(words=title, units=26, weight="bold", fit=False, most=2))
        head.add_widget(Button(kind="quiet", icon="close", spoken=_("Fermer"), on_release=lambda *_a: desk.close_overlay()))
        self.add_widget(head)


class FilterSheet(Dialogue):
    """The facets on a small screen; what they find is told at the foot."""

    def __init__(self, desk: Any, column: Any, found: Callable[[], str]) -> None:
        super().__init__(desk, _("Filtrer"), 620)
        tall = look().height - look().px(48 + 40 + 24) - 2 * look().target
        scroller = Scroller(size_hint_y=None, height=tall)
        if column.parent is not None:
            column.parent.remove_widget(column)
        scroller.add_widget(column)
        self.add_widget(scroller)
        self.add_widget(
            Button(kind="primary", text=_("Voir les résultats"), size_hint_x=1, on_release=lambda *_a: desk.close_overlay(), hug=False)
        )


def choose(desk: Any, title: str, choices: list[tuple[str, bool, Callable[[], None]]]) -> None:
    """Offer a short list; the present choice is marked."""
    sheet = Dialogue(desk, title, 460)
    for words, chosen, act in choices:

        def take(_button: Any, act: Callable[[], None] = act) -> None:
            desk.close_overlay()
            act()

        button = Button(
            kind="primary" if chosen else "quiet", icon="check" if chosen else "", text=words, hug=False, size_hint_x=1, align="left"
        )
        button.bind(on_release=take)
        sheet.add_widget(button)
    desk.overlay(sheet)
