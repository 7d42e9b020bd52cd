"""The two fixed parts around every screen: the header with the search field, and the bar of comforts.

Guarantees: both fit at every size and text scale (labels give way to their pictures, which keep their spoken names);
they read the visit and the settings, and ask the desk; they know nothing of any screen.
"""

from __future__ import annotations

from typing import Any

from kiosk.ui.i18n import _, spoken
from kiosk.ui.theme import SMALL, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.searchfield import SearchField
from kiosk.ui.widgets.still import Still
from kiosk.ui.widgets.text import Style, width_of


class Logo(Pressable):
    """The sign of the house; it goes home."""

    def label(self) -> str:
        """What it does."""
        return _("Accueil")

    def natural_width(self, *, name: bool) -> int:
        """Width with or without the name beside the sign."""
        sign = look().tall(48) if name else look().target
        return sign + (look().px(12) + width_of("Colporteur", Style(look().font(TITLE), Weight.BOLD)) + 4 if name else 0)

    def draw(self, painter: Painter, area: Area) -> None:
        """A door in lavender, then the name when there is room."""
        side = look().tall(48)
        sign = area.copy().cut_left(side).middle(side, side)
        painter.box(sign, "action_deep" if self.pressed else "action", look().px(14))
        painter.icon(sign, "bag_personal", "on_action", px=round(side * 0.62))
        rest = Area(sign.right + look().px(12), area.y, area.right - sign.right - look().px(12), area.height)
        if rest.width > look().px(60):
            painter.text(rest, "Colporteur", "ink", TITLE, Weight.BOLD)


class Header(Still):
    """Sign, search field, basket, card. `search` is the field; the shell listens to it."""

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.desk = desk
        self.logo = Logo(on_release=lambda *_a: desk.go("home"))
        self.search = SearchField(hint=_("Titre, auteur, sujet…"), verb=_("Chercher"), clear_label=_("Effacer"), edit=desk.edit)
        self.basket = Button(icon="basket", text=_("Panier"), on_release=lambda *_a: desk.go("basket"))
        self.card = Button(icon="card_account_details_outline", text=_("Ma carte"), on_release=lambda *_a: desk.go("card"))
        self.add_widget(self.logo)
        self.add_live(self.search)
        self.add_widget(self.basket)
        self.add_widget(self.card)
        self.fbind("pos", self.place)
        self.fbind("size", self.place)

    def show_basket(self, count: int) -> None:
        """Tell how many records are in the basket."""
        self.basket.badge = str(count) if count else ""
        self.place()

    def place(self, *_args: object) -> None:
        """Give each part its room: the field takes what the others leave."""
        row = Area(round(self.x), round(self.y), round(self.width), round(self.height)).inset(look().px(32), 0)
        if look().form is Form.COMPACT:
            row = Area(round(self.x), round(self.y), round(self.width), round(self.height)).inset(look().px(16), 0)
        gap = look().px(20 if look().form is Form.WIDE else 12)
        for words in (True, False):
            self.basket.text = _("Panier") if words else ""
            self.card.text = _("Ma carte") if words else ""
            self.basket.spoken = " ".join(filter(None, (_("Panier"), self.basket.badge)))
            self.card.spoken = _("Ma carte")
            named = words and look().form is not Form.COMPACT
            widths = [self.logo.natural_width(name=named), self.basket.natural_width(), self.card.natural_width()]
            if sum(widths) + 3 * gap + look().px(420) <= row.width:
                break
        tall = look().target
        row = row.middle(row.width, tall)
        for widget, area in (
            (self.logo, row.cut_left(widths[0], gap)),
            (self.card, row.cut_right(widths[2], gap)),
            (self.basket, row.cut_right(widths[1], gap)),
            (self.search, row),
        ):
            widget.pos, widget.size = area.pos, area.size


class ComfortBar(Still, Drawn):
    """What stays in reach: the way back, larger text, read aloud (pause, again), commands at the bottom, language, help, the way out."""

    grounded = True

    def __init__(self, desk: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.desk = desk
        visit = desk.visit
        self.back = Button(kind="pill", icon="arrow_left", on_release=lambda *_a: desk.back())
        self.text = Button(kind="pill", icon="format_size", on_release=lambda *_a: desk.shell.larger_text())
        self.voice = Button(kind="pill", icon="volume_high", on_release=lambda *_a: desk.shell.toggle_voice())
        self.pause = Button(kind="pill", icon="pause", on_release=lambda *_a: desk.shell.pause_voice())
        self.again = Button(kind="pill", icon="replay", on_release=lambda *_a: desk.shell.repeat_voice())
        self.reach = Button(kind="pill", icon="arrow_collapse_down")
        self.reach.bind(on_release=lambda *_a: visit.set_comforts(reach=not visit.comforts.reach))
        other = "en" if spoken() == "fr" else "fr"
        self.language = Button(kind="pill", icon="translate")
        self.language.bind(on_release=lambda *_a: visit.set_comforts(language=other))
        self.help = Button(kind="pill", icon="help_circle_outline", on_release=lambda *_a: desk.go("help"))
        self.done = Button(kind="pill_warn", icon="exit_run", on_release=lambda *_a: desk.shell.finish())
        self.reach.selected = visit.comforts.reach
        self.text.selected = look().text > 1
        self.where = ""
        self._paused = False
        self._shown: list[Any] = []
        self._told: tuple[object, ...] = ()
        self._left: Area | None = None
        self._language = "English" if other == "en" else "Français"
        self.fbind("pos", self.place)
        self.fbind("size", self.place)

    def show(self, *, where: str, back: bool, voice: bool, speaking: bool, paused: bool, done: bool) -> None:
        """Tell what is possible now; placed and drawn again only when that changed: every letter asks."""
        told = (where, back, voice, speaking, paused, done)
        if told == self._told:
            return
        self._told = told
        self.where, self._paused = where, paused
        self.voice.selected, self.pause.selected = speaking, paused
        self.pause.icon = "play" if paused else "pause"
        wanted = [self.back] if back else []
        wanted += [self.text, *([self.voice] if voice else []), *([self.pause, self.again] if speaking else [])]
        wanted += [self.reach, self.language, self.help, *([self.done] if done else [])]
        if wanted != self._shown:
            self._shown = wanted
            self.clear_widgets()
            for button in wanted:
                self.add_widget(button)
        self.place()
        self.redraw()

    def _labels(self) -> dict[Any, str]:
        return {
            self.back: _("Retour"),
            self.text: _("Texte plus grand"),
            self.voice: _("Lire à voix haute"),
            self.pause: _("Reprendre") if self._paused else _("Pause"),
            self.again: _("Répéter"),
            self.reach: _("Commandes en bas"),
            self.language: "FR · EN",
            self.help: _("Aide"),
            self.done: _("J’ai terminé"),
        }

    def place(self, *_args: object) -> None:
        """One row; when labels do not fit, one after the other becomes a picture only, the way out last."""
        margin = look().px(32 if look().form is not Form.COMPACT else 16)
        row = self.area.inset(margin, 0)
        gap = look().px(14 if look().form is Form.WIDE else 8)
        labels = self._labels()
        for button in self._shown:
            button.text = labels[button]
            button.spoken = self._language if button is self.language else labels[button]
        wordless = (self.again, self.pause, self.help, self.reach, self.voice, self.language, self.text, self.back, self.done, None)
        for button in wordless:
            if sum(b.natural_width() for b in self._shown) + gap * (len(self._shown) - 1) <= row.width:
                break
            if button is not None:
                button.text = ""
        for button in self._shown:
            wide = button.natural_width()
            cut = row.cut_right if button is self.done else row.cut_left
            area = cut(wide, gap).middle(wide, look().target)
            button.pos, button.size = area.pos, area.size
        self._left = row

    def draw(self, painter: Painter, area: Area) -> None:
        """A paper ground with a line above; the library's name at the right when there is room."""
        painter.ground(area, "paper")
        painter.fill(area.copy().cut_top(max(1, look().px(2))), "line")
        left = self._left
        if left is not None and width_of(self.where, Style(look().font(SMALL), Weight.SEMIBOLD)) <= left.width:
            painter.text(left, self.where, "mute", SMALL, Weight.SEMIBOLD, align="right")
