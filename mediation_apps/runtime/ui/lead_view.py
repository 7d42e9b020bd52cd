"""The facilitator's screen: one sentence, a tile a tablet, what everybody is told.

Guarantees: it follows by itself (a change is drawn in the next frame, clocks once a second); whom to help is said by a sign and words.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui.theme import Form, look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.focus import Focus
from kiosk.ui.widgets.layouts import Flow
from kiosk.ui.widgets.scroller import Scroller
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Run
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.discovery import ALONE
from mediation_apps.runtime.session.invitation import Invitation, read_invitation
from mediation_apps.runtime.session.room import Room
from mediation_apps.runtime.session.wire import ENDED, FROZEN, RUNNING, WAITING
from mediation_apps.runtime.ui.invite import InvitePanel
from mediation_apps.runtime.ui.lead_tiles import Headline, TabletTile, headline, how_to_join
from mediation_apps.runtime.ui.projection import Projection

TAB, ENTER, SPACE = 9, 13, 32
TOLD_FOR, MOST_TYPED = 6.0, 120  # seconds a sentence stays; signs of a scanned code
SURE_FOR = 6.0  # seconds in which a second touch ends the session
LONGEST_TITLE = 28  # signs of a page's title on a button


class LeadView(Widget):
    """The whole screen. `order(phase, step)` tells everybody; `finish()` is called when the session ends, `leave()` after that."""

    def __init__(
        self,
        pack: Pack,
        room: Room,
        order: Callable[[str, int], None],
        finish: Callable[[Room], str],
        titles: tuple[str, ...],
        ask: Callable[[str], None] = lambda _token: None,
        invitation: Invitation | None = None,
        invite: Callable[[Invitation], None] = lambda _tablet: None,
        switches: bool = False,
        leave: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.switches, self.inviting, self._invite, self._leave_now = switches, False, invite, leave
        self._kept, self._leaving = False, -SURE_FOR  # whether the results lie where they should; when it was asked to leave
        self._typed, self._told, self._told_at = "", "", 0.0  # what a scanner is typing; a sentence for a few seconds
        self.panel = InvitePanel(invitation, how_to_join(invitation)) if invitation is not None else None
        self._pack, self._order, self._finish, self._titles, self._ask = pack, order, finish, titles, ask
        self.projection: Projection | None = None
        self._wanted, self._alone = "", False  # the tablet to be projected; whether this one is on no network
        self.room, self.step = room, 0
        self._began, self._ending = 0.0, -SURE_FOR
        self.tiles: dict[str, TabletTile] = {}
        self.headline = Headline()
        self.flow = Flow(gap=16)
        self.scroller = Scroller()
        self.scroller.add_widget(self.flow)
        self.note = ""
        self.buttons = {
            "start": self._button(_("Commencer"), "play", "primary", lambda: self._tell(RUNNING, -1)),
            "freeze": self._button(_("Figer"), "pause", "quiet", lambda: self._tell(FROZEN, -1)),
            "less": self._button("", "chevron_left", "quiet", lambda: self._move(-1), _("Page précédente")),
            "send": self._button("", "run", "quiet", lambda: self._tell(RUNNING, self.step)),
            "more": self._button("", "chevron_right", "quiet", lambda: self._move(1), _("Page suivante")),
            "invite": self._button(_("Inviter"), "qrcode", "quiet", self._toggle_invite),
            "end": self._button(_("Terminer"), "stop", "warn", self._end),
            "leave": self._button(_("Quitter"), "exit_run", "primary", self._leave),
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

    def reachable(self, invitation: Invitation) -> None:
        """This tablet has another address: the code and its words say so."""
        if self.panel is not None and self.panel.parent is not None:
            self.remove_widget(self.panel)
        self.panel, self._alone = InvitePanel(invitation, how_to_join(invitation)), invitation.host == ALONE
        self.show(self.room)

    def _tell(self, phase: str, step: int) -> None:
        if phase == RUNNING and not self._began:
            self._began = time.monotonic()
        self._order(phase, step)

    def _move(self, by: int) -> None:
        self.step = min(max(0, self.step + by), self.room.pages - 1)
        self.show(self.room)

    def _toggle_invite(self) -> None:
        self.inviting = not self.inviting
        self.show(self.room)

    def tell(self, words: str) -> None:
        """A sentence in the place of the headline, for a few seconds."""
        self._told, self._told_at = words, time.monotonic()
        self.show(self.room)

    def noted(self, words: str, kept: bool) -> None:
        """What became of the results, and whether that is the end of it."""
        self.note, self._kept = words, kept
        self.show(self.room)

    def _end(self) -> None:
        """End for everybody; asked twice, since what was answered is forgotten on every tablet."""
        now = time.monotonic()
        if self.room.phase == ENDED:
            return
        if now - self._ending > SURE_FOR:
            self._ending = now
            self.tell(_("Tout effacer et finir ? Touchez encore."))
            return
        self._told = ""
        self._order(ENDED, -1)
        self.note, self._kept = self._finish(self.room), False

    def _leave(self) -> None:
        """Close this screen; asked twice while the results lie nowhere yet."""
        now = time.monotonic()
        if self._kept or now - self._leaving <= SURE_FOR:
            self._leave_now()
            return
        self._leaving = now
        self.tell(_("Les résultats ne sont pas encore enregistrés. Touchez encore pour les perdre."))

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
        told = self._told if now - self._told_at < TOLD_FOR else ""
        alone = _("Cette tablette n’est pas sur le Wi-Fi") if self._alone and not any(tablet.connected for tablet in room.tablets) else ""
        sentence = told or self.note or alone or (_("La séance est terminée") if room.phase == ENDED else headline(room, now))
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
        title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
        self.buttons["send"].text = _("Tous à la page {n} · {title}").format(n=self.step + 1, title=title)
        sure = time.monotonic() - self._ending <= SURE_FOR and not over
        self.buttons["end"].text = _("Oui, terminer") if sure else _("Terminer")
        invite = self.buttons["invite"]
        invite.spoken = _("Voir les tablettes") if self.inviting else _("Inviter")
        bare = look().form is Form.COMPACT and started  # a low screen keeps its rows for the tablets
        invite.text, invite.icon = "" if bare else invite.spoken, "tablet" if self.inviting else "qrcode"
        invitable = self.panel is not None and bool(room.tablets) and not over
        shown = {
            "start": room.phase in (WAITING, FROZEN),
            "freeze": room.phase == RUNNING,
            "end": not over,
            "leave": over,
            "invite": invitable,
        }
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
        self._place_panel()
        for tile in self.tiles.values():
            tile.size = (int(wide), look().tall(126 if look().text < 1.2 or look().form is Form.COMPACT else 150))
        if self.projection is not None:
            self.projection.pos, self.projection.size = (0, 0), (self.width, self.height)

    def _place_panel(self) -> None:
        """How to join, in the place of the tablets while there is none, or when asked for."""
        if self.panel is None:
            return
        wanted = (self.inviting or not self.room.tablets) and self.room.phase != ENDED
        if wanted and self.panel.parent is None:
            self.add_widget(self.panel)
        elif not wanted and self.panel.parent is not None:
            self.remove_widget(self.panel)
        self.scroller.opacity = 0 if wanted else 1
        self.panel.pos, self.panel.size = self.scroller.pos, (self.scroller.width, max(0, self.scroller.height - look().px(16)))

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
        """Tab goes on, Enter and Space press; with two switches Space goes on. A scanner types, and ends with Enter."""
        if key == TAB or (key == SPACE and self.switches):
            self.focus.move(-1 if "shift" in modifiers else 1)
            return True
        if key == ENTER and self._typed:
            self._scanned()
            return True
        return self.focus.act() if key in (ENTER, SPACE) and not self._typed else False

    def on_text(self, text: str) -> bool:
        """Signs of a scanner, or of somebody who types a tablet's code."""
        self._typed = (self._typed + text.strip())[-MOST_TYPED:]
        return True

    def _scanned(self) -> None:
        found, self._typed = read_invitation(self._typed), ""
        if found is None or not found.tablet:
            self.tell(_("Ce n’est pas le code d’une tablette."))
        else:
            self.tell(_("Invitation envoyée…"))
            self._invite(found)

    def close(self) -> None:
        """End the clock."""
        self.unproject()
        self._clock.cancel()
