"""Parts of a text to mark: words of a page, clues of a message."""

from __future__ import annotations

from typing import Any

from kiosk.ui.theme import BODY, SMALL, look
from kiosk.ui.widgets.area import Area
from kiosk.ui.widgets.base import Drawn
from kiosk.ui.widgets.fonts import Weight
from kiosk.ui.widgets.layouts import Column, Flow, Sheet
from kiosk.ui.widgets.painter import Painter
from kiosk.ui.widgets.texts import Text
from mediation_apps.i18n import _
from mediation_apps.runtime.model import InspectMessage, MarkTheWords, Piece
from mediation_apps.runtime.play.base import Press
from mediation_apps.runtime.play.marks import MarkState
from mediation_apps.runtime.ui.host import Host
from mediation_apps.runtime.ui.tiles import Tile, Words

KINDS = {
    "sms": ("message_text", _("SMS reçu")),
    "mail": ("email", _("Courriel reçu")),
    "post": ("account_group", _("Publication partagée")),
}


class MarkView(Column):
    """The words of a `MarkTheWords`."""

    def __init__(self, host: Host, state: MarkState, **kwargs: Any) -> None:
        super().__init__(gap=10, **kwargs)
        assert isinstance(state.activity, MarkTheWords)
        self.tiles: dict[int, Tile] = {}
        index = 0
        for line in state.activity.lines:
            flow = Flow(gap=2)
            for piece in line:
                for widget in self._piece(host, index, piece):
                    flow.add_widget(widget)
                index += 1
            self.add_widget(flow)
        self.show(state)

    def _piece(self, host: Host, index: int, piece: Piece) -> list[Any]:
        parts: list[Any] = [Words(words=piece.before, units=BODY + 1)] if piece.before else []
        if not piece.fixed:
            tile = Tile(target=f"piece:{index}", words=piece.text, hug=True, bare=True, units=BODY + 1, weight="regular")
            tile.bind(on_release=lambda *_: host.give(Press(tile.target)))
            self.tiles[index] = tile
            parts.append(tile)
        return [*parts, Words(words=piece.after, units=BODY + 1)] if piece.after else parts

    def show(self, state: MarkState) -> None:
        """Show what is marked."""
        for target in state.targets():
            tile = self.tiles.get(int(target.id.partition(":")[2])) if target.role == "piece" else None
            if tile is not None:
                tile.selected, tile.enabled, tile.mark, tile.spoken = target.selected, target.enabled, target.mark, target.label


class MessageHead(Drawn):
    """What kind of message it is."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(size_hint_y=None, height=look().tall(40), **kwargs)
        self._icon, self._name = KINDS[kind]

    def draw(self, painter: Painter, area: Area) -> None:
        """A sign and a word."""
        row = area.copy()
        painter.icon(row.cut_left(look().tall(32), look().px(12)), self._icon, "action_deep", 28)
        painter.text(row, self._name, "action_deep", SMALL, Weight.BOLD)


class InspectView(Column):
    """A message to inspect: each part a tile, what gives it away below it once it was checked."""

    def __init__(self, host: Host, state: MarkState, **kwargs: Any) -> None:
        super().__init__(gap=12, **kwargs)
        activity = state.activity
        assert isinstance(activity, InspectMessage)
        sheet = Sheet(gap=10, edge="line")
        sheet.add_widget(MessageHead(activity.kind))
        self.tiles: list[Tile] = []
        self.reasons: list[Text] = []
        for index, piece in enumerate(activity.pieces):
            tile = Tile(target=f"piece:{index}", words=self._words(activity, index, piece), weight="semibold" if index == 0 else "regular")
            tile.bind(on_release=lambda *_, t=tile: host.give(Press(t.target)))
            if piece.image is not None:
                tile.illustrate(host, piece.image.path, look().px(420), look().tall(200))
            reason = Text(units=SMALL, paint="ink")
            self.tiles.append(tile)
            self.reasons.append(reason)
            sheet.add_widget(tile)
            sheet.add_widget(reason)
        self.add_widget(sheet)
        self.show(state)

    @staticmethod
    def _words(activity: InspectMessage, index: int, piece: Piece) -> str:
        if index == 0:
            return _("De : {sender}").format(sender=piece.text)
        if index == 1 and activity.subject is not None:
            return _("Objet : {subject}").format(subject=piece.text) if activity.kind == "mail" else piece.text
        return piece.text

    def show(self, state: MarkState) -> None:
        """Show what is marked, and the reasons."""
        told = dict(state.explanations())
        for target in state.targets():
            if target.role == "piece":
                index = int(target.id.partition(":")[2])
                tile = self.tiles[index]
                tile.selected, tile.enabled, tile.mark, tile.spoken = target.selected, target.enabled, target.mark, target.label
                tile.lead = "magnify" if target.selected else ""
        for index, reason in enumerate(self.reasons):
            clue = state.pieces[index].answer
            head = _("Un indice. ") if clue else _("Pas un indice. ")
            reason.words = head + told[index] if index in told else ""
