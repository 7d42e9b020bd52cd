"""The invitation: what the screen shows when nobody is there. Few people stop at a screen unless it calls them.

Guarantees: any touch stops it at once and opens the home; it can be paused; one drawing every few seconds and nothing in
between, so that an idle kiosk uses no processor; without motion it is one still picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty

from kiosk.search.port import Query
from kiosk.store.hits import Hit, works
from kiosk.ui import labels
from kiosk.ui.i18n import _, count_of
from kiosk.ui.navigation import Screen
from kiosk.ui.screens.basket import read_hits
from kiosk.ui.theme import RUBRICS, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.covers import RATIO, Face, paint_cover
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, wrap

LANE: Final = "attract"
COVERS: Final = 6


@dataclass(frozen=True, slots=True)
class Slide:
    """One picture: what is said large, the second line, covers, an icon when there are none."""

    large: str
    second: str = ""
    hits: tuple[Hit, ...] = ()
    icon: str = "hand_pointing_right"
    colour: str = "lavender"


def read_slides(catalogue: Any, own: str, now: str) -> tuple[Slide, ...]:
    """An invitation, the librarians' selections, the next workshop here."""
    total = catalogue.engine.search(Query(), 1).total
    second = _("{n} livres, films, musiques et jeux").format(n=count_of(total)) if total else ""
    chosen = [(s, read_hits(catalogue, s.record_ids[:COVERS])) for s in catalogue.selections()[:COVERS]]
    mixed = works((hits[n] for n in range(COVERS) for _selection, hits in chosen if n < len(hits)), COVERS)  # one of each, then again
    slides = [Slide(_("Touchez l’écran"), second, mixed)]
    slides += [Slide(s.title, _("Choisi par vos bibliothécaires"), tuple(hits)) for s, hits in chosen[:4] if hits]
    events = [e for e in catalogue.events(now) if not own or e.branch in ("", own)]
    for event in events[:1]:
        when = " · ".join(part for part in (labels.day_of_week(event.starts), labels.hours(event.starts)) if part)
        slides.append(Slide(event.title, when, (), "calendar_star"))
    return tuple(Slide(s.large, s.second, s.hits, s.icon, RUBRICS[(4 + n) % len(RUBRICS)]) for n, s in enumerate(slides))


class Poster(Drawn):
    """Draws one slide over the whole screen."""

    number = NumericProperty(0)

    redraw_on = ("number",)

    def __init__(self, **kwargs: Any) -> None:
        self.slides: tuple[Slide, ...] = (Slide(_("Touchez l’écran")),)
        super().__init__(**kwargs)

    @property
    def slide(self) -> Slide:
        """The one shown."""
        return self.slides[int(self.number) % len(self.slides)]

    def draw(self, painter: Painter, area: Area) -> None:
        """A coloured sky, large words, covers standing on the foot of the screen."""
        slide = self.slide
        painter.fill(area, slide.colour)
        margin = look().px(64 if look().form is Form.WIDE else 40)
        room = area.inset(margin, margin)
        room.cut_bottom(look().target)  # the pause button's line
        if slide.hits:
            self._covers(painter, room.cut_bottom(room.height * (0.5 if look().form is not Form.TALL else 0.46), look().px(24)), slide)
        else:
            side = look().px(220 if look().form is not Form.COMPACT else 150)
            place = room.cut_right(side, margin) if look().form is not Form.TALL else room.cut_bottom(side * 2)
            painter.icon(place, slide.icon, "on_rubric", px=side)
        self._words(painter, room, slide)

    def _words(self, painter: Painter, room: Area, slide: Slide) -> None:
        large, second = Style(look().font(76), Weight.BOLD, 1.12), Style(look().font(30), Weight.MEDIUM, 1.3)
        lines = wrap(slide.large, large, room.width, 2 if look().form is Form.COMPACT else 3)
        more = wrap(slide.second, second, room.width, 2)
        block = room.middle(room.width, line_height(large) * len(lines) + line_height(second) * len(more) + look().px(12))
        painter.lines(block.cut_top(line_height(large) * len(lines), look().px(12)), lines, large, "on_rubric")
        painter.lines(block, more, second, "on_rubric", valign="top")

    def _covers(self, painter: Painter, room: Area, slide: Slide) -> None:
        gap = look().px(20)
        many = min(len(slide.hits), COVERS)
        rows = 2 if look().form is Form.TALL and many > 3 else 1
        columns = -(-many // rows)
        wide = min((room.width - gap * (columns - 1)) / columns, (room.height - gap * (rows - 1)) / rows / RATIO)
        tall = round(wide * RATIO)
        for number, hit in enumerate(slide.hits[:many]):
            row, column = divmod(number, columns)
            x = room.x + round(column * (wide + gap))
            place = Area(x, room.top - (row + 1) * tall - row * gap, round(wide), tall)
            painter.shadow(place, look().px(10), look().px(18), 0.35)
            paint_cover(painter, place, Face(hit.id, hit.title, hit.authors, labels.kind_icon(hit.kind)))


class AttractScreen(Screen):
    """Nobody is there."""

    header = False
    bar = False
    paused = BooleanProperty(False)

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(desk, **kwargs)
        self._turning: Any = None
        self.poster = Poster()
        self.pause = Button(kind="paper", icon="pause", text=_("Pause"), on_release=lambda *_a: self.toggle())
        self.add_widget(self.poster)
        self.poster.add_widget(self.pause)
        for name in ("pos", "size"):
            self.poster.fbind(name, self._place)

    def show(self, **_args: Any) -> None:
        """Ask for what to show; the first picture needs nothing."""
        own, now = self.desk.settings.branch, datetime.now().isoformat(timespec="minutes")
        self.desk.ask(LANE, lambda catalogue: read_slides(catalogue, own, now), self._read, lambda _error: None)
        self._turn_on()

    def leave(self) -> None:
        """Stop turning."""
        self.desk.forget(LANE)
        self._turn_off()

    def title(self) -> str:
        """What is said of the screen."""
        return f"{self.poster.slide.large}. {self.poster.slide.second}"

    def toggle(self) -> None:
        """Pause, or go on."""
        self.paused = not self.paused
        self.pause.text = _("Reprendre") if self.paused else _("Pause")
        self.pause.icon = "play" if self.paused else "pause"
        self._turn_off() if self.paused else self._turn_on()

    def on_touch_down(self, touch: Any) -> bool:
        """The pause button, or anywhere: in."""
        if self.pause.collide_point(*touch.pos):
            return bool(self.pause.on_touch_down(touch))
        self.enter()
        return True

    def enter(self) -> None:
        """Somebody is here."""
        self._turn_off()
        self.desk.navigator.restart("home")

    def stops(self) -> list[Any]:
        """The whole screen is one way in, for keys too."""
        from kiosk.ui.widgets.base import Stop, window_area

        return [Stop(self, window_area(self), self.title(), self.enter)]

    def _read(self, slides: tuple[Slide, ...]) -> None:
        self.poster.slides = slides
        self.poster.redraw()
        self._turn_on()

    def _turn_on(self) -> None:
        self._turn_off()
        if look().motion and not self.paused and len(self.poster.slides) > 1:
            self._turning = Clock.schedule_interval(self._turn, max(3.0, self.desk.settings.attract_seconds))

    def _turn_off(self) -> None:
        if self._turning is not None:
            self._turning.cancel()
            self._turning = None

    def _turn(self, *_args: object) -> None:
        self.poster.number = (self.poster.number + 1) % len(self.poster.slides)

    def _place(self, *_args: object) -> None:
        margin = look().px(32)
        self.pause.pos = (round(self.poster.right - self.pause.width - margin), round(self.poster.y + margin * 0.75))
