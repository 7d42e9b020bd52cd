"""The facilitator's screen: one sentence, a tile a tablet, what everybody is told.

Guarantees: it follows by itself (a change is drawn in the next frame, clocks once a second); whom to help is said by a sign and words.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.theme import BODY, DISPLAY, SMALL, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Flow
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime.flow import Run
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.room import Room, Tablet
from mediation_apps.runtime.session.wire import ENDED, FROZEN, RUNNING, WAITING
from mediation_apps.runtime.ui.projection import Projection

TAB, ENTER, SPACE = 9, 13, 32
OK, HELP, AWAY, FINISHED = "ok", "help", "away", "finished"
SIGNS = {
    OK: ("play", "ink", "paper", "line"),
    HELP: ("alert", "warn_deep", "warn_soft", "warn"),
    AWAY: ("wifi_off", "mute", "ground", "edge"),
}
SIGNS[FINISHED] = ("check", "ok_deep", "ok_soft", "ok")


def status(room: Room, tablet: Tablet, now: float) -> tuple[str, str]:
    """A tablet's sign and what is said of it."""
    if not tablet.connected:
        return AWAY, _("Injoignable depuis {n} s").format(n=max(0, round(now - tablet.seen)))
    if room.stuck(tablet, now):
        return HELP, _("À voir : rien depuis {n} min").format(n=max(1, round((now - tablet.moved) / 60)))
    if tablet.done >= room.pages:
        return FINISHED, _("A tout fini")
    done = ngettext("{n} faite", "{n} faites", tablet.done).format(n=tablet.done)
    return OK, _("Page {n} sur {total} · {done}").format(n=tablet.at + 1, total=room.pages, done=done)


def headline(room: Room, now: float) -> str:
    """The room in one sentence."""
    if not room.tablets:
        return _("Aucune tablette pour l’instant")
    kinds = [status(room, tablet, now)[0] for tablet in room.tablets]
    here = len(kinds) - kinds.count(AWAY)
    parts = [ngettext("{n} tablette", "{n} tablettes", here).format(n=here)]
    if kinds.count(HELP):
        parts.append(_("{n} à voir").format(n=kinds.count(HELP)))
    if kinds.count(AWAY):
        parts.append(ngettext("{n} injoignable", "{n} injoignables", kinds.count(AWAY)).format(n=kinds.count(AWAY)))
    if kinds.count(FINISHED):
        parts.append(ngettext("{n} a fini", "{n} ont fini", kinds.count(FINISHED)).format(n=kinds.count(FINISHED)))
    return ", ".join(parts)


class TabletTile(Pressable):
    """One tablet; pressing it shows its page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint=(None, None), **kwargs)
        self.shown: tuple[str, str, str, int, float] = ("", OK, "", -1, 0.0)

    def show(self, room: Room, tablet: Tablet, now: float) -> None:
        """Draw again only when something changed."""
        kind, words = status(room, tablet, now)
        shown = (tablet.name, kind, words, tablet.battery, tablet.done / max(1, room.pages))
        if shown != self.shown:
            self.shown = shown
            self.enabled = kind != AWAY
            self.spoken = _("{name}. {words}. Toucher pour projeter sa page").format(name=tablet.name, words=words)
            self.redraw()

    def draw(self, painter: Painter, area: Area) -> None:
        """Sign and name, battery, words, a bar."""
        name, kind, words, battery, share = self.shown
        icon, ink, ground, edge = SIGNS[kind]
        painter.box(area, ground, look().px(20))
        painter.outline(area, edge, look().px(20), look().px(3))
        row = area.inset(look().px(18), look().px(12))
        head = row.cut_top(look().tall(34), look().px(4))
        painter.icon(head.cut_left(look().tall(30), look().px(10)), icon, ink, px=look().tall(28))
        if battery >= 0:
            painter.text(
                head.cut_right(look().tall(64)),
                f"{battery} %",
                "mute" if battery > 15 else "warn_deep",
                SMALL,
                Weight.SEMIBOLD,
                align="right",
            )
        painter.text(head, name, ink, BODY, Weight.BOLD)
        groove = row.cut_bottom(look().px(10))
        painter.box(groove, "line", groove.height)
        if share > 0:
            painter.box(Area(groove.x, groove.y, max(groove.height, round(groove.width * share)), groove.height), "ok", groove.height)
        painter.text(row, words, ink, SMALL, Weight.SEMIBOLD, most=2, valign="top")


class Headline(Drawn):
    """Workshop, sentence, code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shown: tuple[str, str, str, str] = ("", "", "", "")

    def draw(self, painter: Painter, area: Area) -> None:
        """Left what is, right how to join."""
        title, sentence, code, step = self.shown
        row = area.inset(look().px(32), look().px(8))
        box = row.cut_right(look().tall(230), look().px(24))
        painter.box(box, "action_soft", look().px(20))
        inner = box.inset(look().px(18), look().px(6))
        painter.text(inner.cut_top(look().tall(30)), _("Code de la séance"), "action_deep", SMALL, Weight.SEMIBOLD, align="center")
        painter.text(inner, " ".join(code), "action_deep", DISPLAY, Weight.BOLD, align="center")
        painter.text(row.cut_top(look().tall(28)), f"{title} · {step}" if step else title, "mute", SMALL, Weight.SEMIBOLD)
        painter.text(row, sentence, "ink", DISPLAY if look().form is Form.WIDE else TITLE, Weight.BOLD, most=2)


class LeadView(Widget):
    """The whole screen. `order(phase, step)` tells everybody; `finish()` is called when the session ends."""

    def __init__(
        self,
        pack: Pack,
        room: Room,
        order: Callable[[str, int], None],
        finish: Callable[[Room], str],
        titles: tuple[str, ...],
        ask: Callable[[str], None] = lambda _token: None,
    ) -> None:
        super().__init__()
        self._pack, self._order, self._finish, self._titles, self._ask = pack, order, finish, titles, ask
        self.projection: Projection | None = None
        self._wanted = ""  # the tablet to be projected
        self.room, self.step = room, 0
        self._began = 0.0
        self.tiles: dict[str, TabletTile] = {}
        self.headline = Headline()
        self.flow = Flow(gap=16)
        self.scroller = Scroller()
        self.scroller.add_widget(self.flow)
        self.note = ""
        self.buttons = {
            "start": self._button(_("Commencer"), "play", "primary", lambda: self._tell(RUNNING, -1)),
            "freeze": self._button(_("Figer"), "pause", "quiet", lambda: self._tell(FROZEN, -1)),
            "less": self._button("", "minus", "quiet", lambda: self._move(-1), _("Page précédente")),
            "send": self._button("", "run", "quiet", lambda: self._tell(RUNNING, self.step)),
            "more": self._button("", "plus", "quiet", lambda: self._move(1), _("Page suivante")),
            "end": self._button(_("Terminer"), "stop", "warn", self._end),
        }
        for widget in (self.headline, self.scroller, *self.buttons.values()):
            self.add_widget(widget)
        self.focus = Focus(lambda: self.projection or self, self.canvas.after)
        self.heard = Clock.create_trigger(self._heard, 0)
        self._waiting = room
        self._clock = Clock.schedule_interval(lambda _dt: self.show(self.room), 1.0)
        for name in ("pos", "size"):
            self.fbind(name, self.place)
        self.show(room)

    def _button(self, words: str, icon: str, kind: str, act: Callable[[], None], spoken: str = "") -> Button:
        button = Button(text=words, icon=icon, kind=kind, spoken=spoken or words)
        button.bind(on_release=lambda *_: act())
        button.fbind("width", lambda *_: self.place())
        return button

    def changed(self, room: Room) -> None:
        """From the network's thread: the next frame shows it."""
        self._waiting = room
        self.heard()

    def _heard(self, _dt: float) -> None:
        self.show(self._waiting)

    def _tell(self, phase: str, step: int) -> None:
        if phase == RUNNING and not self._began:
            self._began = time.monotonic()
        self._order(phase, step)

    def _move(self, by: int) -> None:
        self.step = min(max(0, self.step + by), self.room.pages - 1)
        self.show(self.room)

    def _end(self) -> None:
        if self.room.phase != ENDED:
            self._order(ENDED, -1)
            self.note = self._finish(self.room)

    def _script(self) -> str:
        if not self._began:
            return _("{n} min prévues").format(n=self._pack.manifest.minutes)
        minute = (time.monotonic() - self._began) / 60
        now = [step for step in self._pack.script.steps if step.start <= minute]
        return _("{n} min · {title}").format(n=int(minute), title=now[-1].title) if now else _("{n} min").format(n=int(minute))

    def show(self, room: Room) -> None:
        """The room as it stands."""
        self.room = room
        now = time.monotonic()
        for tablet in room.tablets:
            if tablet.token not in self.tiles:
                self.tiles[tablet.token] = TabletTile()
                self.tiles[tablet.token].bind(on_release=lambda *_, token=tablet.token: self._look_at(token))
                self.flow.add_widget(self.tiles[tablet.token])
                self.place()
            self.tiles[tablet.token].show(room, tablet, now)
        sentence = self.note or (_("La séance est terminée") if room.phase == ENDED else headline(room, now))
        shown = (self._pack.manifest.title, sentence, room.code, self._script())
        if shown != self.headline.shown:
            self.headline.shown = shown
            self.headline.redraw()
        self._show_buttons(room)

    def _show_buttons(self, room: Room) -> None:
        over = room.phase == ENDED
        started = room.phase in (RUNNING, FROZEN)
        self.buttons["start"].text = _("Reprendre") if room.phase == FROZEN else _("Commencer")
        title = self._titles[self.step] if self.step < len(self._titles) else ""
        self.buttons["send"].text = _("Tous à la page {n} · {title}").format(n=self.step + 1, title=title[:28])
        shown = {"start": room.phase in (WAITING, FROZEN), "freeze": room.phase == RUNNING, "end": not over}
        for name, button in self.buttons.items():
            visible = shown.get(name, started)
            button.opacity, button.enabled = (1, True) if visible else (0, False)
        self.place()

    def _look_at(self, token: str) -> None:
        self._wanted = token
        self._ask(token)

    def project(self, token: str, run: Run) -> None:
        """Show a tablet's page large, for everybody; while it is shown it is asked for again every two seconds."""
        tablet = self.room.tablet(token)
        if tablet is None or token != self._wanted:  # an answer that comes after the grid was asked for again
            return
        if self.projection is None or self.projection.token != token:
            self.unproject()
            self._wanted = token
            self.projection = Projection(self._pack, token, tablet.name, run, self.unproject, self._ask)
            self.add_widget(self.projection)
        else:
            self.projection.show(run)
        self.focus.clear()
        self.place()

    def unproject(self) -> None:
        """Back to the grid."""
        self._wanted = ""
        if self.projection is not None:
            self.projection.close()
            self.remove_widget(self.projection)
            self.projection = None
            self.focus.clear()

    def place(self, *_: object) -> None:
        """Headline above, tiles, buttons below in as many rows as they need."""
        margin, gap = look().px(32), look().px(12)
        head = look().tall(120)
        self.headline.pos, self.headline.size = (0, self.height - head), (self.width, head)
        rows = self._rows(margin, gap)
        bottom = len(rows) * (look().target + gap) + gap
        for number, row in enumerate(rows):
            x, y = margin, bottom - (number + 1) * (look().target + gap)
            for button in row:
                button.pos = (round(x), round(y))
                x += button.width + gap
        for button in self.buttons.values():
            if not button.opacity:
                button.pos = (-3000, -3000)
        self.scroller.pos, self.scroller.size = (margin, bottom), (self.width - 2 * margin, max(0, self.height - head - bottom))
        columns = max(1, int((self.width - 2 * margin) // look().tall(262)))
        wide = (self.width - 2 * margin - look().px(16) * (columns - 1)) / columns
        for tile in self.tiles.values():
            tile.size = (int(wide), look().tall(126))
        if self.projection is not None:
            self.projection.pos, self.projection.size = (0, 0), (self.width, self.height)

    def _rows(self, margin: float, gap: float) -> list[list[Button]]:
        rows: list[list[Button]] = [[]]
        used = 0.0
        for button in self.buttons.values():
            if not button.opacity:
                continue
            if rows[-1] and used + button.width > self.width - 2 * margin:
                rows.append([])
                used = 0.0
            rows[-1].append(button)
            used += button.width + gap
        return rows

    def on_key(self, key: int, modifiers: list[str]) -> bool:
        """Tab goes on, Enter and Space press."""
        if key == TAB:
            self.focus.move(-1 if "shift" in modifiers else 1)
            return True
        return self.focus.act() if key in (ENTER, SPACE) else False

    def close(self) -> None:
        """End the clock."""
        self.unproject()
        self._clock.cancel()
