"""Wires a session to its screens: the facilitator's, and a participant's from the code to the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk.ui import rasteriser, theme
from kiosk.ui.speech import find_speech
from kiosk.ui.theme import Look, look
from kiosk.ui.widgets import pane
from mediation_apps.errors import SessionError, WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.notices import Notices
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.battery import percent
from mediation_apps.runtime.session.discovery import Announcement, Closing, Following, Found, Search, own_addresses
from mediation_apps.runtime.session.doorbell import Doorbell, ring
from mediation_apps.runtime.session.follower import REFUSED, Arrived, Coming, Failed, Follower, Told
from mediation_apps.runtime.session.invitation import Invitation, begin_of
from mediation_apps.runtime.session.leader import Leader
from mediation_apps.runtime.session.link import Reporter, obedience, replay, write_log
from mediation_apps.runtime.session.parcel import Inbox, Parcel, digest_of
from mediation_apps.runtime.session.room import Room, export
from mediation_apps.runtime.session.wire import ENDED, WAITING, Ask, Order, Shown, Welcome
from mediation_apps.runtime.ui.edit_view import EditView
from mediation_apps.runtime.ui.join_view import JoinView
from mediation_apps.runtime.ui.lead_view import LeadView
from mediation_apps.runtime.ui.player import Player

MOST_CALLS = 8  # invitations under way
RETRY = 5.0  # seconds before a stick that failed is tried again


class Framed(App):
    """An application whose one view fills the window and gets the keys."""

    view: Any = None
    _over = False

    def dress(self) -> None:
        """Take the window's size into the look."""
        Clock.max_iteration = 60
        theme.use(Look(width=Window.width, height=Window.height, text=look().text, palette=look().palette))
        Window.clearcolor = look().colour("ground")
        Window.bind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized, on_draw=pane.draw)
        rasteriser.spread()

    def _key(self, _window: Any, key: int, _code: int, _text: str, modifiers: list[str]) -> bool:
        return bool(self.view.on_key(key, modifiers))

    def _text(self, _window: Any, text: str) -> bool:
        take = getattr(self.view, "on_text", None)
        return bool(take(text)) if take else False

    def _resized(self, _window: Any, width: int, height: int) -> None:
        theme.use(Look(width=width, height=height, text=look().text, palette=look().palette))

    def on_stop(self) -> None:
        """End; Kivy says so twice when a button leaves (`App.stop`, then the end of `run`)."""
        if not self._over:
            self._over = True
            self.end()

    def end(self) -> None:
        """Leave nothing running."""
        Window.unbind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized, on_draw=pane.draw)
        if self.view is not None:
            self.view.close()


class LeadApp(Framed):
    """The facilitator's tablet."""

    def __init__(
        self,
        pack: Pack,
        room: Room,
        port: int,
        save: Callable[[str], tuple[str, bool]],
        announce: list[str] | None = None,
        switches: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._pack, self._save, self._switches = pack, save, switches
        self.parcel = Parcel(pack)
        room = replace(room, digest=self.parcel.digest, key=self.parcel.key)
        laid_out = pages(pack.activities, room.seed)
        self._titles = tuple(page.title for page in laid_out)
        self._run = Run.begin(laid_out, room.seed)
        self.leader = Leader(
            room,
            port=port,
            watch=self._changed,
            shown=self._arrived,
            parcel=self.parcel,
        )
        try:
            self.leader.start()
        except SessionError:
            self.parcel.close()
            raise
        address = announce[0] if announce else own_addresses()[0]
        self.invitation = Invitation(address, self.leader.port, room.code, begin_of(room.key))
        self._calls: list[threading.Thread] = []
        self._kept = ""  # the table on its way to the stick, or there
        self._again: Any = None
        self._writer = ThreadPoolExecutor(1, "results")
        about, port = pack.manifest, self.leader.port
        self._announcement: Closing = (
            Announcement(about.title, about.identifier, port, announce)
            if announce
            else Following(lambda: Announcement(about.title, about.identifier, port), self._moved)
        )

    def build(self) -> LeadView:
        """The root widget."""
        self.dress()
        self.view = LeadView(
            self._pack,
            self.leader.room,
            self.leader.order,
            self._finish,
            self._titles,
            self.leader.ask,
            self.invitation,
            self._invite,
            self._switches,
            self.stop,
        )
        return self.view

    def _moved(self, address: str) -> None:
        """On the network's thread: the code says where this tablet is now."""
        self.invitation = replace(self.invitation, host=address)
        Clock.schedule_once(lambda _dt: self.view.reachable(self.invitation) if self.view is not None else None, 0)

    def _invite(self, tablet: Invitation) -> None:
        """Ring at a tablet whose code was scanned; away from this thread, as it may not answer."""

        def call() -> None:
            try:
                ring(tablet, self.invitation)
                words = _("La tablette est invitée.")
            except SessionError as e:
                words = str(e)
            Clock.schedule_once(lambda _dt: self.view.tell(words), 0)

        self._calls = [thread for thread in self._calls if thread.is_alive()]
        if len(self._calls) < MOST_CALLS:
            self._calls.append(threading.Thread(target=call, name="invitation", daemon=True))
            self._calls[-1].start()

    def _arrived(self, token: str, shown: Shown) -> None:
        Clock.schedule_once(lambda _dt: self.view.project(token, replay(self._run, shown.page, shown.log)), 0)

    def _changed(self, room: Room) -> None:
        """On the network's thread: the screen follows; what a tablet still had when the session ended goes to the stick as well."""
        if self.view is not None:
            self.view.changed(room)
        if self._kept and room.phase == ENDED:
            self._keep(room)

    def _finish(self, room: Room) -> str:
        self._keep(room)
        return _("Enregistrement des résultats…")

    def _keep(self, room: Room) -> None:
        """Write the results away from this thread: a stick may be slow, or dying."""
        table = export(room, self._titles)
        if table == self._kept:
            return
        self._kept = table

        def write() -> None:
            words, good = self._save(table)
            Clock.schedule_once(lambda _dt: self._written(words, good), 0)

        self._writer.submit(write)

    def _written(self, words: str, good: bool) -> None:
        """Say what became of the table; what a stick did not take is tried again until it does."""
        self.view.noted(words, good)
        if not good:
            self._kept = ""
            self._again = Clock.schedule_once(lambda _dt: self._keep(self.leader.room), RETRY)

    def end(self) -> None:
        """Close the session."""
        super().end()
        if self._again is not None:
            self._again.cancel()
        self._announcement.close()
        self.leader.stop()
        self.parcel.close()
        self._writer.shutdown(wait=True)
        for thread in self._calls:
            thread.join(10)


class EditApp(Framed):
    """An author's screen."""

    def __init__(self, folder: Path, start: str = "", pictures: Path | None = None, switches: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder, self._start, self._pictures, self._switches = folder, start, pictures, switches

    def build(self) -> EditView:
        """The root widget."""
        self.dress()
        self.view = EditView(self._folder, self._start, self.stop, self._pictures, self._switches)
        return self.view


class JoinApp(Framed):
    """A participant's tablet: looks for sessions, asks for the code, plays, obeys."""

    def __init__(
        self,
        load: Callable[[str], Pack],
        direct: Found | None = None,
        interfaces: list[str] | None = None,
        inbox: Inbox | None = None,
        switches: bool = False,
        catalogue: Notices | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._load, self._direct, self._interfaces, self._inbox = load, direct, interfaces, inbox
        self._switches, self._catalogue = switches, catalogue
        self._reporter: Reporter | None = None
        self._search: Closing | None = None
        self._bell: Doorbell | None = None
        self._welcome: Welcome | None = None
        self._last: Order | None = None
        self.follower: Follower | None = None
        self._turn = 0  # sessions joined
        self.player: Player | None = None
        self.frame = Widget()

    def build(self) -> Widget:
        """The root widget: the way in first."""
        self.dress()
        self.frame.bind(size=self._fit)
        self._seek()
        return self.frame

    def _seek(self) -> None:
        """Show the way in, and look for sessions."""
        if self._direct is None:
            self._bell = self._hang_bell()
        self._show(JoinView(self._join, self._bell.invitation if self._bell is not None else None, self._switches))
        if self._direct is not None:
            self.view.found(self._direct)
        else:
            found = self.view.found
            self._search = Search(found, self._interfaces) if self._interfaces else Following(lambda: Search(found), self._moved)

    def _hang_bell(self) -> Doorbell | None:
        try:
            return Doorbell(lambda invitation: self._on_screen(lambda: self._rung(invitation)), (self._interfaces or [""])[0])
        except OSError:
            return None  # no network yet: the digits still work when there is one

    def _moved(self, address: str) -> None:
        """On the network's thread: this tablet's own code says where it is now."""
        if self._bell is not None:
            self._bell.moved(address)
            own = self._bell.invitation
            self._on_screen(lambda: self.view.reachable(own) if isinstance(self.view, JoinView) else None)

    @staticmethod
    def _on_screen(act: Callable[[], None]) -> None:
        Clock.schedule_once(lambda _dt: act(), 0)

    def _rung(self, invitation: Invitation) -> None:
        if isinstance(self.view, JoinView):
            self.view.invited(invitation)

    def _show(self, view: Any) -> None:
        self.frame.clear_widgets()
        self.view = view
        self.frame.add_widget(view)
        self._fit()

    def _fit(self, *_: object) -> None:
        if self.view is not None:
            self.view.pos, self.view.size = self.frame.pos, self.frame.size

    def _join(self, session: Found, invitation: Invitation) -> None:
        if self.follower is not None:
            self.follower.stop()

        self._turn += 1
        turn = self._turn

        def heard(told: Told) -> None:
            pack = self._own(told) if isinstance(told, Welcome) and self.player is None else None
            self._on_screen(lambda: self._told(told, pack) if turn == self._turn else None)  # nothing late of a session that was left

        self.follower = Follower(session.host, session.port, invitation.code, heard, percent, self._inbox, invitation.key).start()

    def _own(self, welcome: Welcome) -> Pack | None:
        """This tablet's own copy of the workshop, if it is exactly the facilitator's (on the network's thread)."""
        try:
            pack = self._load(welcome.pack)
            if not welcome.digest or digest_of(pack.files) == welcome.digest:
                return pack
        except WorkshopError:
            pass
        return self._inbox.find(welcome.pack, welcome.digest) if self._inbox is not None and welcome.digest else None

    def _told(self, told: Told, pack: Pack | None) -> None:
        if isinstance(told, Welcome) and self.player is None:
            self._welcomed(told, pack)
        elif isinstance(told, Coming) and isinstance(self.view, JoinView):
            self.view.coming(told.share)
        elif isinstance(told, Failed) and isinstance(self.view, JoinView):
            self.view.failed(told.sentence)
        elif isinstance(told, Arrived) and self.player is None and self._welcome is not None:
            self._welcomed(self._welcome, told.pack)
        elif isinstance(told, Order):
            self._last = told  # also while the workshop is still coming
            if self.player is not None:
                self._obey(told)
        elif isinstance(told, Ask) and self.player is not None and self.follower is not None:
            player = self.player
            self.follower.show(player.run.at, write_log(tuple(player.log.get(player.run.at, ()))))
            words = _("L’animateur montre votre page à tous.")
            if player.said.words != words:
                player.tell(words)
        elif isinstance(told, str) and told.startswith(REFUSED) and isinstance(self.view, JoinView):
            self.view.refused(told.partition(":")[2])

    def _welcomed(self, welcome: Welcome, pack: Pack | None) -> None:
        self._welcome = welcome
        if pack is None:
            if self._inbox is not None and welcome.digest and self.follower is not None:
                self.view.coming(0.0)
                self.follower.fetch(welcome)
            else:
                self.view.refused("pack")
            return
        self._look_no_more()
        self.player = Player(pack, welcome.seed, find_speech(pack.manifest.language), self._switches, self._catalogue)
        self._show(self.player)
        if self.follower is not None:
            self._reporter = Reporter(self.follower.report)
            self.player.watch = self._reporter.changed
            self.player.bind(on_touch_down=lambda *_: self._busy())
        self.player.watch(self.player.run, False)
        self._obey(self._last or Order(welcome.order, welcome.phase, welcome.step))
        if (self._last.phase if self._last is not None else welcome.phase) == WAITING:
            self.player.cover("tablet", _("Votre tablette s’appelle {name}.\nOn attend le départ.").format(name=welcome.name))

    def _busy(self) -> None:
        if self._reporter is not None:
            self._reporter.touched()

    def _key(self, window: Any, key: int, code: int, text: str, modifiers: list[str]) -> bool:
        self._busy()
        return super()._key(window, key, code, text, modifiers)

    def _look_no_more(self) -> None:
        if self._search is not None:
            self._search.close()
            self._search = None
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def _obey(self, order: Order) -> None:
        assert self.player is not None
        what, step = obedience(order)
        if what == "end":
            self._reporter, self.player.watch = None, lambda _run, _ended: None  # what is forgotten now is no result
            self.player.forget()
            words = _("La séance est terminée, merci ! Rien n’est gardé.")
            self.player.cover("party_popper", words, _("Rejoindre une autre séance"), self._again)
        elif what == "look":
            self.player.cover("account_voice", _("Tout le monde regarde l’animateur."))
        elif what == "go":
            self.player.cover("", "")
            if step >= 0:
                self.player.go(step)

    def _again(self) -> None:
        """The next group comes: this session and its comforts are left, the way in is shown."""
        player, follower = self.player, self.follower
        self.player = self.follower = self._welcome = self._last = None
        self._turn += 1
        if follower is not None:
            follower.stop()
        if player is not None:
            player.close()
            player.reset_look()
        self._seek()

    def end(self) -> None:
        """Leave the session; nothing is kept."""
        super().end()
        self._look_no_more()
        if self.follower is not None:
            self.follower.stop()
