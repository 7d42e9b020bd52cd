"""How to use the kiosk, in sentences of at most twelve words, each with its picture."""

from __future__ import annotations

from typing import Any

from kiosk.ui.i18n import _
from kiosk.ui.navigation import Screen
from kiosk.ui.theme import look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.scroller import Scroller  # noqa: F401  (named by help.kv)
from kiosk.ui.widgets.text import Style, line_height, wrap


def advice() -> tuple[tuple[str, str, str], ...]:
    """Picture, what one wants, how: one idea a sentence (FALC)."""
    return (
        ("magnify", _("Chercher"), _("Touchez la ligne en haut. Écrivez un mot : un titre, un nom, un sujet.")),
        ("emoticon_happy_outline", _("Regarder"), _("Touchez une couleur de l’accueil. Faites glisser la liste avec le doigt.")),
        ("basket", _("Garder"), _("Touchez « Mettre au panier ». Le panier reste pendant votre visite.")),
        ("cellphone", _("Emporter"), _("Touchez « Sur mon téléphone ». Prenez l’écran en photo.")),
        ("card_account_details_outline", _("Réserver"), _("Touchez « Réserver ». Montrez votre carte au lecteur.")),
        ("format_size", _("Voir mieux"), _("Touchez « Texte plus grand » en bas de l’écran.")),
        ("volume_high", _("Entendre"), _("Touchez « Lire à voix haute ». Touchez encore pour arrêter.")),
        ("lock", _("Votre vie privée"), _("La borne oublie tout quand vous partez. Elle ne garde pas votre nom.")),
    )


class Advice(Drawn):
    """One piece of advice: picture, verb, sentence."""

    def __init__(self, icon: str, verb: str, how: str, **kwargs: Any) -> None:
        self._icon, self._verb, self._how = icon, verb, how
        kwargs.setdefault("size_hint_y", None)
        super().__init__(**kwargs)
        self.fbind("width", self._measure)
        self._measure()

    def _room(self) -> int:
        return max(40, int(self.width) - look().px(24 * 2 + 56 + 20))

    def _measure(self, *_: object) -> None:
        style = Style(look().font(20), leading=1.35)
        lines = wrap(self._how, style, self._room(), 6)
        self.height = max(look().tall(88), look().font(22) * 1.4 + line_height(style) * len(lines) + look().px(36))

    def draw(self, painter: Painter, area: Area) -> None:
        """On a sheet of paper."""
        painter.box(area, "paper", look().px(20))
        row = area.inset(look().px(24), look().px(14))
        side = look().px(56)
        disc = row.cut_left(side, look().px(20)).middle(side, side)
        painter.box(disc, "action_soft", look().px(18))
        painter.icon(disc, self._icon, "action_deep", 32)
        painter.text(row.cut_top(look().font(22) * 1.4), self._verb, "ink", 22, Weight.BOLD)
        painter.text(row, self._how, "ink", 20, valign="top", most=6, leading=1.35)


class HelpScreen(Screen):
    """A page of advice."""

    def show(self, **_args: Any) -> None:
        """Write it."""
        rows: Column = self.ids.rows
        rows.clear_widgets()
        for icon, verb, how in advice():
            rows.add_widget(Advice(icon, verb, how))
        if self.desk.settings.staff_code:
            rows.add_widget(Button(text=_("Page des bibliothécaires"), icon="lock", on_release=lambda *_a: self.desk.go("staff")))

    def title(self) -> str:
        """What is said on arrival."""
        return " ".join([_("Aide."), *(f"{verb} : {how}" for _icon, verb, how in advice())])
