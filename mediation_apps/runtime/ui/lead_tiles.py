"""What the facilitator sees of each tablet, and of all: a sign, words, a sentence; whom to help is never said by colour alone."""

from __future__ import annotations

from typing import Any

from kiosk.ui.theme import BODY, DISPLAY, HEAD, SMALL, TITLE, Form, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn, Pressable
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.text import Style, line_height, widest, wrap
from mediation_apps.i18n import _, ngettext
from mediation_apps.runtime.session.invitation import Invitation
from mediation_apps.runtime.session.room import MOST_WRONG, Room, Tablet
from mediation_apps.runtime.session.wire import FROZEN

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
    closed = [_("entrée fermée : trop de codes faux")] if room.wrong >= MOST_WRONG else []
    if not room.tablets:
        return ", ".join([_("Aucune tablette pour l’instant"), *closed])
    kinds = [status(room, tablet, now)[0] for tablet in room.tablets]
    here = len(kinds) - kinds.count(AWAY)
    parts = [ngettext("{n} tablette", "{n} tablettes", here).format(n=here)]
    if kinds.count(HELP):
        parts.append(_("{n} à voir").format(n=kinds.count(HELP)))
    if kinds.count(AWAY):
        parts.append(ngettext("{n} injoignable", "{n} injoignables", kinds.count(AWAY)).format(n=kinds.count(AWAY)))
    if kinds.count(FINISHED):
        parts.append(ngettext("{n} a fini", "{n} ont fini", kinds.count(FINISHED)).format(n=kinds.count(FINISHED)))
    sentence = ", ".join([*parts, *closed])
    return _("Figé : {room}").format(room=sentence) if room.phase == FROZEN else sentence


def how_to_join(invitation: Invitation) -> tuple[tuple[str, bool], ...]:
    """What is written beside the code."""
    return (
        (_("Pour rejoindre"), True),
        (_("La séance apparaît toute seule : tapez {code}.").format(code=" ".join(invitation.code)), False),
        (_("Ou passez ce code devant le lecteur de la tablette."), False),
        (_("Sinon, tapez : {short}").format(short=invitation.short), False),
        (_("Une tablette montre son propre code ? Passez-le devant votre lecteur."), False),
    )


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
        label = _("Code de la séance")
        wide = widest((label,), Style(look().font(SMALL), Weight.SEMIBOLD)) + 2 * look().px(18) + look().px(4)
        box = row.cut_right(max(look().tall(230), wide), look().px(24))
        painter.box(box, "action_soft", look().px(20))
        inner = box.inset(look().px(18), look().px(6))
        painter.text(inner.cut_top(look().tall(30)), label, "action_deep", SMALL, Weight.SEMIBOLD, align="center")
        painter.text(inner, " ".join(code), "action_deep", DISPLAY, Weight.BOLD, align="center")
        painter.text(row.cut_top(look().tall(28)), f"{title} · {step}" if step else title, "mute", SMALL, Weight.SEMIBOLD)
        sizes = (DISPLAY, TITLE, HEAD) if look().form is Form.WIDE else (TITLE, HEAD)
        fitting = (units for units in sizes if _tall(sentence, units, row.width) <= row.height)
        painter.text(row, sentence, "ink", next(fitting, sizes[-1]), Weight.BOLD, most=2)


def _tall(sentence: str, units: float, width: int) -> int:
    """The height of a bold sentence."""
    style = Style(look().font(units), Weight.BOLD)
    return len(wrap(sentence, style, width, 9)) * line_height(style)
