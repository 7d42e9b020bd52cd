"""The agenda: workshops and meetings, soonest first; one of them in full when chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kiosk.domain import Event
from kiosk.store.hits import Hit
from kiosk.ui import labels
from kiosk.ui.i18n import _, ngettext
from kiosk.ui.navigation import Screen
from kiosk.ui.screens.basket import read_hits
from kiosk.ui.theme import HEAD, SMALL, TITLE, look
from kiosk.ui.widgets import layouts, scroller, shelf
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.rows import FactRow
from kiosk.ui.widgets.states import State
from kiosk.ui.widgets.text import Style, line_height, wrap
from kiosk.ui.widgets.texts import Text

LANE: Final = "agenda"
SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class EventView:
    """One event with its words; `here` when it is in this library."""

    event: Event
    place: str
    here: bool

    @property
    def second(self) -> str:
        """ "14 h – 16 h · Barrême · dès 12 ans"."""
        return " · ".join(part for part in (labels.hours(self.event.starts, self.event.ends), self.place, self.event.audience) if part)


@dataclass(frozen=True, slots=True)
class AgendaView:
    """Every event to come, and the covers of the one chosen."""

    events: tuple[EventView, ...]
    chosen: EventView | None = None
    hits: tuple[Hit, ...] = ()


def read_agenda(catalogue: Any, event_id: str, own: str, now: str) -> AgendaView:
    """Read what is to come, this library first on the same day."""
    names = {b.code: b.name for b in catalogue.branches()}
    found = [EventView(e, e.place or names.get(e.branch, e.branch), bool(own) and e.branch == own) for e in catalogue.events(now)]
    found.sort(key=lambda v: (v.event.starts[:10], not v.here, v.event.starts))
    chosen = next((v for v in found if v.event.id == event_id), None)
    hits = tuple(read_hits(catalogue, chosen.event.record_ids[:12])) if chosen else ()
    return AgendaView(tuple(found[:SHOWN]), chosen, hits)


class EventCard(Pressable):
    """The day on a leaf, the title, then when and where."""

    def __init__(self, view: EventView, **kwargs: Any) -> None:
        self.view = view
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.spoken = ", ".join((labels.day_of_week(view.event.starts), view.event.title, view.second))
        self.fbind("width", self._measure)
        self._measure()

    def _styles(self) -> tuple[Style, Style]:
        return Style(look().font(HEAD), Weight.BOLD, 1.2), Style(look().font(SMALL), Weight.MEDIUM, 1.3)

    def _lines(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        title, second = self._styles()
        room = max(60, int(self.width) - look().px(16 * 2 + 20) - look().tall(84))
        return wrap(self.view.event.title, title, room, 3), wrap(self.view.second, second, room, 2)

    def _measure(self, *_args: object) -> None:
        (title, second), (first, then) = self._styles(), self._lines()
        self.height = max(look().tall(84), line_height(title) * len(first) + line_height(second) * len(then)) + look().px(32)

    def draw(self, painter: Painter, area: Area) -> None:
        """On paper; the leaf is pine here, lavender elsewhere."""
        painter.box(area, "action_soft" if self.pressed else "paper", look().px(20))
        row = area.inset(look().px(16), look().px(16))
        side = look().tall(84)
        leaf = row.cut_left(side, look().px(20)).middle(side, side)
        tone = "ok" if self.view.here else "action"
        painter.box(leaf, f"{tone}_soft", look().px(18))
        try:
            when = datetime.fromisoformat(self.view.event.starts)
        except ValueError:
            painter.icon(leaf, "calendar", f"{tone}_deep", 40)
        else:
            inner = leaf.inset(0, look().px(8))
            painter.text(
                inner.cut_bottom(inner.height * 0.4), labels.short_month(when.month), f"{tone}_deep", 16, Weight.SEMIBOLD, align="center"
            )
            painter.text(inner, str(when.day), f"{tone}_deep", 32, Weight.BOLD, align="center")
        (title, second), (first, then) = self._styles(), self._lines()
        block = row.middle(row.width, line_height(title) * len(first) + line_height(second) * len(then))
        painter.lines(block.cut_top(line_height(title) * len(first)), first, title, "ink")
        painter.lines(block, then, second, "mute")


class AgendaScreen(Screen):
    """`show(event_id=…)`: all events, or one."""

    many = True

    _view: AgendaView | None = None
    _id = ""

    def show(self, event_id: str = "", **_args: Any) -> None:
        """Ask."""
        self._id = event_id
        own, now = self.desk.settings.branch, datetime.now().isoformat(timespec="minutes")
        self.desk.ask(LANE, lambda catalogue: read_agenda(catalogue, event_id, own, now), self._shown)

    def leave(self) -> None:
        """Want no more answers."""
        self.desk.forget(LANE)

    def state(self) -> Mapping[str, Any]:
        """Which event was open."""
        return {"event_id": self._id}

    def title(self) -> str:
        """What is said on arrival."""
        if self._view is None or self._view.chosen is None:
            return _("L’agenda")
        chosen = self._view.chosen
        return f"{chosen.event.title}. {labels.day_of_week(chosen.event.starts)}. {chosen.second}. {chosen.event.description}"

    def _shown(self, view: AgendaView) -> None:
        self._view = view
        page = self.ids.page
        page.clear_widgets()
        for widget in self._one(view, view.chosen) if view.chosen else self._all(view):
            page.add_widget(widget)
        if view.chosen:
            self.desk.say(self.title())

    def _all(self, view: AgendaView) -> list[Any]:
        found: list[Any] = [Text(words=_("L’agenda"), units=36, weight="bold")]
        if not view.events:
            words = _("Les prochains ateliers seront annoncés ici.")
            return [State("calendar", _("Rien de prévu pour l’instant"), words, (_("Accueil"), "home", lambda: self.desk.go("home")))]
        today = date.today()
        for event in view.events:
            card = EventCard(event)
            card.bind(on_release=lambda _c, i=event.event.id: self.desk.go("agenda", event_id=i))
            found.append(card)
        found.insert(1, Text(words=_("À partir du {day}").format(day=labels.day(today.isoformat())), paint="mute"))
        return found

    def _one(self, view: AgendaView, chosen: EventView) -> list[Any]:
        event, today = chosen.event, date.today()
        found: list[Any] = [
            Text(words=event.title, units=36, weight="bold", leading=1.2),
            Text(words=labels.day_of_week(event.starts, today).capitalize(), units=TITLE, weight="semibold", paint="ok_deep"),
        ]
        facts = (
            (_("Heure"), labels.hours(event.starts, event.ends)),
            (_("Lieu"), chosen.place),
            (_("Pour qui"), event.audience),
            (_("Places"), ngettext("{n} place", "{n} places", event.seats).format(n=event.seats) if event.seats else ""),
        )
        found += [FactRow(name, value) for name, value in facts if value]
        found += [Text(words=p.strip(), units=HEAD, leading=1.45) for p in event.description.split("\n") if p.strip()]
        found.append(Text(words=_("Pour vous inscrire, demandez à l’accueil."), weight="semibold"))
        if view.hits:
            found.append(Text(words=_("Pour aller plus loin"), units=TITLE, weight="bold"))
            covers = shelf.Shelf(least=150)
            covers.fill(view.hits, lambda record_id: self.desk.go("notice", record_id=record_id), self.desk.covers)
            found.append(covers)
        button = Button(text=_("Tout l’agenda"), icon="calendar")
        button.bind(on_release=lambda *_a: self.desk.go("agenda", event_id=""))
        return [*found, button]


__all__ = ["AgendaScreen", "layouts", "read_agenda", "scroller"]
