"""Wires a session to its screens: the facilitator's, and a participant's from the code to the end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk.ui import theme
from kiosk.ui.speech import find_speech
from kiosk.ui.theme import Look, look
from mediation_apps.errors import WorkshopError
from mediation_apps.i18n import _
from mediation_apps.runtime.flow import Run, pages
from mediation_apps.runtime.pack import Pack
from mediation_apps.runtime.session.battery import percent
from mediation_apps.runtime.session.discovery import Announcement, Found, Search
from mediation_apps.runtime.session.follower import REFUSED, Follower
from mediation_apps.runtime.session.leader import Leader
from mediation_apps.runtime.session.link import Reporter, obedience, replay, write_log
from mediation_apps.runtime.session.room import Room, export
from mediation_apps.runtime.session.wire import Ask, Order, Shown, Welcome
from mediation_apps.runtime.store import write_whole
from mediation_apps.runtime.ui.edit_view import EditView
from mediation_apps.runtime.ui.join_view import JoinView
from mediation_apps.runtime.ui.lead_view import LeadView
from mediation_apps.runtime.ui.player import Player


class Framed(App):
    """An application whose one view fills the window and gets the keys."""

    view: Any = None

    def dress(self) -> None:
        """Take the window's size into the look."""
        Clock.max_iteration = 60
        theme.use(Look(width=Window.width, height=Window.height, text=look().text, palette=look().palette))
        Window.clearcolor = look().colour("ground")
        Window.bind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized)

    def _key(self, _window: Any, key: int, _code: int, _text: str, modifiers: list[str]) -> bool:
        return bool(self.view.on_key(key, modifiers))

    def _text(self, _window: Any, text: str) -> bool:
        take = getattr(self.view, "on_text", None)
        return bool(take(text)) if take else False

    def _resized(self, _window: Any, width: int, height: int) -> None:
        theme.use(Look(width=width, height=height, text=look().text, palette=look().palette))

    def on_stop(self) -> None:
        """Leave nothing running."""
        Window.unbind(on_key_down=self._key, on_textinput=self._text, on_resize=self._resized)
        if self.view is not None:
            self.view.close()


class LeadApp(Framed):
    """The facilitator's tablet."""

    def __init__(
        self, pack: Pack, room: Room, port: int, save: Callable[[str], str], announce: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._pack, self._save = pack, save
        laid_out = pages(pack.activities, room.seed)
        self._titles = tuple(page.title for page in laid_out)
        self._run = Run.begin(laid_out, room.seed)
        self.leader = Leader(
            room, port=port, watch=lambda found: self.view.changed(found) if self.view else None, shown=self._arrived
        ).start()
        self._announcement = Announcement(pack.manifest.title, pack.manifest.identifier, self.leader.port, announce)

    def build(self) -> LeadView:
        """The root widget."""
        self.dress()
        self.view = LeadView(self._pack, self.leader.room, self.leader.order, self._finish, self._titles, self.leader.ask)
        return self.view

    def _arrived(self, token: str, shown: Shown) -> None:
        Clock.schedule_once(lambda _dt: self.view.project(token, replay(self._run, shown.page, shown.log)), 0)

    def _finish(self, room: Room) -> str:
        return self._save(export(room, self._titles))

    def on_stop(self) -> None:
        """Close the session."""
        super().on_stop()
        self._announcement.close()
        self.leader.stop()


class EditApp(Framed):
    """An author's screen."""

    def __init__(self, folder: Path, start: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._folder, self._start = folder, start

    def build(self) -> EditView:
        """The root widget."""
        self.dress()
        self.view = EditView(self._folder, self._start, self.stop)
        return self.view


class JoinApp(Framed):
    """A participant's tablet: looks for sessions, asks for the code, plays, obeys."""

    def __init__(
        self, load: Callable[[str], Pack], direct: Found | None = None, interfaces: list[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._load, self._direct, self._interfaces = load, direct, interfaces
        self._search: Search | None = None
        self.follower: Follower | None = None
        self.player: Player | None = None
        self.frame = Widget()

    def build(self) -> Widget:
        """The root widget: the way in first."""
        self.dress()
        self.frame.bind(size=self._fit)
        self._show(JoinView(self._join))
        if self._direct is not None:
            self.view.found(self._direct)
        else:
            self._search = Search(self.view.found, self._interfaces)
        return self.frame

    def _show(self, view: Any) -> None:
        self.frame.clear_widgets()
        self.view = view
        self.frame.add_widget(view)
        self._fit()

    def _fit(self, *_: object) -> None:
        if self.view is not None:
            self.view.pos, self.view.size = self.frame.pos, self.frame.size

    def _join(self, session: Found, code: str) -> None:
        if self.follower is not None:
            self.follower.stop()

        def heard(told: Welcome | Order | Ask | str) -> None:
            Clock.schedule_once(lambda _dt: self._told(told), 0)

        self.follower = Follower(session.host, session.port, code, heard, percent).start()

    def _told(self, told: Welcome | Order | Ask | str) -> None:
        if isinstance(told, Welcome) and self.player is None:
            self._welcomed(told)
        elif isinstance(told, Order) and self.player is not None:
            self._obey(told)
        elif isinstance(told, Ask) and self.player is not None and self.follower is not None:
            player = self.player
            self.follower.show(player.run.at, write_log(tuple(player.log.get(player.run.at, ()))))
            words = _("L’animateur montre votre page à tous.")
            if player.said.words != words:
                player.tell(words)
        elif isinstance(told, str) and told.startswith(REFUSED) and isinstance(self.view, JoinView):
            self.view.refused(told.partition(":")[2])

    def _welcomed(self, welcome: Welcome) -> None:
        try:
            pack = self._load(welcome.pack)
        except WorkshopError:
            self.view.refused("pack")
            return
        if self._search is not None:
            self._search.close()
            self._search = None
        self.player = Player(pack, welcome.seed, find_speech(pack.manifest.language))
        self._show(self.player)
        if self.follower is not None:
            self.player.watch = Reporter(self.follower.report).changed
        self.player.watch(self.player.run, False)
        self._obey(Order(welcome.order, welcome.phase, welcome.step))
        if welcome.phase == "waiting":
            self.player.cover("tablet", _("Votre tablette s’appelle {name}. On attend le départ.").format(name=welcome.name))

    def _obey(self, order: Order) -> None:
        assert self.player is not None
        what, step = obedience(order)
        if what == "end":
            self.player.forget()
            self.player.cover("party_popper", _("La séance est terminée, merci ! Rien n’est gardé."))
        elif what == "look":
            self.player.cover("account_voice", _("Tout le monde regarde l’animateur."))
        elif what == "go":
            self.player.cover("", "")
            if step >= 0:
                self.player.go(step)

    def on_stop(self) -> None:
        """Leave the session; nothing is kept."""
        super().on_stop()
        if self._search is not None:
            self._search.close()
        if self.follower is not None:
            self.follower.stop()


def save_to(folder: Path | None, identifier: str) -> Callable[[str], str]:
    """What writes the results to the facilitator's stick, in one rename; without a folder nothing is written."""

    def save(table: str) -> str:
        if folder is None:
            return _("Séance terminée, rien n’est gardé")
        try:
            write_whole(folder / f"resultats-{identifier}.csv", table.encode("utf-8-sig"))
        except OSError:
            return _("La clé USB ne répond pas : résultats non enregistrés")
        return _("Résultats enregistrés sur la clé")

    return save
